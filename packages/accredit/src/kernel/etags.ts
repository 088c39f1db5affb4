import { invalidArgument } from './api-error.ts';

/** First byte of a policy etag, as Google's are seen to begin (`BwW…`). */
const ETAG_PREFIX = 0x07;

/** Bytes that carry the revision. */
const REVISION_BYTES = 7;

/** What an unset policy reads back as. */
export const UNSET_ETAG = 'ACAB';

/** Returns the etag of a stored revision: eight bytes in padded base64, as gcloud insists on decoding it. */
export function toEtag(revision: number): string {
  const buffer = Buffer.alloc(1 + REVISION_BYTES);
  buffer[0] = ETAG_PREFIX;
  buffer.writeUIntBE(revision, 1 + REVISION_BYTES - 6, 6);
  return buffer.toString('base64');
}

/** Characters of a text that is no etag which an error repeats. */
const SHOWN_CHARACTERS = 60;

/**
 * Refuses an etag that is no base64, in either alphabet (IAM notes 1.2).
 *
 * @param reason - of the API's family: `badRequest`, `invalid`
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function assertEtagText(etag: string, reason: string): void {
  if (/^[A-Za-z0-9+/_-]*={0,2}$/.test(etag)) return;
  throw invalidArgument(`Invalid value for ByteString: ${etag.slice(0, SHOWN_CHARACTERS)}`, { reason });
}

/** Returns the revision that an etag stands for; `undefined` where it is not an etag of ours. */
export function parseEtag(etag: string): number | undefined {
  if (etag === UNSET_ETAG) return 0;
  const buffer = Buffer.from(etag, 'base64');
  if (buffer.length !== 1 + REVISION_BYTES || buffer[0] !== ETAG_PREFIX || buffer[1] !== 0) return undefined;
  return buffer.readUIntBE(1 + REVISION_BYTES - 6, 6);
}
