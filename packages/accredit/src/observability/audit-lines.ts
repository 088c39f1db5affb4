import type { FileHandle } from 'node:fs/promises';

/** How much of a file is in memory at once. */
const CHUNK_BYTES = 64 * 1024;

/** The longest line that is looked at; a longer one is passed over. An entry of 100 authorizations has 200 KiB at most. */
export const LINE_LIMIT_BYTES = 1024 * 1024;

const NEWLINE = 0x0a;

/** A whole line, without its end. */
export interface Line {
  readonly text: string;
  /** Where the next one begins, in bytes. */
  readonly end: number;
}

/** Reads the whole lines of a file from a place on; what is behind the last end of a line is left. */
export async function* linesForward(handle: FileHandle, from: number): AsyncGenerator<Line> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let rest: Buffer[] = [];
  let restBytes = 0;
  let position = from;
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    let start = 0;
    for (;;) {
      const newline = chunk.subarray(0, bytesRead).indexOf(NEWLINE, start);
      if (newline < 0) break;
      const part = chunk.subarray(start, newline);
      const end = position + newline + 1;
      if (restBytes + part.length <= LINE_LIMIT_BYTES) {
        yield { text: Buffer.concat([...rest, part]).toString('utf8'), end };
      }
      rest = [];
      restBytes = 0;
      start = newline + 1;
    }
    restBytes += bytesRead - start;
    if (restBytes <= LINE_LIMIT_BYTES) rest.push(Buffer.from(chunk.subarray(start, bytesRead)));
    else rest = [];
    position += bytesRead;
  }
}

/** Reads the whole lines of a file before a place, the last one first. */
export async function* linesBackward(handle: FileHandle, before: number): AsyncGenerator<string> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  /** What is known of the line that is being read, from its end on; `undefined` before the first end of a line. */
  let rest: Buffer[] | undefined;
  let restBytes = 0;
  let position = before;
  while (position > 0) {
    const from = Math.max(0, position - CHUNK_BYTES);
    const { bytesRead } = await handle.read(chunk, 0, position - from, from);
    let end = bytesRead;
    for (;;) {
      const newline = end === 0 ? -1 : chunk.subarray(0, end).lastIndexOf(NEWLINE);
      if (newline < 0) break;
      const part = chunk.subarray(newline + 1, end);
      if (rest !== undefined && restBytes + part.length <= LINE_LIMIT_BYTES) {
        yield Buffer.concat([part, ...rest]).toString('utf8');
      }
      rest = [];
      restBytes = 0;
      end = newline;
    }
    restBytes += end;
    if (rest !== undefined)
      rest = restBytes <= LINE_LIMIT_BYTES ? [Buffer.from(chunk.subarray(0, end)), ...rest] : [];
    position = from;
  }
  if (rest !== undefined && restBytes > 0 && restBytes <= LINE_LIMIT_BYTES)
    yield Buffer.concat(rest).toString('utf8');
}
