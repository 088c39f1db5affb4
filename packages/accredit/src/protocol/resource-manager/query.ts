import { type ApiError, invalidArgument } from '../../kernel/api-error.ts';
import { clip } from '../../kernel/clip.ts';

/** Returns the values of a field of one item, none where it has none; `undefined` for a field that no item has. */
export type FieldReader = (field: string) => readonly string[] | undefined;

/** What a query asks of each item. */
export type Query =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Query[] }
  | { readonly kind: 'not'; readonly part: Query }
  | { readonly kind: 'term'; readonly field: string; readonly pattern: string };

/** Characters of a query; it is read whole for each item. */
export const QUERY_LIMIT = 2000;

/** Parentheses and negations one in another; each is a call. */
export const NESTING_LIMIT = 50;

/** A word that may be quoted, an operator, or a parenthesis. */
const TOKEN = /\s*(?:([()])|([:=])|"((?:[^"\\]|\\.)*)"|([^\s()":=]+))/y;

interface Token {
  readonly kind: 'sign' | 'quoted' | 'word';
  readonly text: string;
}

/**
 * Parses the filter of `projects.list` and the query of the searches: `field:value` and `field=value` with a `*` at the
 * end for what begins so, `AND`, `OR`, `NOT` and parentheses. Terms without a word between them: any of them, but for a
 * parent's type and id, which name one parent.
 *
 * Guess: how `NOT`, `AND` and `OR` bind: as elsewhere.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 * @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/list
 * @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/search
 */
export function parseQuery(text: string): Query {
  if (text.length > QUERY_LIMIT) throw badQuery(`it has more than ${QUERY_LIMIT} characters`);
  const parser = new Parser(tokensOf(text));
  return parser.whole();
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const [found, parenthesis, operator, quoted, word] = TOKEN.exec(text) ?? [];
    if (found === undefined) throw badQuery(`what stands at ${at} is no word`);
    if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replace(/\\(.)/g, '$1') });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'sign', text: parenthesis ?? operator ?? '' });
  }
  return tokens;
}

/** Reads tokens from the left to the right. */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Query {
    if (this.#tokens.length === 0) return { kind: 'all', parts: [] };
    const query = this.#any();
    if (this.#next < this.#tokens.length)
      throw badQuery(`'${this.#tokens[this.#next]?.text}' closes nothing`);
    return query;
  }

  #any(): Query {
    const parts = [this.#all()];
    while (this.#takeWord('OR')) parts.push(this.#all());
    return joined('any', parts);
  }

  #all(): Query {
    const parts = [this.#sequence()];
    while (this.#takeWord('AND')) parts.push(this.#sequence());
    return joined('all', parts);
  }

  #sequence(): Query {
    const parts = [this.#one()];
    while (this.#startsOne()) parts.push(this.#one());
    return joined(nameOneParent(parts) ? 'all' : 'any', parts);
  }

  #startsOne(): boolean {
    const token = this.#tokens[this.#next];
    if (token === undefined || (token.kind === 'sign' && token.text !== '(')) return false;
    return !(token.kind === 'word' && /^(AND|OR)$/.test(token.text));
  }

  #one(): Query {
    if (this.#takeWord('NOT')) return this.#deeper(() => ({ kind: 'not', part: this.#one() }));
    if (!this.#takeSign('(')) return this.#term();
    const query = this.#deeper(() => this.#any());
    if (!this.#takeSign(')')) throw badQuery("a ')' is missing");
    return query;
  }

  #deeper(read: () => Query): Query {
    this.#depth += 1;
    if (this.#depth > NESTING_LIMIT) throw badQuery(`it is nested more than ${NESTING_LIMIT} deep`);
    const query = read();
    this.#depth -= 1;
    return query;
  }

  #term(): Query {
    const field = this.#take('word');
    if (!this.#takeSign(':') && !this.#takeSign('=')) throw badQuery(`'${field}' has no ':' behind it`);
    const isQuoted = this.#tokens[this.#next]?.kind === 'quoted';
    const pattern = this.#take(isQuoted ? 'quoted' : 'word');
    return { kind: 'term', field: field.toLowerCase(), pattern: pattern.toLowerCase() };
  }

  #take(kind: Token['kind']): string {
    const token = this.#tokens[this.#next];
    if (token?.kind !== kind)
      throw badQuery(token === undefined ? 'it ends too early' : `'${token.text}' is out of place`);
    this.#next += 1;
    return token.text;
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'word' || token.text !== word) return false;
    this.#next += 1;
    return true;
  }

  #takeSign(sign: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#next += 1;
    return true;
  }
}

function joined(kind: 'all' | 'any', parts: readonly Query[]): Query {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : { kind, parts };
}

/** `parent.type:folder parent.id:123`: the two restrictions of one parent. */
function nameOneParent(parts: readonly Query[]): boolean {
  return parts.length > 1 && parts.every((part) => part.kind === 'term' && part.field.startsWith('parent.'));
}

/**
 * Says whether an item is what the query asks for; case does not matter.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` for a field that there is not
 */
export function matchesQuery(query: Query, readField: FieldReader): boolean {
  switch (query.kind) {
    case 'all':
      return query.parts.filter((part) => !matchesQuery(part, readField)).length === 0;
    case 'any':
      return query.parts.filter((part) => matchesQuery(part, readField)).length > 0;
    case 'not':
      return !matchesQuery(query.part, readField);
    case 'term':
      return matchesTerm(query, readField);
  }
}

function matchesTerm({ field, pattern }: Extract<Query, { kind: 'term' }>, readField: FieldReader): boolean {
  const values = readField(field);
  if (values === undefined) throw badQuery(`there is no field '${field}'`);
  const prefix = pattern.endsWith('*') ? pattern.slice(0, -1) : undefined;
  return values.some((value) => {
    const text = value.toLowerCase();
    return prefix === undefined ? text === pattern : text.startsWith(prefix);
  });
}

/**
 * Returns the value that every item must have in a field for the query to match it; `undefined` where the query does not
 * pin it.
 */
export function requiredValue(query: Query, field: string): string | undefined {
  if (query.kind === 'term') return query.field === field ? query.pattern : undefined;
  if (query.kind !== 'all') return undefined;
  return query.parts.map((part) => requiredValue(part, field)).find((value) => value !== undefined);
}

/** Guess: the text. */
function badQuery(problem: string): ApiError {
  return invalidArgument(`Invalid filter expression: ${clip(problem)}.`, { reason: 'badRequest' });
}
