import { invalidArgument } from '../../kernel/api-error.ts';
import { clip, SHORT_ECHO_LIMIT } from '../../kernel/clip.ts';
import { invalidField, requiredField, tooLargeField } from './field-errors.ts';
import { checkName } from './names.ts';

/** Labels that a resource may have. */
const LABEL_LIMIT = 64;

/** Network tags that an instance may have. */
const TAG_LIMIT = 64;

/** Bytes of one metadata value, in UTF-8. */
const METADATA_VALUE_LIMIT_BYTES = 262_144;

/** Bytes of all keys and values of one resource's metadata: 512 KB. */
const METADATA_LIMIT_BYTES = 512 * 1024;

const METADATA_KEY = /^[a-zA-Z0-9-_]{1,128}$/;

/** Lower case, international letters too (`\p{Lo}` has no case). */
const LABEL_KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const LABEL_VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

/**
 * Checks the labels of a resource.
 *
 * @throws {ApiError} 400 `invalid`
 */
export function checkLabels(field: string, labels: Readonly<Record<string, string>>): void {
  const entries = Object.entries(labels);
  // Guess: the text for too many.
  if (entries.length > LABEL_LIMIT) throw invalidField(field, '', `Labels must not exceed ${LABEL_LIMIT}.`);
  for (const [key, value] of entries) {
    if (!LABEL_KEY.test(key)) throw invalidField(field, '', labelText('key', key));
    if (!LABEL_VALUE.test(value)) throw invalidField(field, '', labelText('value', value));
  }
}

function labelText(what: 'key' | 'value', shown: string): string {
  const start = what === 'key' ? 'must start with a lowercase character, ' : '';
  return (
    `Label ${what} '${clip(shown, SHORT_ECHO_LIMIT)}' violates format constraints. ` +
    `The ${what} ${start}can only contain lowercase ` +
    `letters, numeric characters, underscores and dashes. The ${what} can be at most 63 characters long. ` +
    'International characters are allowed.'
  );
}

/**
 * Checks network tags and returns each once, in the order given.
 *
 * @throws {ApiError} 400 `invalid`
 */
export function checkTags(field: string, tags: readonly string[]): readonly string[] {
  // Guess: the text for too many.
  if (tags.length > TAG_LIMIT) throw invalidField(field, '', `Tags must not exceed ${TAG_LIMIT}.`);
  return [...new Set(tags.map((tag, index) => checkName(`${field}[${index}]`, tag)))];
}

/**
 * Checks metadata items and returns them in the order given; an absent value is the empty one.
 *
 * @throws {ApiError} 400 `invalid` or `required`
 */
export function checkMetadataItems(
  field: string,
  items: readonly { readonly key?: string; readonly value?: string }[],
): readonly { readonly key: string; readonly value: string }[] {
  let totalBytes = 0;
  const keys = new Set<string>();
  return items.map(({ key, value = '' }, index) => {
    const where = `${field}.items[${index}]`;
    if (key === undefined || key === '') throw requiredField(`${where}.key`);
    if (!METADATA_KEY.test(key)) {
      throw invalidField(`${where}.key`, key, "Must be a match of regex '[a-zA-Z0-9-_]{1,128}'");
    }
    // Guess: the text for a key that comes twice.
    if (keys.has(key)) throw invalidField(field, '', `Metadata has duplicate key: ${key}`);
    keys.add(key);
    const bytes = Buffer.byteLength(value);
    if (bytes > METADATA_VALUE_LIMIT_BYTES) {
      throw tooLargeField(`${where}.value`, METADATA_VALUE_LIMIT_BYTES, bytes);
    }
    totalBytes += bytes + key.length;
    if (totalBytes > METADATA_LIMIT_BYTES) throw metadataTooLarge(field);
    return { key, value };
  });
}

/** Guess: the text; that the total is refused is documented. */
function metadataTooLarge(field: string) {
  return invalidArgument(
    `Value for field '${field}' is too large: maximum size ${METADATA_LIMIT_BYTES} character(s).`,
    {
      reason: 'invalid',
    },
  );
}
