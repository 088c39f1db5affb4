import type { Log, SetAlarm } from '../kernel/ports.ts';
import { type CountedUse, UseCounts } from '../protocol/iam/recommendations/uses.ts';
import type { Change, Json, Store } from '../store/store.ts';
import type { AuditRecord } from './audit-record.ts';
import { usesOfRecord } from './uses-of-record.ts';

/**
 * Different uses that are kept: about half a KiB each. One is of a principal, a permission, a resource with a policy and a
 * method, so that a program has some dozens of them.
 */
export const USE_LIMIT = 10_000;

/** How long counts wait to be written together; a cloud that is killed loses as much. */
export const RECORD_DELAY_MS = 1_000;

const PREFIX = 'recordedUses';

/** Digits of a use's number, so that the order of keys is that in which they came. */
const NUMBER_DIGITS = 6;

/** What a recorder is opened with. */
export interface UseRecorderOptions {
  /** Whether what is called is recorded; else what was recorded before can be read. */
  readonly isOn: boolean;
  readonly setAlarm: SetAlarm;
  readonly log: Log;
}

/** What was recorded. */
export interface Recording {
  readonly uses: readonly CountedUse[];
  /** Uses that were left out since the cloud started, as it is full. */
  readonly leftOut: number;
}

/**
 * Counts which permissions are used (`accredit up --record`), for as long as nobody begins anew: the audit log goes with
 * the traffic, and this does not. A call waits for nothing but its counts in memory; they are written behind it.
 */
export class UseRecorder {
  readonly #store: Store;
  readonly #options: UseRecorderOptions;
  #counts = new UseCounts(USE_LIMIT);
  /** The number of each use, which is its place in the store. */
  #numbers = new Map<string, number>();
  #unwritten = new Set<string>();
  #cancelAlarm: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(store: Store, options: UseRecorderOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Reads what was recorded before; recording goes on from there. */
  static async open(store: Store, options: UseRecorderOptions): Promise<UseRecorder> {
    const recorder = new UseRecorder(store, options);
    for (const { value } of await recorder.#stored()) {
      // Written by this class alone.
      recorder.#number(recorder.#counts.restore(value as unknown as CountedUse));
    }
    return recorder;
  }

  /** Notes the uses of a call. */
  add(record: AuditRecord): void {
    if (!this.#options.isOn) return;
    const wasFull = this.#counts.leftOut > 0;
    for (const key of this.#counts.addCall(usesOfRecord(record), record.timeMs)) {
      this.#number(key);
      this.#unwritten.add(key);
    }
    if (!wasFull && this.#counts.leftOut > 0) {
      const text = 'the recording is full: further uses are left out, see accredit recommend --reset';
      this.#options.log.error({ uses: USE_LIMIT }, text);
    }
    if (this.#unwritten.size === 0) return;
    this.#cancelAlarm ??= this.#options.setAlarm(RECORD_DELAY_MS, () => void this.flush());
  }

  /** Returns what was recorded, in the order in which it came first; `undefined` where nothing was and nothing is. */
  get recording(): Recording | undefined {
    const { all: uses, leftOut } = this.#counts;
    return uses.length === 0 && !this.#options.isOn ? undefined : { uses, leftOut };
  }

  /** Forgets what was recorded. */
  async reset(): Promise<void> {
    await this.flush();
    const stored = await this.#stored();
    this.#counts = new UseCounts(USE_LIMIT);
    this.#numbers = new Map();
    this.#unwritten = new Set();
    await this.#store.commit(stored.map(({ key }) => ({ key, value: undefined })));
  }

  /** Writes what is not written yet. It never fails a call. */
  async flush(): Promise<void> {
    this.#cancelAlarm?.();
    this.#cancelAlarm = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  async #write(): Promise<void> {
    const keys = this.#unwritten;
    if (keys.size === 0) return;
    this.#unwritten = new Set();
    const changes = [...keys].map((key): Change => {
      // A use is made of JSON values alone.
      const value = this.#counts.get(key) as unknown as Json;
      return { key: this.#keyOf(this.#number(key)), value };
    });
    await this.#store.commit(changes).catch((error: unknown) => {
      for (const key of keys) this.#unwritten.add(key);
      this.#options.log.error({ err: error }, 'the recording could not be written');
    });
  }

  #stored() {
    return this.#store.list({ prefix: `${PREFIX}/`, limit: USE_LIMIT });
  }

  #number(key: string): number {
    const number = this.#numbers.get(key) ?? this.#numbers.size;
    this.#numbers.set(key, number);
    return number;
  }

  #keyOf(number: number): string {
    return `${PREFIX}/${String(number).padStart(NUMBER_DIGITS, '0')}`;
  }
}
