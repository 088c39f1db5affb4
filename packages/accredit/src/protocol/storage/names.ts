import { type ApiError, invalidArgument } from '../../kernel/api-error.ts';
import { clip } from '../../kernel/clip.ts';

/** The longest bucket name without dots, and the longest part of one with dots. */
const BUCKET_PART_LIMIT = 63;

/** The longest bucket name with dots. */
const BUCKET_NAME_LIMIT = 222;

const BUCKET_NAME_MINIMUM = 3;

/** The longest object name of a flat bucket, in bytes of UTF-8. */
const OBJECT_NAME_LIMIT_BYTES = 1024;

/** The piece of a name that an error repeats. Guess: Google cuts it too, where is not known. */
const ECHO_LIMIT = 100;

/**
 * Refuses what cannot be the name of a bucket.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` `Invalid bucket name: 'NAME'`
 * @see https://cloud.google.com/storage/docs/buckets#naming
 */
export function assertBucketName(name: string): void {
  if (!isBucketName(name)) throw invalid(`Invalid bucket name: '${name.slice(0, BUCKET_NAME_LIMIT + 1)}'`);
}

/** Says whether a text could be the name of a bucket. */
export function isBucketName(name: string): boolean {
  const limit = name.includes('.') ? BUCKET_NAME_LIMIT : BUCKET_PART_LIMIT;
  return (
    name.length >= BUCKET_NAME_MINIMUM &&
    name.length <= limit &&
    /^[a-z0-9][a-z0-9._-]*[a-z0-9]$/.test(name) &&
    // Guess: from the rules of DNS names (storage notes 2.1).
    !/\.\.|\.-|-\./.test(name) &&
    name.split('.').every((part) => part.length <= BUCKET_PART_LIMIT) &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !name.startsWith('goog') &&
    !/g[o0][o0]g[l1]e/.test(name)
  );
}

/**
 * Refuses what cannot be the name of an object. Whatever passes is kept byte for byte: no normalisation, no path.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`; the texts other than the first words of the second are guesses (storage notes 2.2)
 * @see https://cloud.google.com/storage/docs/objects#naming
 */
export function assertObjectName(name: string): void {
  if (name === '') throw invalidArgument('Required', { reason: 'required' });
  if (!name.isWellFormed() || /[\r\n]/.test(name)) {
    throw invalid(`Disallowed unicode characters present in object name '${cut(name)}'`);
  }
  if (Buffer.byteLength(name) > OBJECT_NAME_LIMIT_BYTES) {
    const characters = Array.from(name).length;
    throw invalid(
      `The maximum object length is ${OBJECT_NAME_LIMIT_BYTES} characters, but got a name with ` +
        `${characters} characters: '${cut(name)}'`,
    );
  }
  if (name === '.' || name === '..' || name.startsWith('.well-known/acme-challenge/')) {
    throw invalid(`Invalid object name: '${cut(name)}'`);
  }
}

/** A lone half of a surrogate pair would be written as something else; it is shown as the replacement character. */
function cut(name: string): string {
  return clip(name.toWellFormed(), ECHO_LIMIT, '...');
}

function invalid(message: string): ApiError {
  return invalidArgument(message, { reason: 'invalid' });
}
