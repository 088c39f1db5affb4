import type { IncomingHttpHeaders } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Query, RequestHead } from '../../http/method.ts';
import { ApiError, invalidArgument } from '../../kernel/api-error.ts';
import {
  assertChecksumsWellFormed,
  parseGoogHash,
  type StatedChecksum,
} from '../../protocol/storage/checksums.ts';
import { multipartBoundary, readMultipart } from '../../protocol/storage/multipart.ts';
import { assertObjectName } from '../../protocol/storage/names.ts';
import { disagreement } from './bodies.ts';
import { type ObjectBody, type ObjectDraft, objectBody, readObject } from './object-resource.ts';

/** An upload of which all is known but its bytes, which are still to be read. */
export interface Upload extends ObjectDraft {
  readonly name: string;
  /** The bucket that the body names, where it names one. */
  readonly bucket: string | undefined;
  /** Can be read once. It fails where the request ends before its time. */
  readonly media: AsyncIterable<Buffer>;
}

type Chunks = AsyncIterable<Buffer>;

/** The two ways to upload in one request (storage notes 5.1). */
const UPLOADS: Readonly<Record<string, (chunks: Chunks, head: RequestHead) => Promise<Upload>>> =
  Object.assign(Object.create(null), { media: openMedia, multipart: openMultipart });

/**
 * Opens an upload: reads what stands before its bytes, and nothing of them.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`, or `UNIMPLEMENTED` for a way of uploading that is not served
 */
export async function openUpload(stream: Readable, head: RequestHead): Promise<Upload> {
  const { headers, query } = head;
  refuseOtherProtocols(headers, query);
  const isMultipart = multipartBoundary(headers['content-type'] ?? '') !== undefined;
  const uploadType = query.get('uploadType') ?? (isMultipart ? 'multipart' : '');
  const open = UPLOADS[uploadType];
  if (open === undefined) {
    // Guess: the text (storage notes 5.1).
    throw bad(`Invalid upload type '${uploadType.slice(0, 100)}'. Use 'media' or 'multipart'.`);
  }
  const upload = await open(unpackedChunks(receivedChunks(stream, headers), headers), head);
  assertObjectName(upload.name);
  assertChecksumsWellFormed(upload.stated);
  return upload;
}

function refuseOtherProtocols(headers: IncomingHttpHeaders, query: Query): void {
  const hasProtocol = headers['x-goog-upload-protocol'] ?? headers['x-goog-upload-command'];
  if (query.get('uploadType') === 'resumable' || hasProtocol !== undefined) throw notResumable();
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    throw new ApiError('INVALID_ARGUMENT', "POST requests require a 'Content-Length' header.", {
      httpStatus: 411,
      reason: 'lengthRequired',
    });
  }
  if (headers['x-goog-encryption-key'] !== undefined) {
    // Deviation: stored in the clear it would be less safe than was asked for; pinned by 'an upload is refused and leaves
    // nothing', row 'a key of the customer'.
    throw invalid('Customer-supplied encryption keys are not supported by this server yet.');
  }
}

/**
 * Deviation: resumable uploads come with their own issue. It says 400: at 501 gcloud and gsutil try again for minutes.
 * Pinned by 'a resumable upload is refused with what to do instead'.
 */
function notResumable(): ApiError {
  return new ApiError(
    'UNIMPLEMENTED',
    'Resumable uploads are not supported by this server yet. ' +
      "Use uploadType=multipart or uploadType=media: in Node pass '{resumable: false}', for gcloud raise " +
      "'storage/resumable_threshold'.",
    { httpStatus: 400, reason: 'notImplemented' },
  );
}

/** The bytes are the body; what there is to say stands in the query and the headers (storage notes 5.2). */
async function openMedia(media: Chunks, { headers, query }: RequestHead): Promise<Upload> {
  const contentType = headers['content-type'];
  const body = contentType === undefined ? {} : { contentType };
  return {
    ...draftOf(body, query),
    stated: [...statedInHeaders(headers), ...contentMd5(headers)],
    media,
  };
}

