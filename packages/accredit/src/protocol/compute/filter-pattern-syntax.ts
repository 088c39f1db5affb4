/** The syntax of the RE2 patterns that list filters hold, read into a tree. */

/** Says whether one character (a code point) is meant. */
export type CharacterTest = (character: string) => boolean;

/** What must hold between two characters. */
export type Assertion = (before: string | undefined, after: string | undefined) => boolean;

/** What a pattern is read into: a tree, so that repetition can be written out. */
export type PatternNode =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'assertion'; readonly holds: Assertion }
  | { readonly kind: 'sequence'; readonly nodes: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly nodes: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly node: PatternNode; readonly min: number; readonly max: number };

/** The largest count of a repetition; RE2 itself takes up to 1000. */
const COUNT_LIMIT = 400;

/** Depth of groups. */
const DEPTH_LIMIT = 50;

/** It is no pattern, or one that this server does not read. */
export class InvalidPattern extends Error {}

const isDigit: CharacterTest = (character) => character >= '0' && character <= '9';
const isSpace: CharacterTest = (character) => '\t\n\f\r '.includes(character);
const isWord: CharacterTest = (character) => /^[0-9A-Za-z_]$/.test(character);
const not =
  (test: CharacterTest): CharacterTest =>
  (character) =>
    !test(character);

const CLASSES: Readonly<Record<string, CharacterTest>> = Object.assign(Object.create(null), {
  d: isDigit,
  D: not(isDigit),
  s: isSpace,
  S: not(isSpace),
  w: isWord,
  W: not(isWord),
});

const CONTROLS: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  t: '\t',
  n: '\n',
  r: '\r',
  f: '\f',
  v: '\v',
});

const atWordBoundary: Assertion = (before, after) =>
  (before !== undefined && isWord(before)) !== (after !== undefined && isWord(after));

const ASSERTIONS: Readonly<Record<string, Assertion>> = Object.assign(Object.create(null), {
  b: atWordBoundary,
  B: (before: string | undefined, after: string | undefined) => !atWordBoundary(before, after),
  A: (before: string | undefined) => before === undefined,
  z: (_before: string | undefined, after: string | undefined) => after === undefined,
});

/** Reads a pattern. @throws {InvalidPattern} */
export function parsePattern(pattern: string): PatternNode {
  return new Parser(pattern).parse();
}

class Parser {
  readonly #characters: readonly string[];
  #position = 0;

  constructor(pattern: string) {
    this.#characters = Array.from(pattern);
  }

  parse(): PatternNode {
    const node = this.#choice(0);
    if (this.#position < this.#characters.length) throw new InvalidPattern();
    return node;
  }

  #peek(): string | undefined {
    return this.#characters[this.#position];
  }

  #take(): string {
    const character = this.#peek();
    if (character === undefined) throw new InvalidPattern();
    this.#position += 1;
    return character;
  }

  #takeIf(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#position += 1;
    return true;
  }

  #choice(depth: number): PatternNode {
    if (depth > DEPTH_LIMIT) throw new InvalidPattern();
    const nodes = [this.#sequence(depth)];
    while (this.#takeIf('|')) nodes.push(this.#sequence(depth));
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { kind: 'choice', nodes };
  }

  #sequence(depth: number): PatternNode {
    const nodes: PatternNode[] = [];
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      nodes.push(this.#repeated(this.#atom(depth)));
    }
    return { kind: 'sequence', nodes };
  }

  #repeated(node: PatternNode): PatternNode {
    const count = this.#count();
    if (count === undefined) return node;
    // A lazy repetition matches the same texts as a whole.
    this.#takeIf('?');
    // RE2 refuses `a**`.
    if (this.#count() !== undefined) throw new InvalidPattern();
    return { kind: 'repeat', node, ...count };
  }

  #count(): { readonly min: number; readonly max: number } | undefined {
    if (this.#takeIf('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#takeIf('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#takeIf('?')) return { min: 0, max: 1 };
    const rest = this.#characters.slice(this.#position, this.#position + 12).join('');
    const counted = /^\{(\d{1,4})(,(\d{1,4})?)?\}/.exec(rest);
    if (counted === null) return undefined;
    this.#position += counted[0].length;
    const min = Number(counted[1]);
    const max = counted[2] === undefined ? min : Number(counted[3] ?? Number.POSITIVE_INFINITY);
    const highest = max === Number.POSITIVE_INFINITY ? min : max;
    if (highest > COUNT_LIMIT || min > max) throw new InvalidPattern();
    return { min, max };
  }

  #atom(depth: number): PatternNode {
    const character = this.#take();
    switch (character) {
      case '(':
        return this.#group(depth);
      case '[':
        return { kind: 'character', test: this.#class() };
      case '.':
        return { kind: 'character', test: (other) => other !== '\n' };
      case '^':
        return { kind: 'assertion', holds: (before) => before === undefined };
      case '$':
        return { kind: 'assertion', holds: (_before, after) => after === undefined };
      case '\\':
        return this.#escaped();
      case '*':
      case '+':
      case '?':
        throw new InvalidPattern();
      default:
        return { kind: 'character', test: (other) => other === character };
    }
  }

  #group(depth: number): PatternNode {
    if (this.#takeIf('?') && !this.#takeIf(':')) throw new InvalidPattern();
    const node = this.#choice(depth + 1);
    if (!this.#takeIf(')')) throw new InvalidPattern();
    return node;
  }

  #escaped(): PatternNode {
    const character = this.#take();
    const holds = ASSERTIONS[character];
    if (holds !== undefined) return { kind: 'assertion', holds };
    return { kind: 'character', test: classOf(character) };
  }

  #class(): CharacterTest {
    const negated = this.#takeIf('^');
    const tests: CharacterTest[] = [];
    // A closing bracket that comes first stands for itself.
    do tests.push(this.#range());
    while (this.#peek() !== ']');
    this.#take();
    const test: CharacterTest = (character) => tests.some((one) => one(character));
    return negated ? not(test) : test;
  }

  #range(): CharacterTest {
    const low = this.#take();
    if (low === '[' && this.#peek() === ':') throw new InvalidPattern();
    if (low === '\\') {
      const named = this.#take();
      if (CLASSES[named] !== undefined) return classOf(named);
      return this.#rangeFrom(literalOf(named));
    }
    return this.#rangeFrom(low);
  }

  #rangeFrom(low: string): CharacterTest {
    if (this.#peek() !== '-' || this.#characters[this.#position + 1] === ']') {
      return (character) => character === low;
    }
    this.#take();
    const end = this.#take();
    const high = end === '\\' ? literalOf(this.#take()) : end;
    const [first, last] = [low.codePointAt(0) ?? 0, high.codePointAt(0) ?? 0];
    if (first > last) throw new InvalidPattern();
    return (character) => {
      const point = character.codePointAt(0) ?? 0;
      return point >= first && point <= last;
    };
  }
}

function classOf(escaped: string): CharacterTest {
  const test = CLASSES[escaped];
  if (test !== undefined) return test;
  const literal = literalOf(escaped);
  return (character) => character === literal;
}

/** Returns what an escaped character stands for: a control character, or punctuation itself. */
function literalOf(escaped: string): string {
  const control = CONTROLS[escaped];
  if (control !== undefined) return control;
  if (isWord(escaped)) throw new InvalidPattern();
  return escaped;
}
