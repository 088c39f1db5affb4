/** Whatever an expression is, reading, evaluating and linting it ends, and well. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '@bufbuild/cel';
import fc from 'fast-check';
import { analyzeExpression } from './analyze.ts';
import { toCelExpr } from './cel-expression.ts';
import { CONTEXT, SOUND_EXPRESSIONS } from './condition.fixture.ts';
import type { ConditionContext } from './condition.ts';
import { conditionProblem } from './condition-problem.ts';
import { COMPILED_LIMIT } from './limits.ts';
import { lintCondition } from './lint.ts';
import { loadConditions } from './load.ts';

const { compileCondition } = await loadConditions();

/** Cases of each property. */
const RUNS = 500;

const ODD_CHARACTERS = [
  '?',
  ':',
  '[',
  '{',
  '}',
  '%',
  '/',
  '*',
  '//',
  "'",
  '"',
  "'''",
  '\\',
  '\n',
  '\0',
  '😀',
  '\uD800',
  '#',
];
const ODD_WORDS = [
  'null',
  'all',
  'has',
  'matches',
  'Infinity',
  '1e400',
  '99999999999999999999',
  '__proto__',
  'constructor',
];

/** Words of conditions, and some that are none. */
const WORDS = [
  ...SOUND_EXPRESSIONS.flatMap((expression) => expression.split(/(?<=\W)|(?=\W)/)),
  ...ODD_CHARACTERS,
  ...ODD_WORDS,
];

const garbage: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join('')),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join(' ')),
  fc
    .tuple(fc.constantFrom(...SOUND_EXPRESSIONS), fc.nat(100), fc.nat(5), fc.constantFrom(...WORDS))
    .map(
      ([text, at, gone, word]) =>
        text.slice(0, at % text.length) + word + text.slice((at % text.length) + gone),
    ),
);

/** An expression of sound parts. Those that compile are the interesting ones. */
const sound: fc.Arbitrary<string> = fc.letrec<{ whole: string }>((tie) => ({
  whole: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...SOUND_EXPRESSIONS.filter((expression) => !expression.includes('//'))),
    tie('whole').map((inside) => `!(${inside})`),
    fc.tuple(tie('whole'), tie('whole')).map(([left, right]) => `(${left}) && (${right})`),
    fc.tuple(tie('whole'), tie('whole')).map(([left, right]) => `${left} || ${right}`),
    fc.tuple(tie('whole'), tie('whole')).map(([left, right]) => `(${left}) == (${right})`),
  ),
})).whole;

const contexts: fc.Arbitrary<ConditionContext> = fc.record({
  resource: fc.record(
    { service: fc.string(), type: fc.string(), name: fc.string({ unit: 'binary' }) },
    { requiredKeys: [] },
  ),
  timeMs: fc.double({ min: -1e14, max: 1e15, noNaN: true }),
  tags: fc.array(
    fc.record({ keyId: fc.string(), key: fc.string(), valueId: fc.string(), value: fc.string() }),
  ),
  apiAttributes: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string()))),
});

const anyExpression = fc.oneof(garbage, sound);

test('evaluation never throws, and gives true, false or an error', () => {
  fc.assert(
    fc.property(anyExpression, contexts, (expression, context) => {
      const outcome = compileCondition(expression).evaluate(context);
      assert.ok(typeof outcome === 'boolean' || outcome.error.length > 0);
    }),
    { numRuns: RUNS },
  );
});

test('what does not compile never grants, and a policy refuses it', () => {
  fc.assert(
    fc.property(garbage, (expression) => {
      if (analyzeExpression(expression).ok) return;
      assert.ok(typeof compileCondition(expression).evaluate(CONTEXT) === 'object');
      assert.notEqual(conditionProblem({ expression }, 'roles/browser'), undefined);
    }),
    { numRuns: RUNS },
  );
});

test('linting never throws, and finds an error exactly where a policy refuses', () => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      const errors = lintCondition(expression, CONTEXT.timeMs).filter(({ severity }) => severity === 'ERROR');
      assert.equal(
        errors.length > 0,
        expression === '' || conditionProblem({ expression }, 'roles/browser') !== undefined,
      );
    }),
    { numRuns: RUNS },
  );
});

interface CelCall {
  readonly function: string;
  readonly args: readonly unknown[];
}

/** The call of a function that an expression is; nothing for any other expression. */
function callOf(expression: unknown, name: string): CelCall | undefined {
  const { exprKind } = expression as { exprKind: { case: string; value: CelCall } };
  return exprKind.case === 'callExpr' && exprKind.value.function === name ? exprKind.value : undefined;
}

/** An expression without `!` that cancel out through brackets: one of the readers drops them. */
function withoutDoubleNegation(expression: unknown): unknown {
  const once = callOf(expression, '!_')?.args[0];
  const twice = once === undefined ? undefined : callOf(withoutDoubleNegation(once), '!_')?.args[0];
  return twice === undefined ? expression : withoutDoubleNegation(twice);
}

/** The operands of `&&` or of `||`, through their own chains. */
function operandsOf(given: unknown, name: string): readonly unknown[] {
  const expression = withoutDoubleNegation(given);
  const call = callOf(expression, name);
  return call === undefined ? [comparable(expression)] : call.args.flatMap((arg) => operandsOf(arg, name));
}

/** A tree without what only one of the two readers says: ids, whether a chain is one node, and `!` that cancel out. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  if ('exprKind' in value) {
    const simple = withoutDoubleNegation(value);
    if (simple !== value) return comparable(simple);
    for (const name of ['_&&_', '_||_']) {
      if (callOf(value, name) !== undefined) return { name, operands: operandsOf(value, name) };
    }
  }
  const fields = Object.entries(value).filter(([key, field]) => key !== 'id' && field !== undefined);
  return Object.fromEntries(fields.map(([key, field]) => [key, comparable(field)]));
}

test("what compiles is read as the evaluator's own parser reads it", () => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      const analysis = analyzeExpression(expression);
      // It reads `- 1` as an operation, and no comment that ends with the text.
      if (!analysis.ok || /-\s/.test(expression)) return;
      assert.deepEqual(comparable(toCelExpr(analysis.root)), comparable(parse(`${expression}\n`).expr));
    }),
    { numRuns: RUNS },
  );
});

test('no more than a bounded number of compiled expressions is kept, and one that is used stays', () => {
  const first = compileCondition('1 < 2');
  const second = compileCondition('2 < 3');
  for (let index = 0; index < COMPILED_LIMIT - 1; index += 1) {
    compileCondition(`${index} < 3 && true`);
    if (index === 10) assert.equal(compileCondition('1 < 2'), first);
  }
  assert.equal(compileCondition('1 < 2'), first);
  assert.notEqual(compileCondition('2 < 3'), second);
});
