import { invalidField } from './field-errors.ts';
import { compilePattern } from './filter-pattern.ts';

/** What a field of a resource holds, as far as a filter may ask for it. Lists and messages may not be asked. */
type FieldKind =
  /** Compared by pattern. */
  | 'text'
  /** Enum, number, boolean: compared as it is written. */
  | 'literal'
  /** Free keys with text behind them: `labels.env`. */
  | 'map';

/** The fields that filters on a kind of resource may name, by their path: `scheduling.preemptible`. */
export type FilterFields = Readonly<Record<string, FieldKind>>;

/** Says whether a resource, in the form in which it is answered, is wanted. */
export type Filter = (resource: unknown) => boolean;

/** Characters of a filter. */
const FILTER_LIMIT = 4096;

/** Depth of its parentheses. */
const DEPTH_LIMIT = 20;

class InvalidFilter extends Error {}

/**
 * Reads a list filter: either dialect, one to a filter (compute notes 3.3).
 *
 * `name eq PATTERN`, `(a eq x)(b ne y)` with RE2 patterns that match the whole value; or `name=x`, `name != x*`,
 * `labels.env:*`, joined by AND, OR, NOT and parentheses, where OR binds tighter than AND.
 *
 * Deviation: `<`, `>` and `:` with a value are refused, not read; pinned by 'is refused, not ignored'.
 *
 * @param text - as it came; the empty one wants everything
 * @throws {ApiError} 400 `Invalid list filter expression.`
 */