/** One part of JSON and one of bytes (storage notes 5.3). */
async function openMultipart(chunks: Chunks, { headers, query }: RequestHead): Promise<Upload> {
  const boundary = multipartBoundary(headers['content-type'] ?? '');
  if (boundary === undefined) throw bad('Invalid multipart request: its content type names no boundary.');
  const { metadata, mediaType, media } = await readMultipart(chunks, boundary);
  const body = objectBody(parseMetadata(metadata), '');
  const contentType = body.contentType ?? mediaType;
  const draft = draftOf(contentType === undefined ? body : { ...body, contentType }, query);
  return { ...draft, stated: [...draft.stated, ...statedInHeaders(headers)], media };
}

function parseMetadata(bytes: Buffer): unknown {
  try {
    // What is no UTF-8 would be stored as something else than was sent.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.trim() === '' ? {} : (JSON.parse(text) as unknown);
  } catch {
    throw invalidArgument('Parse Error', { reason: 'parseError' });
  }
}

/** Joins what the body says with what the query says: where both say something they must agree. */
function draftOf(body: ObjectBody, query: Query): Omit<Upload, 'media'> {
  const name = agreed(body.name, query.get('name'));
  const contentEncoding = agreed(body.contentEncoding, query.get('contentEncoding'));
  return {
    ...readObject(contentEncoding === undefined ? body : { ...body, contentEncoding }),
    name: name ?? '',
    bucket: body.bucket,
  };
}

function agreed(inContent: string | undefined, inQuery: string | undefined): string | undefined {
  const asked = inQuery === '' ? undefined : inQuery;
  if (inContent !== undefined && asked !== undefined && inContent !== asked)
    throw disagreement(inContent, asked);
  return inContent ?? asked;
}

function statedInHeaders(headers: IncomingHttpHeaders): readonly StatedChecksum[] {
  const header = headers['x-goog-hash'];
  return header === undefined ? [] : parseGoogHash(String(header));
}

function contentMd5(headers: IncomingHttpHeaders): readonly StatedChecksum[] {
  const text = headers['content-md5'];
  if (text === undefined) return [];
  // It is of the bytes on the wire, and those are not kept.
  if (isPacked(headers))
    throw invalid('Content-MD5 cannot be combined with Content-Encoding: gzip by this server.');
  return [{ kind: 'md5', text: String(text) }];
}

/**
 * Gives the body as it comes in, and fails where it ends before its time: where the connection drops, and where it is
 * shorter than was announced.
 */
async function* receivedChunks(stream: Readable, headers: IncomingHttpHeaders): AsyncGenerator<Buffer> {
  const announced = headers['content-length'];
  let length = 0;
  try {
    // The request itself is not ours to destroy: its answer is still to come.
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      // Nobody sets an encoding on a request, so its chunks are Buffers.
      const bytes = chunk as Buffer;
      length += bytes.length;
      yield bytes;
    }
  } catch (cause) {
    throw brokenUpload(cause);
  }
  if (announced !== undefined && length !== Number(announced)) throw brokenUpload();
}

/** Guess: the text; status and reason are documented. */
function brokenUpload(cause?: unknown): ApiError {
  return new ApiError('UNAVAILABLE', 'The upload ended before all of its bytes had come.', {
    httpStatus: 408,
    reason: 'uploadBrokenConnection',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What is sent with `Content-Encoding: gzip` is stored unpacked (storage notes, fact 7). */
async function* unpackedChunks(chunks: Chunks, headers: IncomingHttpHeaders): AsyncGenerator<Buffer> {
  if (!isPacked(headers)) {
    yield* chunks;
    return;
  }
  try {
    // Errors reach the loop; there is nobody else to tell.
    yield* pipeline(Readable.from(chunks, { objectMode: false }), createGunzip(), () => undefined);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw invalid('The body is not what its Content-Encoding says: gzip.');
  }
}

function isPacked(headers: IncomingHttpHeaders): boolean {
  return headers['content-encoding']?.trim().toLowerCase() === 'gzip';
}

function invalid(message: string): ApiError {
  return invalidArgument(message, { reason: 'invalid' });
}

function bad(message: string): ApiError {
  return invalidArgument(message, { reason: 'badRequest' });
}
