import { type SpelledDecision, spellOut } from '../protocol/iam/spell-out.ts';
import type { Change, Json, Store } from '../store/store.ts';
import type { AuditRecord } from './audit-record.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { UseRecorder } from './use-recorder.ts';

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
 * Keeps what was called, from one record of each call: every call as an entry of the audit log, and beside it, in the
 * store, the last refusals with all that led to them, would-be ones too: a workload may end, and its cloud with it,
 * before anyone asks why.
 *
 * The refusals are apart, as the two live differently. A decision in full names every binding that was looked at, which
 * may be a hundred times an entry; and entries go with the traffic, so that a busy program would take the refusal away
 * before somebody asks for it. The id of the request leads from the one to the other (`insertId`).
 */
export class AuditLog {
  readonly #store: Store;
  readonly #trail: AuditTrail | undefined;
  readonly #uses: UseRecorder | undefined;
  #next: number;
  #waiting = new Map<string, Change>();
  #writing: Promise<void> | undefined;

  private constructor(
    store: Store,
    next: number,
    trail: AuditTrail | undefined,
    uses: UseRecorder | undefined,
  ) {
    this.#store = store;
    this.#trail = trail;
    this.#uses = uses;
    this.#next = next;
  }

  /**
   * @param trail - absent where refusals alone are kept
   * @param uses - what counts the permissions that were used; absent where nobody asks
   */
  static async open(store: Store, trail?: AuditTrail, uses?: UseRecorder): Promise<AuditLog> {
    const entries = await store.list({ prefix: `${PREFIX}/`, limit: REFUSAL_LIMIT + 1 });
    const last = entries.at(-1)?.key.slice(PREFIX.length + 1) ?? '0';
    return new AuditLog(store, Number(last) + 1, trail, uses);
  }

  /** Notes a call; what it keeps of it is written behind. */
  record(record: AuditRecord): void {
    this.#trail?.add(record);
    this.#uses?.add(record);
    const refusals = record.decisions.filter((decision) => decision.verdict === 'refused');
    if (refusals.length === 0) return;
    const changes = refusals.flatMap((decision) => {
      const { requestId, timeMs, method, status, message, caller } = record;
      const refusal: RecordedRefusal = {
        requestId,
        timeMs,
        method,
        status,
        message,
        ...(caller?.instance === undefined ? {} : { instance: caller.instance }),
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

  /** Where the entries are; `undefined` where refusals alone are kept. */
  get directory(): string | undefined {
    return this.#trail?.directory;
  }

  /** Waits until what was recorded is written. */
  async flush(): Promise<void> {
    await Promise.all([this.#writing, this.#trail?.flush(), this.#uses?.flush()]);
  }

  /** Writes what was recorded, and lets go of the files. */
  async close(): Promise<void> {
    await Promise.all([this.#writing, this.#trail?.close(), this.#uses?.flush()]);
  }
}

function keyOf(sequence: number): string {
  return `${PREFIX}/${String(Math.max(sequence, 0)).padStart(SEQUENCE_DIGITS, '0')}`;
}
