import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertGroupEmail,
  assertGroupMember,
  assertGroupName,
  assertMemberCount,
  GROUP_MEMBER_LIMIT,
  GROUP_NAME_LIMIT,
  isGroupName,
  parseGroupEmail,
  parseGroupMember,
} from './groups.ts';

const emails: readonly (readonly [text: string, parsed: string | undefined])[] = [
  ['Team@Example.com', 'team@example.com'],
  ["o'neill+all@example.com", "o'neill+all@example.com"],
  ['team@localhost', 'team@localhost'],
  [`${'a'.repeat(63)}@example.com`, `${'a'.repeat(63)}@example.com`],
  [`${'a'.repeat(64)}@example.com`, undefined],
  [`a@${'b'.repeat(319)}`, undefined],
  ['team', undefined],
  ['@example.com', undefined],
  ['team@', undefined],
  ['a@b@example.com', undefined],
  ['group:team@example.com', undefined],
  ['a/b@example.com', undefined],
  ['team@example.com/x', undefined],
  ['team@example.com?uid=1', undefined],
  ['te am@example.com', undefined],
  ['te\u0000am@example.com', undefined],
  ['te\ud800am@example.com', undefined],
  ['te\u202eam@example.com', undefined],
  ['', undefined],
];

for (const [text, parsed] of emails) {
  test(`the address of a group: ${JSON.stringify(text.slice(0, 40))} (${text.length})`, () => {
    assert.equal(parseGroupEmail(text), parsed);
  });
}

const members: readonly (readonly [text: string, parsed: string | undefined])[] = [
  ['user:Ada@Example.com', 'user:ada@example.com'],
  ['group:Team@example.com', 'group:team@example.com'],
  ['serviceAccount:Robot@p.iam.gserviceaccount.com', 'serviceAccount:robot@p.iam.gserviceaccount.com'],
  ['serviceAccount:robot@p.iam.gserviceaccount.com?uid=1', undefined],
  ['serviceAccount:p.svc.id.goog[ns/account]', undefined],
  ['deleted:user:ada@example.com?uid=1', undefined],
  ['User:ada@example.com', undefined],
  ['user:', undefined],
  ['user:ada', undefined],
  ['user:a/b@example.com', undefined],
  ['domain:example.com', undefined],
  ['allUsers', undefined],
  ['allAuthenticatedUsers', undefined],
  ['projectOwner:my-project', undefined],
  ['principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/s', undefined],
  ['ada@example.com', undefined],
  ['', undefined],
];

for (const [text, parsed] of members) {
  test(`a member of a group: ${JSON.stringify(text)} (IAM notes 1.1)`, () => {
    assert.equal(parseGroupMember(text), parsed);
  });
}

test('a name for people is one line of 73 characters', () => {
  assert.equal(isGroupName(''), true);
  assert.equal(isGroupName('ż'.repeat(GROUP_NAME_LIMIT)), true);
  assert.equal(isGroupName('ż'.repeat(GROUP_NAME_LIMIT + 1)), false);
  assert.equal(isGroupName('two\nlines'), false);
  assert.equal(isGroupName('half a \ud800'), false);
});

const refusals: readonly (readonly [refused: () => unknown, message: string])[] = [
  [
    () => assertGroupEmail(`x${'y'.repeat(200)}`),
    `'x${'y'.repeat(99)}' is no address of a group: it is an e-mail address with at most 63 characters before the @.`,
  ],
  [
    () => assertGroupMember('domain:example.com'),
    "'domain:example.com' is no member of a group: those are 'user:EMAIL', 'serviceAccount:EMAIL' and 'group:EMAIL'.",
  ],
  [() => assertGroupName('\t'), 'The name of a group is one line of at most 73 characters.'],
  [
    () => assertMemberCount(Array<string>(GROUP_MEMBER_LIMIT + 1).fill('user:a@b.c')),
    'A group has at most 10000 members, not 10001.',
  ],
];

for (const [refused, message] of refusals) {
  test(`is refused: ${message.slice(-50)}`, () => {
    assert.throws(refused, { code: 'INVALID_ARGUMENT', message });
  });
}

test('a group may be full', () => {
  assert.doesNotThrow(() => assertMemberCount(Array<string>(GROUP_MEMBER_LIMIT).fill('user:a@b.c')));
});
