import { checkExpression, declaredName } from './check.ts';
import { conditionCost } from './cost.ts';
import { TAG_FUNCTIONS } from './declarations.ts';
import { ExpressionError, walk } from './expression.ts';
import { EXPRESSION_LENGTH_LIMIT, SHOWN_LINE_LIMIT } from './limits.ts';
import { type ParsedExpression, parseExpression } from './parse.ts';

/** An expression that compiles. */
export interface CheckedExpression extends ParsedExpression {
  /** What it takes to read and to evaluate it, see `conditionCost`. */
  readonly cost: number;
}

/** Why an expression does not compile. */
export interface CompileProblem {
  /** In code units from the start. */
  readonly offset: number;
  /** Google's form: `ERROR: Parse expression:1:3: …`, the line, and a mark under the place. */
  readonly message: string;
}

/** An expression, or why it is none. */
export type Analysis =
  | ({ readonly ok: true } & CheckedExpression)
  | { readonly ok: false; readonly problem: CompileProblem };

/** Reads and checks an expression. Never throws; time and memory are bounded by its length, which is bounded. */
export function analyzeExpression(expression: string): Analysis {
  if (expression.length > EXPRESSION_LENGTH_LIMIT) {
    const message = `expression has ${expression.length} characters, at most ${EXPRESSION_LENGTH_LIMIT} are allowed`;
    return {
      ok: false,
      problem: { offset: EXPRESSION_LENGTH_LIMIT, message: `ERROR: Parse expression:1:0: ${message}` },
    };
  }
  // Guess: what Google's checker, as against its parser, begins with.
  let stage = 'Parse';
  try {
    const parsed = parseExpression(expression);
    stage = 'Check';
    checkExpression(parsed.root);
    return { ok: true, ...parsed, cost: conditionCost(expression, parsed) };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { ok: false, problem: { offset: error.offset, message: locate(expression, stage, error) } };
  }
}

/** Writes an error as Google does (IAM documentation, linting policies). */
function locate(expression: string, stage: string, { offset, message }: ExpressionError): string {
  const before = expression.slice(0, offset).split('\n');
  const column = before.at(-1)?.length ?? 0;
  const line = expression.split('\n')[before.length - 1] ?? '';
  const place = `ERROR: ${stage} expression:${before.length}:${column}: ${message}`;
  return line.length > SHOWN_LINE_LIMIT ? place : `${place}\n  | ${line}\n  | ${'.'.repeat(column)}^`;
}

/**
 * Says whether an expression uses resource-tag functions and nothing else of a request, as the condition of a deny policy
 * must (IAM notes 1.3). One that does not compile, or that asks for nothing, does not.
 */
export function tagFunctionsOnly(expression: string): boolean {
  const analysis = analyzeExpression(expression);
  if (!analysis.ok) return false;
  const nodes = [...walk(analysis.root)];
  const named = nodes.filter((node) => node.kind === 'call').filter(({ name }) => /^[a-z]/i.test(name));
  return (
    named.length > 0 &&
    named.every((call) => TAG_FUNCTIONS.has(declaredName(call))) &&
    nodes.every(({ kind }) => kind !== 'select')
  );
}
