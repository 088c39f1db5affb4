import { ALL_USERS } from '../kernel/principals.ts';
import { CODE_NUMBERS } from '../kernel/status.ts';
import type { LogEntry } from './log-entry.ts';
import { isNamed } from './principal-names.ts';

/** Which entries are wanted: those for which everything holds that is named. */
export interface AuditQuery {
  /** A member, or an e-mail address; `allUsers` is a caller without credentials. */
  readonly principal?: string | undefined;
  /** Google's spelling or the Discovery id; a `*` at the end stands for anything. */
  readonly method?: string | undefined;
  /** A resource name, or any of several: what is below it counts too; a `*` at the end stands for anything. */
  readonly resource?: string | readonly string[] | undefined;
  /** A `*` at the end stands for anything. */
  readonly permission?: string | undefined;
  /** Only what was refused, or would have been. */
  readonly denied?: boolean | undefined;
  /** Unix milliseconds, the cloud's time; inclusive. */
  readonly sinceMs?: number | undefined;
  /** Unix milliseconds, the cloud's time; exclusive. */
  readonly untilMs?: number | undefined;
}

/** Says whether an entry is wanted. */
export function matches({ timestamp, protoPayload }: LogEntry, query: AuditQuery): boolean {
  const timeMs = Date.parse(timestamp);
  if (query.sinceMs !== undefined && timeMs < query.sinceMs) return false;
  if (query.untilMs !== undefined && timeMs >= query.untilMs) return false;
  return (
    isOfPrincipal(protoPayload, query.principal) &&
    isOfMethod(protoPayload, query.method) &&
    isOnResource(protoPayload, query.resource) &&
    asksFor(protoPayload, query.permission) &&
    (query.denied !== true || isDenied(protoPayload))
  );
}

type Payload = LogEntry['protoPayload'];

/** Says whether a call was refused for what it may not do, or would have been. */
export function isDenied({ status, authorizationInfo, metadata }: Payload): boolean {
  return (
    status.code === CODE_NUMBERS.PERMISSION_DENIED ||
    metadata.scopeDecision !== undefined ||
    authorizationInfo.some(({ granted }) => !granted)
  );
}

function isOfPrincipal({ authenticationInfo }: Payload, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  return isNamed(authenticationInfo.principalSubject ?? ALL_USERS, wanted);
}

function isOfMethod({ methodName, metadata }: Payload, wanted: string | undefined): boolean {
  return wanted === undefined || fits(methodName, wanted) || fits(metadata.method, wanted);
}

function isOnResource(
  { resourceName, authorizationInfo }: Payload,
  wanted: string | readonly string[] | undefined,
): boolean {
  if (wanted === undefined) return true;
  const patterns = [wanted].flat();
  const names = [resourceName ?? '', ...authorizationInfo.map(({ resource }) => resource)];
  return names.some((name) =>
    patterns.some((pattern) => fits(name, pattern) || name.startsWith(`${pattern}/`)),
  );
}

function asksFor({ authorizationInfo }: Payload, wanted: string | undefined): boolean {
  return wanted === undefined || authorizationInfo.some(({ permission }) => fits(permission, wanted));
}

function fits(text: string, pattern: string): boolean {
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
