import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import { findTestRole } from '../one-permission.fixture.ts';
import { iam } from './index.ts';

const PROJECT = `//cloudresourcemanager.googleapis.com/projects/${PROJECT_ID}`;
const PERMISSIONS = ['get', 'getIamPolicy', 'setIamPolicy'].map((verb) => `resourcemanager.projects.${verb}`);

/** Lints as an account with one role on the project. */
async function lint(body: unknown, role = `only/${PERMISSIONS.join(',')}`) {
  const cloud = await openTestCloud([iam], {}, findTestRole);
  const token = await cloud.token(await cloud.account('caller', role));
  return cloud.send('POST', 'https://iam.googleapis.com/v1/iamPolicies:lintPolicy', { token, body });
}

const OPERAND =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

test('what is wrong with a condition is no error of the call (IAM documentation, linting policies)', async () => {
  const response = await lint({ condition: { title: '1_less_than_2', description: '', expression: '1 <' } });
  assert.equal(response.status, 200);
  assert.deepEqual(response.json.lintResults[0], {
    level: 'CONDITION',
    validationUnitName: 'LintValidationUnits/ConditionCompileCheck',
    severity: 'ERROR',
    fieldName: 'condition.expression',
    locationOffset: 3,
    debugMessage: `ERROR: Parse expression:1:3: mismatched input '<EOF>' expecting ${OPERAND}\n  | 1 <\n  | ...^`,
  });
  assert.deepEqual(response.json.lintResults[1], {
    level: 'CONDITION',
    validationUnitName: 'LintValidationUnits/ConditionComplexityCheck',
    severity: 'NOTICE',
    fieldName: 'condition.expression',
    debugMessage: 'The validation unit is skipped due to absence of a required object: CheckedExpr',
  });
});

test('a condition with which all is well has an empty answer', async () => {
  const response = await lint({ fullResourceName: PROJECT, condition: { expression: '1 < 2' } });
  assert.deepEqual([response.status, response.json], [200, {}]);
});

test("what is past is past by the cloud's time", async () => {
  const expression = "request.time < timestamp('2026-11-23T04:59:59Z')";
  const { json } = await lint({ condition: { expression } });
  assert.equal(json.lintResults[0].validationUnitName, 'LintValidationUnits/DateTimeCheck');
  const later = await lint({ condition: { expression: expression.replace('04:59:59', '05:00:01') } });
  assert.deepEqual(later.json, {});
});

for (const [name, expression] of [
  ['an empty expression', { expression: '' }],
  ['no expression', {}],
] as const) {
  test(`${name} does not compile`, async () => {
    const { status, json } = await lint({ condition: expression });
    assert.equal(status, 200);
    assert.equal(json.lintResults[0].validationUnitName, 'LintValidationUnits/ConditionCompileCheck');
  });
}

for (const permission of PERMISSIONS) {
  test(`${permission} is necessary where a project is named (IAM notes 3.3)`, async () => {
    for (const fullResourceName of [
      PROJECT,
      `//cloudresourcemanager.googleapis.com/projects/${PROJECT_NUMBER}`,
      `//cloudresourcemanager.googleapis.com/v1/projects/${PROJECT_ID}`,
    ]) {
      const body = { fullResourceName, condition: { expression: 'true' } };
      const response = await lint(body, `except/${permission}`);
      assert.equal(response.status, 403);
      assert.equal(response.json.error.details[0].metadata.permission, permission);
      assert.deepEqual((await lint(body)).json, {});
    }
  });
}

const RESOURCES: readonly (readonly [name: string, permission: string])[] = [
  ['//cloudresourcemanager.googleapis.com/projects/nowhere', 'resourcemanager.projects.get'],
  [
    `//iam.googleapis.com/projects/${PROJECT_ID}/serviceAccounts/robot@${PROJECT_ID}.iam.gserviceaccount.com`,
    'iam.serviceAccounts.get',
  ],
  ['//storage.googleapis.com/projects/_/buckets/b', 'storage.buckets.get'],
  [
    `//compute.googleapis.com/projects/${PROJECT_ID}/zones/europe-west1-b/instances/i`,
    'compute.instances.get',
  ],
];

for (const [fullResourceName, permission] of RESOURCES) {
  test(`a call about ${fullResourceName} needs ${permission}`, async () => {
    const response = await lint({ fullResourceName, condition: { expression: 'true' } });
    assert.equal(response.status, 403);
    assert.equal(response.json.error.details[0].metadata.permission, permission);
  });
}

test('a name that is none, and nothing to lint, are bad requests', async () => {
  for (const body of [
    { fullResourceName: 'projects/p', condition: { expression: 'true' } },
    {},
    { condition: 7 },
  ]) {
    const response = await lint(body);
    assert.equal(response.status, 400, response.text);
    assert.equal(response.json.error.status, 'INVALID_ARGUMENT');
  }
});
