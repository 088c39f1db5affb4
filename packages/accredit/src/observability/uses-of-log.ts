import { ANONYMOUS, type Principal } from '../kernel/principals.ts';
import { policyHolderOf, projectIdIn } from '../protocol/iam/places/policy-holders.ts';
import { type CountedUse, outcomeOf, type Use, UseCounts } from '../protocol/iam/recommendations/uses.ts';
import { readOldestFirst } from './audit-log-reader.ts';
import type { AuditQuery } from './audit-query.ts';
import type { LogEntry } from './log-entry.ts';
import { USE_LIMIT } from './use-recorder.ts';

/** What was used over a span of time. */
export interface UsesOfSpan {
  readonly uses: readonly CountedUse[];
  /** Uses that were left out, as there were more different ones than are kept. */
  readonly leftOut: number;
}

/** Counts the uses in an audit log; neither a file nor the log is ever in memory whole. */
export async function usesOfLog(directory: string, query: AuditQuery): Promise<UsesOfSpan> {
  const counts = new UseCounts(USE_LIMIT);
  for await (const { entry } of readOldestFirst(directory, query)) {
    counts.addCall(usesOfEntry(entry), Date.parse(entry.timestamp));
  }
  return { uses: counts.all, leftOut: counts.leftOut };
}

/** Returns the permissions that the call of an entry used; none where it is not known who it was. */
export function usesOfEntry({ logName, protoPayload }: LogEntry): readonly Use[] {
  const { authorizationInfo, metadata } = protoPayload;
  const principal = principalOf(protoPayload);
  if (principal === undefined) return [];
  const [first] = authorizationInfo;
  const projectOfLog = projectIdIn(logName);
  return authorizationInfo.map(({ resource: name, permission, granted }, index): Use => {
    const { resource } = policyHolderOf(name);
    // The log is that of the first resource: a bucket elsewhere may be another project's.
    const isOfLog = first !== undefined && resource === policyHolderOf(first.resource).resource;
    const projectId = projectIdIn(resource) ?? (isOfLog ? projectOfLog : undefined);
    return {
      principal,
      permission,
      resource,
      ...(projectId === undefined ? {} : { projectId }),
      method: metadata.method,
      outcome: outcomeOf(granted, metadata.decisions[index]?.carriedOut !== false),
      ...(metadata.heldScopes === undefined ? {} : { heldScopes: metadata.heldScopes }),
      ...(metadata.acceptedScopes === undefined ? {} : { acceptedScopes: metadata.acceptedScopes }),
    };
  });
}

const FEDERATED = /^principal:\/\/iam\.googleapis\.com\/(.+?)\/subject\/([^]+)$/;

/** Returns who called; `undefined` for a kind of principal that this version does not know. */
function principalOf({ authenticationInfo, metadata }: LogEntry['protoPayload']): Principal | undefined {
  const { principalSubject, principalEmail: email } = authenticationInfo;
  if (principalSubject === undefined) return ANONYMOUS;
  if (email !== undefined && principalSubject === `user:${email}`) return { kind: 'user', email };
  if (email !== undefined && principalSubject === `serviceAccount:${email}`) {
    return { kind: 'serviceAccount', email, uniqueId: metadata.principalUniqueId ?? '' };
  }
  const [, pool, subject] = FEDERATED.exec(principalSubject) ?? [];
  if (pool === undefined || subject === undefined) return undefined;
  const texts = Object.entries(metadata.principalAttributes ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  const groups = metadata.principalGroups ?? [];
  return { kind: 'federated', pool, subject, groups, attributes: Object.fromEntries(texts) };
}
