import { checkLabels, checkMetadataItems } from '../protocol/compute/contents.ts';
import { findMachineType } from '../protocol/compute/machine-types.ts';
import { isResourceName } from '../protocol/compute/names.ts';
import { findZone, ZONES } from '../protocol/compute/zones.ts';
import {
  DESCRIPTION_LIMIT_BYTES as CONDITION_DESCRIPTION_LIMIT_BYTES,
  TITLE_LIMIT_BYTES as CONDITION_TITLE_LIMIT_BYTES,
} from '../protocol/iam/conditions/condition-problem.ts';
import { expandScope, scopeAliases } from '../protocol/iam/scopes.ts';
import {
  assertAccountId,
  assertTexts,
  DESCRIPTION_LIMIT_BYTES,
  DISPLAY_NAME_LIMIT_BYTES,
} from '../protocol/iam/service-accounts/service-account-fields.ts';
import { isEmail } from '../protocol/iam/service-accounts/service-account-names.ts';
import { assertProjectDisplayName, assertProjectId } from '../protocol/resource-manager/project-fields.ts';
import { findService, KNOWN_SERVICES } from '../protocol/service-usage/known-services.ts';
import { locationTypeOf } from '../protocol/storage/bucket-settings.ts';
import { assertBucketName, assertObjectName } from '../protocol/storage/names.ts';

/** What a text must be: in words, for messages, and as a test. */
export interface Rule {
  /** Goes on after `expected`: `a zone, such as 'us-central1-a'`. */
  readonly expected: string;
  readonly fits: (text: string) => boolean;
  /** All that fits, where a misspelling can be told from it. */
  readonly choices?: () => readonly string[];
  /** What may help with what does not fit and is no misspelling: goes on after it. */
  readonly hint?: (text: string) => string | undefined;
}

/** Returns a rule of one of the APIs as a test: the words are other ones here, the rule is the same. */
export function passes(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

/**
 * New projects' ids. Deviation: ids with a domain in front (`example.com:p`), which are not made any more, are not taken
 * here; pinned by the row 'example.com:my-project'.
 *
 * @see https://cloud.google.com/resource-manager/docs/creating-managing-projects#before_you_begin
 */
export const PROJECT_ID: Rule = {
  expected: "a project id (6 to 30 letters a-z, digits and '-', first a letter, last no '-')",
  fits: (text) => passes(() => assertProjectId(text)),
};

/** As the paths of Compute Engine take them; new ones have 12 digits. */
export const PROJECT_NUMBER: Rule = {
  expected: 'a project number (up to 19 digits, in quotes; new ones have 12)',
  fits: (text) => /^[1-9]\d{0,18}$/.test(text),
};

/** A service that a project can have disabled. */
export const SERVICE: Rule = {
  expected: "the name of a service, such as 'compute.googleapis.com'",
  fits: (text) => findService(text) !== undefined,
  choices: () => KNOWN_SERVICES.map(({ name }) => name),
};

/** The name of a project for people. @see https://cloud.google.com/resource-manager/reference/rest/v1/projects */
export const PROJECT_NAME: Rule = {
  expected: 'a name for people (4 to 30 letters, digits, spaces, hyphens, quotes and exclamation points)',
  fits: (text) => passes(() => assertProjectDisplayName('name', text)),
};

/** Of organizations and folders. */
export const HIERARCHY_NUMBER: Rule = {
  expected: 'a number (up to 19 digits, in quotes; new ones have 12)',
  fits: PROJECT_NUMBER.fits,
};

export const PARENT: Rule = {
  expected: "what the project is in: 'organizations/NUMBER' or 'folders/NUMBER'",
  fits: (text) => /^(organizations|folders)\/[1-9]\d{0,18}$/.test(text),
};

export const DOMAIN: Rule = {
  expected: "a domain, such as 'example.com'",
  fits: (text) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text) && text.length <= 253,
};

