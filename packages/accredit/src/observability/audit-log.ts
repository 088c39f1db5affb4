import type { Decision } from '../protocol/iam/decide.ts';
import { type SpelledDecision, spellOut } from '../protocol/iam/spell-out.ts';
import type { Change, Json, Store } from '../store/store.ts';

/** One call, as the record says it: who did what to which resource, and what came of it. */
export interface AuditRecord {
  readonly requestId: string;
  /** Unix milliseconds, the cloud's time. */
  readonly timeMs: number;
  readonly method: string;
  /** The caller as a member; `allUsers` without credentials. */
  readonly principal: string;
  readonly instance?: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Empty where the call went through. */
  readonly message: string;
  readonly latencyMs: number;
  readonly decisions: readonly Decision[];
}

/** A refusal with its reasons in full, as `accredit why` shows it. */
export interface RecordedRefusal {
  readonly requestId: string;
  readonly timeMs: number;
  readonly method: string;
  readonly status: number;
  readonly message: string;
  readonly instance?: string;
  readonly decision: SpelledDecision;
}

/** Refusals that are kept; older ones go. */
export const REFUSAL_LIMIT = 100;

/** Where they are kept. */
const PREFIX = 'refusals';

/** Digits of a sequence number in a key, so that text order is number order. */
const SEQUENCE_DIGITS = 12;

/**
 * Keeps the refusals of a cloud, would-be ones too, in the store: a workload may end, and its cloud with it, before
 * anyone asks why.
 */
export class AuditLog {
  readonly #store: Store;
  #next: number;
  #waiting = new Map<string, Change>();
  #writing: Promise<void> | undefined;

  private constructor(store: Store, next: number) {
    this.#store = store;
    this.#next = next;
  }

  static async open(store: Store): Promise<AuditLog> {
    const entries = await store.list({ prefix: `${PREFIX}/`, limit: REFUSAL_LIMIT + 1 });
    const last = entries.at(-1)?.key.slice(PREFIX.length + 1) ?? '0';
    return new AuditLog(store, Number(last) + 1);
  }

  /** Notes a call; what it keeps of it is written behind. */
  record(record: AuditRecord): void {
    const refusals = record.decisions.filter((decision) => decision.verdict === 'refused');
    if (refusals.length === 0) return;
    const changes = refusals.flatMap((decision) => {
      const { requestId, timeMs, method, status, message, instance } = record;
      const refusal: RecordedRefusal = {
        requestId,
        timeMs,
        method,
        status,
        message,
        ...(instance === undefined ? {} : { instance }),
        decision: spellOut(decision),
      };
      const sequence = this.#next;
      this.#next += 1;
      return [
        // A refusal is made of JSON values alone.
        { key: keyOf(sequence), value: refusal as unknown as Json },
        { key: keyOf(sequence - REFUSAL_LIMIT), value: undefined },
      ];
    });
    // By key, so that a refusal which is outlived before it is written costs its removal alone.
    for (const change of changes) this.#waiting.set(change.key, change);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Writes what waits, all of it at once: a flood of refusals costs one synced commit after the other, not one each. */
  async #write(): Promise<void> {
    // In the next turn, so that what comes together is written together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.size > 0) {
      const changes = [...this.#waiting.values()];
      this.#waiting = new Map();
      await this.#store.commit(changes).catch(() => undefined);
    }
  }

  /** Returns the refusals that are kept, newest first. */
  async refusals(limit: number): Promise<readonly RecordedRefusal[]> {
    await this.#writing;
    const entries = await this.#store.list({ prefix: `${PREFIX}/`, limit: REFUSAL_LIMIT });
    // Written by this class alone.
    return entries
      .map((entry) => entry.value as unknown as RecordedRefusal)
      .reverse()
      .slice(0, limit);
  }

  /** Waits for what is being written. */
  async flush(): Promise<void> {
    await this.#writing;
  }
}

function keyOf(sequence: number): string {
  return `${PREFIX}/${String(Math.max(sequence, 0)).padStart(SEQUENCE_DIGITS, '0')}`;
}
