import { CORPUS, GOOD_REQUEST, LARGE_WRITE, PARAMETERS, type Request, WAIT } from './corpus.ts';
import { Random } from './random.ts';

/** How a case ends once its bytes are sent. */
type Ending =
  /** A good request follows that asks for the connection to be closed. */
  | 'good-request'
  /** The client says that no more comes. */
  | 'half-close'
  /** The client is gone at once. */
  | 'abort';

/** What is sent on one connection. */
export interface FuzzCase {
  readonly index: number;
  /** Each is written by itself. */
  readonly packets: readonly Buffer[];
  readonly ending: Ending;
  /** Whether its answers take a while, all of which is waited for. */
  readonly isSlow: boolean;
}

/** A request while it is being spoiled. */
interface Draft {
  method: string;
  target: string;
  version: string;
  headers: [name: string, value: string][];
  body: string;
  isChunked: boolean;
  /** What ends a line. */
  lineEnd: string;
}

/** One case in so many is a wait that lasts, and as many are large writes: each costs as much as thousands of others. */
const ONE_IN_COSTLY = 1_000;

/** One request in so many is left as it is, so that what is spoiled meets what is not. */
const ONE_IN_VALID = 20;

/** A pipeline longer than any connection is allowed. */
const LONG_PIPELINE = 150;

const METHODS =
  'GET HEAD POST PUT DELETE OPTIONS PATCH TRACE CONNECT PROPFIND QUERY SOURCE PRI get G GETT BREW'.split(' ');
const VERSIONS =
  'HTTP/1.0 HTTP/1.1 HTTP/0.9 HTTP/1.2 HTTP/2.0 HTTP/11 http/1.1 HTTP/1. RTSP/1.0 HTTPS/1.1'.split(' ');
const LINE_ENDS = ['\n', '\r', '\n\r', '\r\r\n', ' \r\n', '\0\r\n'];
const TARGETS = [
  '*',
  '',
  '//',
  '/../..',
  '/%2e%2e/',
  'metadata:80',
  'http://evil.example/',
  'http://',
  'https://metadata.google.internal/',
  'http://a@metadata/',
  'foo',
  '/\\',
  '?',
  '#',
];
const HOSTILE_WORDS = [
  '%',
  '%00',
  '%0d%0aSet-Cookie:%20a=b',
  '%zz',
  '%e9',
  '%C3%A9',
  '%40',
  '+',
  '..',
  './',
  '//',
  '?',
  '&',
  '=',
  '#',
  ';',
  '<script>',
  '"',
  "'",
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\u0007',
  '\t',
  '\u007f',
  '\u00e9',
  '\u00ff\u00fe',
  '\r\nX-Injected: yes\r\n',
  '9'.repeat(40),
  '-1',
  '1e9',
  'x'.repeat(9_000),
  'x'.repeat(20_000),
];
const HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['Host', 'evil.example'],
  ['Host', ''],
  ['host', 'localhost:99999'],
  ['Metadata-Flavor', 'Google'],
  ['Metadata-Flavor', 'google'],
  ['X-Google-Metadata-Request', 'True'],
  ['X-Forwarded-For', '1.2.3.4'],
  ['Connection', 'close'],
  ['Connection', 'upgrade, keep-alive'],
  ['Connection', 'host, metadata-flavor'],
  ['Upgrade', 'h2c'],
  ['Upgrade', 'websocket'],
  ['Expect', '100-continue'],
  ['Expect', 'tea'],
  ['Content-Length', '0'],
  ['Content-Length', '3'],
  ['Content-Length', '-1'],
  ['Content-Length', '99999999999999999999'],
  ['Content-Length', '100000'],
  ['Transfer-Encoding', 'chunked'],
  ['Transfer-Encoding', 'gzip, chunked'],
  ['Transfer-Encoding', 'identity'],
  ['Trailer', 'Metadata-Flavor'],
  ['Range', 'bytes=0-1'],
  ['If-None-Match', '*'],
  ['Accept-Encoding', 'gzip, br'],
  ['Origin', 'http://evil.example'],
  ['Cookie', 'a=b'],
  ['Content-Type', 'application/json'],
  ['Content-Encoding', 'gzip'],
  ['Authorization', 'Bearer x'],
  ['', 'no name'],
  [' Leading', 'space'],
  ['Bad Name', 'x'],
  ['__proto__', 'x'],
];

