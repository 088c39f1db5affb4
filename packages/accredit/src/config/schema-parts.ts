import { z } from 'zod';
import type { Rule } from './rules.ts';

/** A text under a rule. Every message of a schema is what goes on after `expected`. */
export function text({ expected, fits, choices, hint }: Rule) {
  // `choices` travels with the issue, for the one who was near, and `hint` for the one who was not.
  return z.string({ error: expected }).refine(fits, { error: expected, params: { choices, hint } });
}

/** A text that no message repeats: a key, or a code. */
export function secretText({ expected, fits }: Rule) {
  return z.custom<string>((value) => typeof value === 'string' && fits(value), {
    error: expected,
    params: { isSecret: true },
  });
}

/** Words of an unknown key; what is known is told from the message, which holds the known keys alone. */
export function mapping<Shape extends z.core.$ZodLooseShape>(what: string, shape: Shape) {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? keys.join(' ') : `${what}: a mapping of ${keys.join(', ')}`,
  });
}

/** A list; a key with nothing behind it is the empty one. */
export function list<Item extends z.ZodType>(what: string, item: Item) {
  return z.array(item, { error: `a list of ${what}` }).nullish();
}

export const BOOLEAN_EXPECTED = "'true' or 'false', without quotes";

export function boolean() {
  return z.boolean({ error: BOOLEAN_EXPECTED }).optional();
}

export function choice<const T extends string>(...values: readonly [T, ...T[]]) {
  return z.enum(values, { error: values.map((value) => `'${value}'`).join(' or ') }).optional();
}

/** A whole number between two others; default of the message: which ones. */
export function wholeNumber(from: number, to: number, expected = `a whole number, ${from} to ${to}`) {
  return z.int({ error: expected }).min(from, { error: expected }).max(to, { error: expected });
}

/** A number in quotes or without. */
export function number({ expected, fits }: Rule) {
  return z
    .union([z.string(), z.int()], { error: expected })
    .transform(String)
    .refine(fits, { error: expected });
}
