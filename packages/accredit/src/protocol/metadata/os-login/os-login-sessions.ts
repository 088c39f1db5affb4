import type { ChallengeType, OsLoginUser, SecondFactor } from './os-login-users.ts';

/** Wrong codes after which a session ends, so that a code cannot be tried out. Guess: Google's number is not known. */
export const ATTEMPT_LIMIT = 5;

/** A login that waits for a second factor. */
export interface TwoFactorSession {
  readonly email: string;
  /** Those that user and client have in common; the id of each is its place, from 1. */
  readonly factors: readonly SecondFactor[];
  /** The id of the one that may be answered now. */
  readonly readyId: number;
  readonly attemptsLeft: number;
}

/** What a client does with a challenge. */
export interface ChallengeResponse {
  readonly challengeId: number;
  readonly action: 'RESPOND' | 'START_ALTERNATE';
  readonly credential?: string;
}

/** What becomes of a session: it ends without a further one, or goes on. */
export interface Continued {
  /** JSON for the client. */
  readonly body: string;
  readonly session?: TwoFactorSession;
}

/** Begins a session; `undefined` where user and client have no second factor in common. */
export function startSession(
  { email, twoFactor }: OsLoginUser,
  supported: readonly string[],
): TwoFactorSession | undefined {
  const factors = twoFactor.filter(({ type }) => supported.includes(type));
  if (factors.length === 0) return undefined;
  return { email, factors, readyId: 1, attemptsLeft: ATTEMPT_LIMIT };
}

/** What a client is told that has nothing to be asked; Google's then refuses the login. */
export const NO_CHALLENGES = JSON.stringify({ status: 'NO_AVAILABLE_CHALLENGES' });

/**
 * Renders a session that waits for an answer (metadata notes 8.7).
 *
 * Guess: the challenge that may be answered is `READY`, which Google's client looks for, and any other `PROPOSED`.
 */
export function renderSession({ factors, readyId }: TwoFactorSession, sessionId: string): string {
  const challenges = factors.map(({ type }, index): Challenge => {
    const challengeId = index + 1;
    return { challengeId, challengeType: type, status: challengeId === readyId ? 'READY' : 'PROPOSED' };
  });
  return JSON.stringify({ status: 'CHALLENGE_REQUIRED', sessionId, challenges });
}

interface Challenge {
  readonly challengeId: number;
  readonly challengeType: ChallengeType;
  readonly status: 'READY' | 'PROPOSED';
}

/**
 * Takes a client's answer to a challenge, or its choice of another one.
 *
 * Guess: the status of a wrong answer; Google's client knows `AUTHENTICATED`, takes every other for a refusal, and shows
 * `rejectionReason`.
 *
 * @returns `undefined` where the session has no such challenge, or it may not be answered yet
 */
export function continueSession(
  session: TwoFactorSession,
  sessionId: string,
  { challengeId, action, credential }: ChallengeResponse,
): Continued | undefined {
  const factor = session.factors[challengeId - 1];
  if (factor === undefined) return undefined;
  if (action === 'START_ALTERNATE') {
    const changed = { ...session, readyId: challengeId };
    return { body: renderSession(changed, sessionId), session: changed };
  }
  if (challengeId !== session.readyId) return undefined;
  if (isConfirmed(factor, credential)) return { body: JSON.stringify({ status: 'AUTHENTICATED' }) };
  const attemptsLeft = session.attemptsLeft - 1;
  const rejectionReason = attemptsLeft > 0 ? 'Wrong code.' : 'Wrong code, and too many before it.';
  const body = JSON.stringify({ status: 'REJECTED', rejectionReason });
  return attemptsLeft > 0 ? { body, session: { ...session, attemptsLeft } } : { body };
}

/** A factor without a code is confirmed elsewhere, as on a telephone: it always is. */
function isConfirmed({ code }: SecondFactor, credential: string | undefined): boolean {
  return code === undefined || code === credential;
}
