const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '?': '?',
  '"': '"',
  "'": "'",
  '`': '`',
};

const ESCAPE =
  /\\(?:x([0-9a-fA-F]{2})|X([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([^]|$))/g;

/**
 * Returns what a string literal of CEL stands for.
 *
 * @param text - with its quotes, one or three, and its prefix
 * @returns `undefined` where an escape is none of CEL's
 */
export function unquote(text: string): string | undefined {
  const prefix = /^[bBrR]*/.exec(text)?.[0] ?? '';
  const quote = /^(?:'''|"""|'|")/.exec(text.slice(prefix.length))?.[0] ?? '';
  const inside = text.slice(prefix.length + quote.length, text.length - quote.length);
  return /r/i.test(prefix) ? inside : unescape(inside);
}

function unescape(inside: string): string | undefined {
  let wrong = false;
  const value = inside.replace(
    ESCAPE,
    (_, x?: string, upperX?: string, u?: string, upperU?: string, octal?: string, simple?: string) => {
      const hex = x ?? upperX ?? u ?? upperU;
      const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
      const character = simple === undefined ? fromCodePoint(code) : SIMPLE_ESCAPES[simple];
      wrong ||= character === undefined;
      return character ?? '';
    },
  );
  return wrong ? undefined : value;
}

/** Returns the character of a code point; `undefined` for one that is none, or half of a pair. */
function fromCodePoint(code: number): string | undefined {
  if (code > 0x10_ffff || (code >= 0xd8_00 && code <= 0xdf_ff)) return undefined;
  return String.fromCodePoint(code);
}