export const CUSTOMER_ID: Rule = {
  expected: "a customer id of Cloud Identity, such as 'C0abcd123'",
  fits: (text) => /^C[0-9a-z]{1,30}$/.test(text),
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/folders */
export const FOLDER_NAME: Rule = {
  expected:
    "a name for people (3 to 30 letters, digits, spaces, '_' and '-', first and last a letter or digit)",
  fits: (text) => /^[\p{L}\p{N}][\p{L}\p{N}_\- ]{1,28}[\p{L}\p{N}]$/u.test(text),
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/tagKeys (shortName) */
const TAG_NAME = '[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,254}[A-Za-z0-9])?';

export const TAG_KEY: Rule = {
  expected: "the key of a tag behind its organization or project, such as '123456789012/env'",
  fits: (text) => new RegExp(`^(?:[1-9]\\d{0,18}|[a-z][-a-z0-9]{4,28}[a-z0-9])/${TAG_NAME}$`).test(text),
};

export const TAG_VALUE: Rule = {
  expected: "the short name of a tag's value, in quotes, such as 'prod'",
  fits: (text) => new RegExp(`^${TAG_NAME}$`).test(text),
};

/** Tags that one resource may have. @see https://cloud.google.com/resource-manager/docs/limits */
export const RESOURCE_TAG_LIMIT = 50;

export const ACCOUNT_ID: Rule = {
  expected: "an account id (6 to 30 letters a-z, digits and '-', first a letter, last no '-')",
  fits: (text) => passes(() => assertAccountId(text)),
};

export const ACCOUNT_REFERENCE: Rule = {
  expected: "the accountId of a service account of this project, an e-mail address of one, or 'default'",
  fits: (text) => text === 'default' || (text.includes('@') ? isEmail(text) : ACCOUNT_ID.fits(text)),
};

export const DISPLAY_NAME: Rule = {
  expected: `at most ${DISPLAY_NAME_LIMIT_BYTES} bytes of text`,
  fits: (text) => passes(() => assertTexts({ displayName: text, description: '' })),
};

export const ACCOUNT_DESCRIPTION: Rule = {
  expected: `at most ${DESCRIPTION_LIMIT_BYTES} bytes of text`,
  fits: (text) => passes(() => assertTexts({ displayName: '', description: text })),
};

export const CONDITION_TITLE: Rule = {
  expected: `a title in quotes, of at most ${CONDITION_TITLE_LIMIT_BYTES} bytes`,
  fits: (text) => Buffer.byteLength(text) <= CONDITION_TITLE_LIMIT_BYTES,
};

export const CONDITION_DESCRIPTION: Rule = {
  expected: `a description in quotes, of at most ${CONDITION_DESCRIPTION_LIMIT_BYTES} bytes`,
  fits: (text) => Buffer.byteLength(text) <= CONDITION_DESCRIPTION_LIMIT_BYTES,
};

/** What instances and network tags are called. */
export const RESOURCE_NAME: Rule = {
  expected: "a name (1 to 63 letters a-z, digits and '-', first a letter, last no '-')",
  fits: isResourceName,
};

export const ZONE: Rule = {
  expected: "a zone, such as 'us-central1-a'",
  fits: (text) => findZone(text) !== undefined,
  choices: () => ZONES.map(({ name }) => name),
};

export const MACHINE_TYPE: Rule = {
  expected: "a machine type by its short name, such as 'e2-medium'",
  fits: (text) => findMachineType(text) !== undefined,
};

/** Characters of an instance's description. */
const DESCRIPTION_LIMIT = 2048;

export const DESCRIPTION: Rule = {
  expected: `at most ${DESCRIPTION_LIMIT} characters of text`,
  fits: (text) => text.length <= DESCRIPTION_LIMIT,
};

export const LABEL_KEY: Rule = {
  expected: "a label key (1 to 63 lower-case letters, digits, '_' and '-', first a letter)",
  fits: (text) => passes(() => checkLabels('labels', { [text]: '' })),
};

export const LABEL_VALUE: Rule = {
  expected: "a label value in quotes (up to 63 lower-case letters, digits, '_' and '-')",
  fits: (text) => passes(() => checkLabels('labels', { key: text })),
};

/** Labels that one resource may have. */
export const LABEL_LIMIT = 64;

export const METADATA_KEY: Rule = {
  expected: "a metadata key (1 to 128 letters, digits, '_' and '-')",
  fits: (text) => passes(() => checkMetadataItems('metadata', [{ key: text }])),
};

export const METADATA_VALUE: Rule = {
  expected: 'a metadata value in quotes, at most 262,144 bytes',
  fits: (text) => passes(() => checkMetadataItems('metadata', [{ key: 'key', value: text }])),
};

/** Says whether all metadata of one resource is within 512 KB. */
export function isMetadataWithinLimit(metadata: Readonly<Record<string, string>>): boolean {
  const items = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  return passes(() => checkMetadataItems('metadata', items));
}

/** Network tags that one instance may have. */
export const TAG_LIMIT = 64;

export const SCOPE: Rule = {
  expected: "an access scope: a URL or one of gcloud's short names, such as 'cloud-platform'",
  fits: (text) => expandScope(text) !== undefined && text !== 'https://',
  choices: scopeAliases,
};

/** Seconds that an access token of an instance may live: what the issuer mints at most. */
export const TOKEN_LIFETIME_LIMIT_SECONDS = 43_200;

export const BUCKET_NAME: Rule = {
  expected: "a bucket name (3 to 63 letters a-z, digits, '-', '_' and '.', first and last a letter or digit)",
  fits: (text) => passes(() => assertBucketName(text)),
};

export const OBJECT_NAME: Rule = {
  expected: 'an object name (1 to 1024 bytes, no line breaks)',
  fits: (text) => passes(() => assertObjectName(text)),
};

/** In either case: `US`, `EUR4`, `europe-central2`. */
export const LOCATION: Rule = {
  expected: "a location, such as 'US' or 'europe-west1'",
  fits: (text) => passes(() => locationTypeOf(text.toUpperCase())),
};

/** Files of the neighbourhood alone: who passes a configuration on must not thereby read out somebody's disk. */
export const OBJECT_FILE: Rule = {
  expected: "a path relative to this file, inside its directory, with '/' between the parts",
  fits: (text) =>
    /^[^/\\\0]+(\/[^/\\\0]+)*$/.test(text) && !text.split('/').includes('..') && !/^[A-Za-z]:/.test(text),
};

/** Guess: what Storage takes as a content type is not checked by it; this keeps it fit for a header. */
export const CONTENT_TYPE: Rule = {
  expected: "a content type, such as 'text/plain; charset=utf-8'",
  fits: (text) => /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(; ?[\x20-\x7e]{1,200})?$/.test(text),
};

/** The longest issuer, in characters; more would only be a slip of the pen. */
const ISSUER_LIMIT = 256;

/** An issuer of OpenID tokens (OpenID Connect Core §2), and with plain HTTP too, for a cloud on loopback. */
export const ISSUER: Rule = {
  fits: isIssuer,
  expected: "an URL without query and fragment, such as 'https://accounts.google.com'",
};

function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || text.length > ISSUER_LIMIT || /[?#@]/.test(text)) return false;
  const isWritten = url.href === text || url.href === `${text}/`;
  return isWritten && (url.protocol === 'https:' || url.protocol === 'http:');
}
