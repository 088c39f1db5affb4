import { PreconditionFailed } from '../store/store.ts';

/** How often a write is tried again after somebody else's; each loss means that another writer won. */
const ATTEMPT_LIMIT = 20;

/**
 * Reads, decides and writes again where somebody else wrote in between.
 *
 * @param attempt - reads what it depends on, and writes with the preconditions that this implies
 * @throws {PreconditionFailed} after 20 attempts
 */
export async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = ATTEMPT_LIMIT; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PreconditionFailed) || left <= 1) throw error;
    }
  }
}
