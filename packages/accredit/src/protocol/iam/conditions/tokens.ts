import { ExpressionError } from './expression.ts';
import { unquote } from './string-literals.ts';

/** A word of an expression. The last one is `end`. */
export interface Token {
  readonly kind: 'identifier' | 'string' | 'bytes' | 'int' | 'uint' | 'double' | 'operator' | 'end';
  readonly text: string;
  readonly offset: number;
  /** Of a string: what it stands for. */
  readonly value?: string;
}

/** Where a message has to name the end of the text. */
export const END = '<EOF>';

const SPACE = /(?:[\t\n\f\r ]+|\/\/[^\n]*)+/y;
const STRING =
  /([bBrR]{0,2})('''(?:\\[^]|[^\\])*?'''|"""(?:\\[^]|[^\\])*?"""|'(?:\\.|[^'\\\n\r])*'|"(?:\\.|[^"\\\n\r])*")/y;
const RAW_STRING = /[bB]?[rR][bB]?('''[^]*?'''|"""[^]*?"""|'[^'\n\r]*'|"[^"\n\r]*")/y;
const DOUBLE = /\d*\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+/y;
const INTEGER = /(?:0x[0-9a-fA-F]+|\d+)[uU]?/y;
const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /==|!=|<=|>=|&&|\|\||[<>!?:.,()[\]{}+\-*/%]/y;

/**
 * Splits an expression into words. Time and memory are proportional to its length.
 *
 * @throws {ExpressionError} at the first character that begins no word
 */
export function tokenize(expression: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = skipSpace(expression, 0);
  while (offset < expression.length) {
    const token = readToken(expression, offset);
    tokens.push(token);
    offset = skipSpace(expression, offset + token.text.length);
  }
  tokens.push({ kind: 'end', text: END, offset: expression.length });
  return tokens;
}

function skipSpace(expression: string, offset: number): number {
  return offset + (matchAt(SPACE, expression, offset)?.length ?? 0);
}

function matchAt(pattern: RegExp, expression: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(expression)?.[0];
}

function readToken(expression: string, offset: number): Token {
  const quoted = matchAt(RAW_STRING, expression, offset) ?? matchAt(STRING, expression, offset);
  if (quoted !== undefined) return stringToken(quoted, offset);
  const double = matchAt(DOUBLE, expression, offset);
  if (double !== undefined) return { kind: 'double', text: double, offset };
  const integer = matchAt(INTEGER, expression, offset);
  if (integer !== undefined) return { kind: /u$/i.test(integer) ? 'uint' : 'int', text: integer, offset };
  const identifier = matchAt(IDENTIFIER, expression, offset);
  if (identifier !== undefined) return { kind: 'identifier', text: identifier, offset };
  const operator = matchAt(OPERATOR, expression, offset);
  if (operator !== undefined) return { kind: 'operator', text: operator, offset };
  throw unrecognized(expression, offset);
}

function stringToken(text: string, offset: number): Token {
  const value = unquote(text);
  if (value === undefined) throw new ExpressionError(offset, `token recognition error at: '${text}'`);
  return { kind: /^[rR]?[bB]/.test(text) ? 'bytes' : 'string', text, offset, value };
}

/** A word that breaks off: `=` without its second one, a string without its end (IAM documentation, linting policies). */
function unrecognized(expression: string, offset: number): ExpressionError {
  const rest = expression.slice(offset);
  const shown = /^['"].*|^[=&|][^]?|^[^]/u.exec(rest)?.[0] ?? '';
  return new ExpressionError(offset, `token recognition error at: '${shown.slice(0, 60)}'`);
}
