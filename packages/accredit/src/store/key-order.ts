/**
 * Returns the first string after every string that begins with the prefix; `undefined` where there is none.
 *
 * U+10FFFF cannot be incremented and is dropped; a step over the surrogates lands on U+E000.
 */
export function prefixEnd(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    if (last === 0x10ffff) continue;
    return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}
