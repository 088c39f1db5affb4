import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeDenyPolicy, describePolicy } from './explain-policies.ts';
import type { ExplainedDecision } from './refusals.ts';

type Binding = ExplainedDecision['policies'][number]['bindings'][number];
type Rule = ExplainedDecision['denyPolicies'][number]['rules'][number];

const CALLER = 'user:ada@example.com';
const FAR: Binding = {
  role: 'roles/far',
  memberMatch: [],
  memberCount: 1,
  rolePermission: 'notIncluded',
  grants: false,
};

function describe(bindings: readonly Binding[], isFull = false): readonly string[] {
  const [heading, ...lines] = describePolicy({ resource: 'projects/p', bindings: [...bindings] }, isFull)
    .trimEnd()
    .split('\n');
  assert.equal(heading, `  projects/p: ${bindings.length} bindings`);
  return lines.map((line) => line.trim());
}

const held = (index: number): Binding => ({ ...FAR, role: `roles/held${index}`, rolePermission: 'included' });
const OWN = ['roles/own1', 'roles/own2'].map((role) => ({ ...FAR, role, memberMatch: [CALLER] }));
const NEAR = [
  `roles/own1 is given to ${CALLER}, but does not hold the permission`,
  `roles/own2 is given to ${CALLER}, but does not hold the permission`,
  ...[0, 1, 2].map(
    (index) => `roles/held${index} holds the permission, but its one member is not the caller`,
  ),
];
const REST = '2 further: none names the caller or holds the permission';

const further: readonly (readonly [number, readonly string[]])[] = [
  [3, [REST]],
  [4, ['1 further names the caller or holds the permission: --full shows them', REST]],
  [9, ['6 further name the caller or hold the permission: --full shows them', REST]],
];
for (const [count, lines] of further) {
  test(`what the caller has stands before what ${count} others have, and what is not shown is told apart`, () => {
    const bindings = [...Array.from({ length: count }, (_, index) => held(index)), FAR, ...OWN, FAR];
    assert.deepEqual(describe(bindings), [...NEAR, ...lines]);
    assert.equal(describe(bindings, true).length, bindings.length);
  });
}

test('of many bindings that name the caller those that are not shown are said to do so', () => {
  const bindings = Array.from({ length: 7 }, () => ({ ...FAR, memberMatch: [CALLER] }));
  assert.deepEqual(describe(bindings).slice(5), [
    '2 further name the caller or hold the permission: --full shows them',
  ]);
});

test('of a large deny policy too what is not shown is told apart', () => {
  const near: Rule = { permission: 'denied', deniedMatch: [], exceptionMatch: [], denies: false };
  const rules: Rule[] = [{ ...near, permission: 'notDenied' }, ...Array.from({ length: 7 }, () => near)];
  assert.equal(
    describeDenyPolicy({ attachedTo: 'projects/p', id: 'd', rules }, false),
    `  projects/p: deny policy 'd', 8 rules
${[1, 2, 3, 4, 5].map((index) => `    rules[${index}] denies the permission, but not to the caller\n`).join('')}\
    2 further deny the permission or name the caller: --full shows them
    1 further: none denies the permission or names the caller
`,
  );
});

const conditions: readonly (readonly [NonNullable<Binding['condition']>, string])[] = [
  [{ title: 'until', expression: 'a <\n b', outcome: 'true' }, "; its condition 'until' is true: a < b"],
  [{ expression: 'true', outcome: 'true' }, '; its condition is true: true'],
  [{ title: 'until', expression: 'a', outcome: 'false' }, ", but its condition 'until' is false: a"],
  [{ expression: 'a', outcome: 'error', error: 'e' }, ', but its condition cannot be evaluated: a (e)'],
];
for (const [condition, words] of conditions) {
  test(`a role that is given on a condition says so: ${condition.outcome} ${condition.title ?? ''}`, () => {
    const grants = condition.outcome === 'true';
    const binding = { ...held(1), memberMatch: [CALLER], condition, grants };
    const [line] = describe([binding, FAR]);
    assert.equal(line, `roles/held1 is given to ${CALLER}, and holds the permission${words}`);
  });
}
