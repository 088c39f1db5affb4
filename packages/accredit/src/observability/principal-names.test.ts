import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNamed, isPrincipalName } from './principal-names.ts';

const POOL = 'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/s';
const ACCOUNT = 'serviceAccount:reader@p.iam.gserviceaccount.com';

test('a caller is named by an address or as a member that is one principal', () => {
  const names = ['ada@example.com', 'Ada@Example.com', 'user:ada@example.com', ACCOUNT, POOL, 'allUsers'];
  assert.deepEqual(names.filter(isPrincipalName), names);
  const none = [
    'bob',
    '',
    'users:ada@example.com',
    'group:g@example.com',
    'allAuthenticatedUsers',
    'user:bob',
  ];
  assert.deepEqual(none.filter(isPrincipalName), []);
});

const callers: readonly (readonly [member: string, name: string, is: boolean])[] = [
  [ACCOUNT, ACCOUNT, true],
  [ACCOUNT, 'Reader@p.iam.gserviceaccount.com', true],
  [ACCOUNT, 'user:reader@p.iam.gserviceaccount.com', false],
  ['user:ada@example.com', 'ada@example.com', true],
  ['user:ada@example.com', 'da@example.com', false],
  [POOL, POOL, true],
  ['allUsers', 'allUsers', true],
  ['user:ada@example.com', 'allUsers', false],
];
for (const [member, name, is] of callers) {
  test(`${member} is ${is ? '' : 'not '}${name}`, () => assert.equal(isNamed(member, name), is));
}
