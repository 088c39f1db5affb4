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

/**
 * What is looked at of a text that a server sent: more than is shown of it, and little enough for patterns whose time
 * grows with its square. A token that is cut here is masked as far as it goes.
 */
const READ_LIMIT = 2_048;

/** The longest sentence of a report. */
const LINE_LIMIT = 400;

/**
 * What a terminal obeys, or what makes it show something else than there is: control characters of C0 and C1, format
 * characters such as those that turn the direction of writing, and the separators of lines and paragraphs.
 */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** Returns a sentence without tokens, without line breaks and escape sequences for a terminal, and not too long. */
export function onOneLine(text: string): string {
  const line = maskTokens(text.slice(0, READ_LIMIT)).replace(OBEYED, ' ').toWellFormed();
  return line.length > LINE_LIMIT ? `${line.slice(0, LINE_LIMIT)}…` : line;
}

/** Returns a value as a report shows it: on one line, not too long, and without tokens. */
export function show(value: unknown): string {
  if (value === undefined) return 'none';
  if (value instanceof RegExp) return `a match of ${value.source}`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = JSON.stringify(maskTokens(text.slice(0, READ_LIMIT)).toWellFormed())
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replace(OBEYED, escapeUnits);
  const shown = line.length > SHOWN_LIMIT ? `${line.slice(0, SHOWN_LIMIT)}…` : line;
  return typeof value === 'string' ? `'${shown}'` : shown;
}

/** Returns characters as JSON escapes those that it must: `\u009b`. */
function escapeUnits(characters: string): string {
  return characters.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
