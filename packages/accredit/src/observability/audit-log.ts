import type { Decision } from '../protocol/iam/decide.ts';
import { type ScopeDecision, type SpelledScopeDecision, spellOutScopes } from '../protocol/iam/scope-gate.ts';
import { type SpelledDecision, spellOut } from '../protocol/iam/spell-out.ts';
import type { Change, Json, Store } from '../store/store.ts';
import type { AuditRecord } from './audit-record.ts';
import type { AuditTrail } from './audit-trail.ts';
import { type OtherRefusal, toOtherRefusal } from './other-refusal.ts';
import { fitMessage, fitRefusal, fitScopeRefusal } from './refusal-size.ts';
import type { UseRecorder } from './use-recorder.ts';

/** A refusal with its reasons in full, as `accredit why` shows it. */
export interface RecordedRefusal {
  readonly requestId: string;
  readonly timeMs: number;
  readonly method: string;
  readonly status: number;
  readonly message: string;
  readonly instance?: string;
  /** On a permission, or on the scopes alone where none was asked for. */
  readonly decision: SpelledDecision | SpelledScopeDecision;
}

/** Refusals that are kept; older ones go. */
export const REFUSAL_LIMIT = 100;

/** A refusal that waits to be written: its words cost as much as the decision did, and are made behind the request. */
interface WaitingRefusal {
  readonly record: AuditRecord;
  readonly decision: Decision | ScopeDecision;
}

/** Where they are kept. */
const PREFIX = 'refusals';

/** Where the call is kept that was refused for something else than a gate, as long as no gate has refused one since. */
const OTHER_KEY = 'otherRefusals/last';

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
  /** What makes each entry, by key; `undefined` where one is to be removed. */
  #waiting = new Map<string, (() => Json) | undefined>();
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
    const keys = await store.keys({ prefix: `${PREFIX}/`, limit: REFUSAL_LIMIT + 1 });
    const last = keys.at(-1)?.slice(PREFIX.length + 1) ?? '0';
    return new AuditLog(store, Number(last) + 1, trail, uses);
  }

  /** Notes a call; what it keeps of it is written behind. */
  record(record: AuditRecord): void {
    this.#trail?.add(record);
    this.#uses?.add(record);
    const refusals = refusalsOf(record);
    const other = toOtherRefusal(record);
    if (refusals.length === 0 && other === undefined) return;
    for (const decision of refusals) {
      // By key, so that a refusal which is outlived before it is written costs its removal alone.
      this.#waiting.set(keyOf(this.#next), () => toJson({ record, decision }));
      this.#waiting.set(keyOf(this.#next - REFUSAL_LIMIT), undefined);
      this.#next += 1;
    }
    // It is made of JSON values alone.
    this.#waiting.set(OTHER_KEY, other === undefined ? undefined : () => other as unknown as Json);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Writes what waits, all of it at once: a flood of refusals costs one synced commit after the other, not one each. */
  async #write(): Promise<void> {
    // In the next turn, so that what comes together is written together.
    await nextTurn();
    while (this.#waiting.size > 0) {
      const waiting = this.#waiting;
      this.#waiting = new Map();
      const changes: Change[] = [];
      for (const [key, makeEntry] of waiting) {
        changes.push({ key, value: makeEntry?.() });
        // Each in its turn: what their conditions cost together would keep requests waiting.
        if (makeEntry !== undefined) await nextTurn();
      }
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

  /**
   * Returns the last call that was refused for something else than a gate; `undefined` where there was none, or a gate has
   * refused one since.
   */
  async otherRefusal(): Promise<OtherRefusal | undefined> {
    await this.#writing;
    const entry = await this.#store.get(OTHER_KEY);
    // Written by this class alone.
    return entry?.value as OtherRefusal | undefined;
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

/** Returns what refused a call, or would have. */
function refusalsOf({ decisions, scopeDecision }: AuditRecord): readonly (Decision | ScopeDecision)[] {
  const refusals = decisions.filter((decision) => decision.verdict === 'refused');
  return scopeDecision === undefined ? refusals : [...refusals, scopeDecision];
}

function spellAndFit(decision: Decision | ScopeDecision): RecordedRefusal['decision'] {
  return 'facts' in decision ? fitRefusal(spellOut(decision)) : fitScopeRefusal(spellOutScopes(decision));
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function toJson({ record, decision }: WaitingRefusal): Json {
  const { requestId, timeMs, method, status, message, caller } = record;
  const refusal: RecordedRefusal = {
    requestId,
    timeMs,
    method,
    status,
    message: fitMessage(message),
    ...(caller?.instance === undefined ? {} : { instance: caller.instance }),
    decision: spellAndFit(decision),
  };
  // A refusal is made of JSON values alone.
  return refusal as unknown as Json;
}

function keyOf(sequence: number): string {
  return `${PREFIX}/${String(Math.max(sequence, 0)).padStart(SEQUENCE_DIGITS, '0')}`;
}
