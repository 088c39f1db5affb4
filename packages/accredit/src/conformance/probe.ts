import type { Profile } from './check.ts';
import { type Address, Connection, NoAnswer } from './connection.ts';
import type { Control } from './control.ts';
import { type Finding, Mismatch, NotApplicable, onOneLine, show } from './findings.ts';
import { type Answer, type Header, headerOf, type Request, textOf } from './http-message.ts';
import { DEPTH_LIMIT, isTooDeep } from './json.ts';
import { WatchedControl } from './watched-control.ts';

/** The server that is checked, and what may be used for it. */
export interface Target {
  readonly address: Address;
  /** As in `Host`: `metadata.google.internal`, `127.0.0.1:8080`. */
  readonly host: string;
  readonly profile: Profile;
  readonly control: Control;
  /** Whether guest attributes may be written. */
  readonly mayWrite: boolean;
  /** Fetches the JWKS that its identity tokens verify with; absent where nobody named one. */
  readonly publishedKeys?: () => Promise<unknown>;
  /** Milliseconds of a clock that only moves forward. */
  now(): number;
  sleep(delayMs: number): Promise<void>;
}

/** Where the tree begins. */
export const V1 = '/computeMetadata/v1/';

/** The header that says that a request means the metadata server. */
export const FLAVOR: Header = ['Metadata-Flavor', 'Google'];

/** What a request has that is not the default. */
export interface RequestOptions {
  readonly method?: string;
  readonly version?: '1.0' | '1.1';
  /** In place of `Metadata-Flavor: Google`; `Host` stands before them. */
  readonly headers?: readonly Header[];
  /** In place of the server's own; `null` for no `Host` at all. */
  readonly host?: string | null;
  readonly body?: string | Buffer;
  readonly timeoutMs?: number;
}

/** What a value must be: itself, a text that matches, or anything where a sentence says what. */
type Expected = string | number | boolean | RegExp | undefined;

/** A request line may name the server too; a query may name another one. */
const ABSOLUTE_URL = /^[a-z]+:\/\//;

/** How many redirects a client follows; a metadata server needs one. */
const REDIRECT_LIMIT = 3;

/** How long a request may be held: longer than any control needs to change something. */
const WAIT_LIMIT_MS = 240_000;

/** How long a change may take to reach who waits for it. */
const WAKE_LIMIT_MS = 5_000;

/** The most that a report shows of what was found right. */
const FINDING_LIMIT = 12;

/** Takes back a change. What the check asks and changes with is over by then: this is done with another probe. */
type Undo = (after: Probe) => Promise<void>;

/** What one check asks with: it sends, compares, remembers what it found, and tidies up behind itself. */
export class Probe {
  readonly target: Target;
  readonly control: Control;
  readonly #findings: Finding[] = [];
  readonly #connections = new Set<Connection>();
  readonly #undo: Undo[] = [];
  readonly #watched: WatchedControl;
  #isOver = false;

  constructor(target: Target) {
    this.target = target;
    this.#watched = new WatchedControl(target.control);
    this.control = this.#watched.control;
  }

  /** What was found as it must be, in order; the most important comes first. */
  get findings(): readonly Finding[] {
    return this.#findings.slice(0, FINDING_LIMIT);
  }

  /**
   * Asks for a path on a connection of its own.
   *
   * @param path - below `/computeMetadata/v1/`, or from the root where it begins with a slash
   */
  async get(path: string, options: RequestOptions = {}): Promise<Answer> {
    const connection = await this.connect();
    try {
      return await connection.ask(this.request(path, options), options.timeoutMs);
    } finally {
      this.#close(connection);
    }
  }

  /**
   * Asks for a path whose answer is to wait for something that the check does next.
   *
   * @returns takes the answer: what the check did is done, so it must come soon
   */
  begin(path: string, options: RequestOptions = {}): () => Promise<Answer> {
    const waiting = this.get(path, { timeoutMs: WAIT_LIMIT_MS, ...options });
    // It is looked at later, or not at all where the check fails before.
    waiting.catch(() => undefined);
    return () => soon(waiting);
  }

  /** Asks for a path that must be there, and returns its value as text. */
  async value(path: string, options: RequestOptions = {}): Promise<string> {
    const answer = await this.get(path, options);
    this.status(answer, [200], path);
    return textOf(answer);
  }

  /** Asks as clients do, which follow a redirect to the same server with the same headers. */
  async follow(path: string, options: RequestOptions = {}): Promise<Answer> {
    let answer = await this.get(path, options);
    for (let count = 0; answer.status === 301 && count < REDIRECT_LIMIT; count += 1) {
      answer = await this.get(this.#samePlace(headerOf(answer, 'Location') ?? ''), options);
    }
    return answer;
  }

  /** Returns the path and query of a redirect; one to another server is none that a client would follow. */
  #samePlace(location: string): string {
    const own = `http://${this.target.host}/`;
    this.that('a redirect to the same server', location.startsWith(own) ? own : location, own);
    return location.slice(own.length - 1);
  }

