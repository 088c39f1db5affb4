import type { RefusalReason, Refused } from '../refusal.ts';

/** One text. */
export interface TextLeaf {
  readonly kind: 'text';
  readonly value: string;
  /** Default `application/text`. */
  readonly contentType?: 'text/plain';
}

/** One whole number, kept as its digits: a uint64 never passes through a JavaScript number. */
export interface NumberLeaf {
  readonly kind: 'number';
  readonly literal: string;
}

/** Several texts under one key: listed as a leaf, one item a line as text, an array in JSON. */
export interface ListLeaf {
  readonly kind: 'list';
  readonly items: readonly string[];
  /** What a request without `alt` gets; `tags` alone answers JSON (metadata notes 6.3.8). */
  readonly defaultAlt: 'text' | 'json';
}

/** A key whose value is made for each request; it stands in no recursive output (metadata notes 9.3.11). */
export interface DynamicLeaf {
  readonly kind: 'dynamic';
  readonly key: 'token' | 'identity';
  /** The e-mail of the service account, also where the path names an alias. */
  readonly account: string;
}

/**
 * A key whose answer is JSON that follows from the query, as those of OS Login do; in no recursive output.
 *
 * `answer` gives what is sent, or why the query is refused.
 */
export interface QueryLeaf {
  readonly kind: 'query';
  readonly answer: (query: ReadonlyMap<string, string>) => string | Refused;
}

/** A key that exists, is listed, and refuses in the state that the instance is in. */
export interface Gate {
  readonly kind: 'gate';
  readonly reason: RefusalReason;
  /** A leaf refuses itself; a subtree also refuses whatever is asked below it. */
  readonly covers: 'leaf' | 'subtree';
}

/** A directory: the children answer, and those that are listed appear in listings and recursive output. */
export interface Directory {
  readonly kind: 'directory';
  readonly children: ReadonlyMap<string, TreeNode>;
  /** In the order of listings, of text and of JSON: the names that we know sort alike in kebab-case and camelCase. */
  readonly listed: readonly Entry[];
  /** What recursive output shows; nearly always what is listed. */
  readonly recursive: readonly Entry[];
  readonly json: 'object' | 'array';
  /**
   * False for the two directories above `v1/`: they answer a listing without an ETag and are never recursive.
   * `/` needs no `Metadata-Flavor` header, so it must not reveal what is below.
   */
  readonly hasViews: boolean;
  /**
   * Named without its slash it is no redirect, but answers what is below it as a leaf would: in this form where the
   * query names none.
   */
  readonly valueAlt?: 'text' | 'json';
}

/** A listed child of a directory. */
export interface Entry {
  readonly name: string;
  /** The name in JSON, quoted and with its colon: `"machineType":`. */
  readonly jsonKey: string;
  readonly node: TreeNode;
}

export type Leaf = TextLeaf | NumberLeaf | ListLeaf;
export type TreeNode = Directory | Leaf | DynamicLeaf | QueryLeaf | Gate;

const WHOLE_NUMBER = /^(?:0|-?[1-9][0-9]*)$/;

export function text(value: string): TextLeaf {
  return { kind: 'text', value };
}

/** @param answer - gives the JSON to send for a query, or why that is refused */
export function queryLeaf(answer: QueryLeaf['answer']): QueryLeaf {
  return { kind: 'query', answer };
}

/** A boolean as the metadata server writes it: a text, also in JSON (metadata notes 6.3). */
export function flag(value: boolean): TextLeaf {
  return text(value ? 'TRUE' : 'FALSE');
}

/**
 * @param literal - decimal digits, as they will stand in JSON
 * @throws {TypeError} where that would not be JSON: a fault of ours, never of a caller
 */
export function number(literal: string): NumberLeaf {
  if (!WHOLE_NUMBER.test(literal)) throw new TypeError(`'${literal}' is not a whole number.`);
  return { kind: 'number', literal };
}

export function list(items: readonly string[], defaultAlt: 'text' | 'json' = 'text'): ListLeaf {
  return { kind: 'list', items, defaultAlt };
}

export function gate(reason: RefusalReason, covers: Gate['covers']): Gate {
  return { kind: 'gate', reason, covers };
}

/**
 * A directory whose keys we name: kebab-case in paths, lowerCamelCase in JSON.
 *
 * @param unlisted - children that answer although no listing and no recursive output shows them
 */
export function directory(
  entries: Readonly<Record<string, TreeNode>>,
  unlisted: Readonly<Record<string, TreeNode>> = {},
): Directory {
  const listed = toEntries(entries);
  return {
    kind: 'directory',
    children: new Map([...Object.entries(entries), ...Object.entries(unlisted)]),
    listed,
    recursive: listed,
    json: 'object',
    hasViews: true,
  };
}

/** A directory whose recursive output shows other children than its listing. */
export function withRecursive(listing: Directory, entries: Readonly<Record<string, TreeNode>>): Directory {
  return { ...listing, recursive: toEntries(entries) };
}

function toEntries(entries: Readonly<Record<string, TreeNode>>): readonly Entry[] {
  return Object.entries(entries)
    .map(([name, node]) => entry(name, toCamelCase(name), node))
    .sort(byName);
}

/** A directory that is a value too: without its slash it answers what is below it. Its keys are the same everywhere. */
export function valueDirectory(
  entries: Iterable<readonly [string, TreeNode]>,
  valueAlt: 'text' | 'json',
): Directory {
  return { ...mapDirectory(entries), valueAlt };
}

/** A directory above `v1/`: only ever a listing. */
export function rootDirectory(
  entries: Readonly<Record<string, TreeNode>>,
  unlisted: Readonly<Record<string, TreeNode>>,
): Directory {
  return { ...directory(entries, unlisted), hasViews: false };
}

/** A directory whose keys others chose: they stand in paths and in JSON as they are. The last of two equal keys counts. */
export function mapDirectory(entries: Iterable<readonly [string, TreeNode]>): Directory {
  const children = new Map(entries);
  const listed = Array.from(children, ([name, node]) => entry(name, name, node)).sort(byName);
  return { kind: 'directory', children, listed, recursive: listed, json: 'object', hasViews: true };
}

/**
 * A directory of numbered children, which is an array in JSON.
 *
 * Guess: more than ten are listed by number (`9/`, then `10/`), not by the bytes of their names.
 */
export function indexDirectory(items: readonly TreeNode[]): Directory {
  const listed = items.map((node, index) => entry(String(index), '', node));
  const children = new Map(listed.map(({ name, node }) => [name, node]));
  return { kind: 'directory', children, listed, recursive: listed, json: 'array', hasViews: true };
}

function entry(name: string, jsonName: string, node: TreeNode): Entry {
  return { name, jsonKey: `${JSON.stringify(jsonName)}:`, node };
}

/** `machineType` of `machine-type`. */
export function toCamelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Listings are sorted bytewise (metadata notes 5.4.2); keys are ASCII, where the order of UTF-16 is that of bytes. */
function byName(a: Entry, b: Entry): number {
  return a.name < b.name ? -1 : 1;
}
