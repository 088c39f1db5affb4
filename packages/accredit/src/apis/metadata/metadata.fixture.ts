/** What the tests of the metadata server share: the server of one instance, asked in process. */
import { Readable } from 'node:stream';
import type { HttpResponse } from '../../http/message.ts';
import type { Instance } from '../../resources/instances.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { MetadataServer } from './server.ts';

export const V1 = '/computeMetadata/v1';
export const ZONE = 'us-central1-a';
export const NAME = `projects/${PROJECT_ID}/zones/${ZONE}/instances/vm`;
export const FLAVOR = { 'metadata-flavor': 'Google', host: 'metadata.google.internal' };
export const SCOPES = ['https://www.googleapis.com/auth/devstorage.read_only'];

/** What a request says beside its target. */
export interface Given {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Over TLS. */
  readonly secure?: true;
}

/** A request that is under way. */
export interface Pending {
  readonly response: Promise<HttpResponse>;
  /** As when the client closes its connection. */
  leave(): void;
}

/** Opens the metadata server of an instance `vm` with an account. */
export async function openServer(change: Partial<Instance> = {}, scopes: readonly string[] = SCOPES) {
  const cloud = await openTestCloud([]);
  const email = await cloud.account('vm');
  const { resources } = cloud.services;
  const instance = resources.instances.draft({
    projectId: PROJECT_ID,
    zone: ZONE,
    name: 'vm',
    serviceAccounts: [{ email, scopes }],
    metadata: [{ key: 'greeting', value: 'hello\n' }],
    ...change,
  });
  await resources.commit([resources.instances.put(instance)]);
  const server = new MetadataServer(cloud.services);

  const begin = (target: string, { method = 'GET', headers = FLAVOR, body, secure }: Given = {}): Pending => {
    const listeners: (() => void)[] = [];
    const request = {
      method,
      target,
      headers,
      ...(body === undefined ? {} : { body: Readable.from([Buffer.from(body)]) }),
      listener: { kind: 'metadata' as const, instance: NAME, ...(secure === undefined ? {} : { secure }) },
      onGone: (listener: () => void) => void listeners.push(listener),
    };
    return {
      response: Promise.resolve(server.handle(request, NAME)),
      leave() {
        for (const listener of listeners) listener();
      },
    };
  };

  return {
    ...cloud,
    email,
    instance,
    server,
    begin,
    ask: (target: string, given?: Given) => begin(target, given).response,
    /** Writes the instance as it was, but for what is changed. */
    async change(changed: Partial<Instance>): Promise<void> {
      await resources.commit([resources.instances.put({ ...instance, ...changed })]);
    },
    /** Writes what every instance of the project shows. */
    async changeProject(items: readonly { readonly key: string; readonly value: string }[]): Promise<void> {
      const project = await resources.projects.get(PROJECT_ID);
      if (project === undefined) throw new Error('The project of the fixture is gone.');
      await resources.commit(resources.projects.put({ ...project.value, commonInstanceMetadata: items }));
    },
    /** Waits until so many requests wait; what they wait for is read first. */
    async untilWaiting(count: number): Promise<void> {
      while (server.waiterCount !== count) await new Promise(setImmediate);
    },
  };
}
