import { type ApiError, invalidArgument } from './api-error.ts';

/**
 * A parsed `fields` parameter: which members of an answer the caller wants.
 *
 * `true` keeps a member whole; a map keeps the named members of it. `*` stands for every name.
 *
 * @see https://cloud.google.com/storage/docs/json_api#partial-response
 */
export type FieldSelection = true | ReadonlyMap<string, FieldSelection>;

/** Nesting that a selection may have; deeper than any resource. */
const DEPTH_LIMIT = 20;

/** The longest `fields` parameter that is read; longer than any URL that a client builds. */
const LENGTH_LIMIT = 8192;

/**
 * Parses the grammar `list := item (',' item)*; item := path [ '(' list ')' ]; path := name ('/' name)*`.
 *
 * Dots are taken as slashes, as field masks write them (IAM notes 4.7).
 *
 * Deviation: a name that no answer has selects nothing, and is no error: what a resource may have is not known here.
 * Pinned by 'fields=… (IAM notes 4.7)'.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` `Invalid field selection …`
 */
export function parseFieldSelection(text: string): FieldSelection {
  if (text.length > LENGTH_LIMIT) throw invalidSelection(text);
  return new SelectionParser(text).parse();
}

function invalidSelection(text: string): ApiError {
  return invalidArgument(`Invalid field selection ${text.slice(0, 100)}`, {
    reason: 'invalidParameter',
    location: { type: 'parameter', name: 'fields' },
  });
}

/** A name, or the star, where the parser stands. */
const NAME = /^(?:\*|[A-Za-z0-9_$@-]+)/;

/** Reads one selection from its beginning to its end. */
class SelectionParser {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): FieldSelection {
    const selection = this.#list(0);
    if (this.#position !== this.#text.length) throw invalidSelection(this.#text);
    return selection;
  }

  #list(depth: number): Map<string, FieldSelection> {
    if (depth > DEPTH_LIMIT) throw invalidSelection(this.#text);
    const selection = new Map<string, FieldSelection>();
    do {
      const names = this.#path();
      addPath(selection, names, this.#take('(') ? this.#inner(depth) : true);
    } while (this.#take(','));
    return selection;
  }

  #path(): readonly string[] {
    const names = [this.#name()];
    while (this.#take('/') || this.#take('.')) names.push(this.#name());
    return names;
  }

  #inner(depth: number): FieldSelection {
    const selection = this.#list(depth + 1);
    if (!this.#take(')')) throw invalidSelection(this.#text);
    return selection;
  }

  #name(): string {
    const [name] = NAME.exec(this.#text.slice(this.#position, this.#position + 256)) ?? [];
    if (name === undefined) throw invalidSelection(this.#text);
    this.#position += name.length;
    return name;
  }

  /** Passes over a character, where it is the next one. */
  #take(character: string): boolean {
    if (this.#text[this.#position] !== character) return false;
    this.#position += 1;
    return true;
  }
}

function addPath(into: Map<string, FieldSelection>, names: readonly string[], inner: FieldSelection): void {
  const [name = '', ...rest] = names;
  const present = into.get(name);
  if (present === true) return;
  if (rest.length === 0) {
    into.set(name, inner === true || present === undefined ? inner : merge(present, inner));
    return;
  }
  const next = present === undefined ? new Map<string, FieldSelection>() : new Map(present);
  addPath(next, rest, inner);
  into.set(name, next);
}

function merge(a: FieldSelection, b: FieldSelection): FieldSelection {
  if (a === true || b === true) return true;
  const merged = new Map(a);
  for (const [name, inner] of b) {
    const present = merged.get(name);
    merged.set(name, present === undefined ? inner : merge(present, inner));
  }
  return merged;
}

/** Returns the selected part of a JSON value. Lists are mapped over; members that are not there stay away. */
export function selectFields(value: unknown, selection: FieldSelection): unknown {
  if (selection === true || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((element: unknown) => selectFields(element, selection));
  const everything = selection.get('*');
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const inner = selection.get(name) ?? everything;
    if (inner === undefined) continue;
    if (inner === true) {
      result[name] = member;
      continue;
    }
    const selected = selectFields(member, inner);
    if (typeof member === 'object') result[name] = selected;
  }
  return result;
}
