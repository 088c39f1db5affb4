/** A header field as it stands on the wire, in its own spelling. */
export type Header = readonly [name: string, value: string];

/** One request, with nothing added to it. */
export interface Request {
  readonly method: string;
  /** What stands in the request line: `/path?query`, and whatever else a check wants to try. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  readonly headers: readonly Header[];
  readonly body: string | Buffer;
}

/** One answer, byte for byte as far as a client can tell. */
export interface Answer {
  /** `1.1`. */
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  /** In the order and the spelling of the wire. */
  readonly headers: readonly Header[];
  /** Without the framing; empty for HEAD. */
  readonly body: Buffer;
  /** From when it was asked for until it was there whole. */
  readonly elapsedMs: number;
}

/** Status line and headers together; Google's have 300 bytes. */
export const HEAD_LIMIT_BYTES = 65_536;

/** A whole body: the largest metadata of a VM and its project is 1 MiB (512 KiB each). */
export const BODY_LIMIT_BYTES = 4_194_304;

/** Chunks of one body: a server that sends it in pieces of 4 KiB needs a thousand for the largest. */
export const CHUNK_LIMIT = 16_384;

/** The line before a chunk: its size, and extensions that nobody is known to send. */
export const CHUNK_LINE_LIMIT_BYTES = 4_096;

/** Interim answers before the one that counts; a metadata server sends none. */
export const INTERIM_LIMIT = 8;

/** What came is not HTTP/1.1, or more of it than anybody reads. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}

/** Returns the bytes of a request; characters above U+00FF are sent as UTF-8. */
export function renderRequest({ method, target, version, headers, body }: Request): Buffer {
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]);
}

/** Returns the value of a header, whatever its spelling; `undefined` where there is none. */
export function headerOf({ headers }: Pick<Answer, 'headers'>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.find(([candidate]) => candidate.toLowerCase() === wanted)?.[1];
}

/** Returns the body as UTF-8. */
export function textOf({ body }: Pick<Answer, 'body'>): string {
  return body.toString('utf8');
}

/** An answer at the beginning of what came, and how many bytes it took. */
interface ParsedAnswer {
  readonly answer: Omit<Answer, 'elapsedMs'>;
  readonly length: number;
}

const HEAD_END = '\r\n\r\n';

/**
 * Reads one answer from the beginning of what came.
 *
 * @param received - everything that came and was not read yet
 * @param isHead - whether a HEAD was asked: then no body follows, whatever the headers say
 * @param hasEnded - whether the server has closed, which ends a body of unknown length
 * @returns `undefined` where more must come
 * @throws {MalformedAnswer}
 */
export function parseAnswer(received: Buffer, isHead: boolean, hasEnded: boolean): ParsedAnswer | undefined {
  const found = findHead(received);
  if (found === undefined) return undefined;
  const { head, bodyStart } = found;
  const framed = readBody(received.subarray(bodyStart), head, isHead, hasEnded);
  if (framed === undefined) return undefined;
  return { answer: { ...head, body: framed.body }, length: bodyStart + framed.length };
}

/** Finds the head that counts, after interim ones (RFC 9110 §15.2). */
function findHead(received: Buffer): { readonly head: Head; readonly bodyStart: number } | undefined {
  let start = 0;
  for (let interim = 0; interim <= INTERIM_LIMIT; interim += 1) {
    const end = received.indexOf(HEAD_END, start);
    const length = (end === -1 ? received.length : end) - start;
    if (length > HEAD_LIMIT_BYTES)
      throw new MalformedAnswer(`more than ${HEAD_LIMIT_BYTES} bytes of headers`);
    if (end === -1) return undefined;
    const head = parseHead(received.toString('latin1', start, end));
    start = end + HEAD_END.length;
    if (head.status >= 200) return { head, bodyStart: start };
  }
  throw new MalformedAnswer(`more than ${INTERIM_LIMIT} interim answers`);
}

type Head = Pick<Answer, 'version' | 'status' | 'reason' | 'headers'>;

function parseHead(text: string): Head {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const [, version, status, reason = ''] = /^HTTP\/(\d\.\d) (\d{3})(?: (.*))?$/.exec(statusLine) ?? [];
  if (version === undefined) throw new MalformedAnswer(`a status line '${statusLine.slice(0, 60)}'`);
  return { version, status: Number(status), reason, headers: lines.map(parseHeader) };
}

function parseHeader(line: string): Header {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0));
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || /[\r\n]/.test(line)) {
    throw new MalformedAnswer(`a header line '${line.slice(0, 60)}'`);
  }
  return [name, withoutBlanks(line.slice(colon + 1))];
}

/** Cuts blanks off both ends, in linear time: a pattern for the second end would be tried at each blank of a value. */
function withoutBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text[from])) from += 1;
  while (to > from && isBlank(text[to - 1])) to -= 1;
  return text.slice(from, to);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

interface FramedBody {
  readonly body: Buffer;
  /** Bytes that it took on the wire. */
  readonly length: number;
}

const NO_BODY: FramedBody = { body: Buffer.alloc(0), length: 0 };

/** The length of a body, as RFC 9112 §6.3 finds it. */
function readBody(rest: Buffer, head: Head, isHead: boolean, hasEnded: boolean): FramedBody | undefined {
  if (isHead || head.status === 204 || head.status === 304) return NO_BODY;
  if (/\bchunked\b/i.test(headerOf(head, 'Transfer-Encoding') ?? '')) return readChunks(rest);
  const declared = headerOf(head, 'Content-Length');
  if (declared === undefined) return readToEnd(rest, hasEnded);
  const length = /^\d{1,15}$/.test(declared) ? Number(declared) : Number.NaN;
  if (Number.isNaN(length)) throw new MalformedAnswer(`a Content-Length '${declared.slice(0, 60)}'`);
  limitBody(length);
  if (rest.length < length) return undefined;
  return { body: rest.subarray(0, length), length };
}

function readToEnd(rest: Buffer, hasEnded: boolean): FramedBody | undefined {
  limitBody(rest.length);
  return hasEnded ? { body: rest, length: rest.length } : undefined;
}

function limitBody(length: number): void {
  if (length > BODY_LIMIT_BYTES) throw new MalformedAnswer(`a body of more than ${BODY_LIMIT_BYTES} bytes`);
}

/** Chunks, without extensions and trailers that nobody asked for (RFC 9112 §7.1). */
function readChunks(rest: Buffer): FramedBody | undefined {
  const chunks: Buffer[] = [];
  let at = 0;
  let total = 0;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at);
    if ((lineEnd === -1 ? rest.length : lineEnd) - at > CHUNK_LINE_LIMIT_BYTES)
      throw new MalformedAnswer(`a chunk whose first line has more than ${CHUNK_LINE_LIMIT_BYTES} bytes`);
    if (lineEnd === -1) return undefined;
    const line = rest.toString('latin1', at, lineEnd);
    const size = /^[0-9a-f]{1,8}(;|$)/i.test(line) ? Number.parseInt(line, 16) : Number.NaN;
    if (Number.isNaN(size)) throw new MalformedAnswer(`a chunk size '${line.slice(0, 60)}'`);
    total += size;
    limitBody(total);
    const next = lineEnd + 2 + size + 2;
    if (rest.length < next) return undefined;
    if (size === 0) return { body: Buffer.concat(chunks), length: next };
    if (chunks.length === CHUNK_LIMIT) throw new MalformedAnswer(`more than ${CHUNK_LIMIT} chunks`);
    chunks.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
