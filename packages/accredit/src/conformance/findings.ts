/** What was expected of one thing, and what was seen; both for people. */
export interface Finding {
  readonly expected: string;
  readonly seen: string;
}

/** Something is not as it must be. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
  readonly expected: string;
  readonly seen: string;

  constructor({ expected, seen }: Finding) {
    super(`expected ${expected}, saw ${seen}`);
    this.expected = expected;
    this.seen = seen;
  }
}

/** What a check asks about is not to be had here; it is neither kept nor broken. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable';
}

/** The longest value that is shown; the rest would not help. */
const SHOWN_LIMIT = 120;

/**
 * Access tokens of Google and of Accredit, JWTs, and whatever stands where a token stands. Reports are kept, sent and
 * published: no token is in them.
 */
const TOKENS =
  /ya29\.[\w.~+/=-]+|eyJ[\w-]+(?:\.[\w-]*){0,2}|(?<=access_token[\\"]+\s*:\s*[\\"]+)[^"\\]+|(?<=access_token )(?!expires_in)\S+/g;

/** Returns a text without the tokens in it. */
export function maskTokens(text: string): string {
  return text.replace(TOKENS, '[token]');
}

/** The longest sentence of a report. */
const LINE_LIMIT = 400;

/** Returns a sentence without tokens, without line breaks and escape sequences for a terminal, and not too long. */
export function onOneLine(text: string): string {
  const line = maskTokens(text).replace(/\p{Cc}+/gu, ' ');
  return line.length > LINE_LIMIT ? `${line.slice(0, LINE_LIMIT)}…` : line;
}

/** Returns a value as a report shows it: on one line, not too long, and without tokens. */
export function show(value: unknown): string {
  if (value === undefined) return 'none';
  if (value instanceof RegExp) return `a match of ${value.source}`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = JSON.stringify(maskTokens(text)).slice(1, -1).replaceAll('\\"', '"');
  const shown = line.length > SHOWN_LIMIT ? `${line.slice(0, SHOWN_LIMIT)}…` : line;
  return typeof value === 'string' ? `'${shown}'` : shown;
}
