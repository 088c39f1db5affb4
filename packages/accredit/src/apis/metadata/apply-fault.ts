import type { HttpResponse } from '../../http/message.ts';
import type { Issuer } from '../../identity/issuer.ts';
import type { SetAlarm } from '../../kernel/ports.ts';
import type { AppliedFault } from '../../protocol/metadata/faults.ts';
import { replaceToken } from '../../protocol/metadata/token-response.ts';
import { etagOf } from '../../protocol/metadata/tree/render.ts';

/** What faults are made of. */
export interface FaultTools {
  readonly setAlarm: SetAlarm;
  readonly issuer: Issuer;
  /** Makes an error of a status, as the metadata server sends errors. */
  readonly renderStatus: (status: number) => HttpResponse;
  /** Calls what it is given once nobody waits for the answer any more. */
  readonly onGone: (listener: () => void) => void;
}

/** An answer that is none. */
const RESET: HttpResponse = { status: 0, headers: {}, reset: true };

/**
 * Lets a fault happen to an answer.
 *
 * @param answer - gives the true answer; asked only where the fault needs it, and after its delay
 */
export async function applyFault(
  { latencyMs, effect }: AppliedFault,
  answer: () => HttpResponse | Promise<HttpResponse>,
  tools: FaultTools,
): Promise<HttpResponse> {
  const { issuer, renderStatus } = tools;
  if (latencyMs > 0 && !(await delay(latencyMs, tools))) return RESET;
  switch (effect.kind) {
    case 'delay':
      return answer();
    case 'reset':
      return RESET;
    case 'status':
      return renderStatus(effect.status);
    case 'expired-token':
      return withToken(await answer(), (token) => mintLike(token, issuer));
    case 'short-token':
      return withToken(await answer(), (token) => mintLike(token, issuer, effect.lifetimeSeconds));
  }
}

/** Lets time pass, unless the client goes. @returns whether the client is still there */
function delay(delayMs: number, { setAlarm, onGone }: FaultTools): Promise<boolean> {
  return new Promise((resolve) => {
    const callOff = setAlarm(delayMs, () => resolve(true));
    onGone(() => {
      callOff();
      resolve(false);
    });
  });
}

/** Puts another token into an answer that holds one; what else it says stays, also how long the token would live. */
function withToken(response: HttpResponse, change: (token: string) => string): HttpResponse {
  if (response.status !== 200 || typeof response.body !== 'string') return response;
  const body = replaceToken(response.body, change);
  const headers = {
    ...response.headers,
    'Content-Length': String(Buffer.byteLength(body)),
    // Where tokens have one at all.
    ...(response.headers.ETag === undefined ? {} : { ETag: etagOf(body) }),
  };
  return { ...response, headers, body };
}

/** Mints a token that says the same as another, and lives so long; without a lifetime it has expired. */
function mintLike(token: string, issuer: Issuer, lifetimeSeconds?: number): string {
  const verified = issuer.verifyAccessToken(token);
  // One that is no good is as bad as it can be made.
  if (verified.outcome !== 'good') return token;
  const { grantId, principal, scopes, instance, delegationChain, issuedAt, expiresAt } = verified.claims;
  const usualSeconds = expiresAt - issuedAt;
  return issuer.mintAccessToken({
    grantId,
    principal,
    scopes,
    delegationChain,
    ...(instance === undefined ? {} : { instance }),
    ...(lifetimeSeconds === undefined
      ? { lifetimeSeconds: usualSeconds, issuedSecondsAgo: usualSeconds }
      : { lifetimeSeconds }),
  }).token;
}
