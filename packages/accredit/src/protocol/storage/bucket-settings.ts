import { type ApiError, invalidArgument } from '../../kernel/api-error.ts';
import { clip, SHORT_ECHO_LIMIT } from '../../kernel/clip.ts';

/** How widely a location spreads data. */
export type LocationType = 'multi-region' | 'dual-region' | 'region' | 'zone';

/** Locations that are more than one region. */
const WIDE_LOCATIONS: Readonly<Record<string, LocationType>> = Object.assign(Object.create(null), {
  US: 'multi-region',
  EU: 'multi-region',
  ASIA: 'multi-region',
  NAM4: 'dual-region',
  EUR4: 'dual-region',
  EUR5: 'dual-region',
  EUR7: 'dual-region',
  EUR8: 'dual-region',
  ASIA1: 'dual-region',
});

/** Where a bucket is that does not say. */
export const DEFAULT_LOCATION = 'US';

/**
 * Returns what kind of location it is.
 *
 * Guess: every well-formed name of a region or zone is taken, whether Google has opened it or not.
 *
 * @param location - upper case
 * @throws {ApiError} `INVALID_ARGUMENT` `The specified location constraint is not valid.`
 */
export function locationTypeOf(location: string): LocationType {
  const wide = WIDE_LOCATIONS[location];
  if (wide !== undefined) return wide;
  if (/^[A-Z]+-[A-Z]+\d+$/.test(location)) return 'region';
  if (/^[A-Z]+-[A-Z]+\d+-[A-Z]$/.test(location)) return 'zone';
  throw invalid('The specified location constraint is not valid.');
}

/** The class of a bucket that does not say. */
export const DEFAULT_STORAGE_CLASS = 'STANDARD';

const STORAGE_CLASSES = new Set([
  'STANDARD',
  'NEARLINE',
  'COLDLINE',
  'ARCHIVE',
  'MULTI_REGIONAL',
  'REGIONAL',
  'DURABLE_REDUCED_AVAILABILITY',
]);

/**
 * Returns a storage class as it is kept: upper case, whatever was sent.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` `Invalid storage class "X"`
 */
export function parseStorageClass(text: string): string {
  const storageClass = text.toUpperCase();
  if (!STORAGE_CLASSES.has(storageClass))
    throw invalid(`Invalid storage class "${clip(text, SHORT_ECHO_LIMIT)}"`);
  return storageClass;
}

/** Labels of one bucket. */
const LABEL_LIMIT = 64;

/** Bytes of a label's key or value. */
const LABEL_LIMIT_BYTES = 128;

/**
 * Refuses labels that a bucket cannot have.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` with Google's texts (storage notes 2.3)
 * @see https://cloud.google.com/storage/docs/tags-and-labels#bucket-labels
 */
export function assertLabels(labels: Readonly<Record<string, string>>): void {
  const entries = Object.entries(labels);
  if (entries.length > LABEL_LIMIT) {
    throw invalid(`Attempt to create a bucket with ${entries.length} labels, maximum is ${LABEL_LIMIT}`);
  }
  for (const [key, value] of entries) {
    if (!isLabelPart(key) || !/^\p{Ll}|^\p{Lo}/u.test(key))
      throw invalid(`Invalid user label: ${clip(key, SHORT_ECHO_LIMIT)}`);
    if (!isLabelPart(value)) {
      throw invalid(`Invalid user label: ${key} with value ${clip(value, SHORT_ECHO_LIMIT)}`);
    }
  }
}

/** Lower-case letters of any script, digits, `_` and `-`; 63 characters. */
function isLabelPart(text: string): boolean {
  return /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(text) && Buffer.byteLength(text) <= LABEL_LIMIT_BYTES;
}

/**
 * Returns how public access is prevented.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` `Invalid value for: X is not a valid value`
 */
export function parsePublicAccessPrevention(text: string): 'inherited' | 'enforced' {
  if (text === 'inherited' || text === 'unspecified') return 'inherited';
  if (text === 'enforced') return 'enforced';
  throw invalid(`Invalid value for: ${clip(text, SHORT_ECHO_LIMIT)} is not a valid value`);
}

function invalid(message: string): ApiError {
  return invalidArgument(message, { reason: 'invalid' });
}
