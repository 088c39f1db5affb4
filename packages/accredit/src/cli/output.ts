import { type Command, InvalidArgumentError, Option } from 'commander';
import { clip } from '../kernel/clip.ts';
import type { CliContext, Output } from './context.ts';
import { usageError } from './errors.ts';

/** Spaces between the columns of a table. */
const COLUMN_GAP = '  ';

/** Returns rows under headers, each column as wide as its widest cell. */
export function renderTable(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headers, ...rows];
  const widths = headers.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines.map((line) => `${alignCells(line, widths)}\n`).join('');
}

function alignCells(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join(COLUMN_GAP)
    .trimEnd();
}

/** Returns `name  value` lines, indented. */
export function renderFields(fields: readonly (readonly [string, string])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `  ${name.padEnd(width)}  ${value}\n`).join('');
}

/** The forms in which a command shows what it found. */
export type Format = 'table' | 'json';

/** `--format`, with the default that `ACCREDIT_FORMAT` may name. */
export function formatOption(context: Pick<CliContext, 'env'>): Option {
  return formOption(context, ['table', 'json'], 'table for people, json for programs');
}

/**
 * `--format` of a command that has forms of its own, with the default that `ACCREDIT_FORMAT` may name. What the variable
 * says is judged by {@link refuseOtherForm}, once it counts.
 *
 * @param forms - the first one is the default where the variable says nothing
 */
export function formOption(
  { env }: Pick<CliContext, 'env'>,
  forms: readonly string[],
  description: string,
): Option {
  const variable = env.ACCREDIT_FORMAT === '' ? undefined : env.ACCREDIT_FORMAT;
  const isRefused = variable !== undefined && !forms.includes(variable);
  return new Option('--format <form>', `${description} (ACCREDIT_FORMAT)`)
    .choices(forms)
    .default(variable ?? forms[0], isRefused ? 'that of ACCREDIT_FORMAT, which is refused' : undefined);
}

/**
 * Refuses a form that `ACCREDIT_FORMAT` names and the command does not have, where `--format` says none.
 *
 * The variable is for every command; one that went on in another form would make a program read what it cannot.
 *
 * @throws {CliError} of status 2
 */
export function refuseOtherForm(command: Command): void {
  const option = command.options.find(({ long }) => long === '--format');
  const { argChoices: forms, defaultValue } = option ?? {};
  if (forms === undefined || command.getOptionValueSource('format') !== 'default') return;
  // Only the variable brings a default that is no choice.
  if (typeof defaultValue !== 'string' || forms.includes(defaultValue)) return;
  const names = forms.map((form) => `'${form}'`);
  throw usageError(
    `ACCREDIT_FORMAT is '${clip(defaultValue)}', which 'accredit ${nameOf(command)}' does not have: say ` +
      `${names.slice(0, -1).join(', ')} or ${names.at(-1)} there, or with --format.`,
  );
}

/** Returns the name of a command behind the program's: `iam grant`. */
function nameOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${nameOf(parent)} ${command.name()}`;
}

/** Prints a value as JSON. */
export function printJson(out: Output, value: unknown): void {
  out.write(renderJson(value));
}

/** Renders JSON as it is printed: indented, ended by a line feed. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Says what a command did: a sentence for people; for programs what it did it to, as JSON. */
export function printDone(out: Output, format: Format, sentence: string, value: unknown): void {
  if (format === 'json') printJson(out, value);
  else out.write(`${sentence}\n`);
}

/** Prints a list: JSON for programs; a table for people, or a sentence where there is nothing. */
export function printList<T>(
  out: Output,
  format: Format,
  items: readonly T[],
  table: {
    readonly headers: readonly string[];
    readonly row: (item: T) => readonly string[];
    readonly none: string;
  },
): void {
  if (format === 'json') printJson(out, items);
  else if (items.length === 0) out.write(`${table.none}\n`);
  else out.write(renderTable(table.headers, items.map(table.row)));
}

/** SGR codes (ECMA-48 8.3.117). */
const STYLES = { bold: 1, red: 31, green: 32, yellow: 33 } as const;

/** Puts a text in a colour or weight. */
export type Paint = (style: keyof typeof STYLES, text: string) => string;

/** Says whether an output takes colours: a terminal does, unless the user asked for none (https://no-color.org). */
export function takesColour(output: Output, env: Readonly<Record<string, string | undefined>>): boolean {
  return output.isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}

/** Returns what puts colours in, or leaves them out where the output takes none. */
export function painter(output: Output, env: Readonly<Record<string, string | undefined>>): Paint {
  const isPlain = !takesColour(output, env);
  return (style, text) => (isPlain ? text : `\u001b[${STYLES[style]}m${text}\u001b[0m`);
}

/** Reads a whole number of an option. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** Reads a comma-separated list of an option; it may come several times. */
export function commaList(text: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), ...text.split(',').filter((part) => part !== '')];
}

/** Reads `KEY=VALUE` of an option; it may come several times, and the last one of a key counts. */
export function keyValue(
  text: string,
  previous: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It is written KEY=VALUE.');
  return { ...previous, [text.slice(0, equals)]: text.slice(equals + 1) };
}

/** The examples at the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExample${lines.length === 1 ? '' : 's'}:\n${lines.map((line) => `  $ ${line}\n`).join('')}`;
}

/** Returns the leaves of a JSON value with the way to each: `serviceAccounts[0].email`. */
export function flatten(value: unknown, place = ''): readonly (readonly [string, string])[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => flatten(item, `${place}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return [[place, String(value)]];
  return Object.entries(value).flatMap(([key, item]: readonly [string, unknown]) =>
    flatten(item, place === '' ? key : `${place}.${key}`),
  );
}

/** Returns paragraphs of help; the terminal's width breaks their lines. */
export function paragraphs(...texts: readonly string[]): string {
  return texts.join('\n\n');
}
