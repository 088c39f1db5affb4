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

/**
 * Parses JSON; numbers come as {@link Literal}.
 *
 * @returns `undefined` where it is not JSON
 */
export function parseJson(text: string): unknown {
  const marked = text.replace(STRINGS_AND_NUMBERS, (token) =>
    token.startsWith('"') ? token : `"${MARK}${token}"`,
  );
  try {
    // What was not JSON before is not made so: the original is parsed too.
    JSON.parse(text);
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
