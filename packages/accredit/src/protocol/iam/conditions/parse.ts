import { type Expression, ExpressionError } from './expression.ts';
import { NESTING_LIMIT, TREE_DEPTH_LIMIT } from './limits.ts';
import { readNumber } from './number-literals.ts';
import { END, type Token, tokenize } from './tokens.ts';

/** What may stand where an operand is missing, as Google's parser lists it (IAM documentation, linting policies). */
const OPERAND =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

/** The operators that associate to the left, loosest first. */
const LEFT_ASSOCIATIVE: readonly Readonly<Record<string, string>>[] = [
  { '<': '_<_', '<=': '_<=_', '>': '_>_', '>=': '_>=_', '==': '_==_', '!=': '_!=_', in: '@in' },
  { '+': '_+_', '-': '_-_' },
  { '*': '_*_', '/': '_/_', '%': '_%_' },
];

/** Where the reading of an expression is: the words, the next one, and how many brackets are open. */
interface Reader {
  readonly tokens: readonly Token[];
  next: number;
  nesting: number;
}

/** An expression that was read. */
export interface ParsedExpression {
  readonly root: Expression;
  /** How often `&&`, `||` and `!` stand in it. */
  readonly logicalOperators: number;
  /** Names, constants, operators and brackets. */
  readonly words: number;
}

/**
 * Reads a CEL expression. Time and memory are proportional to its length; depth is bounded.
 *
 * Maps, messages, `null` and bytes are not read: no attribute of a condition has such a type.
 *
 * @throws {ExpressionError} at the first word that does not fit
 */
export function parseExpression(expression: string): ParsedExpression {
  const reader: Reader = { tokens: tokenize(expression), next: 0, nesting: 0 };
  const root = readConditional(reader);
  const rest = peek(reader);
  // Guess: the words of this message and of a missing bracket are those of Google's parser generator.
  if (rest.kind !== 'end') throw unexpected(rest, END, 'extraneous');
  const logical = reader.tokens.filter(({ kind, text }) => kind === 'operator' && /^(&&|\|\||!)$/.test(text));
  return { root, logicalOperators: logical.length, words: reader.tokens.length - 1 };
}

function peek({ tokens, next }: Reader): Token {
  const token = tokens[next];
  if (token === undefined) throw new Error('The words of an expression end with an end.');
  return token;
}

function take(reader: Reader): Token {
  const token = peek(reader);
  if (token.kind !== 'end') reader.next += 1;
  return token;
}

/** Takes the next word if it is this operator. */
function takeIf(reader: Reader, text: string): Token | undefined {
  const token = peek(reader);
  return token.kind === 'operator' && token.text === text ? take(reader) : undefined;
}

function unexpected(token: Token, expected: string, how: 'mismatched' | 'extraneous' = 'mismatched') {
  return new ExpressionError(token.offset, `${how} input '${token.text.slice(0, 60)}' expecting ${expected}`);
}

/** Takes a closing bracket. */
function close(reader: Reader, text: string): void {
  if (takeIf(reader, text) !== undefined) return;
  const { offset, text: found } = peek(reader);
  throw new ExpressionError(offset, `missing '${text}' at '${found.slice(0, 60)}'`);
}

/** Reads what stands between brackets, which may not be too deep. */
function nested<T>(reader: Reader, { offset }: Token, read: (reader: Reader) => T): T {
  reader.nesting += 1;
  if (reader.nesting > NESTING_LIMIT) {
    throw new ExpressionError(offset, `expression is nested deeper than ${NESTING_LIMIT} levels`);
  }
  const inside = read(reader);
  reader.nesting -= 1;
  return inside;
}

function depthAbove(offset: number, children: readonly Expression[]): number {
  const depth = 1 + children.reduce((deepest, child) => Math.max(deepest, child.depth), 0);
  if (depth > TREE_DEPTH_LIMIT) {
    throw new ExpressionError(offset, `expression is deeper than ${TREE_DEPTH_LIMIT} levels`);
  }
  return depth;
}

function call(offset: number, name: string, args: readonly Expression[], target?: Expression): Expression {
  const depth = depthAbove(offset, target === undefined ? args : [target, ...args]);
  return { kind: 'call', offset, depth, name, target, args };
}

function readConditional(reader: Reader): Expression {
  const condition = readLogical(reader, '||');
  const question = takeIf(reader, '?');
  if (question === undefined) return condition;
  const yes = nested(reader, question, (inner) => readLogical(inner, '||'));
  close(reader, ':');
  const no = nested(reader, question, readConditional);
  return call(question.offset, '_?_:_', [condition, yes, no]);
}