  /** Makes the request that `get` sends. */
  request(path: string, options: RequestOptions = {}): Request {
    const { method = 'GET', version = '1.1', headers = [FLAVOR], host, body = '' } = options;
    const hostHeader: readonly Header[] = host === null ? [] : [['Host', host ?? this.target.host]];
    const hasLength = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
    const takesBody = method === 'PUT' || method === 'POST' || body.length > 0;
    const length: readonly Header[] =
      takesBody && !hasLength ? [['Content-Length', String(Buffer.byteLength(body))]] : [];
    const target = path.startsWith('/') || ABSOLUTE_URL.test(path) ? path : V1 + path;
    return { method, target, version, headers: [...hostHeader, ...headers, ...length], body };
  }

  /** Opens a connection that ends with the check. @throws {NoAnswer} also where the check is over */
  async connect(): Promise<Connection> {
    const connection = await Connection.open(this.target.address, () => this.target.now());
    if (this.#isOver) {
      connection.destroy();
      throw new NoAnswer('the check is over');
    }
    this.#connections.add(connection);
    return connection;
  }

  /** Says what to do when the check is over, however it ends; the last comes first. */
  defer(undo: Undo): void {
    this.#undo.push(undo);
  }

  /** Compares. @throws {Mismatch} */
  that(what: string, seen: string | number | boolean | undefined, expected: Expected): void {
    const isRight = expected instanceof RegExp ? expected.test(String(seen ?? '')) : seen === expected;
    this.#judge(isRight, `${what}: ${show(expected)}`, show(seen));
  }

  /**
   * Takes note of something that is or is not as it must be.
   *
   * @param otherwise - what is seen where it is not
   * @throws {Mismatch}
   */
  holds(isRight: boolean, expected: string, otherwise: string): void {
    this.#judge(isRight, expected, isRight ? 'so it is' : otherwise);
  }

  /** Compares a status. @throws {Mismatch} */
  status(answer: Answer, expected: number | readonly number[], what = 'status'): void {
    const wanted = typeof expected === 'number' ? [expected] : expected;
    const label = what === 'status' ? what : `status of ${what}`;
    this.#judge(wanted.includes(answer.status), `${label} ${wanted.join(' or ')}`, String(answer.status));
  }

  #judge(isRight: boolean, expected: string, seen: string): void {
    // A path in it may have been made of what a server said.
    const finding = { expected: onOneLine(expected), seen: onOneLine(seen) };
    if (!isRight) throw new Mismatch(finding);
    this.#findings.push(finding);
  }

  /** Compares a header; `undefined` means that there must be none. @throws {Mismatch} */
  header(answer: Answer, name: string, expected: string | RegExp | undefined): void {
    this.that(name, headerOf(answer, name), expected);
  }

  /** Compares a body. @throws {Mismatch} */
  body(answer: Answer, expected: string | RegExp): void {
    this.that('body', textOf(answer), expected);
  }

  /** Parses a body that must be JSON. @throws {Mismatch} */
  json(answer: Answer): unknown {
    const text = textOf(answer);
    if (isTooDeep(text)) this.#judge(false, `JSON of at most ${DEPTH_LIMIT} levels`, 'more of them');
    try {
      const value: unknown = JSON.parse(text);
      this.#judge(true, 'a body that is JSON', 'JSON');
      return value;
    } catch {
      this.#judge(false, 'a body that is JSON', show(text));
      return undefined;
    }
  }

  /** Ends the check without a verdict. @throws {NotApplicable} */
  skip(reason: string): never {
    throw new NotApplicable(reason);
  }

  /** Fails where a server must refuse in one way or another, and not break. @throws {Mismatch} */
  async refusedOrClosed(what: string, asked: Promise<Answer>, statuses: RegExp = /^4\d\d$/): Promise<void> {
    try {
      const { status } = await asked;
      this.that(`status of ${what}`, String(status), statuses);
    } catch (error) {
      const hasClosed = error instanceof NoAnswer && error.code !== 'ETIMEDOUT';
      if (!hasClosed) throw error;
      this.holds(true, `${what} is refused`, 'the connection was closed');
    }
    this.that('the server still answers', (await this.get('/')).status < 500, true);
  }

  /**
   * Ends the check: what is still open, and what was changed, is taken back.
   *
   * @throws {unknown} the first error of what could not be taken back; all the rest is
   */
  async tidy(): Promise<void> {
    this.#isOver = true;
    for (const connection of this.#connections) connection.destroy();
    this.#connections.clear();
    await this.#watched.end();
    const errors: unknown[] = [];
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) {
      await undo(new Probe(this.target)).catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  }

  #close(connection: Connection): void {
    connection.destroy();
    this.#connections.delete(connection);
  }
}

async function soon(waiting: Promise<Answer>): Promise<Answer> {
  const { promise, reject } = Promise.withResolvers<never>();
  const what = `no answer within ${WAKE_LIMIT_MS} ms after the change`;
  const late = setTimeout(() => reject(new NoAnswer(what, 'ETIMEDOUT')), WAKE_LIMIT_MS);
  try {
    return await Promise.race([waiting, promise]);
  } finally {
    clearTimeout(late);
  }
}
