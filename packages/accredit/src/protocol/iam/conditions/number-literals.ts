import { ExpressionError, type Literal } from './expression.ts';
import type { Token } from './tokens.ts';

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;
const UINT_MAX = 2n ** 64n - 1n;

/**
 * Reads a number.
 *
 * @param sign - the `-` before it, if there is one
 * @throws {ExpressionError} for one that CEL's types do not hold
 */
export function readNumber(token: Token, sign?: Token): Literal {
  const place = { kind: 'literal', offset: (sign ?? token).offset, depth: 1 } as const;
  if (token.kind === 'double') {
    const value = Number(`${sign?.text ?? ''}${token.text}`);
    if (!Number.isFinite(value)) throw new ExpressionError(place.offset, 'invalid double literal');
    return { ...place, type: 'double', value };
  }
  // More digits than the type can hold are refused before they are read: reading them is not linear.
  const digits = token.text.replace(/^0+(?=\d)/, '').replace(/u$/i, '');
  const value = digits.length > 20 ? undefined : BigInt(digits);
  const signed = value === undefined || sign === undefined ? value : -value;
  const [low, high] = token.kind === 'uint' ? [0n, UINT_MAX] : [INT_MIN, INT_MAX];
  if (signed === undefined || signed < low || signed > high) {
    throw new ExpressionError(place.offset, `invalid ${token.kind} literal`);
  }
  return { ...place, type: token.kind === 'uint' ? 'uint' : 'int', value: signed };
}
