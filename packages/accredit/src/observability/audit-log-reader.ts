import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { linesBackward, linesForward } from './audit-lines.ts';
import { fileNameOf, listFiles } from './audit-log-files.ts';
import { type AuditQuery, matches } from './audit-query.ts';
import { type LogEntry, readLogEntry } from './log-entry.ts';

/** An entry, and the line that it stands in, which may hold more than this version knows. */
export interface AuditLine {
  readonly entry: LogEntry;
  readonly text: string;
}

/** A place in an audit log: what was written before it, and what comes after. */
export interface AuditPosition {
  /** Of the file; 0 before the first one. */
  readonly file: number;
  readonly offset: number;
}

/** Entries older than `sinceMs` after which no newer one is looked for: a line of somebody else's does not hide the rest. */
const OLDER_LIMIT = 100;

/** The beginning of every audit log. */
export const BEGINNING: AuditPosition = { file: 0, offset: 0 };

/** Returns where an audit log ends now. */
export async function endOfAuditLog(directory: string): Promise<AuditPosition> {
  const last = (await listFiles(directory)).at(-1);
  if (last === undefined) return BEGINNING;
  const size = await withFile(directory, last, async (handle) => (await handle.stat()).size);
  return { file: last, offset: size ?? 0 };
}

/**
 * Reads the entries before a place, the newest first. Neither a file nor the log is ever in memory whole.
 *
 * It ends where entries are older than `sinceMs`: the time of a cloud only moves forward.
 */
export async function* readNewestFirst(
  directory: string,
  query: AuditQuery,
  before?: AuditPosition,
): AsyncGenerator<AuditLine> {
  const end = before ?? (await endOfAuditLog(directory));
  let older = 0;
  for (const file of (await listFiles(directory)).toReversed()) {
    if (file > end.file) continue;
    const handle = await openFile(directory, file);
    if (handle === undefined) continue;
    try {
      const offset = file === end.file ? end.offset : (await handle.stat()).size;
      for await (const text of linesBackward(handle, offset)) {
        const entry = parseEntry(text);
        if (entry === undefined) continue;
        const isOld = query.sinceMs !== undefined && Date.parse(entry.timestamp) < query.sinceMs;
        older = isOld ? older + 1 : 0;
        if (older > OLDER_LIMIT) return;
        if (matches(entry, query)) yield { entry, text };
      }
    } finally {
      await handle.close();
    }
  }
}

/**
 * Reads the entries from a place on, the oldest first, to where the log ends. Neither a file nor the log is ever in
 * memory whole.
 *
 * @param from - default: the oldest entry that is kept
 * @param onPosition - told of each place that was reached, to go on from there
 */
export async function* readOldestFirst(
  directory: string,
  query: AuditQuery,
  from: AuditPosition = BEGINNING,
  onPosition: (position: AuditPosition) => void = () => {},
): AsyncGenerator<AuditLine> {
  // The list is taken before the files are read: one that has a follower in it gets no more lines.
  for (const file of await listFiles(directory)) {
    if (file < from.file) continue;
    const handle = await openFile(directory, file);
    if (handle === undefined) continue;
    try {
      const start = file === from.file ? from.offset : 0;
      onPosition({ file, offset: start });
      for await (const { text, end } of linesForward(handle, start)) {
        onPosition({ file, offset: end });
        const entry = parseEntry(text);
        if (entry !== undefined && matches(entry, query)) yield { entry, text };
      }
    } finally {
      await handle.close();
    }
  }
}

/**
 * Reads the entries from a place on, and those that come, until it is told to end. It follows from file to file.
 *
 * @param wait - waits a little; says whether to go on
 */
export async function* followAuditLog(
  directory: string,
  query: AuditQuery,
  from: AuditPosition,
  wait: () => Promise<boolean>,
): AsyncGenerator<AuditLine> {
  let position = from;
  do {
    const reached = (place: AuditPosition) => {
      position = place;
    };
    yield* readOldestFirst(directory, query, position, reached);
  } while (await wait());
}

/** Returns `undefined` for what is no entry: a torn line, one that somebody else wrote, or one of no time. */
function parseEntry(text: string): LogEntry | undefined {
  try {
    const entry = readLogEntry(JSON.parse(text), '');
    return Number.isNaN(Date.parse(entry.timestamp)) ? undefined : entry;
  } catch {
    return undefined;
  }
}

/** Returns `undefined` for a file that is gone: it was the oldest, and others have come. */
async function openFile(directory: string, file: number): Promise<FileHandle | undefined> {
  return open(join(directory, fileNameOf(file)), 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function withFile<T>(
  directory: string,
  file: number,
  use: (handle: FileHandle) => Promise<T>,
): Promise<T | undefined> {
  const handle = await openFile(directory, file);
  try {
    return handle === undefined ? undefined : await use(handle);
  } finally {
    await handle?.close();
  }
}
