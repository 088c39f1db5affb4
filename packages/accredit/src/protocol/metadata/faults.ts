import { invalidArgument } from '../../kernel/api-error.ts';
import { boolean, type Decoder, int32, object, oneOf, optional, string } from '../../kernel/decode.ts';
import { MINUTE_MS } from '../../kernel/timestamps.ts';
import { FAULT_PATH_FORM, isTokenPath, mayBeTokenPath, parseFaultPath } from './fault-paths.ts';
import { normalizePath } from './paths.ts';

/** What a fault does to an answer. */
export type FaultEffect =
  /** Nothing: it comes late, and is the true one. */
  | { readonly kind: 'delay' }
  /** It is an error of this status. */
  | { readonly kind: 'status'; readonly status: number }
  /** There is none: the connection is reset. */
  | { readonly kind: 'reset' }
  /** Its access token has expired already, whatever the answer claims. */
  | { readonly kind: 'expired-token' }
  /** Its access token dies early, whatever the answer claims. */
  | { readonly kind: 'short-token'; readonly lifetimeSeconds: number };

/** Something that is to go wrong at metadata servers. */
export interface Fault {
  readonly id: string;
  /** Its place among the faults of a cloud: the lower one came first. */
  readonly order: number;
  /** Resource name of the instance at whose metadata server it happens; absent: at several. */
  readonly instance?: string;
  /** Id of the project at whose instances it happens; absent beside no instance: at all of the cloud. */
  readonly projectId?: string;
  /** An absolute path, or the beginning of paths and `*`. */
  readonly path: string;
  /** How late the answer comes; 0 for at once. */
  readonly latencyMs: number;
  readonly effect: FaultEffect;
  /** How many requests it is still to meet; absent: until it is removed. */
  readonly times?: number;
}

/** What whoever wants a fault says; what is absent has a default. */
export interface FaultRequest {
  /** `projects/p/zones/z/instances/i`. Default: the instances of the project, else all of the cloud. */
  readonly instance?: string | undefined;
  /** Id of a project. Default: where no instance is said, all of the cloud. */
  readonly project?: string | undefined;
  /** As `parseFaultPath` takes it; default `*`, every path. */
  readonly path?: string | undefined;
  /** 400 to 599. */
  readonly status?: number | undefined;
  /** 1 to 600000. It goes with any of the others, or alone. */
  readonly latencyMs?: number | undefined;
  readonly reset?: boolean | undefined;
  readonly token?: 'expired' | undefined;
  /** 1 to 43200. */
  readonly tokenLifetimeSeconds?: number | undefined;
  /** 1 to 1000000; default: until it is removed. */
  readonly times?: number | undefined;
}

/**
 * Reads what whoever wants a fault says; whether it is within its bounds is for `toFault`.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` for a name that is none of these, and a value of another type
 */
export const readFaultRequest: Decoder<FaultRequest> = object({
  instance: optional(string),
  project: optional(string),
  path: optional(string),
  status: optional(int32),
  latencyMs: optional(int32),
  reset: optional(boolean),
  token: optional(oneOf('expired')),
  tokenLifetimeSeconds: optional(int32),
  times: optional(int32),
});

/** A fault as whoever asked for it sees it: what was asked, its id, and in `times` how many requests it still meets. */
export type FaultView = FaultRequest & { readonly id: string; readonly path: string };

/** What of a fault does not depend on the cloud. */
export type FaultDraft = Omit<Fault, 'id' | 'order'>;

/** The longest latency: longer than any client waits for a metadata server, and held answers cost memory. */
export const FAULT_LATENCY_LIMIT_MS = 10 * MINUTE_MS;

/** The longest life of a token that dies early: that of any token (IAM quotas: 12 hours). */
export const FAULT_TOKEN_LIFETIME_LIMIT_SECONDS = 43_200;

/** The most requests that a fault can be counted for; beyond it, it is one that stays until it is removed. */
export const FAULT_TIMES_LIMIT = 1_000_000;

/**
 * Turns a request for a fault into what is to happen.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` for what is out of its bounds, and for effects that exclude each other
 */
