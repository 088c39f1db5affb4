/** What a binding may not have for a condition (IAM notes 1.4). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conditionMessage, readCondition } from './condition-json.ts';
import { conditionProblem, DESCRIPTION_LIMIT_BYTES, TITLE_LIMIT_BYTES } from './condition-problem.ts';

const LINT = 'LintValidationUnits';

const CASES: readonly (readonly [
  name: string,
  condition: object,
  role: string,
  problem: string | undefined,
])[] = [
  ['an expression', { expression: 'true' }, 'roles/browser', undefined],
  [
    'a warning',
    { expression: "request.time < timestamp('2000-01-01T00:00:00Z')" },
    'roles/browser',
    undefined,
  ],
  [
    'all fields',
    { title: 't', description: 'd', location: 'l', expression: 'true' },
    'projects/p/roles/r',
    undefined,
  ],
  ...['roles/owner', 'roles/editor', 'roles/viewer'].map(
    (role) =>
      [
        'a basic role',
        { expression: 'true' },
        role,
        `${LINT}/BindingRoleAllowConditionCheck Error: Conditions can't be set on primitive roles`,
      ] as const,
  ),
  ['no expression', { title: 't' }, 'roles/browser', 'The expression of a condition must not be empty.'],
  [
    'an empty expression',
    { expression: '' },
    'roles/browser',
    'The expression of a condition must not be empty.',
  ],
  [
    'a title up to the limit',
    { title: 'ä'.repeat(TITLE_LIMIT_BYTES / 2), expression: 'true' },
    'roles/browser',
    undefined,
  ],
  [
    'a long title',
    { title: 't'.repeat(TITLE_LIMIT_BYTES + 1), expression: 'true' },
    'roles/browser',
    'The title of a condition must not be longer than 100 bytes.',
  ],
  [
    'a long description',
    { description: 't'.repeat(DESCRIPTION_LIMIT_BYTES + 1), expression: 'true' },
    'roles/browser',
    'The description of a condition must not be longer than 256 bytes.',
  ],
  [
    'what does not compile',
    { expression: 'true=false' },
    'roles/browser',
    `${LINT}/ConditionCompileCheck Error: ERROR: Parse expression:1:4: token recognition error at: '=f'\n  | true=false\n  | ....^`,
  ],
  [
    'too many operators',
    { expression: `true${' && true'.repeat(13)}` },
    'roles/browser',
    `${LINT}/ConditionComplexityCheck Error: Logical operators count must not be more than 12`,
  ],
  [
    'too long a list',
    { expression: '[1].hasOnly([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])' },
    'roles/browser',
    `${LINT}/HasOnlyListLengthCheck Error: The list argument to hasOnly() cannot have more than 10 elements`,
  ],
];

for (const [name, condition, role, problem] of CASES) {
  test(`a condition on ${role}: ${name}`, () => {
    assert.equal(conditionProblem(readCondition(conditionMessage(condition, 'condition')), role), problem);
  });
}

test('a condition keeps the fields that it came with, and no others', () => {
  const message = conditionMessage({ expression: 'true', title: '' }, 'condition');
  assert.deepEqual(readCondition(message), { title: '', expression: 'true' });
});