/** Reads operands joined by `||`, or by `&&`, which binds closer; a chain is one node, however long. */
function readLogical(reader: Reader, operator: '||' | '&&'): Expression {
  const readOperand = () => (operator === '||' ? readLogical(reader, '&&') : readLeftAssociative(reader, 0));
  const first = readOperand();
  const operands = [first];
  let offset: number | undefined;
  for (let sign = takeIf(reader, operator); sign !== undefined; sign = takeIf(reader, operator)) {
    offset ??= sign.offset;
    operands.push(readOperand());
  }
  return offset === undefined ? first : call(offset, `_${operator}_`, operands);
}

function readLeftAssociative(reader: Reader, level: number): Expression {
  const operators = LEFT_ASSOCIATIVE[level];
  if (operators === undefined) return readUnary(reader);
  let left = readLeftAssociative(reader, level + 1);
  for (;;) {
    const sign = peek(reader);
    const isSign = sign.kind === 'operator' || sign.text === 'in';
    const name = isSign && Object.hasOwn(operators, sign.text) ? operators[sign.text] : undefined;
    if (name === undefined) return left;
    take(reader);
    left = call(sign.offset, name, [left, readLeftAssociative(reader, level + 1)]);
  }
}

/** Reads `!x`, `-x` and x. Signs in pairs cancel out, as CEL's parsers have it. */
function readUnary(reader: Reader): Expression {
  const sign = peek(reader);
  const isSign = sign.kind === 'operator' && (sign.text === '!' || sign.text === '-');
  if (!isSign) return readMember(reader);
  let count = 0;
  while (takeIf(reader, sign.text) !== undefined) count += 1;
  const { kind } = peek(reader);
  if (sign.text === '-' && count === 1 && (kind === 'int' || kind === 'double')) {
    return readSelections(reader, readNumber(take(reader), sign));
  }
  const operand = readMember(reader);
  return count % 2 === 0 ? operand : call(sign.offset, sign.text === '!' ? '!_' : '-_', [operand]);
}

function readMember(reader: Reader): Expression {
  return readSelections(reader, readPrimary(reader));
}

/** Reads `.field`, `.method(…)` and `[index]` behind an expression. */
function readSelections(reader: Reader, first: Expression): Expression {
  let expression = first;
  for (;;) {
    const index = takeIf(reader, '[');
    if (index !== undefined) {
      const position = nested(reader, index, readConditional);
      close(reader, ']');
      expression = call(index.offset, '_[_]', [expression, position]);
      continue;
    }
    const point = takeIf(reader, '.');
    if (point === undefined) return expression;
    const name = take(reader);
    if (name.kind !== 'identifier' || name.text === 'in') throw unexpected(name, 'IDENTIFIER');
    const open = takeIf(reader, '(');
    expression =
      open === undefined
        ? { kind: 'select', ...place(point.offset, [expression]), operand: expression, field: name.text }
        : call(open.offset, name.text, readArguments(reader, open, ')'), expression);
  }
}

function place(offset: number, children: readonly Expression[]): { offset: number; depth: number } {
  return { offset, depth: depthAbove(offset, children) };
}

/** Reads expressions between commas up to the closing bracket; a list may end with a comma. */
function readArguments(reader: Reader, open: Token, closing: ')' | ']'): readonly Expression[] {
  const args: Expression[] = [];
  while (takeIf(reader, closing) === undefined) {
    args.push(nested(reader, open, readConditional));
    if (takeIf(reader, ',') === undefined) {
      close(reader, closing);
      return args;
    }
    const { kind, text } = peek(reader);
    if (closing === ')' && kind === 'operator' && text === ')') throw unexpected(peek(reader), OPERAND);
  }
  return args;
}

function readPrimary(reader: Reader): Expression {
  const token = take(reader);
  if (token.kind === 'operator') return readBracketed(reader, token);
  if (token.kind === 'string') {
    return { kind: 'literal', type: 'string', value: token.value ?? '', offset: token.offset, depth: 1 };
  }
  if (token.kind === 'int' || token.kind === 'uint' || token.kind === 'double') return readNumber(token);
  if (token.kind !== 'identifier' || token.text === 'in') throw unexpected(token, OPERAND);
  if (token.text === 'true' || token.text === 'false') {
    return { kind: 'literal', type: 'bool', value: token.text === 'true', offset: token.offset, depth: 1 };
  }
  if (token.text === 'null') throw unexpected(token, OPERAND);
  const open = takeIf(reader, '(');
  if (open !== undefined) return call(open.offset, token.text, readArguments(reader, open, ')'));
  return { kind: 'identifier', name: token.text, offset: token.offset, depth: 1 };
}

function readBracketed(reader: Reader, token: Token): Expression {
  if (token.text === '(') {
    const inside = nested(reader, token, readConditional);
    close(reader, ')');
    return inside;
  }
  if (token.text !== '[') throw unexpected(token, OPERAND);
  const elements = readArguments(reader, token, ']');
  return { kind: 'list', ...place(token.offset, elements), elements };
}
