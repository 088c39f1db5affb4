import { connect, type Socket } from 'node:net';
import {
  type Answer,
  BODY_LIMIT_BYTES,
  MalformedAnswer,
  parseAnswer,
  type Request,
  renderRequest,
} from './http-message.ts';

/** Where a server listens. */
export interface Address {
  /** A name or an address, without the brackets of an IPv6 one. */
  readonly hostname: string;
  readonly port: number;
}

/** How long a connection may take to come about; on a VM it takes less than a millisecond. */
const CONNECT_TIMEOUT_MS = 5_000;

/** How long an answer may take that nothing holds up. */
const ANSWER_TIMEOUT_MS = 5_000;

/** What may have come and not been read yet: the largest body, and as much again of headers and framing. */
const UNREAD_LIMIT_BYTES = 2 * BODY_LIMIT_BYTES;

/** No answer came: what there was instead, in a few words. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** The code of the system, such as `ECONNREFUSED`, where it gave one. */
  readonly code: string | undefined;

  constructor(what: string, code?: string) {
    super(what);
    this.code = code;
  }
}

/** One TCP connection on which exactly those bytes are sent that a check wants to send. */
export class Connection {
  readonly #socket: Socket;
  readonly #now: () => number;
  #received: Buffer = Buffer.alloc(0);
  #hasEnded = false;
  #hasOverflowed = false;
  #error: NodeJS.ErrnoException | undefined;
  #wake: () => void = () => {};

  private constructor(socket: Socket, now: () => number) {
    this.#socket = socket;
    this.#now = now;
    socket.setNoDelay(true);
    socket.on('data', (part: Buffer) => this.#take(part));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#error = error;
    });
    socket.on('close', () => this.#end());
    socket.on('end', () => this.#end());
  }

  /**
   * Connects.
   *
   * @param now - milliseconds of a clock that only moves forward
   * @throws {NoAnswer} where nobody listens, or not in time
   */
  static async open({ hostname, port }: Address, now: () => number): Promise<Connection> {
    const { promise, resolve, reject } = Promise.withResolvers<Connection>();
    const socket = connect({ host: hostname, port });
    socket.once('error', (error: NodeJS.ErrnoException) => reject(new NoAnswer(error.message, error.code)));
    socket.once('connect', () => resolve(new Connection(socket, now)));
    const late = setTimeout(() => {
      reject(new NoAnswer(`no connection within ${CONNECT_TIMEOUT_MS} ms`, 'ETIMEDOUT'));
      socket.destroy();
    }, CONNECT_TIMEOUT_MS);
    return promise.finally(() => clearTimeout(late));
  }

  /** Sends bytes as they are; what cannot be sent any more shows when the answer is read. */
  write(bytes: Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  /** Sends a request and reads its answer. @throws {NoAnswer} {@link MalformedAnswer} */
  ask(request: Request, timeoutMs?: number): Promise<Answer> {
    this.write(renderRequest(request));
    return this.read(request.method === 'HEAD', timeoutMs);
  }

  /**
   * Reads the next answer.
   *
   * @param isHead - whether it answers a HEAD
   * @param timeoutMs - default 5000
   * @throws {NoAnswer} where the connection ends before, or the answer does not come in time
   * @throws {MalformedAnswer} where it is not HTTP
   */
  async read(isHead: boolean, timeoutMs = ANSWER_TIMEOUT_MS): Promise<Answer> {
    const startedMs = this.#now();
    const deadline = this.#deadline(timeoutMs);
    try {
      for (;;) {
        const parsed = parseAnswer(this.#received, isHead, this.#hasEnded);
        if (parsed !== undefined) {
          this.#received = this.#received.subarray(parsed.length);
          return { ...parsed.answer, elapsedMs: this.#now() - startedMs };
        }
        if (this.#hasEnded) throw this.#lost();
        await this.#more(deadline.passed);
      }
    } finally {
      deadline.clear();
    }
  }

  /** Waits until the server closes. @returns whether it did so in time, with nothing further sent */
  async closes(timeoutMs: number): Promise<boolean> {
    const deadline = this.#deadline(timeoutMs);
    try {
      while (!this.#hasEnded) await this.#more(deadline.passed);
      return this.#received.length === 0;
    } catch (error) {
      if (error instanceof NoAnswer) return false;
      throw error;
    } finally {
      deadline.clear();
    }
  }

  /** Ends the connection at once, as a client that goes away does. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Whoever sends without end is cut off; what came until then can still be read. */
  #take(part: Buffer): void {
    if (this.#received.length + part.length > UNREAD_LIMIT_BYTES) {
      this.#hasOverflowed = true;
      this.#socket.destroy();
      this.#end();
      return;
    }
    this.#received = Buffer.concat([this.#received, part]);
    this.#wake();
  }

  #end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  #lost(): Error {
    if (this.#hasOverflowed)
      return new MalformedAnswer(`more than ${UNREAD_LIMIT_BYTES} bytes without the end of an answer`);
    const what = this.#received.length === 0 ? 'the connection closed without an answer' : 'half an answer';
    return new NoAnswer(
      this.#error === undefined ? what : `${what} (${this.#error.code ?? ''})`,
      this.#error?.code,
    );
  }

  #more(late: Promise<never>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (this.#hasEnded) resolve();
    return Promise.race([promise, late]);
  }

  #deadline(timeoutMs: number): { readonly passed: Promise<never>; clear(): void } {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new NoAnswer(`no answer within ${timeoutMs} ms`, 'ETIMEDOUT')),
      timeoutMs,
    );
    // Nobody may be waiting when the time has passed.
    promise.catch(() => undefined);
    return { passed: promise, clear: () => clearTimeout(timer) };
  }
}