export function toFault(request: FaultRequest): FaultDraft {
  const { instance, project, path: pattern = '*', latencyMs, times } = request;
  if (instance !== undefined && project !== undefined) {
    throw invalidArgument(
      "A fault has either an 'instance' or a 'project': the instance's name holds its project.",
    );
  }
  requireWhole('latencyMs', latencyMs, 1, FAULT_LATENCY_LIMIT_MS);
  requireWhole('times', times, 1, FAULT_TIMES_LIMIT);
  const path = parseFaultPath(pattern);
  if (path === undefined) throw invalidArgument(`The 'path' of a fault is ${FAULT_PATH_FORM}.`);
  const effect = effectOf(request);
  if (changesToken(effect) && !mayBeTokenPath(path)) {
    throw invalidArgument(
      "A fault of tokens happens to requests for a token alone: leave the 'path' out, or say one such as 'instance/service-accounts/default/token'.",
    );
  }
  return {
    ...(instance === undefined ? {} : { instance }),
    ...(project === undefined ? {} : { projectId: project }),
    path,
    latencyMs: latencyMs ?? 0,
    effect,
    ...(times === undefined ? {} : { times }),
  };
}

function effectOf({ status, reset, token, tokenLifetimeSeconds, latencyMs }: FaultRequest): FaultEffect {
  requireWhole('status', status, 400, 599);
  requireWhole('tokenLifetimeSeconds', tokenLifetimeSeconds, 1, FAULT_TOKEN_LIFETIME_LIMIT_SECONDS);
  const effects: FaultEffect[] = [];
  if (status !== undefined) effects.push({ kind: 'status', status });
  if (reset === true) effects.push({ kind: 'reset' });
  if (token !== undefined) effects.push({ kind: 'expired-token' });
  if (tokenLifetimeSeconds !== undefined) {
    effects.push({ kind: 'short-token', lifetimeSeconds: tokenLifetimeSeconds });
  }
  if (effects.length === 0 && latencyMs !== undefined) effects.push({ kind: 'delay' });
  const [effect] = effects;
  if (effect !== undefined && effects.length === 1) return effect;
  throw invalidArgument(
    "A fault has one of 'status', 'reset', 'token' and 'tokenLifetimeSeconds'; 'latencyMs' goes with any of them, or alone.",
  );
}

/** Returns a fault in the words of a request for it. */
export function viewFault({ id, instance, projectId, path, latencyMs, effect, times }: Fault): FaultView {
  return {
    id,
    ...(instance === undefined ? {} : { instance }),
    ...(projectId === undefined ? {} : { project: projectId }),
    path,
    ...(latencyMs === 0 ? {} : { latencyMs }),
    ...viewEffect(effect),
    ...(times === undefined ? {} : { times }),
  };
}

function viewEffect(effect: FaultEffect): Omit<FaultRequest, 'path'> {
  switch (effect.kind) {
    case 'delay':
      return {};
    case 'status':
      return { status: effect.status };
    case 'reset':
      return { reset: true };
    case 'expired-token':
      return { token: 'expired' };
    case 'short-token':
      return { tokenLifetimeSeconds: effect.lifetimeSeconds };
  }
}

function requireWhole(name: string, value: number | undefined, min: number, max: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return;
  throw invalidArgument(`The '${name}' of a fault is a whole number from ${min} to ${max}, not '${value}'.`);
}

/**
 * Says whether a request meets a fault.
 *
 * @param instance - resource name of the instance whose metadata server is asked
 * @param path - of the request line, without its query
 */
export function meetsFault(
  {
    instance: only,
    projectId,
    path: pattern,
    effect,
  }: Pick<Fault, 'instance' | 'projectId' | 'path' | 'effect'>,
  instance: string,
  path: string,
): boolean {
  if (only !== undefined && only !== instance) return false;
  if (projectId !== undefined && !instance.startsWith(`projects/${projectId}/`)) return false;
  const asked = normalizePath(path) ?? path;
  if (changesToken(effect) && !isTokenPath(asked)) return false;
  return pattern.endsWith('*') ? asked.startsWith(pattern.slice(0, -1)) : asked === pattern;
}

function changesToken({ kind }: FaultEffect): boolean {
  return kind === 'expired-token' || kind === 'short-token';
}

/** What happens to one request. */
export interface AppliedFault {
  readonly latencyMs: number;
  readonly effect: FaultEffect;
}

/**
 * Chooses among the faults that a request meets: every one that only delays, and the oldest of the others. Faults of
 * one place so come one after the other: twice 503, then once 429.
 *
 * @param met - oldest first
 */
export function chooseFaults(met: readonly Fault[]): readonly Fault[] {
  const first = met.find(({ effect }) => effect.kind !== 'delay');
  return met.filter((fault) => fault === first || fault.effect.kind === 'delay');
}

/** Joins the faults that were chosen: their latencies add up, and at most one does more than delay. */
export function joinFaults(chosen: readonly Fault[]): AppliedFault {
  return {
    latencyMs: chosen.reduce((sum, { latencyMs }) => sum + latencyMs, 0),
    effect: chosen.find(({ effect }) => effect.kind !== 'delay')?.effect ?? { kind: 'delay' },
  };
}
