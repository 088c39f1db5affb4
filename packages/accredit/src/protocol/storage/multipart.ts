import { type ApiError, invalidArgument } from '../../kernel/api-error.ts';

/** The longest boundary that is looked for: twice what RFC 2046 §5.1.1 allows. */
const BOUNDARY_LIMIT = 140;

/** What may stand before the first part, and the headers of one part. */
const HEAD_LIMIT_BYTES = 16 * 1024;

/** The JSON part: custom metadata is 8 KiB at most, all else is small. */
export const METADATA_LIMIT_BYTES = 1024 * 1024;

const DASHES = Buffer.from('--');

/** An upload of two parts, of which the second has not been read yet. */
export interface MultipartUpload {
  /** The first part whole: JSON, not decoded. */
  readonly metadata: Buffer;
  /** `Content-Type` of the second part. */
  readonly mediaType: string | undefined;
  /**
   * The second part. It ends well only where the closing boundary was there and the body was read to its end.
   *
   * @throws {ApiError} `INVALID_ARGUMENT` while it is read, for a third part or a body that is cut short
   */
  readonly media: AsyncIterable<Buffer>;
}

/**
 * Returns the boundary of a `multipart/…` content type: a token, or in double quotes, or in the single quotes of
 * apitools; `undefined` where there is none.
 */
export function multipartBoundary(contentType: string): string | undefined {
  if (!/^multipart\//i.test(contentType)) return undefined;
  const [, double, single, token] =
    /;\s*boundary=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = double?.replace(/\\(.)/g, '$1') ?? single ?? token ?? '';
  return boundary === '' || boundary.length > BOUNDARY_LIMIT ? undefined : boundary;
}

/**
 * Reads the first part of a `multipart/related` upload and stands before the bytes of the second.
 *
 * The line end is the one of the first delimiter line, LF or CRLF; exactly one of them belongs to each later
 * delimiter, everything else to the media (storage notes 5.3).
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export async function readMultipart(
  chunks: AsyncIterable<Buffer>,
  boundary: string,
): Promise<MultipartUpload> {
  const source = new Source(chunks);
  const opening = Buffer.from(`--${boundary}`);
  if (!(await skipPreamble(source, opening))) throw wrongPartCount(0);
  if (await source.startsWith(DASHES)) throw wrongPartCount(0);
  const lineEnd = await readDelimiterEnd(source);
  const delimiter = Buffer.concat([lineEnd, opening]);
  await readPartHeaders(source, lineEnd);
  const metadata = await collect(readPart(source, delimiter, lineEnd));
  if (await source.startsWith(DASHES)) throw wrongPartCount(1);
  await readDelimiterEnd(source);
  const headers = await readPartHeaders(source, lineEnd);
  return { metadata, mediaType: headers.get('content-type'), media: readMedia(source, delimiter, lineEnd) };
}

/** The bytes that have come and were not taken yet. Never more than one chunk and what had to be kept before it. */
class Source {
  readonly #chunks: AsyncIterator<Buffer>;
  bytes: Buffer = Buffer.alloc(0);
  ended = false;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Waits for more bytes. */
  async fill(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done === true) this.ended = true;
    else this.bytes = this.bytes.length === 0 ? value : Buffer.concat([this.bytes, value]);
  }

  /** Waits until so many bytes are there, or the end. */
  async require(length: number): Promise<void> {
    while (this.bytes.length < length && !this.ended) await this.fill();
  }

  async startsWith(expected: Buffer): Promise<boolean> {
    await this.require(expected.length);
    return this.bytes.subarray(0, expected.length).equals(expected);
  }

  take(length: number): Buffer {
    const taken = this.bytes.subarray(0, length);
    this.bytes = this.bytes.subarray(length);
    return taken;
  }

  /** Reads off the rest: the epilogue, which means nothing. */
  async drain(): Promise<void> {
    while (!this.ended) {
      this.bytes = Buffer.alloc(0);
      await this.fill();
    }
  }
}

/** Moves behind the first `--boundary` at the begin of a line; says whether there is one. */
async function skipPreamble(source: Source, opening: Buffer): Promise<boolean> {
  for (;;) {
    const found = findLine(source.bytes, opening);
    if (found >= 0) {
      source.take(found + opening.length);
      return true;
    }
    if (source.ended) return false;
    if (source.bytes.length > HEAD_LIMIT_BYTES) throw malformed('its first boundary does not come');
    await source.fill();
  }
}

function findLine(bytes: Buffer, line: Buffer): number {
  for (let at = bytes.indexOf(line); at >= 0; at = bytes.indexOf(line, at + 1)) {
    if (at === 0 || bytes[at - 1] === LF) return at;
  }
  return -1;
}

