/**
 * Takes a part out of a text by a template: `'projects/p/zones/z'.extract('projects/{project}/')` is `p`.
 *
 * What is taken lies between the first prefix and the first suffix behind it; it is empty where one of them is missing,
 * and the whole text where there is neither of them (IAM notes 1.4).
 *
 * @throws {RangeError} for a template without exactly one `{name}`. Guess: Google refuses it too.
 */
export function extract(text: string, template: string): string {
  const [, prefix, suffix] = /^([^{}]*)\{[^{}]*\}([^{}]*)$/.exec(template) ?? [];
  if (prefix === undefined || suffix === undefined) {
    throw new RangeError(
      "The template of extract must hold one name in braces, such as 'projects/{project}/'.",
    );
  }
  const found = text.indexOf(prefix);
  if (found === -1) return '';
  const start = found + prefix.length;
  if (suffix === '') return text.slice(start);
  const end = text.indexOf(suffix, start);
  return end === -1 ? '' : text.slice(start, end);
}
