import type { Clock } from '../kernel/ports.ts';
import { DAY_MS } from '../kernel/timestamps.ts';
import type { Change, Store } from '../store/store.ts';
import { Collection } from './collection.ts';

/** A message of another type than the one that it stands in, named by its `@type`. */
export type TypedMessage = Readonly<Record<string, unknown>> & { readonly '@type': string };

/**
 * An operation as google.longrunning has it. What it does is done when it is written; its times say when it is seen to
 * be done, so nothing has to be written later.
 *
 * @see https://google.aip.dev/151
 */
export interface LongRunningOperation {
  /** Whole and unique in the cloud: `operations/cp.123`, `policies/…/operations/…`. */
  readonly name: string;
  readonly metadata?: TypedMessage;
  /** What is answered when it is done. */
  readonly response: TypedMessage;
  readonly startedAtMs: number;
  readonly endsAtMs: number;
}

/** What must be said of a new operation. */
export type LongRunningOperationDraft = Pick<LongRunningOperation, 'name' | 'metadata' | 'response'> & {
  /** How long it is seen to run; 0 makes it done at once. */
  readonly durationMs: number;
};

/** How long a finished operation is kept. Guess: as long as those of Compute Engine; Google does not say. */
export const LONG_RUNNING_RETENTION_MS = 14 * DAY_MS;

/** Expired operations that each new one takes away: more than one, so that they do not pile up. */
const EXPIRED_AT_ONCE = 2;

/** Digits of a time in milliseconds, so that the order of the keys is the order of the times. */
const TIME_DIGITS = 16;

/** The operations of the APIs that speak google.longrunning, by name. */
export class LongRunningOperations {
  readonly #operations: Collection<LongRunningOperation>;
  /** Names by the time of their end, for those that are past theirs to be found. */
  readonly #ends: Collection<string>;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#operations = new Collection(store, 'longRunningOperations');
    this.#ends = new Collection(store, 'longRunningOperationEnds');
    this.#clock = clock;
  }

  /** Finds an operation by its whole name; one past its time is gone. */
  async find(name: string): Promise<LongRunningOperation | undefined> {
    const found = await this.#operations.get(name);
    return found === undefined || this.#isExpired(found.value) ? undefined : found.value;
  }

  /** Returns a new operation that begins now. */
  draft({ durationMs, ...given }: LongRunningOperationDraft): LongRunningOperation {
    const startedAtMs = this.#clock.now();
    return { ...given, startedAtMs, endsAtMs: startedAtMs + durationMs };
  }

  /** The changes that write a new operation; those whose time is past go with it. */
  async put(operation: LongRunningOperation): Promise<readonly Change[]> {
    return [
      ...(await this.#removalOfExpired()),
      this.#operations.put(operation, operation.name),
      this.#ends.put(operation.name, ...endParts(operation)),
    ];
  }

  async #removalOfExpired(): Promise<readonly Change[]> {
    const oldest = await this.#ends.list([], { limit: EXPIRED_AT_ONCE });
    const removals = await Promise.all(oldest.items.map(({ value: name }) => this.#removalIfExpired(name)));
    return removals.flat();
  }

  async #removalIfExpired(name: string): Promise<readonly Change[]> {
    const stored = await this.#operations.get(name);
    if (stored === undefined || !this.#isExpired(stored.value)) return [];
    return [this.#operations.remove(name), this.#ends.remove(...endParts(stored.value))];
  }

  #isExpired({ endsAtMs }: LongRunningOperation): boolean {
    return this.#clock.now() >= endsAtMs + LONG_RUNNING_RETENTION_MS;
  }
}

/**
 * Renders a google.longrunning.Operation as it is seen at a time: `done` and `response` are left out while it runs.
 *
 * @param timeMs - by the cloud's clock
 */
export function renderLongRunningOperation(
  { name, metadata, response, endsAtMs }: LongRunningOperation,
  timeMs: number,
): Readonly<Record<string, unknown>> {
  return {
    name,
    ...(metadata === undefined ? {} : { metadata }),
    ...(timeMs < endsAtMs ? {} : { done: true, response }),
  };
}

function endParts({ name, endsAtMs }: LongRunningOperation): readonly string[] {
  return [String(endsAtMs).padStart(TIME_DIGITS, '0'), name];
}
