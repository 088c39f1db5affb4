import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** How much of an audit log is kept. */
export interface AuditLogLimits {
  /** Size from which on a file is followed by the next one; one batch may go beyond it. */
  readonly fileBytes: number;
  /** Files that are kept, the one that is written among them. */
  readonly files: number;
}

/**
 * 128 MiB and no more: a call is about 1.7 KiB, so the last 75,000 calls are there, which is days of tests and some
 * minutes of a load test.
 */
export const STORED_LIMITS: AuditLogLimits = { fileBytes: 16 * 1024 * 1024, files: 8 };

/** Of a cloud in memory: its temporary directory may be memory too. */
export const TEMPORARY_LIMITS: AuditLogLimits = { fileBytes: 4 * 1024 * 1024, files: 2 };

/** Digits of a file's number, so that the order of names is the order of files. */
const NUMBER_DIGITS = 10;

const FILE_NAME = /^audit-(\d{10})\.jsonl$/;

const NEWLINE = 0x0a;

/** How much is read at once when the end of the last whole line is looked for. */
const TAIL_BYTES = 64 * 1024;

/** Returns the directory of the audit log of a cloud. @param files - where the cloud keeps its files */
export function auditDirectoryOf(files: string): string {
  return join(files, 'audit');
}

/** Returns the name of a file of an audit log. */
export function fileNameOf(number: number): string {
  return `audit-${String(number).padStart(NUMBER_DIGITS, '0')}.jsonl`;
}

/** Returns the numbers of the files of an audit log, oldest first; none where there is no log. */
export async function listFiles(directory: string): Promise<readonly number[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .flatMap((name) => FILE_NAME.exec(name)?.slice(1) ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * The files of an audit log, as their only writer sees them: lines are added to the last one, and one that is full is
 * followed by the next. A file never changes but at its end, so that whoever reads keeps his place.
 */
export class AuditLogFiles {
  readonly directory: string;
  readonly #limits: AuditLogLimits;
  #file: { readonly handle: FileHandle; readonly number: number } | undefined;
  #sizeBytes = 0;

  constructor(directory: string, limits: AuditLogLimits) {
    this.directory = directory;
    this.#limits = limits;
  }

  /**
   * Adds whole lines.
   *
   * @param lines - each with its end
   * @throws {Error} where they cannot be written; what of them was is taken back with the next ones
   */
  async append(lines: Buffer): Promise<void> {
    try {
      const { handle } = await this.#fileWithRoom();
      const { bytesWritten } = await handle.write(lines);
      this.#sizeBytes += bytesWritten;
      if (bytesWritten < lines.length) throw new Error('The audit log was not written whole.');
    } catch (error) {
      // What follows opens the file anew, and begins behind its last whole line.
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close().catch(() => undefined);
  }

  async #fileWithRoom(): Promise<{ readonly handle: FileHandle }> {
    const current = this.#file ?? (await this.#openLast());
    if (this.#sizeBytes < this.#limits.fileBytes) return current;
    await this.close();
    return this.#open(current.number + 1);
  }

  async #openLast(): Promise<{ readonly handle: FileHandle; readonly number: number }> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    return this.#open((await listFiles(this.directory)).at(-1) ?? 1);
  }

  async #open(number: number): Promise<{ readonly handle: FileHandle; readonly number: number }> {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
    const handle = await open(join(this.directory, fileNameOf(number)), flags, 0o600);
    const file = { handle, number };
    this.#file = file;
    this.#sizeBytes = await endOfLastLine(handle);
    await handle.truncate(this.#sizeBytes);
    await this.#removeOld(number);
    return file;
  }

  async #removeOld(newest: number): Promise<void> {
    const old = (await listFiles(this.directory)).filter((number) => number <= newest - this.#limits.files);
    await Promise.all(old.map((number) => rm(join(this.directory, fileNameOf(number)), { force: true })));
  }
}

/** Returns where the last whole line ends: a writer that was killed may have left a part of one behind it. */
async function endOfLastLine(handle: FileHandle): Promise<number> {
  const buffer = Buffer.alloc(TAIL_BYTES);
  let end = (await handle.stat()).size;
  while (end > 0) {
    const from = Math.max(0, end - TAIL_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, end - from, from);
    const newline = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (newline >= 0) return from + newline + 1;
    end = from;
  }
  return 0;
}