export function parseFilter(text: string, fields: FilterFields): Filter {
  if (text.trim() === '') return () => true;
  try {
    if (text.length > FILTER_LIMIT) throw new InvalidFilter();
    return /^[\s(]*[\w.-]+\s+(?:eq|ne)\s/.test(text)
      ? parsePatterns(text.trim(), fields, 0)
      : new ExpressionParser(text, fields).parse();
  } catch (error) {
    if (!(error instanceof InvalidFilter)) throw error;
    throw invalidField('filter', text, 'Invalid list filter expression.');
  }
}

/** A field that a filter names: what it holds, and where it stands. */
interface Field {
  readonly kind: Exclude<FieldKind, 'map'>;
  readonly path: readonly string[];
}

/** @throws {InvalidFilter} for a field that is not there, or is a list or a message */
function findField(name: string, fields: FilterFields): Field {
  const [first = '', ...rest] = name.split('.');
  if (Object.hasOwn(fields, first) && fields[first] === 'map' && rest.length > 0) {
    return { kind: 'text', path: [first, rest.join('.')] };
  }
  const kind = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (kind === undefined || kind === 'map') throw new InvalidFilter();
  return { kind, path: [first, ...rest] };
}

/** An absent field matches no test. */
function onField({ path }: Field, test: (value: string) => boolean): Filter {
  return (resource) => {
    const value = valueAt(resource, path);
    return value !== undefined && test(value);
  };
}

function valueAt(resource: unknown, path: readonly string[]): string | undefined {
  let value = resource;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    // Own members of a resource that we made: JSON values.
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return typeof value === 'string' ? value : value === undefined ? undefined : JSON.stringify(value);
}

/** Dialect A: one term, or groups in parentheses that must all hold. */
function parsePatterns(text: string, fields: FilterFields, depth: number): Filter {
  if (depth > DEPTH_LIMIT) throw new InvalidFilter();
  if (!text.startsWith('(')) return parsePatternTerm(text, fields);
  const filters: Filter[] = [];
  for (let rest = text; rest !== ''; ) {
    const end = closingParenthesis(rest);
    filters.push(parsePatterns(rest.slice(1, end).trim(), fields, depth + 1));
    rest = rest
      .slice(end + 1)
      .trim()
      .replace(/^AND\s*(?=\()/, '');
  }
  return (resource) => filters.every((filter) => filter(resource));
}

/** Returns where the group that begins a text ends; a parenthesis in quotes or behind a backslash is none. */
function closingParenthesis(text: string): number {
  let depth = 0;
  let quote: string | undefined;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (quote !== undefined) quote = character === quote ? undefined : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    if (depth === 0) return index === 0 ? fail() : index;
  }
  return fail();
}

function fail(): never {
  throw new InvalidFilter();
}

function parsePatternTerm(text: string, fields: FilterFields): Filter {
  const [, name = '', operator = '', literal = ''] = /^([\w.-]+)\s+(eq|ne)\s+(.+)$/s.exec(text) ?? fail();
  const field = findField(name, fields);
  const wanted = unquotePattern(literal.trim());
  const matches = field.kind === 'text' ? compilePattern(wanted) : (value: string) => value === wanted;
  if (matches === undefined) throw new InvalidFilter();
  const equal = onField(field, matches);
  return operator === 'eq' ? equal : (resource) => !equal(resource);
}

/** Inside double quotes `\"` is a quote; every other backslash belongs to the pattern. */
function unquotePattern(literal: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(literal);
  if (quoted === null) return literal;
  const [, quote = '', inner = ''] = quoted;
  return quote === '"' ? inner.replaceAll('\\"', '"') : inner;
}

/** Dialect B, after AIP-160. */
class ExpressionParser {
  readonly #tokens: readonly string[];
  readonly #fields: FilterFields;
  #position = 0;

  constructor(text: string, fields: FilterFields) {
    this.#tokens = tokenize(text);
    this.#fields = fields;
  }

  parse(): Filter {
    const filter = this.#all(0);
    if (this.#position < this.#tokens.length) throw new InvalidFilter();
    return filter;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#position];
  }

  #take(): string {
    const token = this.#peek();
    if (token === undefined) throw new InvalidFilter();
    this.#position += 1;
    return token;
  }

  #takeIf(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#position += 1;
    return true;
  }

  /** `a AND b`, `(a) (b)`. */
  #all(depth: number): Filter {
    if (depth > DEPTH_LIMIT) throw new InvalidFilter();
    const filters = [this.#any(depth)];
    for (let next = this.#peek(); next !== undefined && next !== ')'; next = this.#peek()) {
      // Terms that only stand side by side are in parentheses.
      if (!this.#takeIf('AND') && next !== '(') throw new InvalidFilter();
      filters.push(this.#any(depth));
    }
    return (resource) => filters.every((filter) => filter(resource));
  }

  #any(depth: number): Filter {
    const filters = [this.#one(depth)];
    while (this.#takeIf('OR')) filters.push(this.#one(depth));
    return (resource) => filters.some((filter) => filter(resource));
  }

  #one(depth: number): Filter {
    if (this.#takeIf('NOT') || this.#takeIf('-')) {
      const filter = this.#one(depth + 1);
      return (resource) => !filter(resource);
    }
    if (!this.#takeIf('(')) return this.#term();
    const filter = this.#all(depth + 1);
    if (!this.#takeIf(')')) throw new InvalidFilter();
    return filter;
  }

  #term(): Filter {
    const field = findField(fieldName(this.#take()), this.#fields);
    const operator = this.#take();
    const literal = this.#take();
    if (operator === ':' && literal === '*') return onField(field, () => true);
    if (operator !== '=' && operator !== '!=') throw new InvalidFilter();
    const equal = onField(field, wildcard(literal, field.kind));
    return operator === '=' ? equal : (resource) => !equal(resource);
  }
}

/** Parentheses, operators, quoted strings (kept with their quotes) and words. */
const TOKEN = /\s*(\(|\)|!=|=|:|<=|>=|<|>|-(?=[A-Za-z(])|"(?:[^"\\]|\\.)*"|[^\s()=:!<>"]+(?:"[^"]*")?)/sy;

/** A value may hold what an operator is made of, as links do. */
const VALUE = /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s()"']+)/sy;

function tokenize(text: string): readonly string[] {
  const tokens: string[] = [];
  let position = 0;
  while (text.slice(position).trim() !== '') {
    const isValue = /^(?:!=|=|:)$/.test(tokens.at(-1) ?? '');
    const pattern = isValue ? VALUE : TOKEN;
    pattern.lastIndex = position;
    const found = pattern.exec(text);
    if (found === null) throw new InvalidFilter();
    tokens.push(found[1] ?? '');
    position = pattern.lastIndex;
  }
  return tokens;
}

/** `labels."k"` is `labels.k`. */
function fieldName(token: string): string {
  return token.replace(/\."([^"]*)"$/, '.$1');
}

/** Equal as a whole; a text may have `*` at either end. */
function wildcard(literal: string, kind: Field['kind']): (value: string) => boolean {
  const quoted = /^(["'])(.*)\1$/s.exec(literal);
  const wanted = quoted === null ? literal : (quoted[2] ?? '').replaceAll(/\\(.)/gs, '$1');
  if (kind !== 'text') return (value) => value === wanted;
  const [, open = '', middle = '', close = ''] = /^(\*?)(.*?)(\*?)$/s.exec(wanted) ?? [];
  if (open !== '' && close !== '') return (value) => value.includes(middle);
  if (open !== '') return (value) => value.endsWith(middle);
  if (close !== '') return (value) => value.startsWith(middle);
  return (value) => value === middle;
}
