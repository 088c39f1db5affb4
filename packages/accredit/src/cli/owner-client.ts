import { request as httpRequest, type IncomingMessage } from 'node:http';
import { CliError, FAILURE } from './errors.ts';

/** One call of an API over the private socket. */
export interface OwnerRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Which API: `compute.googleapis.com`. */
  readonly host: string;
  /** Without a query; made with `path`, which escapes what is put in. */
  readonly path: string;
  /** What is `undefined` is left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** How long a cloud may keep silent before it counts as hung. */
const ANSWER_TIMEOUT_MS = 60_000;

/** Errors of a connection that mean that nobody listens. */
const NOBODY_LISTENS: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ECONNREFUSED']);

/** Nobody listens at the owner's socket. */
export class NobodyListens extends CliError {
  override readonly name = 'NobodyListens';
}

/** The cloud went away in the middle of a call; whether it did what it was asked is not known. */
export class ConnectionLost extends CliError {
  override readonly name = 'ConnectionLost';
}

/** The cloud answered with an error; the message is the API's own. */
export class CallFailed extends CliError {
  override readonly name = 'CallFailed';
  readonly httpStatus: number;

  constructor(httpStatus: number, message: string) {
    super(message, FAILURE);
    this.httpStatus = httpStatus;
  }
}

/** Builds a path from a template: `` path`/v1/projects/${projectId}` ``; what is put in is escaped. */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((built, part, index) => built + encodeURIComponent(values[index - 1] ?? '') + part);
}

/** Calls the APIs of a running cloud as its owner, over the private socket of its data directory. */
export class OwnerClient {
  readonly socketPath: string;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  /**
   * Calls a method and reads its answer whole.
   *
   * @returns the JSON of the answer; `undefined` where it has no body
   * @throws {CallFailed} with the API's message; {@link NobodyListens} where no cloud runs
   */
  async call(request: OwnerRequest): Promise<unknown> {
    const text = await readText(await this.open(request));
    return text === '' ? undefined : parseAnswer(text);
  }

  /**
   * Calls a method and leaves the reading of its answer to the caller: for answers that stay open.
   *
   * @throws {CallFailed} with the API's message; {@link NobodyListens} where no cloud runs
   */
  async open(request: OwnerRequest): Promise<IncomingMessage> {
    const response = await this.#send(request);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    throw new CallFailed(status, messageOf(await readText(response), status, request));
  }

  #send({ method, host, path: pathname, query, body }: OwnerRequest): Promise<IncomingMessage> {
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      Host: host,
      ...(bytes === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': bytes.length }),
    };
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        { socketPath: this.socketPath, method, path: pathname + renderQuery(query), headers, agent: false },
        (response) => {
          sent.setTimeout(0);
          resolve(response);
        },
      );
      sent.setTimeout(ANSWER_TIMEOUT_MS, () => sent.destroy(new CliError('The cloud does not answer.')));
      sent.on('error', (error: NodeJS.ErrnoException) => reject(toCliError(error)));
      sent.end(bytes);
    });
  }
}

/** Calls that are a POST and change nothing. */
const READS_BY_POST = /:getIamPolicy$/;

/** An owner's client that says when something may have been changed through it. */
export class WatchedOwnerClient extends OwnerClient {
  readonly #onWrite: () => void;

  /** @param onWrite - called when a writing call was sent, whatever came of it */
  constructor(socketPath: string, onWrite: () => void) {
    super(socketPath);
    this.#onWrite = onWrite;
  }

  override async open(request: OwnerRequest): Promise<IncomingMessage> {
    try {
      const response = await super.open(request);
      this.#note(request);
      return response;
    } catch (error) {
      // Where nobody listened nothing was sent.
      if (!(error instanceof NobodyListens)) this.#note(request);
      throw error;
    }
  }

  #note({ method, path: pathname }: OwnerRequest): void {
    if (method !== 'GET' && !READS_BY_POST.test(pathname)) this.#onWrite();
  }
}

function renderQuery(query: OwnerRequest['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.append(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

function toCliError(error: NodeJS.ErrnoException): CliError {
  if (error instanceof CliError) return error;
  if (NOBODY_LISTENS.has(error.code)) return new NobodyListens('No cloud runs.', FAILURE, error);
  if (error.code === 'EACCES') return new CliError('The cloud belongs to another user.', FAILURE, error);
  return new ConnectionLost('The cloud went away before it had answered.', FAILURE, error);
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    // A response without an encoding gives Buffers.
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (error) {
    throw new ConnectionLost('The cloud went away in the middle of its answer.', FAILURE, error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CliError('The cloud answered something that is not JSON.', FAILURE, error);
  }
}

/** Finds the message in an error envelope, whichever family wrote it. */
function messageOf(text: string, status: number, { method, host, path: pathname }: OwnerRequest): string {
  const error = fieldOf(parseQuietly(text), 'error');
  const message = typeof error === 'string' ? error : fieldOf(error, 'message');
  if (typeof message === 'string' && message !== '') return message;
  // The page of an unknown path: this program and the cloud are of different versions.
  return `The cloud answered ${status} to ${method} ${host}${pathname}; is it of another version than this program?`;
}

function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  // Any object may be read by name; what is there is still unknown.
  return (value as Readonly<Record<string, unknown>>)[name];
}
