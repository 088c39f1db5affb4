/** What a caller wrote into a request is not in the audit log but as the name of a resource, whatever the method. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID, type TestCloud } from '../apis/api.fixture.ts';
import { bodyOf } from '../apis/compute/compute.fixture.ts';
import { explainDecision } from '../apis/control/decisions.ts';
import { addMembers, createGroup, deleteGroup, getGroup, removeMembers } from '../apis/control/groups.ts';
import { CONTROL_HOST } from '../apis/control/host.ts';
import { maintainInstance, migrateInstance, preemptInstance } from '../apis/control/life-events.ts';
import { setMetadataProfile } from '../apis/control/metadata-profile.ts';
import { mintToken } from '../apis/control/tokens.ts';
import { deleteWorkload } from '../apis/control/workloads.ts';
import { googleApis } from '../apis.ts';
import type { AnyMethod, Api } from '../http/method.ts';
import { ApiError } from '../kernel/api-error.ts';
import type { Decoder } from '../kernel/decode.ts';
import { withoutDeletion } from '../resources/projects.ts';
import { makeDirectory, makeTrail, readAll } from './audit-trail.fixture.ts';

/** It passes for most kinds of names. */
const CANARY = 'canary7';

/** The same, where an address is looked for. */
const CANARY_ADDRESS = `${CANARY}@example.com`;

const ROBOT = `robot-1@${PROJECT_ID}.iam.gserviceaccount.com`;

/** The cloud's own methods that need nothing but a cloud's state. */
const control: Api = {
  name: 'control',
  hosts: [CONTROL_HOST],
  family: 'control',
  methods: [
    explainDecision(),
    mintToken(),
    deleteWorkload(),
    maintainInstance(),
    migrateInstance(),
    preemptInstance(),
    setMetadataProfile(),
    createGroup(),
    getGroup(),
    deleteGroup(),
    addMembers(),
    removeMembers(),
  ],
};

/** What is there, by the part of a path that stands before its name. */
const PRESENT: Readonly<Record<string, string>> = {
  projects: PROJECT_ID,
  serviceAccounts: ROBOT,
  roles: 'someRole',
  organizations: '123456789012',
  folders: '111111111111',
  zones: 'us-central1-a',
  instances: 'vm1',
  b: 'bucket-1',
  o: 'a.txt',
  services: 'storage.googleapis.com',
  groups: 'team@example.com',
};

/** What a body needs beside the field in question, so that the field is looked at. */
const BASES: Readonly<Record<string, object>> = {
  'compute.instances.insert': bodyOf('vm2'),
  'control.decisions.explain': {
    principal: 'user:ada@example.com',
    permission: 'storage.buckets.list',
    resource: `projects/${PROJECT_ID}`,
  },
};

/** Makes what the paths name, as far as a method took it away. */
async function furnish({ services: { resources } }: TestCloud): Promise<void> {
  const { projects, serviceAccounts, organizations, folders, instances, buckets, groups, roles } = resources;
  const project = (await projects.get(PROJECT_ID))?.value ?? projects.draft(PROJECT_ID);
  const role = { title: '', description: '', stage: 'GA', permissions: [] } as const;
  await resources.commit([
    ...projects.put(withoutDeletion(project)),
    ...serviceAccounts.put(serviceAccounts.draft(PROJECT_ID, ROBOT)),
    organizations.put(organizations.draft('123456789012', 'a.example')),
    folders.put(folders.draft('111111111111', 'Folder', 'organizations/123456789012')),
    instances.put(instances.draft({ projectId: PROJECT_ID, zone: 'us-central1-a', name: 'vm1' })),
    ...buckets.put(buckets.draft(project, { name: 'bucket-1' })),
    ...groups.put(groups.draft('team@example.com'), undefined),
    ...[`projects/${PROJECT_ID}`, 'organizations/123456789012'].map((parent) =>
      roles.put({ parent, roleId: 'someRole', ...role }),
    ),
  ]);
}

/** Returns the paths of a template: all names there but one, which is the canary, in turn. */
function pathsOf(template: string): readonly string[] {
  const spelled = template.replace(
    /\{(\w+)(?:=([^}]*))?\}/g,
    (_, _name, form: string | undefined) => form ?? '*',
  );
  const parts = spelled.split('/').map((part) => part.split(/(?=:)/));
  const slots = parts.flatMap(([head], index) => (head === '*' || head === '**' ? [index] : []));
  const fill = (canaryAt: number, canary: string) =>
    parts
      .map(([head = '', ...verb], index) => {
        if (!slots.includes(index)) return [head, ...verb].join('');
        const name = index === canaryAt ? canary : presentAt(parts[index - 1]?.[0] ?? '', index === 3);
        return [name, ...verb].join('');
      })
      .join('/');
  return [-1, ...slots].flatMap((slot) => [fill(slot, CANARY), fill(slot, CANARY_ADDRESS)]);
}

/** @param isAttached - whether it is what a deny policy is attached to */
function presentAt(collection: string, isAttached: boolean): string {
  if (collection === 'policies' && isAttached) {
    return `cloudresourcemanager.googleapis.com%2Fprojects%2F${PROJECT_ID}`;
  }
  return PRESENT[collection] ?? (isAttached ? 'denypolicies' : 'absent-1');
}

