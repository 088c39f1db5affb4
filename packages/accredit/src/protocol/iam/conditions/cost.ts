import { TIME_FIELDS } from './declarations.ts';
import { type Call, type Expression, ExpressionError, type Literal, pathOf, walk } from './expression.ts';
import { EXPRESSION_LENGTH_LIMIT, WORD_COST, ZONE_COST, ZONE_LIMIT } from './limits.ts';
import type { ParsedExpression } from './parse.ts';

/** The most that a condition costs: as many words as characters; as many conversions to time zones cost as much. */
export const DEAREST_CONDITION = EXPRESSION_LENGTH_LIMIT * WORD_COST;

/**
 * Returns what it takes at the most to read an expression and to evaluate it once, in characters (UTF-16 code units) of
 * ordinary expressions: its length, or more where its words are shorter than usual or it has many time zones.
 *
 * @returns at least the length, at most `DEAREST_CONDITION`
 * @throws {ExpressionError} where it converts more times to time zones than an expression may
 */
export function conditionCost(expression: string, { root, words }: ParsedExpression): number {
  const conversions = countConversions(root);
  if (conversions > ZONE_LIMIT) {
    throw new ExpressionError(
      root.offset,
      `expression converts ${conversions} times to time zones, at most ${ZONE_LIMIT} are allowed`,
    );
  }
  return Math.max(readingCost(expression, words), conversions * ZONE_COST);
}

/** Returns what it takes to read an expression alone, in the same measure. */
export function readingCost(expression: string, words: number): number {
  return Math.max(expression.length, words * WORD_COST);
}

/** Counts the times that are converted to a time zone; that of the request is converted to each zone once. */
function countConversions(root: Expression): number {
  const ofRequest = new Set<Literal['value']>();
  let others = 0;
  for (const node of walk(root)) {
    if (node.kind !== 'call' || node.args.length === 0 || !TIME_FIELDS.has(node.name)) continue;
    const zone = zoneOfRequestTime(node);
    if (zone === undefined) others += 1;
    else ofRequest.add(zone);
  }
  return ofRequest.size + others;
}

/** Returns the zone of `request.time.getHours('Europe/Berlin')`; `undefined` for other times, and zones that are computed. */
function zoneOfRequestTime({ target, args: [zone] }: Call): Literal['value'] | undefined {
  const isOfRequest = target !== undefined && pathOf(target) === 'request.time';
  return isOfRequest && zone?.kind === 'literal' ? zone.value : undefined;
}