const LF = 0x0a;
const CRLF_BYTES = Buffer.from('\r\n');
const LF_BYTES = Buffer.from('\n');

/** Reads what follows a boundary up to the end of its line, and returns that line end. */
async function readDelimiterEnd(source: Source): Promise<Buffer> {
  const line = await readLine(source);
  if (line.text.trim() !== '') throw malformed('a boundary is followed by other text');
  return line.end;
}

async function readLine(source: Source): Promise<{ readonly text: string; readonly end: Buffer }> {
  for (;;) {
    const at = source.bytes.indexOf(LF);
    if (at >= 0) {
      const line = source.take(at + 1);
      const isCrLf = line.length > 1 && line[line.length - 2] === CRLF_BYTES[0];
      const end = isCrLf ? CRLF_BYTES : LF_BYTES;
      return { text: line.subarray(0, line.length - end.length).toString('latin1'), end };
    }
    if (source.ended) throw cutShort();
    if (source.bytes.length > HEAD_LIMIT_BYTES) throw malformed('a header is too long');
    await source.fill();
  }
}

/** Reads headers up to the empty line, whose line end stays: it may belong to the next delimiter. */
async function readPartHeaders(source: Source, lineEnd: Buffer): Promise<ReadonlyMap<string, string>> {
  const headers = new Map<string, string>();
  let length = 0;
  while (!(await source.startsWith(lineEnd))) {
    const { text } = await readLine(source);
    length += text.length;
    const colon = text.indexOf(':');
    if (length > HEAD_LIMIT_BYTES || colon <= 0) throw malformed('a part has headers that cannot be read');
    headers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim());
  }
  return headers;
}

/** Gives the bytes of a part up to the next delimiter, and stands behind that one. */
async function* readPart(source: Source, delimiter: Buffer, lineEnd: Buffer): AsyncGenerator<Buffer> {
  // The end of the empty line may be the delimiter's own: a part without a body (RFC 2046 §5.1.1).
  await source.require(delimiter.length + DELIMITER_TAIL_BYTES);
  const bare = findDelimiter(source, delimiter);
  if (!(bare.isWhole && bare.at === 0)) source.take(lineEnd.length);
  for (;;) {
    const { at, isWhole } = findDelimiter(source, delimiter);
    const content = source.take(at);
    if (isWhole) source.take(delimiter.length);
    if (content.length > 0) yield content;
    if (isWhole) return;
    if (source.ended) throw cutShort();
    await source.fill();
  }
}

/** How many bytes behind a delimiter tell it from content. */
const DELIMITER_TAIL_BYTES = 2;

/**
 * Finds the delimiter in the bytes that are there. What only resembles one is passed over within them: media full of
 * that costs no more than other media.
 *
 * @returns where it stands; or else, with `isWhole` false, where one may yet begin: all before it is content
 */
function findDelimiter(
  { bytes, ended }: Source,
  delimiter: Buffer,
): { readonly at: number; readonly isWhole: boolean } {
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, at + 1)) {
    const end = at + delimiter.length;
    if (bytes.length < end + DELIMITER_TAIL_BYTES && !ended) return { at, isWhole: false };
    if (endsDelimiter(bytes, end)) return { at, isWhole: true };
  }
  return { at: Math.max(0, bytes.length - (delimiter.length - 1)), isWhole: false };
}

/** The bytes that may follow a boundary on its line: blanks, CR, LF. */
const LINE_REST: ReadonlySet<number | undefined> = new Set(Buffer.from(' \t\r\n'));

/** A delimiter is followed by the closing dashes, or by nothing more on its line; else it is content. */
function endsDelimiter(bytes: Buffer, end: number): boolean {
  return LINE_REST.has(bytes[end]) || (bytes[end] === DASHES[0] && bytes[end + 1] === DASHES[1]);
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    // Deviation: Google says it as bare text; pinned by 'a multipart upload is refused', row 'too much metadata'.
    if (length > METADATA_LIMIT_BYTES)
      throw invalidArgument('Metadata part is too large.', { reason: 'badRequest' });
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

async function* readMedia(source: Source, delimiter: Buffer, lineEnd: Buffer): AsyncGenerator<Buffer> {
  yield* readPart(source, delimiter, lineEnd);
  if (!(await source.startsWith(DASHES))) throw wrongPartCount(3);
  await source.drain();
}

function wrongPartCount(count: number): ApiError {
  return invalidArgument(`Invalid multipart request with ${count} mime parts`, { reason: 'badRequest' });
}

/** Guess: that it is refused is known, the text is not (storage notes 5.3). */
function cutShort(): ApiError {
  return malformed('it ends before its closing boundary');
}

function malformed(why: string): ApiError {
  return invalidArgument(`Invalid multipart request: ${why}.`, { reason: 'badRequest' });
}
