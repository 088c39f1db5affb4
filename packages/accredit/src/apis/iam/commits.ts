import type { Services } from '../../http/services.ts';
import { aborted } from '../../kernel/api-error.ts';
import { USER_KEY_LIMIT } from '../../resources/service-account-keys.ts';
import { type Change, type Precondition, PreconditionFailed } from '../../store/store.ts';

/** What is to be written, and what of what was read must still hold. */
export interface Plan {
  readonly changes: readonly Change[];
  readonly preconditions: readonly Precondition[];
}

/**
 * How often a plan is made. Who loses a race for a key has seen somebody else store one, which can happen only as often
 * as there are places; for everything else it is plenty.
 */
const ATTEMPT_LIMIT = USER_KEY_LIMIT + 1;

/**
 * Commits a plan, and makes it anew where somebody else was faster.
 *
 * @param plan - reads what it depends on; throws where that refuses the call
 * @returns the plan that was written, and the revision that it has
 * @throws {ApiError} `ABORTED` where others are faster again and again; nothing is written. Guess: the text
 */
export async function commitPlan<P extends Plan>(
  { resources }: Services,
  plan: () => Promise<P>,
): Promise<P & { readonly revision: number }> {
  for (let attempt = 0; attempt < ATTEMPT_LIMIT; attempt += 1) {
    const made = await plan();
    try {
      return { ...made, revision: await resources.commit(made.changes, made.preconditions) };
    } catch (error) {
      if (!(error instanceof PreconditionFailed)) throw error;
    }
  }
  throw concurrentChange();
}

/** The error of a write over a service account that has moved on. Guess: the text. */
export function concurrentChange() {
  return aborted(
    'There were concurrent changes of the service account. Please retry with exponential backoff.',
  );
}
