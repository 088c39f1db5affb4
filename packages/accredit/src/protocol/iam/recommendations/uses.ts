import { type Principal, toMember } from '../../../kernel/principals.ts';
import type { ResourceName } from '../../../kernel/resource-names.ts';

/** One use of a permission, with what it takes to decide it again. */
export interface Use {
  readonly principal: Principal;
  readonly permission: string;
  /** Where a policy can be: the bucket of an object. */
  readonly resource: ResourceName;
  /** Of a bucket, whose name does not say it; absent where it is not known. */
  readonly projectId?: string;
  /** The Discovery id: `storage.objects.get`. */
  readonly method: string;
  readonly outcome: UseOutcome;
  /** The scopes of the credential; absent where it has none to check. */
  readonly heldScopes?: readonly string[];
  /** The scopes that the method accepts, any one of them. */
  readonly acceptedScopes?: readonly string[];
}

/** `passed`: refused, and carried out all the same (`--iam audit`). */
export type UseOutcome = 'allowed' | 'passed' | 'refused';

/** Uses that are alike. Times are Unix milliseconds, the cloud's. */
export interface CountedUse extends Use {
  readonly count: number;
  /** Calls that asked for this first: the sum over a principal's uses is the number of its calls. */
  readonly calls: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Returns what became of a use. */
export function outcomeOf(isGranted: boolean, carriedOut: boolean): UseOutcome {
  if (isGranted) return 'allowed';
  return carriedOut ? 'refused' : 'passed';
}

/** Returns a text that is the same for uses that are counted as one. */
function useKey(use: Use): string {
  const { principal, permission, resource, method, outcome, heldScopes } = use;
  const id = principal.kind === 'serviceAccount' ? principal.uniqueId : '';
  return [toMember(principal), id, permission, resource, method, outcome, heldScopes?.join(' ')].join('\n');
}

/** Counts uses, so many different ones and no more. */
export class UseCounts {
  readonly #limit: number;
  readonly #uses = new Map<string, CountedUse>();
  /** Uses that were left out, as there were too many different ones. */
  leftOut = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts the uses of one call. @returns the keys of those that were not left out */
  addCall(uses: readonly Use[], timeMs: number): readonly string[] {
    return uses.flatMap((use, index) => this.#add(use, timeMs, index === 0 ? 1 : 0) ?? []);
  }

  #add(use: Use, timeMs: number, calls: 0 | 1): string | undefined {
    const key = useKey(use);
    const known = this.#uses.get(key);
    if (known === undefined && this.#uses.size >= this.#limit) {
      this.leftOut += 1;
      return undefined;
    }
    const counted =
      known === undefined
        ? { ...use, count: 1, calls, firstMs: timeMs, lastMs: timeMs }
        : {
            ...known,
            count: known.count + 1,
            calls: known.calls + calls,
            firstMs: Math.min(known.firstMs, timeMs),
            lastMs: Math.max(known.lastMs, timeMs),
          };
    this.#uses.set(key, counted);
    return key;
  }

  /** Puts back what was counted before. @returns its key */
  restore(use: CountedUse): string {
    const key = useKey(use);
    this.#uses.set(key, use);
    return key;
  }

  get(key: string): CountedUse | undefined {
    return this.#uses.get(key);
  }

  get all(): readonly CountedUse[] {
    return [...this.#uses.values()];
  }
}
