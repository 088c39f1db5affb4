import { type ApiError, invalidArgument } from '../../kernel/api-error.ts';
import { clip, SHORT_ECHO_LIMIT } from '../../kernel/clip.ts';

/** Checksums of an object's bytes in base64: MD5, and CRC32C as four bytes big-endian. */
export interface Checksums {
  readonly md5Base64: string;
  readonly crc32cBase64: string;
}

/** A checksum that the caller states, to be compared with the bytes. */
export interface StatedChecksum {
  readonly kind: 'md5' | 'crc32c';
  /** As the caller wrote it, in base64. */
  readonly text: string;
}

/** How each kind is called in the errors, how long it is, and where it stands. */
const KINDS = {
  md5: { title: 'MD5 hash', lengthBytes: 16, of: ({ md5Base64 }: Checksums) => md5Base64 },
  crc32c: { title: 'CRC32C', lengthBytes: 4, of: ({ crc32cBase64 }: Checksums) => crc32cBase64 },
} as const;

/** Returns the checksums of an `X-Goog-Hash` header: `crc32c=B64,md5=B64`. Other algorithms are not looked at. */
export function parseGoogHash(header: string): readonly StatedChecksum[] {
  return header.split(',').flatMap((part) => {
    const [, kind, text = ''] = /^\s*(md5|crc32c)=(.*?)\s*$/.exec(part) ?? [];
    return kind === 'md5' || kind === 'crc32c' ? [{ kind, text }] : [];
  });
}

/**
 * Refuses checksums that could not be any, before a byte is stored.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`. Guess: the text (storage notes 5.6)
 */
export function assertChecksumsWellFormed(stated: readonly StatedChecksum[]): void {
  for (const { kind, text } of stated) {
    const { title, lengthBytes } = KINDS[kind];
    const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text);
    if (!isBase64 || Buffer.from(text, 'base64').length !== lengthBytes) {
      throw invalid(`Invalid ${title} "${clip(text, SHORT_ECHO_LIMIT)}".`);
    }
  }
}

/**
 * Compares what the caller states with what came.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` `Provided MD5 hash "X" doesn't match calculated MD5 hash "Y".`
 */
export function assertChecksumsMatch(stated: readonly StatedChecksum[], calculated: Checksums): void {
  for (const { kind, text } of stated) {
    const { title, of } = KINDS[kind];
    const found = of(calculated);
    if (Buffer.from(text, 'base64').equals(Buffer.from(found, 'base64'))) continue;
    throw invalid(`Provided ${title} "${text}" doesn't match calculated ${title} "${found}".`);
  }
}

function invalid(message: string): ApiError {
  return invalidArgument(message, { reason: 'invalid' });
}
