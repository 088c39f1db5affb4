import { isDeepStrictEqual } from 'node:util';

/** Returns the names of the fields whose values are other ones. */
export function differingFields<T extends object>(stored: T, fields: Partial<T>): readonly string[] {
  return Object.entries(fields)
    .filter(([key, value]) => !isDeepStrictEqual(value, stored[key as keyof T]))
    .map(([key]) => key);
}
