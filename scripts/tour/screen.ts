/** What the tour shows: headings, commands as a person types them, what they print, and never a whole token. */
import type { Output } from '../../packages/accredit/src/cli/context.ts';
import { type Paint, painter } from '../../packages/accredit/src/cli/output.ts';

/** How much of an access token is shown: enough to know it again, and worth nothing. */
const SHOWN_TOKEN_CHARACTERS = 8;

/** What an access token looks like, and what is left of it. */
const ACCESS_TOKEN = new RegExp(
  `(ya29\\.[\\w.~+/=-]{${SHOWN_TOKEN_CHARACTERS - 'ya29.'.length}})[\\w.~+/=-]+`,
  'g',
);

const INDENT = '   ';

/** Returns a text in which access tokens are cut: a token is a secret, and a terminal is read by others. */
export function cutTokens(text: string): string {
  return text.replaceAll(ACCESS_TOKEN, '$1…');
}

/** The tour's screen. */
export interface Screen {
  readonly paint: Paint;
  /** A line of its own, or an empty one. */
  readonly line: (text?: string) => void;
  /** A heading of a step. */
  readonly heading: (text: string) => void;
  /** A command, before it runs. */
  readonly command: (line: string) => void;
  /** What a command printed, with its tokens cut. */
  readonly output: (text: string) => void;
  /** What went wrong. */
  readonly failure: (text: string) => void;
}

export function openScreen(out: Output, env: Readonly<Record<string, string | undefined>>): Screen {
  const paint = painter(out, env);
  const line = (text = '') => out.write(`${text}\n`);
  const indented = (text: string) => {
    for (const each of text.trimEnd().split('\n')) line(each === '' ? '' : `${INDENT}${each}`);
  };
  return {
    paint,
    line,
    heading: (text) => {
      line();
      line(paint('bold', text));
    },
    command: (text) => indented(`${paint('green', '$')} ${text}`),
    output: (text) => {
      if (text.trim() !== '') indented(cutTokens(text));
    },
    failure: (text) => indented(`${paint('red', '✗')} ${text}`),
  };
}
