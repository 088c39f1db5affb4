import type { Principal } from '../kernel/principals.ts';
import type { Decision } from '../protocol/iam/decide.ts';
import type { ScopeDecision } from '../protocol/iam/scope-gate.ts';

/** Who called, as far as the record says it. */
export interface AuditedCaller {
  readonly principal: Principal;
  /** Resource name of the instance whose metadata server gave the token out. */
  readonly instance?: string;
  /** Names what the token came from: `serviceAccountKeys/ID` for a key. */
  readonly grantId?: string;
  /** The service accounts between the first caller and the principal, outermost first. */
  readonly delegationChain?: readonly string[];
}

/** What of a request the record may say. Its headers, query and body are not among it, but for the user agent. */
export interface AuditedRequest {
  /** `GET`. */
  readonly verb: string;
  /** The variables of the path, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly userAgent?: string | undefined;
  /** Of the connection; absent on a Unix socket. */
  readonly remoteAddress?: string | undefined;
}

/** One call: who did what to which resource, and what came of it. */
export interface AuditRecord {
  readonly requestId: string;
  /** Unix milliseconds, the cloud's time. */
  readonly timeMs: number;
  /** The service that was called: `storage.googleapis.com`. */
  readonly service: string;
  /** The Discovery id: `storage.objects.get`. */
  readonly method: string;
  /** Absent where a credential came that is not good. */
  readonly caller: AuditedCaller | undefined;
  readonly request: AuditedRequest;
  /** HTTP status of the answer. */
  readonly status: number;
  /** What was thrown, where the answer is an error. */
  readonly error: unknown;
  /** Of the answer; empty where the call went through. */
  readonly message: string;
  readonly latencyMs: number;
  readonly decisions: readonly Decision[];
  /** Where the scope gate refused the call, or would have, and no decision says so. */
  readonly scopeDecision?: ScopeDecision | undefined;
}
