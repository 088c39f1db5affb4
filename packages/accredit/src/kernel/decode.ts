import { type ApiError, invalidArgument } from './api-error.ts';
import { clip, ECHO_LIMIT } from './clip.ts';

/**
 * Turns outside data into a typed value, or throws what Google's front end says of such data.
 *
 * @param value - parsed JSON, or a string of a query or a path
 * @param path - where it stands: `policy.bindings[0].role`; empty at the root
 */
export type Decoder<T> = (value: unknown, path: string) => T;

/** The type that a decoder yields. */
export type Decoded<D> = D extends Decoder<infer T> ? T : never;

/**
 * A value of the wrong type, in the words of the ESF front end.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto (BadRequest)
 */
function invalidValue(path: string, type: string, value: unknown): ApiError {
  const shown = typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
  const text = `Invalid value at '${path}' (${type}), ${clip(shown ?? 'null', ECHO_LIMIT, '...')}`;
  return invalidArgument(text, { reason: 'badRequest', violations: [{ field: path, description: text }] });
}

/** A string. Numbers and booleans are refused, as proto3 JSON does. */
export const string: Decoder<string> = (value, path) => {
  if (typeof value === 'string') return value;
  throw invalidValue(path, 'TYPE_STRING', value);
};

/** `true` or `false`; also their spellings in a query. */
export const boolean: Decoder<boolean> = (value, path) => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'True') return true;
  if (value === 'false' || value === 'False') return false;
  throw invalidValue(path, 'TYPE_BOOL', value);
};

const INT32 = { min: -2_147_483_648, max: 2_147_483_647 };

/** A whole number of 32 bits, bare or as a decimal string. */
export const int32: Decoder<number> = (value, path) => {
  const number = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= INT32.min && number <= INT32.max) {
    return number;
  }
  throw invalidValue(path, 'TYPE_INT32', value);
};

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** A whole number of 64 bits, kept as the decimal string that JSON carries it in. */
export const int64: Decoder<string> = (value, path) => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value === 'string' && /^-?\d{1,19}$/.test(value)) {
    const number = BigInt(value);
    if (number >= INT64.min && number <= INT64.max) return number.toString();
  }
  throw invalidValue(path, 'TYPE_INT64', value);
};

/** Base64 in either alphabet, padded or not. */
export const bytes: Decoder<Buffer> = (value, path) => {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) {
    throw invalidValue(path, 'TYPE_BYTES', value);
  }
  return Buffer.from(value, 'base64');
};

/** Any JSON value as it is; for parts that are stored and returned but never read. */
export const anything: Decoder<unknown> = (value) => value;

/** One of the given strings. */
export function oneOf<const T extends string>(...values: readonly T[]): Decoder<T> {
  return (value, path) => {
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) throw invalidValue(path, 'TYPE_ENUM', value);
    return found;
  };
}

/** A list; absent and `null` are the empty list. */
export function list<T>(item: Decoder<T>): Decoder<readonly T[]> {
  return (value, path) => {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw invalidValue(path, 'TYPE_MESSAGE', value);
    return value.map((element: unknown, index) => item(element, `${path}[${index}]`));
  };
}

/** A JSON object with free keys, as a map without a prototype. */
export function map<T>(item: Decoder<T>): Decoder<Readonly<Record<string, T>>> {
  return (value, path) => {
    const result: Record<string, T> = Object.create(null) as Record<string, T>;
    for (const [key, element] of Object.entries(plainObject(value, path))) {
      result[key] = item(element, path === '' ? key : `${path}.${key}`);
    }
    return result;
  };
}

/** Absent and `null` are `undefined`, anything else is decoded. */
export function optional<T>(decoder: Decoder<T>): Decoder<T | undefined> {
  return (value, path) => (value === undefined || value === null ? undefined : decoder(value, path));
}

type Shape = Readonly<Record<string, Decoder<unknown>>>;
type OptionalKeys<S extends Shape> = { [K in keyof S]: undefined extends Decoded<S[K]> ? K : never }[keyof S];
type ObjectOf<S extends Shape> = { readonly [K in Exclude<keyof S, OptionalKeys<S>>]: Decoded<S[K]> } & {
  readonly [K in OptionalKeys<S>]?: Exclude<Decoded<S[K]>, undefined>;
};

/**
 * A JSON object of known fields.
 *
 * @param unknown - `refuse` as the ESF front end does, `ignore` as Storage does
 */
export function object<S extends Shape>(
  shape: S,
  unknown: 'refuse' | 'ignore' = 'refuse',
): Decoder<ObjectOf<S>> {
  const known = new Set(Object.keys(shape));
  return (value, path) => {
    const source = plainObject(value, path);
    if (unknown === 'refuse') refuseUnknownNames(source, known, path);
    const result: Record<string, unknown> = {};
    for (const [key, decoder] of Object.entries(shape)) {
      const field = Object.hasOwn(source, key) ? source[key] : undefined;
      const decoded = decoder(field, path === '' ? key : `${path}.${key}`);
      if (decoded !== undefined) result[key] = decoded;
    }
    // The loop above has put in every key of the shape with its decoder's type; TypeScript cannot follow that.
    return result as ObjectOf<S>;
  };
}

function refuseUnknownNames(
  source: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  path: string,
): void {
  for (const key of Object.keys(source)) {
    if (known.has(key)) continue;
    const where = path === '' ? '' : ` at '${path}'`;
    const text = `Invalid JSON payload received. Unknown name "${clip(key, ECHO_LIMIT, '...')}"${where}: Cannot find field.`;
    throw invalidArgument(text, { reason: 'badRequest', violations: [{ field: path, description: text }] });
  }
}

function plainObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidValue(path, 'TYPE_MESSAGE', value);
  }
  // A parsed JSON object: string keys, values still unknown.
  return value as Readonly<Record<string, unknown>>;
}
