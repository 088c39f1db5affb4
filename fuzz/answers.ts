import { STATUS_CODES } from 'node:http';

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** What came is not what a metadata server may answer; the message says what. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
}

/** Every header that a metadata server has: another one was put there by a client. */
const HEADER_NAMES: ReadonlySet<string> = new Set([
  'metadata-flavor',
  'content-type',
  'etag',
  'date',
  'server',
  'content-length',
  'x-xss-protection',
  'x-frame-options',
  'connection',
  'keep-alive',
  'location',
  'allow',
]);

/** Part 4.5 of the metadata notes, and what HTTP itself asks for. */
const STATUSES: ReadonlySet<number> = new Set([
  200, 301, 400, 403, 404, 405, 408, 412, 413, 414, 429, 431, 503,
]);

const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) ([\x20-\x7e]+)$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~\w-]+): ([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)$/;
const DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
/** A redirect leads to the server itself, under one of its own names. */
const LOCATION =
  /^https?:\/\/(?:metadata(?:\.goog|\.google\.internal\.?)?|169\.254\.169\.254|localhost|127\.0\.0\.1|\[(?:::1|fd20:ce::254)\])(?::\d*)?\/computeMetadata/i;
const STACK_TRACE = /\bat .{0,200}\.[jt]s:\d+|node:internal|\.[jt]s:\d+:\d+/;
const INTERIM = 'HTTP/1.1 100 Continue\r\n\r\n';
const HEAD_END = '\r\n\r\n';

/**
 * Takes apart all that came on a connection, as strictly as a client could.
 *
 * @param got - one character a byte
 * @param mayBeHead - whether some answer may be to HEAD: a length, and no body
 * @throws {BadAnswer} for what is not HTTP/1.1, is cut off, or is nothing that a metadata server answers
 */
export function parseAnswers(got: string, mayBeHead: boolean): readonly Answer[] {
  const answers: Answer[] = [];
  let rest = got;
  while (rest !== '') {
    if (rest.startsWith(INTERIM)) {
      rest = rest.slice(INTERIM.length);
      continue;
    }
    const { answer, length } = parseAnswer(rest, mayBeHead);
    answers.push(answer);
    rest = rest.slice(length);
  }
  return answers;
}

function parseAnswer(got: string, mayBeHead: boolean): { readonly answer: Answer; readonly length: number } {
  const end = got.indexOf(HEAD_END);
  if (end < 0) throw new BadAnswer('The head of an answer does not end.');
  const [statusLine = '', ...lines] = got.slice(0, end).split('\r\n');
  const status = parseStatus(statusLine);
  const headers = parseHeaders(lines);
  const bodyStart = end + HEAD_END.length;
  const stated = Number(headers.get('content-length'));
  const behind = got.slice(bodyStart, bodyStart + 'HTTP/1.1 '.length);
  const isHead = mayBeHead && stated > 0 && (behind === '' || behind === 'HTTP/1.1 ');
  const length = bodyStart + (isHead ? 0 : stated);
  if (got.length < length) throw new BadAnswer(`The body of ${stated} bytes is cut off.`);
  const answer = { status, headers, body: got.slice(bodyStart, length) };
  checkAnswer(answer);
  return { answer, length };
}

function parseStatus(line: string): number {
  const [, code = '', reason] = STATUS_LINE.exec(line) ?? [];
  const status = Number(code);
  if (reason === undefined || reason !== STATUS_CODES[status])
    throw new BadAnswer(`The status line is '${line.slice(0, 100)}'.`);
  if (!STATUSES.has(status)) throw new BadAnswer(`The status ${status} is not a metadata server's.`);
  return status;
}

function parseHeaders(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ''] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined) throw new BadAnswer(`The header line is '${line.slice(0, 100)}'.`);
    const key = name.toLowerCase();
    if (!HEADER_NAMES.has(key)) throw new BadAnswer(`The header '${name}' is not a metadata server's.`);
    if (headers.has(key)) throw new BadAnswer(`The header '${name}' comes twice.`);
    headers.set(key, value);
  }
  return headers;
}

function checkAnswer({ headers, body }: Answer): void {
  if (!/^\d{1,9}$/.test(headers.get('content-length') ?? ''))
    throw new BadAnswer(`Content-Length is '${headers.get('content-length')}'.`);
  if (headers.get('metadata-flavor') !== 'Google') throw new BadAnswer('Metadata-Flavor is missing.');
  if (headers.get('server') !== 'Metadata Server for VM') throw new BadAnswer('Server is missing.');
  if (!headers.has('content-type')) throw new BadAnswer('Content-Type is missing.');
  if (!DATE.test(headers.get('date') ?? '')) throw new BadAnswer('Date is missing or no HTTP date.');
  const location = headers.get('location');
  if (location !== undefined && !LOCATION.test(location)) throw new BadAnswer(`Location is '${location}'.`);
  if (STACK_TRACE.test(body)) throw new BadAnswer('The body holds a stack trace.');
}
