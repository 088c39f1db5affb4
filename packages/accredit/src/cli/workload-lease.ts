import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { CONTROL_HOST } from '../apis/control/host.ts';
import { list, object, optional, string } from '../kernel/decode.ts';
import { CliError } from './errors.ts';
import { type OwnerClient, path } from './owner-client.ts';

const readPlace = object(
  {
    lease: string,
    instance: object(
      {
        projectId: string,
        zone: string,
        name: string,
        serviceAccount: optional(string),
        scopes: optional(list(string)),
      },
      'ignore',
    ),
    metadataSocket: string,
    metadataAddress: optional(string),
    tlsSocket: string,
    apiUrl: string,
    caFile: string,
  },
  'ignore',
);

/** The place of an instance, for as long as the lease is held. */
export type WorkloadPlace = ReturnType<typeof readPlace>;

/** What a workload asks for; what is absent has the cloud's default. */
export interface WorkloadRequest {
  readonly project?: string | undefined;
  readonly zone?: string | undefined;
  readonly instance?: string | undefined;
  readonly serviceAccount?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly tokenLifetimeSeconds?: number | undefined;
  /** Whether the metadata server is to be reached over loopback too. */
  readonly loopback?: boolean | undefined;
}

/** A place that is held: the open answer is the lease, so that it ends with this process, however that ends. */
export interface HeldPlace {
  readonly place: WorkloadPlace;
  /** Gives it back, and waits until what was ephemeral is gone. */
  release(): Promise<void>;
}

/**
 * Asks the cloud for the place of an instance.
 *
 * @throws {CallFailed} with the cloud's message
 */
export async function holdPlace(owner: OwnerClient, request: WorkloadRequest): Promise<HeldPlace> {
  const answer = await owner.open({
    method: 'POST',
    host: CONTROL_HOST,
    path: '/v1/workloads',
    body: request,
  });
  const place = readPlace(JSON.parse(await readFirstLine(answer)) as unknown, '');
  return {
    place,
    async release() {
      await owner
        .call({ method: 'DELETE', host: CONTROL_HOST, path: path`/v1/workloads/${place.lease}` })
        // The cloud is gone: it takes back what it gave when it starts again.
        .catch(() => undefined);
      answer.destroy();
    },
  };
}

async function readFirstLine(answer: IncomingMessage): Promise<string> {
  for await (const line of createInterface({ input: answer })) {
    // The rest never comes: it is the end that says something. It must not count as an error of ours either.
    answer.on('error', () => undefined).resume();
    return line;
  }
  throw new CliError('The cloud went away before it had given the program its place.');
}
