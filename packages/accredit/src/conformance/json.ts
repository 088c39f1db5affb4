/** A number of JSON with the digits that it was written with: an instance id is beyond 2^53. */
export class Literal {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

const STRINGS_AND_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Stands before a number that was put into a string; U+0000 cannot stand in a string of JSON unescaped. */
const MARK = '\\u0000number:';
const PARSED_MARK = '\u0000number:';

/** How deep JSON may be; a metadata server's has eight levels. What goes deeper would overflow whoever walks through it. */
export const DEPTH_LIMIT = 64;

/** Says whether a text is JSON of more than {@link DEPTH_LIMIT} levels, if it is JSON. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isInString) {
      if (character === '\\') index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > DEPTH_LIMIT) return true;
  }
  return false;
}

/**
 * Parses JSON; numbers come as {@link Literal}.
 *
 * @returns `undefined` where it is not JSON, or is deeper than anybody's
 */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    // What is not JSON is not made so below, and may have quotes that never end, at each of which a pattern would begin.
    JSON.parse(text);
    const marked = text.replace(STRINGS_AND_NUMBERS, (token) =>
      token.startsWith('"') ? token : `"${MARK}${token}"`,
    );
    return JSON.parse(marked, (_, value: unknown) =>
      typeof value === 'string' && value.startsWith(PARSED_MARK)
        ? new Literal(value.slice(PARSED_MARK.length))
        : value,
    );
  } catch {
    return undefined;
  }
}

/** Returns what stands at a place of a JSON value; `undefined` where there is no such place. */
export function at(value: unknown, ...keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>((found, key) => {
    const isThere = typeof found === 'object' && found !== null && Object.hasOwn(found, key);
    // Any object may be read by a name that it has.
    return isThere ? (found as Readonly<Record<string | number, unknown>>)[key] : undefined;
  }, value);
}

/** Returns the keys of a JSON object in their order; of anything else none. */
export function keysOf(value: unknown): readonly string[] {
  const isObject =
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Literal);
  return isObject ? Object.keys(value) : [];
}

/** Says whether every element of an array is a string. */
export function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
