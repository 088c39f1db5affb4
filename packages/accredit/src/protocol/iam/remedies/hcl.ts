/** What stands for a character in a quoted template of HCL. */
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * Returns a text as a string of HCL that means the text itself: nothing in it is a template.
 *
 * @see https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions
 */
export function hclString(text: string): string {
  const escaped = text
    // oxlint-disable-next-line no-control-regex -- these are what is to be escaped
    .replace(/["\\\u0000-\u001f\u007f]/g, (character) => ESCAPES[character] ?? toUnicodeEscape(character))
    .replace(/[$%](?=\{)/g, '$&$&');
  return `"${escaped}"`;
}

function toUnicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A reference to another block, as it is written. */
interface HclReference {
  readonly reference: string;
}

/** A value of an attribute; texts are quoted. */
export type HclValue = string | boolean | readonly string[] | HclReference;

/** What stands between the braces: attributes, and blocks in the order in which they are given. */
export interface HclBlock {
  readonly attributes: readonly (readonly [string, HclValue])[];
  readonly blocks?: readonly (readonly [string, HclBlock])[];
}

/** Returns a block as `terraform fmt` writes it. */
export function renderHclBlock(head: string, { attributes, blocks = [] }: HclBlock, indent = ''): string {
  const inner = `${indent}  `;
  const width = Math.max(0, ...attributes.map(([name]) => name.length));
  const lines = attributes.map(([name, value]) => `${inner}${name.padEnd(width)} = ${renderValue(value)}\n`);
  const nested = blocks.map(([name, block]) => `\n${renderHclBlock(name, block, inner)}`);
  return `${indent}${head} {\n${lines.join('')}${nested.join('')}${indent}}\n`;
}

function renderValue(value: HclValue): string {
  if (typeof value === 'string') return hclString(value);
  if (typeof value === 'boolean') return String(value);
  return 'reference' in value ? value.reference : `[${value.map(hclString).join(', ')}]`;
}

/** Longest label that is made; longer ones say nothing more. */
const LABEL_LENGTH_LIMIT = 60;

/** Returns an identifier of HCL that tells what the parts say. */
export function hclLabel(...parts: readonly string[]): string {
  const label = parts
    .join('_')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, LABEL_LENGTH_LIMIT);
  return /^[a-z]/.test(label) ? label : `_${label}`;
}
