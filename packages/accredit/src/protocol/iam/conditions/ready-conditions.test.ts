/** When conditions are read, and how many stay ready: whoever writes a policy chooses how many there are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConditionCompiler } from './compile.ts';
import { CONTEXT } from './condition.fixture.ts';
import { conditionError } from './condition-error.ts';
import { COMPILED_LIMIT, READY_COST_LIMIT } from './limits.ts';

/** A compiler that counts what it reads. */
function countingCompiler() {
  const counts = { reads: 0, characters: 0 };
  const { compileCondition } = createConditionCompiler((expression) => {
    counts.reads += 1;
    counts.characters += expression.length;
    return conditionError(expression);
  });
  return { counts, compileCondition };
}

test('a condition is read when it is first asked for, and then no more', () => {
  const { counts, compileCondition } = countingCompiler();
  const condition = compileCondition('1 < 2');
  assert.equal(condition.expression, '1 < 2');
  assert.equal(counts.reads, 0);
  assert.equal(condition.evaluate(CONTEXT), true);
  assert.equal(condition.cost, 24);
  assert.equal(condition.evaluate(CONTEXT), true);
  assert.equal(counts.reads, 1);
});

test('a policy of more conditions than are kept is compiled again and again without reading one', () => {
  const { counts, compileCondition } = countingCompiler();
  for (let times = 0; times < 3; times += 1)
    for (let index = 0; index < 1.5 * COMPILED_LIMIT; index += 1) compileCondition(`${index} < 1`);
  assert.equal(counts.reads, 0);
});

test('an expression that does not compile gives its error each time, and is read once', () => {
  const { counts, compileCondition } = countingCompiler();
  const condition = compileCondition('1 <');
  for (let times = 0; times < 3; times += 1) assert.ok(typeof condition.evaluate(CONTEXT) === 'object');
  assert.ok(condition.cost >= condition.expression.length);
  assert.equal(counts.reads, 1);
});

test('conditions of so much cost stay ready; one beyond is read anew, and says what it costs without', () => {
  const { counts, compileCondition } = countingCompiler();
  const length = 16_384;
  const count = READY_COST_LIMIT / length;
  const conditions = Array.from({ length: count + 1 }, (_, index) =>
    compileCondition(`resource.name == '${index}'`.padEnd(length)),
  );
  for (const condition of conditions.slice(0, count)) condition.evaluate(CONTEXT);
  for (const condition of conditions.slice(0, count)) assert.equal(condition.evaluate(CONTEXT), false);
  assert.equal(counts.reads, count, 'all of them are ready');
  conditions.at(-1)?.evaluate(CONTEXT);
  assert.equal(conditions[0]?.cost, length);
  assert.equal(counts.reads, count + 1);
  assert.equal(conditions[0]?.evaluate(CONTEXT), false);
  assert.equal(counts.reads, count + 2, 'the oldest gave way');
});
