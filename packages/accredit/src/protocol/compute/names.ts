import { invalidField, requiredField, tooLargeField } from './field-errors.ts';

/** The name of nearly every resource: 1 to 63 characters (RFC 1035, as the discovery document writes it). */
const RESOURCE_NAME = '[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?';

/** What a path may name a resource by: its name or its numeric id. */
const NAME_OR_ID = `${RESOURCE_NAME}|[1-9][0-9]{0,19}`;

/** What a path may name a project by: id, number, or `domain.com:id`. */
const PROJECT =
  '(?:(?:[-a-z0-9]{1,63}\\.)*(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?):)?(?:[0-9]{1,19}|(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?))';

const NAME_PATTERN = whole(RESOURCE_NAME);
const NAME_OR_ID_PATTERN = whole(NAME_OR_ID);
const PROJECT_PATTERN = whole(PROJECT);
const DEVICE_NAME_PATTERN = /^\w[\w.-]{0,254}$/;

/** RFC 1035 labels joined by dots, at least one dot. */
const HOSTNAME_PATTERN = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)+$/;

/** Characters of a host name (RFC 1035 §2.3.4). */
const HOSTNAME_LIMIT = 253;

/** Characters of a description. */
const DESCRIPTION_LIMIT = 2048;

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

/** Says whether a text is the name of a resource. */
export function isResourceName(text: string): boolean {
  return NAME_PATTERN.test(text);
}

/**
 * Checks a name in a body.
 *
 * @throws {ApiError} 400 `required` or `invalid`
 */
export function checkName(field: string, value: string | undefined): string {
  if (value === undefined || value === '') throw requiredField(field);
  if (!NAME_PATTERN.test(value)) throw mismatch(field, value, `(?:${RESOURCE_NAME})`);
  return value;
}

/** Checks the name or id of a resource in a path; `parameter` is the path parameter's name. @throws {ApiError} 400 */
export function checkPathName(parameter: string, value: string): string {
  if (!NAME_OR_ID_PATTERN.test(value)) throw mismatch(parameter, value, NAME_OR_ID);
  return value;
}

/** Checks the project of a path. @throws {ApiError} 400 */
export function checkPathProject(value: string): string {
  if (!PROJECT_PATTERN.test(value)) throw mismatch('project', value, PROJECT);
  return value;
}

/** Checks the name that a guest sees of a disk. @throws {ApiError} 400 */
export function checkDeviceName(field: string, value: string): string {
  if (!DEVICE_NAME_PATTERN.test(value)) throw mismatch(field, value, '\\w[\\w.-]{0,254}');
  return value;
}

/** Checks a host name of the caller's own. @throws {ApiError} 400 */
export function checkHostname(field: string, value: string): string {
  if (value.length > HOSTNAME_LIMIT || !HOSTNAME_PATTERN.test(value)) {
    // Guess: the text; the rule is documented.
    throw invalidField(field, value, 'Hostname must be a fully qualified RFC 1035 domain name.');
  }
  return value;
}

/** Checks a description. @throws {ApiError} 400 */
export function checkDescription(field: string, value: string): string {
  if (value.length > DESCRIPTION_LIMIT) throw tooLargeField(field, DESCRIPTION_LIMIT, value.length);
  return value;
}

function mismatch(field: string, value: string, pattern: string) {
  return invalidField(field, value, `Must be a match of regex '${pattern}'`);
}
