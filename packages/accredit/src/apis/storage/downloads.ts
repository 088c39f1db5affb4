import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Call, Reply } from '../../http/method.ts';
import { ApiError } from '../../kernel/api-error.ts';
import { ANONYMOUS } from '../../kernel/principals.ts';
import { objectName } from '../../kernel/resource-names.ts';
import { decide } from '../../protocol/iam/decide.ts';
import { answerRange, type RangeAnswer } from '../../protocol/storage/ranges.ts';
import type { StorageObject } from '../../resources/objects.ts';
import { NOT_TO_BE_KEPT, uploadId } from './answers.ts';
import { etagOf } from './object-resource.ts';

type MediaCall = Call<unknown, undefined>;

/** What everybody may read may be kept by anybody, for an hour (storage notes 6.2). */
const PUBLIC = { 'Cache-Control': 'public, max-age=3600' };

/** Returns the `ETag` of a download: the MD5 in hexadecimal and quotes (storage notes, fact 1). */
export function mediaEtagOf({ md5Base64 }: StorageObject): string {
  return `"${Buffer.from(md5Base64, 'base64').toString('hex')}"`;
}

/**
 * Answers with the bytes of an object, or the range of them that is asked for.
 *
 * @returns `undefined` where the bytes have gone since the object was read: it was replaced or removed
 * @throws {ApiError} 416 for a range that the object does not have
 * @throws {BytesNotIntact} where more or fewer bytes are there than the object has
 */
export async function answerMedia(call: MediaCall, object: StorageObject): Promise<Reply | undefined> {
  const isUnpacked = mustBeUnpacked(call, object);
  const range = isUnpacked ? WHOLE : rangeOf(call, object);
  if (range.kind === 'notSatisfiable') throw notSatisfiable(object.sizeBytes);
  const part = range.kind === 'part' ? range : undefined;
  const bytes = await call.services.objectBytes.read(object.bytesId, part, object.sizeBytes);
  if (bytes === undefined) return undefined;
  const headers = {
    ...uploadId(call),
    ...(await cacheHeaders(call, object)),
    ...storedHeaders(object),
    ...(isUnpacked ? { ...UNPACKED_HEADERS, ...hashHeader(object) } : wireHeaders(object, range)),
  };
  const status = part === undefined ? 200 : 206;
  return { status, headers, body: isUnpacked ? unpack(bytes) : bytes };
}

const WHOLE: RangeAnswer = { kind: 'whole' };

/** `If-Range` of another content makes the range go unheard (RFC 9110 §13.1.5). */
function rangeOf({ headers }: MediaCall, object: StorageObject): RangeAnswer {
  const ifRange = headers['if-range'];
  const isMeant = ifRange === undefined || [mediaEtagOf(object), etagOf(object)].includes(String(ifRange));
  return isMeant ? answerRange(headers.range, object.sizeBytes) : WHOLE;
}

/** Text as Node sends it in a header: one character a byte, so that UTF-8 goes out as it is. */
function toHeader(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** What a download says of the object, whatever part of it follows. */
function storedHeaders(object: StorageObject): Readonly<Record<string, string>> {
  const { contentDisposition, contentLanguage } = object;
  return {
    'Content-Type': toHeader(object.contentType ?? 'application/octet-stream'),
    ...(contentDisposition === undefined ? {} : { 'Content-Disposition': toHeader(contentDisposition) }),
    ...(contentLanguage === undefined ? {} : { 'Content-Language': toHeader(contentLanguage) }),
    ETag: mediaEtagOf(object),
    'Last-Modified': new Date(object.updatedAtMs).toUTCString(),
    'x-goog-generation': object.generation,
    'x-goog-metageneration': String(object.metageneration),
    'x-goog-stored-content-encoding': toHeader(object.contentEncoding ?? 'identity'),
    'x-goog-stored-content-length': String(object.sizeBytes),
    'x-goog-storage-class': object.storageClass,
    ...(object.contentEncoding === 'gzip' ? { Vary: 'Accept-Encoding' } : {}),
  };
}

/** What it says of bytes that go out as they are stored; the hash stands for the whole of them alone. */
function wireHeaders(object: StorageObject, range: RangeAnswer): Readonly<Record<string, string>> {
  const { sizeBytes, contentEncoding } = object;
  const isPart = range.kind === 'part';
  const length = isPart ? range.last - range.first + 1 : sizeBytes;
  return {
    'Accept-Ranges': 'bytes',
    'Content-Length': String(length),
    ...(isPart ? { 'Content-Range': `bytes ${range.first}-${range.last}/${sizeBytes}` } : {}),
    ...(length === sizeBytes ? hashHeader(object) : {}),
    ...(contentEncoding === undefined ? {} : { 'Content-Encoding': toHeader(contentEncoding) }),
  };
}

/**
 * Deviation: two lines in production, one list here, which clients take as well (storage notes 6.2); pinned by 'a download
 * has the bytes and the headers of the object'.
 */
function hashHeader({ crc32cBase64, md5Base64 }: StorageObject): Readonly<Record<string, string>> {
  return { 'x-goog-hash': `crc32c=${crc32cBase64},md5=${md5Base64}` };
}

async function cacheHeaders(
  call: MediaCall,
  object: StorageObject,
): Promise<Readonly<Record<string, string>>> {
  if (object.cacheControl !== undefined) return { 'Cache-Control': toHeader(object.cacheControl) };
  return (await isPublic(call, object)) ? PUBLIC : NOT_TO_BE_KEPT;
}

async function isPublic({ services }: MediaCall, { bucket, name }: StorageObject): Promise<boolean> {
  const resource = objectName(bucket, name);
  const question = {
    principal: ANONYMOUS,
    permission: 'storage.objects.get',
    resource,
    heldScopes: undefined,
    acceptedScopes: undefined,
    mode: services.iamMode,
    timeMs: services.clock.now(),
  };
  return decide(question, await services.resources.factsFor(resource, ANONYMOUS)).verdict === 'allowed';
}

/** What is stored packed goes out unpacked to whoever does not take it packed (storage notes 6.4). */
function mustBeUnpacked({ headers }: MediaCall, { contentEncoding, cacheControl }: StorageObject): boolean {
  if (contentEncoding !== 'gzip' || /\bno-transform\b/i.test(cacheControl ?? '')) return false;
  const accepted = (headers['accept-encoding'] ?? '').split(',');
  return !accepted.some((coding) => /^\s*(x-)?gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));
}

const UNPACKED_HEADERS = {
  'Accept-Ranges': 'none',
  'X-GUploader-Response-Body-Transformations': 'gunzipped',
  Warning: '214 UploadServer gunzipped',
};

/** Unpacks on the way out. Bytes that are not what they are marked as break the connection. */
function unpack(bytes: Readable): Readable {
  // The pipeline hands errors on to whoever reads; there is nobody else to tell.
  return pipeline(bytes, createGunzip(), () => undefined);
}

function notSatisfiable(sizeBytes: number): ApiError {
  return new ApiError('OUT_OF_RANGE', 'Request range not satisfiable', {
    httpStatus: 416,
    reason: 'requestedRangeNotSatisfiable',
    headers: { 'Content-Range': `bytes */${sizeBytes}` },
  });
}
