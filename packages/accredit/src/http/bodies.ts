import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { ApiError, invalidArgument, OAuthError } from '../kernel/api-error.ts';
import type { BodyReader, RequestHead } from './method.ts';

/** The largest JSON body that is read: the request limit of Google's front end. */
export const JSON_BODY_LIMIT_BYTES = 10 * 1024 * 1024;

/** How long a JSON body or a form may take; uploads may take as long as they take. */
export const BODY_DEADLINE_MS = 60_000;

/** The largest form that a token endpoint reads; assertions are under 20 kB. */
export const FORM_BODY_LIMIT_BYTES = 64 * 1024;

/**
 * Reads a body as its method says.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` for what cannot be decoded, 413 for what is too large
 */
export async function readBody<B>(
  reader: BodyReader<B>,
  head: RequestHead,
  stream: Readable | undefined,
): Promise<B> {
  const { headers } = head;
  if (reader.kind === 'stream') {
    const whole = stream ?? Readable.from([]);
    // Where nothing opens it, a stream body's B is Readable by declaration.
    return reader.open === undefined ? (whole as B) : reader.open(whole, head);
  }
  const limit = reader.kind === 'json' ? JSON_BODY_LIMIT_BYTES : FORM_BODY_LIMIT_BYTES;
  const text = await readText(stream, headers, limit);
  const isForm = reader.kind === 'form' && !/^application\/json\b/i.test(headers['content-type'] ?? '');
  return reader.decode(isForm ? parseForm(text) : parseJson(text), '');
}

/**
 * Reads off what nobody has read of a body, so that the client comes to read its answer, and its connection can serve
 * the next request.
 */
export function discardBody(stream: Readable | undefined): void {
  if (stream === undefined || stream.readableEnded || stream.destroyed) return;
  // Whoever gave up in the middle of an iteration still listens, and would hold the stream back.
  stream.removeAllListeners('readable');
  stream.resume();
}

/**
 * Reads a stream of text whole, up to a limit.
 *
 * @throws {ApiError} 413 where it is longer, 408 where it does not come to its end in time
 */
async function readText(
  stream: AsyncIterable<unknown> | undefined,
  headers: IncomingHttpHeaders,
  limitBytes: number,
): Promise<string> {
  if (stream === undefined) return '';
  if (Number(headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(tooSlow()), BODY_DEADLINE_MS);
  const reading = collectText(stream, limitBytes);
  // Where the deadline was first, how the reading ends is nothing to anybody.
  reading.catch(() => undefined);
  try {
    return await Promise.race([reading, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function collectText(stream: AsyncIterable<unknown>, limitBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    // A request's stream gives Buffers unless an encoding was set on it, and none is.
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > limitBytes) throw tooLarge(limitBytes);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooSlow(): ApiError {
  return new ApiError('DEADLINE_EXCEEDED', 'The request body did not arrive in time.', { httpStatus: 408 });
}

function tooLarge(limitBytes: number): ApiError {
  return new ApiError('INVALID_ARGUMENT', `Request payload size exceeds the limit: ${limitBytes} bytes.`, {
    httpStatus: 413,
    reason: 'uploadTooLarge',
  });
}

/**
 * Parses a JSON body; an empty one is `{}`.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` with reason `parseError`
 */
function parseJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own error quotes the body, which may hold a credential; it is not kept.
    throw invalidArgument('Invalid JSON payload received. Parse Error', {
      reason: 'parseError',
      legacyMessage: 'Parse Error',
    });
  }
}

/**
 * Parses the form of an OAuth request.
 *
 * @throws {OAuthError} `invalid_request` for a name that comes twice (RFC 6749 §3.2). Guess: in the words of Google's
 *   authorization endpoint
 */
function parseForm(text: string): Readonly<Record<string, string>> {
  const form: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(text)) {
    if (form[name] !== undefined) {
      const shown = /^[a-z_]{1,40}$/.test(name) ? `: ${name}` : '';
      throw new OAuthError('invalid_request', `OAuth 2 parameters can only have a single value${shown}`);
    }
    form[name] = value;
  }
  return form;
}