/** The parameters of queries that the sources read. */
function queryNames(): readonly string[] {
  const sources = ['../apis', '../http'].map((folder) => join(import.meta.dirname, folder));
  const names = new Set(['pageToken', 'pageSize', 'maxResults', 'filter', 'orderBy', 'prefix', 'delimiter']);
  for (const folder of sources) {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
      for (const [, name = ''] of readFileSync(join(folder, file), 'utf8').matchAll(
        /query(?:\.get|, )\(?'([\w.]+)'/g,
      ))
        names.add(name);
    }
  }
  return [...names];
}

type Kind = 'text' | 'message' | 'texts' | 'messages' | 'number' | 'truth' | 'absent';
const KINDS: readonly Kind[] = ['text', 'message', 'texts', 'messages', 'number', 'truth', 'absent'];

/** Finds out by trying which texts a body takes, and returns their places: `policy.bindings[0].role`. */
function textsOf(decode: Decoder<unknown>): readonly string[] {
  const kinds = new Map<string, Kind>();
  const met = new Set<string>();
  const message = (path: string): object =>
    new Proxy(
      {},
      {
        getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: 0 }),
        get: (_target, key) => valueAt(path === '' ? String(key) : `${path}.${String(key)}`),
      },
    );
  const valueAt = (path: string): unknown => {
    met.add(path);
    const value: Record<Kind, () => unknown> = {
      text: () => CANARY,
      message: () => message(path),
      texts: () => [CANARY],
      messages: () => [message(`${path}[0]`)],
      number: () => 1,
      truth: () => true,
      absent: () => undefined,
    };
    return value[kinds.get(path) ?? 'text']();
  };
  for (let tries = 0; tries < 2000; tries += 1) {
    met.clear();
    try {
      decode(message(''), '');
      break;
    } catch (error) {
      const field = (error instanceof ApiError ? error.detail.violations?.[0]?.field : undefined) ?? '';
      const path = met.has(field) ? field : field.replace(/\[\d+\]$/, '');
      const next = KINDS[KINDS.indexOf(kinds.get(path) ?? 'text') + 1];
      if (next === undefined || !met.has(path)) break;
      kinds.set(path, next);
    }
  }
  return [...met].flatMap((path) => {
    const kind = kinds.get(path) ?? 'text';
    return kind === 'text' ? [path] : kind === 'texts' ? [`${path}[0]`] : [];
  });
}

/** Returns a body with the canary at a place. */
function withCanary(base: object, place: string): object {
  const body = structuredClone(base) as Record<string, unknown>;
  const steps = place
    .split(/\.|(?=\[)/)
    .map((step) => (step.startsWith('[') ? Number(step.slice(1, -1)) : step));
  let node = body;
  steps.forEach((step, index) => {
    const next = steps[index + 1];
    const inner = next === undefined ? CANARY : (node[step] ?? (typeof next === 'number' ? [] : {}));
    node[step] = inner;
    if (next !== undefined) node = inner as Record<string, unknown>;
  });
  return body;
}

/** Returns all that a method may be asked with a canary in it. */
function* requestsOf({ id, http, body }: AnyMethod) {
  const queries = queryNames();
  for (const declared of http) {
    const [verb = '', template = ''] = declared.split(' ');
    const [plain = '', ...paths] = pathsOf(template);
    const base = BASES[id] ?? {};
    for (const path of paths) yield { verb, path, body: body === undefined ? undefined : base };
    for (const name of declared === http[0] ? queries : [])
      yield { verb, path: `${plain}?${name}=${CANARY}`, body: body && base };
    if (body === undefined || body.kind === 'stream') continue;
    const places = textsOf(body.decode);
    for (const place of places) yield { verb, path: plain, body: withCanary(base, place) };
    if (places.length > 0) yield { verb, path: plain, body: places.reduce(withCanary, base) };
  }
}

/** What of an entry names resources, or is what conditions were asked with. */
const NAMING = new Set([
  'resourceName',
  'resource',
  'resourceAttributes',
  'logName',
  'labels',
  'apiAttributes',
]);

test('a message repeats nothing of a request in the audit log but the name of the resource', async (t) => {
  const directory = makeDirectory(t);
  const { trail } = makeTrail(directory);
  t.after(() => trail.close());
  const cloud = await openTestCloud([...googleApis, control], { iamMode: 'audit' }, undefined, trail);
  const token = await cloud.token(await cloud.account('caller', 'roles/owner'));
  for (const api of [...googleApis, control]) {
    for (const method of api.methods) {
      await furnish(cloud);
      for (const { verb, path, body } of requestsOf(method)) {
        await cloud.send(verb, `https://${api.hosts[0]}${path}`, {
          ...(api === control ? { listener: { kind: 'owner' } } : { token }),
          ...(body === undefined ? {} : { body }),
        });
      }
    }
  }
  await trail.flush();
  const echoing = new Set<string>();
  let count = 0;
  for (const line of readAll(directory).trimEnd().split('\n')) {
    count += 1;
    const { protoPayload } = JSON.parse(line);
    const rest = JSON.stringify(protoPayload, (key, value) => (NAMING.has(key) ? undefined : value));
    if (!rest.includes(CANARY) || protoPayload.resourceName?.includes(CANARY) === true) continue;
    echoing.add(`${protoPayload.metadata.method}: ${protoPayload.status.message}`);
  }
  assert.deepEqual([...echoing], []);
  assert.ok(count > 3000, `${count} calls`);
});
