import type { Rule } from './rules.ts';

/**
 * How deep partner attributes go, the namespace counted.
 *
 * Guess: those that are known need three levels (`wc.compute.googleapis.com/trust-config/` and a key in it).
 */
export const PARTNER_ATTRIBUTES_DEPTH_LIMIT = 8;

/** Bytes of all partner attributes of an instance, as JSON. Guess: as for custom metadata, 512 KB. */
export const PARTNER_ATTRIBUTES_LIMIT_BYTES = 512 * 1024;

/**
 * A namespace or a key of partner attributes: what can be one segment of a path without encoding.
 *
 * Guess: as for guest attributes; the known ones are host names, kebab-case and snake_case (metadata notes 8.1).
 */
export const PARTNER_ATTRIBUTE_NAME: Rule = {
  expected: "a name (1 to 128 letters, digits, '.', '_' and '-', first no '.')",
  fits: (text) => /^[a-zA-Z0-9_-][a-zA-Z0-9._-]{0,127}$/.test(text),
};

/** The limit of all of them together bounds each. */
export const PARTNER_ATTRIBUTE_VALUE: Rule = {
  expected: `a text in quotes, or a mapping at most ${PARTNER_ATTRIBUTES_DEPTH_LIMIT} levels deep`,
  fits: () => true,
};