/** Each spoils one thing of a request. */
const DRAFT_MUTATIONS: readonly ((draft: Draft, random: Random) => void)[] = [
  (draft, random) => {
    draft.method = random.pick(METHODS);
  },
  (draft, random) => {
    draft.version = random.pick(VERSIONS);
  },
  (draft, random) => {
    draft.lineEnd = random.pick(LINE_ENDS);
  },
  (draft, random) => {
    draft.target = random.pick(TARGETS);
  },
  (draft, random) => {
    draft.target = insert(draft.target, random.pick(HOSTILE_WORDS), random);
  },
  (draft, random) => {
    draft.target += `${draft.target.includes('?') ? '&' : '?'}${random.pick(PARAMETERS)}`;
  },
  (draft, random) => {
    draft.target += `${draft.target.includes('?') ? '&' : '?'}${insert(random.pick(PARAMETERS), random.pick(HOSTILE_WORDS), random)}`;
  },
  (draft, random) => {
    draft.headers.splice(random.below(draft.headers.length + 1), 0, [...random.pick(HEADERS)]);
  },
  (draft, random) => {
    draft.headers.splice(random.below(draft.headers.length), 1);
  },
  (draft, random) => {
    const header = draft.headers[random.below(draft.headers.length)];
    if (header !== undefined) draft.headers.push([...header]);
  },
  (draft, random) => {
    const header = draft.headers[random.below(draft.headers.length)];
    const part = random.below(2);
    if (header !== undefined) header[part] = insert(header[part] ?? '', random.pick(HOSTILE_WORDS), random);
  },
  (draft, random) => {
    const header: [string, string] = ['X-Many', String(random.below(10))];
    draft.headers.push(...Array.from({ length: random.below(random.chance(5) ? 2_000 : 20) }, () => header));
  },
  (draft) => {
    draft.isChunked = !draft.isChunked;
  },
  (draft, random) => {
    draft.body = insert(draft.body, random.pick(HOSTILE_WORDS), random);
  },
  (draft, random) => {
    draft.headers.push(['Content-Length', String(draft.body.length + random.below(7) - 3)]);
  },
];

/** Each spoils the bytes of a case. */
const BYTE_MUTATIONS: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  (bytes, random) => {
    const flipped = Buffer.from(bytes);
    const at = random.below(bytes.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
    return flipped;
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => bytes.subarray(random.below(bytes.length)),
  (bytes, random) => {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(8))]);
  },
  (bytes, random) => {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from([random.below(256)]), bytes.subarray(at)]);
  },
  (bytes, random) => {
    const [from, length] = [random.below(bytes.length), random.below(40)];
    const piece = bytes.subarray(from, from + length);
    return Buffer.concat([bytes.subarray(0, from + piece.length), piece, bytes.subarray(from)]);
  },
];

/** Makes the case of an index: always the same for the same seed, whatever the other cases were. */
export function makeCase(seed: number, index: number): FuzzCase {
  const random = Random.forCase(seed, index);
  if (random.chance(ONE_IN_COSTLY)) return whole(index, serialize(toDraft(random.pick([WAIT, LARGE_WRITE]))));
  let bytes = Buffer.concat(makeRequests(random).map((request) => serialize(request)));
  if (random.chance(4)) bytes = random.pick(BYTE_MUTATIONS)(bytes, random) as typeof bytes;
  const kind = random.below(10);
  const ending: Ending = kind === 0 ? 'abort' : kind < 3 ? 'half-close' : 'good-request';
  return { index, packets: split(bytes, random), ending, isSlow: false };
}

/** The bytes of a case behind each other, with the good request that ends it. */
export function bytesOf({ packets, ending }: FuzzCase): Buffer {
  return Buffer.concat([...packets, ...(ending === 'good-request' ? [Buffer.from(GOOD_REQUEST)] : [])]);
}

function whole(index: number, bytes: Buffer): FuzzCase {
  return { index, packets: [bytes], ending: 'good-request', isSlow: true };
}

function makeRequests(random: Random): readonly Draft[] {
  if (random.chance(500)) return Array.from({ length: LONG_PIPELINE }, () => toDraft(random.pick(CORPUS)));
  const count = random.chance(5) ? 2 + random.below(6) : 1;
  return Array.from({ length: count }, () => {
    const draft = toDraft(random.pick(CORPUS));
    const mutations = random.chance(ONE_IN_VALID) ? 0 : 1 + random.below(3);
    for (let left = mutations; left > 0; left -= 1) random.pick(DRAFT_MUTATIONS)(draft, random);
    return draft;
  });
}

function toDraft({ method, target, headers, body = '' }: Request): Draft {
  return {
    method,
    target,
    version: 'HTTP/1.1',
    headers: headers.map(([name, value]) => [name, value]),
    body,
    isChunked: false,
    lineEnd: '\r\n',
  };
}

function serialize({ method, target, version, headers, body, isChunked, lineEnd }: Draft): Buffer {
  const framing: [string, string][] = isChunked ? [['Transfer-Encoding', 'chunked']] : lengthOf(body);
  const lines = [...headers, ...framing].map(([name, value]) => `${name}: ${value}${lineEnd}`);
  const sent = isChunked ? `${chunk(body)}0\r\n\r\n` : body;
  return Buffer.from(`${method} ${target} ${version}${lineEnd}${lines.join('')}${lineEnd}${sent}`, 'latin1');
}

function lengthOf(body: string): [string, string][] {
  return body === '' ? [] : [['Content-Length', String(body.length)]];
}

function chunk(body: string): string {
  return body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`;
}

function insert(text: string, word: string, random: Random): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + word + text.slice(at);
}

/** Cuts bytes where no parser expects it; most often nowhere. */
function split(bytes: Buffer, random: Random): readonly Buffer[] {
  if (bytes.length < 2 || !random.chance(5)) return [bytes];
  const cuts = Array.from({ length: 1 + random.below(3) }, () => random.below(bytes.length));
  const places = [0, ...cuts.sort((one, other) => one - other), bytes.length];
  return places.slice(1).map((end, place) => bytes.subarray(places[place], end));
}
