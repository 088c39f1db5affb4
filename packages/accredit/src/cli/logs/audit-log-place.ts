import { CONTROL_HOST } from '../../apis/control/host.ts';
import { object, string } from '../../kernel/decode.ts';
import { type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CliContext } from '../context.ts';
import type { OwnerClient } from '../owner-client.ts';

const readPlace = object({ directory: string, time: string }, 'ignore');

/** Where the audit log of a cloud is. */
export interface AuditLogPlace {
  readonly directory: string;
  /** The cloud's time, Unix milliseconds. */
  readonly nowMs: number;
}

/** Asks the cloud, or what is stored of it, for its audit log; all that was called before stands in it. */
export async function findAuditLog(context: CliContext, options: PlaceOptions): Promise<AuditLogPlace> {
  return withStoredCloud(context, options, ({ owner }) => auditLogOf(owner));
}

/** Asks a cloud for its audit log; all that was called before stands in it. */
export async function auditLogOf(owner: OwnerClient): Promise<AuditLogPlace> {
  const answer = await owner.call({ method: 'GET', host: CONTROL_HOST, path: '/v1/auditLog' });
  const { directory, time } = readPlace(answer, '');
  return { directory, nowMs: Date.parse(time) };
}
