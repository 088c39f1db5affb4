import { type ApiError, aborted } from '../../kernel/api-error.ts';
import { PreconditionFailed } from '../../store/store.ts';

/** How often a change is tried anew that somebody else's came before. Each time somebody got on. */
const CHANGE_ATTEMPTS = 20;

/**
 * Tries a change, and again from its start for as long as changes of other requests come before its commit.
 *
 * @param attempt - reads what is there and commits on the condition that it still is; without effect where that fails
 * @throws {ApiError} 409 when it never came through
 */
export async function withAttempts<T>(attempt: () => Promise<T>): Promise<T> {
  for (let made = 0; made < CHANGE_ATTEMPTS; made += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PreconditionFailed)) throw error;
    }
  }
  throw tooManyChanges();
}

/** Guess: the text. That writes that collide are 409 is recorded (storage notes 4.2). */
export function tooManyChanges(): ApiError {
  return aborted('The resource was changed by other requests at the same time. Try again.', {
    reason: 'conflict',
  });
}
