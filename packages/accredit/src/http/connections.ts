import type { Server, ServerResponse } from 'node:http';
import type { ConnectionBudget } from './connection-budget.ts';
import type { Listener, TextResponse } from './message.ts';

/** What is wrong with a connection or a request before anybody has looked at what it asks. */
export type RequestDefect =
  /** No HTTP, or not as RFC 9112 wants it. */
  | 'bad-request'
  | 'headers-too-large'
  | 'uri-too-long'
  /** It did not come to its end in time. */
  | 'request-timeout'
  /** More connections at a listener, or requests on a connection, than are served. */
  | 'unavailable';

/** Words the refusal of a defective request, in the manner of what its listener stands for. */
export type Refuse = (listener: Listener, defect: RequestDefect) => TextResponse;

/** The answers of a server that are under way. */
class AnswersUnderWay {
  #count = 0;
  #none: () => void = () => {};

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#none();
  }

  /** Waits until there are none; at most so long. */
  async drain(limitMs: number): Promise<void> {
    if (this.#count === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#none = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** What belongs to a server as a whole. */
export interface ServerState {
  readonly answers: AnswersUnderWay;
  readonly refuse: Refuse;
  readonly budget: ConnectionBudget;
}

const stateOf = new WeakMap<Server, ServerState>();

export function registerServer(server: Server, refuse: Refuse, budget: ConnectionBudget): void {
  stateOf.set(server, { answers: new AnswersUnderWay(), refuse, budget });
}

/** @throws {Error} for a server that `createHttpServer` did not make: our bug */
export function serverState(server: Server): ServerState {
  const state = stateOf.get(server);
  if (state === undefined) throw new Error('The server is none of ours.');
  return state;
}

/** A connection as the adapter follows it: where it came in, and what it still waits for. */
export class Connection {
  readonly listener: Listener;
  /** Answers that are not sent yet, in the order of their requests. */
  underWay = 0;
  /** The answer to the newest request. */
  latest: ServerResponse | undefined;
  /** Whether it ends: what comes on it is not answered any more. */
  isEnding = false;
  /** Requests that came though it ends. */
  ignored = 0;
  readonly #answers: AnswersUnderWay;
  /** Answers that began while others were under way; a connection without any has no set, for there are thousands. */
  #queued: Set<ServerResponse> | undefined;
  #idle: () => void = () => {};

  constructor(listener: Listener, answers: AnswersUnderWay) {
    this.listener = listener;
    this.#answers = answers;
  }

  begin(response: ServerResponse): void {
    if (this.underWay > 0) (this.#queued ??= new Set()).add(response);
    this.underWay += 1;
    this.latest = response;
    this.#answers.begin();
    response.on('close', this.#ended);
  }

  /** Calls a listener when every answer is sent; at once where that is so. */
  whenIdle(listener: () => void): void {
    if (this.underWay === 0) listener();
    else this.#idle = listener;
  }

  /**
   * Lets go of answers that wait for their turn: the client is gone. Node does this itself, except on a connection that
   * it has handed over for CONNECT.
   */
  abandon(): void {
    for (const response of this.#queued ?? []) response.destroy();
  }

  /** One function for all answers of the connection, so that a request makes none. */
  readonly #ended = (): void => {
    this.underWay -= 1;
    this.#answers.end();
    if (this.underWay > 0) return;
    this.#queued = undefined;
    this.#idle();
  };
}

/** The connection of a socket. The socket is the identity; no header can change it. */
const connections = new WeakMap<object, Connection>();

/** Says that a socket came in at a listener. TLS wraps sockets, so the wrapped one is marked too. */
export function markSocket(server: Server, socket: object, listener: Listener): void {
  connections.set(socket, new Connection(listener, serverState(server).answers));
}

export function connectionOf(socket: object): Connection | undefined {
  return connections.get(socket);
}
