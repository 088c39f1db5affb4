import { type ApiError, invalidArgument } from '../../../kernel/api-error.ts';
import { clip, SHORT_ECHO_LIMIT } from '../../../kernel/clip.ts';

/** Bounds of an account id, in characters (IAM quotas). */
const ACCOUNT_ID_LENGTH = { min: 6, max: 30 } as const;

/** The longest display name, in bytes of UTF-8 (IAM quotas). */
export const DISPLAY_NAME_LIMIT_BYTES = 100;

/** The longest description, in bytes of UTF-8 (IAM quotas). */
export const DESCRIPTION_LIMIT_BYTES = 256;

const ACCOUNT_ID_FORM = /^[a-z][a-z\d-]*[a-z\d]$/;

/**
 * Checks the id of a service account to be.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` with Google's texts
 * @see https://github.com/google/litmus/issues/107 (length)
 * @see https://github.com/GoogleCloudPlatform/cloud-code-intellij/issues/2062 (form)
 */
export function assertAccountId(accountId: string): void {
  const shown = clip(accountId, SHORT_ECHO_LIMIT);
  const { min, max } = ACCOUNT_ID_LENGTH;
  if (accountId.length < min || accountId.length > max) {
    throw bad(`The account ID "${shown}" does not have a length between ${min} and ${max}.`);
  }
  if (!ACCOUNT_ID_FORM.test(accountId)) throw bad(`${shown} does not match [a-z][a-z\\d\\-]*[a-z\\d].`);
}

/**
 * Checks what people write about a service account. Guess: the text for a description is like that for a display name.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` with Google's text
 * @see https://github.com/terraform-google-modules/terraform-google-sql-db/issues/733
 */
export function assertTexts({ displayName, description }: ServiceAccountTexts): void {
  assertLength('display_name', displayName, DISPLAY_NAME_LIMIT_BYTES);
  assertLength('description', description, DESCRIPTION_LIMIT_BYTES);
}

/** What people write about a service account. */
export interface ServiceAccountTexts {
  readonly displayName: string;
  readonly description: string;
}

/** The fields that a patch may name, in both spellings of a field mask (google.protobuf.FieldMask). */
const TEXT_FIELDS: ReadonlyMap<string, keyof ServiceAccountTexts> = new Map([
  ['displayName', 'displayName'],
  ['display_name', 'displayName'],
  ['description', 'description'],
]);

/**
 * Reads the mask of a patch, which must be there (IAM notes 1.8). Guess: the texts.
 *
 * @param updateMask - comma-delimited: `displayName,description`
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function readTextMask(updateMask = ''): readonly (keyof ServiceAccountTexts)[] {
  if (updateMask === '') throw bad("The update mask must name 'displayName' or 'description'.");
  const fields = updateMask.split(',').map((path) => TEXT_FIELDS.get(path.trim()) ?? unpatchable(path));
  return [...new Set(fields)];
}

function unpatchable(path: string): never {
  const shown = clip(path, SHORT_ECHO_LIMIT);
  throw bad(`The update mask names '${shown}'; only 'displayName' and 'description' can be patched.`);
}

function assertLength(field: string, text: string, limitBytes: number): void {
  const length = Buffer.byteLength(text);
  if (length > limitBytes) {
    throw bad(`The ${field} length (${length}) is longer than the maximum allowed length ${limitBytes}.`);
  }
}

function bad(message: string): ApiError {
  return invalidArgument(message, { reason: 'badRequest' });
}
