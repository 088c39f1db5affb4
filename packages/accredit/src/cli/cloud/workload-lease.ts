import type { IncomingMessage } from 'node:http';
import { CONTROL_HOST } from '../../apis/control/host.ts';
import { list, object, oneOf, optional, string } from '../../kernel/decode.ts';
import { PROFILE_NAMES, type ProfileName } from '../../protocol/metadata/settings.ts';
import { FAILURE } from '../errors.ts';
import { ConnectionLost, type OwnerClient, path } from '../owner-client.ts';

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
        metadataProfile: oneOf(...PROFILE_NAMES),
      },
      'ignore',
    ),
    metadataSocket: string,
    metadataAddress: optional(string),
    metadataTls: optional(object({ socket: string, clientPem: optional(string) }, 'ignore')),
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
  readonly metadataProfile?: ProfileName | undefined;
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
 * @throws {CallFailed} with the cloud's message; {@link ConnectionLost} where it goes away meanwhile
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

/**
 * Reads the first line of an answer that stays open.
 *
 * Its end, and an error after that line, are none of ours: the program goes on to its own end, whatever the cloud does.
 *
 * @throws {ConnectionLost} where the answer ends before
 */
function readFirstLine(answer: IncomingMessage): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const lose = (cause?: unknown) =>
    reject(
      new ConnectionLost('The cloud went away before it had given the program its place.', FAILURE, cause),
    );
  let text = '';
  const take = (part: string) => {
    text += part;
    const end = text.indexOf('\n');
    if (end < 0) return;
    resolve(text.slice(0, end));
    // What follows is read, so that the end is seen, and forgotten.
    answer.off('data', take).resume();
  };
  answer
    .setEncoding('utf8')
    .on('data', take)
    .on('error', lose)
    .on('close', () => lose());
  return promise;
}
