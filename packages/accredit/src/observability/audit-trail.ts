import type { Log, SetAlarm } from '../kernel/ports.ts';
import type { AuditLogFiles } from './audit-log-files.ts';
import type { AuditRecord } from './audit-record.ts';
import type { LogEntry } from './log-entry.ts';
import { toLogEntry } from './to-log-entry.ts';

/** How long a record waits for others, so that they are written together; a cloud that is killed loses as much. */
export const WRITE_DELAY_MS = 100;

/** Records that may wait for a disk that is slow; further ones are dropped and counted, as no call waits for its record. */
export const WAITING_LIMIT = 10_000;

/** Bytes that are put together in one turn, which is some milliseconds; others have theirs in between. */
const BATCH_BYTES = 64 * 1024;

/** Only what is Google's: the cloud's own API is not a part of what is emulated. */
const AUDITED_SERVICES = /\.googleapis\.com$/;

/** Characters that end a line, or steer a terminal, and that JSON leaves as they are. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029]/g;

/** What a trail is made with. */
export interface AuditTrailOptions {
  readonly files: AuditLogFiles;
  readonly defaultProjectId: string;
  readonly setAlarm: SetAlarm;
  readonly log: Log;
}

/** Writes the entries of calls behind them, in batches. It never fails a call. */
export class AuditTrail {
  readonly directory: string;
  readonly #options: AuditTrailOptions;
  #waiting: AuditRecord[] = [];
  #dropped = 0;
  #cancelAlarm: (() => void) | undefined;
  #writing: Promise<void> | undefined;

  constructor(options: AuditTrailOptions) {
    this.#options = options;
    this.directory = options.files.directory;
  }

  /** Notes a call. This is all that the call itself waits for: putting the entry into words comes later. */
  add(record: AuditRecord): void {
    if (!AUDITED_SERVICES.test(record.service)) return;
    if (this.#waiting.length >= WAITING_LIMIT) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(record);
    if (this.#cancelAlarm !== undefined || this.#writing !== undefined) return;
    this.#cancelAlarm = this.#options.setAlarm(WRITE_DELAY_MS, () => void this.flush());
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    this.#cancelAlarm?.();
    this.#cancelAlarm = undefined;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#options.files.close();
  }

  async #write(): Promise<void> {
    const { files, log } = this.#options;
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      try {
        for (let next = 0; next < waiting.length; ) {
          const batch = this.#toLines(waiting, next);
          next = batch.next;
          await files.append(batch.lines);
        }
      } catch (error) {
        log.error({ err: error, records: waiting.length }, 'the audit log could not be written');
      }
    }
    if (this.#dropped === 0) return;
    log.error({ records: this.#dropped }, 'the audit log lost records: its disk is too slow');
    this.#dropped = 0;
  }

  /** Puts records into lines, from one on, until they are a batch. */
  #toLines(records: readonly AuditRecord[], from: number) {
    let text = '';
    let next = from;
    while (next < records.length && text.length < BATCH_BYTES) {
      const record = records[next];
      if (record !== undefined) text += toLine(toLogEntry(record, this.#options.defaultProjectId));
      next += 1;
    }
    return { lines: Buffer.from(text), next };
  }
}

/** Returns an entry as one line of JSON, with its end. */
export function toLine(entry: LogEntry): string {
  const json = JSON.stringify(entry);
  return `${json.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
