import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidArgumentError } from 'commander';
import { type ConditionChoice, conditionCell, parseCondition } from './condition-options.ts';

const EXPRESSION = 'request.time < timestamp("2030-01-01T00:00:00Z")';

const good: readonly (readonly [text: string, choice: ConditionChoice])[] = [
  ['None', 'None'],
  [`expression=${EXPRESSION},title=until 2030`, { title: 'until 2030', expression: EXPRESSION }],
  [
    `title=t,description=Until then, and no longer,expression=${EXPRESSION}`,
    { title: 't', description: 'Until then, and no longer', expression: EXPRESSION },
  ],
  [
    `expression=resource.type == "a" && api.getAttribute("k", []).hasOnly(["a","b"]),title=t`,
    {
      title: 't',
      expression: 'resource.type == "a" && api.getAttribute("k", []).hasOnly(["a","b"])',
    },
  ],
  ['^:^expression=true,title=x:title=t', { title: 't', expression: 'true,title=x' }],
  ['^##^title=t##expression=true', { title: 't', expression: 'true' }],
  ['expression=true\n&& true,title=t', { title: 't', expression: 'true\n&& true' }],
];
for (const [text, choice] of good) {
  test(`--condition '${text}' is read as gcloud reads it`, () => {
    assert.deepEqual(parseCondition(text), choice);
  });
}

const wrong: readonly (readonly [text: string, said: RegExp])[] = [
  ['', /It is written 'expression=/],
  ['none', /It is written/],
  ['request.time < 5', /It is written/],
  ['expression=true', /It needs an expression and a title/],
  ['title=t', /It needs an expression and a title/],
  ['expression=,title=t', /It needs an expression and a title/],
  ['expression=true,title=a,title=b', /It is written/],
  ['^:^expression=true:titel=t', /It is written/],
];
for (const [text, said] of wrong) {
  test(`--condition '${text}' is refused`, () => {
    assert.throws(
      () => parseCondition(text),
      (error) => error instanceof InvalidArgumentError && said.test(error.message),
    );
  });
}

test('a condition is one line of a table', () => {
  assert.equal(conditionCell(undefined), '');
  assert.equal(conditionCell({ expression: 'a &&\n  b' }), 'a && b');
  assert.equal(conditionCell({ title: 't', expression: 'a' }), 't: a');
});
