import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../../kernel/api-error.ts';
import {
  assertAccountId,
  assertTexts,
  DESCRIPTION_LIMIT_BYTES,
  DISPLAY_NAME_LIMIT_BYTES,
} from './service-account-fields.ts';

function messageOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (thrown) {
    assert.ok(thrown instanceof ApiError);
    assert.equal(thrown.code, 'INVALID_ARGUMENT');
    return thrown.message;
  }
}

const length = (id: string) => `The account ID "${id}" does not have a length between 6 and 30.`;
const form = (id: string) => `${id} does not match [a-z][a-z\\d\\-]*[a-z\\d].`;

const accountIds: readonly (readonly [string, string | undefined])[] = [
  ['worker', undefined],
  ['a-service-account-of-30-chars1', undefined],
  ['robot', length('robot')],
  ['', length('')],
  ['a-service-account-of-31-chars12', length('a-service-account-of-31-chars12')],
  ['1worker', form('1worker')],
  ['worker-', form('worker-')],
  ['-worker', form('-worker')],
  ['Worker', form('Worker')],
  ['work_er', form('work_er')],
  ['work er', form('work er')],
  ['worker\n', form('worker\n')],
];

for (const [accountId, message] of accountIds) {
  test(`account id ${JSON.stringify(accountId)} is ${message === undefined ? 'taken' : 'refused'} (IAM quotas)`, () => {
    assert.equal(
      messageOf(() => assertAccountId(accountId)),
      message,
    );
  });
}

test('a long account id is not repeated whole', () => {
  const message = messageOf(() => assertAccountId('x'.repeat(10_000)));
  assert.equal(message, length('x'.repeat(100)));
});

test('texts are measured in bytes (IAM quotas)', () => {
  const display = 'é'.repeat(DISPLAY_NAME_LIMIT_BYTES / 2);
  const description = 'x'.repeat(DESCRIPTION_LIMIT_BYTES);
  assert.equal(
    messageOf(() => assertTexts({ displayName: display, description })),
    undefined,
  );
  assert.equal(
    messageOf(() => assertTexts({ displayName: `${display}x`, description })),
    'The display_name length (101) is longer than the maximum allowed length 100.',
  );
  assert.equal(
    messageOf(() => assertTexts({ displayName: '', description: `${description}x` })),
    'The description length (257) is longer than the maximum allowed length 256.',
  );
});
