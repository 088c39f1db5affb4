/** What others name their resources may steer a terminal; people are shown a mark in its place. */

const MARK = '\ufffd';

/** Control and format characters, and both separators of Unicode. */
const CONTROLS = /\p{C}|\u2028|\u2029/gu;

/** The same without those that texts of several lines have. */
const STEERING = /(?![\n\t])\p{C}/gu;

/** Returns a text as one line that a terminal and a comment can hold. */
export function asOneLine(text: string): string {
  return text.replace(CONTROLS, MARK);
}

/** Returns a text of several lines that steers no terminal. */
export function withoutSteering(text: string): string {
  return text.replace(STEERING, MARK);
}

/** Returns a decoded JSON value whose texts steer no terminal; line feeds stay, as in the expression of a condition. */
export function withoutControls(value: unknown): unknown {
  if (typeof value === 'string') return withoutSteering(value);
  if (Array.isArray(value)) return value.map(withoutControls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutControls(inner)]));
}
