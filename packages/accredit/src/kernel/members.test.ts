import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EMAIL_LENGTH_LIMIT, MEMBER_LENGTH_LIMIT } from './member-forms.ts';
import { parseMember } from './members.ts';
import { accountMember, namedAccount, toStoredMember } from './principals.ts';

const WORKLOAD = 'iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/ci-pool';
const GKE = WORKLOAD.replace('ci-pool', 'p.svc.id.goog');
const WORKFORCE = 'iam.googleapis.com/locations/global/workforcePools/staff';
const NODE = 'principalSet://cloudresourcemanager.googleapis.com';
const ACCOUNT = 'a@p.iam.gserviceaccount.com';

const read = (text: string) => {
  const parsed = parseMember(text);
  return parsed.ok ? parsed.member : parsed.problem;
};

const good: readonly string[] = [
  'allUsers',
  'allAuthenticatedUsers',
  'user:ada@example.com',
  'group:team@example.com',
  'domain:example.com',
  `serviceAccount:${ACCOUNT}`,
  'serviceAccount:p.svc.id.goog[ns/account]',
  'serviceAccount:example.com:p.svc.id.goog[ns/account.x]',
  'projectOwner:My-Project',
  'projectEditor:example.com:p',
  `principal://${WORKLOAD}/subject/repo:org/repo:ref:refs/heads/main`,
  `principal://${GKE}/subject/ns/web/sa/front`,
  `principal://${GKE}/kubernetes.serviceaccount.uid/7-8`,
  `principal://${WORKFORCE}/subject/ada@example.com`,
  `principalSet://${WORKLOAD}/*`,
  `principalSet://${WORKLOAD}/group/admins`,
  `principalSet://${WORKLOAD}/attribute.repository/org/repo`,
  `principalSet://${GKE}/namespace/web`,
  `principalSet://${GKE}/kubernetes.cluster/https://container.googleapis.com/v1/projects/p/clusters/main`,
  `${NODE}/projects/123/type/ServiceAccount`,
  `${NODE}/organizations/789/type/ServiceAccount`,
  'deleted:user:ada@example.com?uid=1',
  'deleted:group:team@example.com?uid=1',
  'deleted:serviceAccount:a@b.c?uid=1',
  `deleted:principal://${WORKLOAD}/subject/ada?uid=1`,
];

for (const text of good) {
  test(`a member of an allow policy: ${text} (IAM notes 1.1)`, () => {
    assert.equal(read(text), text);
  });
}

const bad: readonly (readonly [text: string, problem: string])[] = [
  ['', 'unknownType'],
  [':', 'unknownType'],
  ['a@b.c', 'unknownType'],
  ['User:a@b.c', 'unknownType'],
  ['allusers', 'unknownType'],
  [' allUsers', 'unknownType'],
  ['constructor:x', 'unknownType'],
  ['__proto__:x', 'unknownType'],
  ['group:', 'empty'],
  ['domain:', 'empty'],
  ['projectOwner:', 'empty'],
  ['user:ada', 'malformed'],
  ['user: a@b', 'malformed'],
  ['user:x@y?uid=3', 'malformed'],
  ['user:a@b.c/d', 'malformed'],
  ['user:a\u0000@b.c', 'malformed'],
  ['user:\ud800@b.c', 'malformed'],
  ['group:te\u202eam@b.c', 'malformed'],
  ['domain:example', 'malformed'],
  ['domain:exa mple.com', 'malformed'],
  ['projectOwner:my project', 'malformed'],
  ['serviceAccount:', 'empty'],
  ['serviceAccount:123456789012345678901', 'malformed'],
  ['serviceAccount:__proto__', 'malformed'],
  ['serviceAccount:[nobody', 'malformed'],
  [`serviceAccount:${ACCOUNT}\u0000[`, 'malformed'],
  [`serviceAccount:${ACCOUNT}?uid=1`, 'malformed'],
  [`serviceAccount:${ACCOUNT}?uid=1?uid=[`, 'malformed'],
  [`serviceAccount:${ACCOUNT}[ns/account]`, 'malformed'],
  ['serviceAccount:p.svc.id.goog', 'malformed'],
  ['serviceAccount:p.svc.id.goog[ns]', 'malformed'],
  ['serviceAccount:p.svc.id.goog[ns/account]x', 'malformed'],
  ['serviceAccount:p.svc.id.goog[ns/account]?uid=1', 'malformed'],
  ['serviceAccount:p.svc.id.goog[n s/account]', 'malformed'],
  ['principal://foo', 'unknownType'],
  ['principalSet://foo', 'unknownType'],
  ['principalSet://iam.googleapis.com/x', 'unknownType'],
  ['principal://iam.googleapis.com/\n\u001b[31m', 'unknownType'],
  [`principal://${WORKLOAD}/subject/\u001b[31m`, 'unknownType'],
  [`principal://${WORKLOAD}/subject/\ud800`, 'unknownType'],
  [`principal://${WORKLOAD}/*`, 'unknownType'],
  [`principalSet://${WORKLOAD}`, 'unknownType'],
  [`principalSet://${WORKLOAD}/subject/ada`, 'unknownType'],
  [`principalSet://${WORKLOAD.replace('123', 'my-project')}/*`, 'unknownType'],
  [`${NODE}/projects/my-project/type/ServiceAccount`, 'unknownType'],
  // Deny policies alone.
  [`${NODE}/projects/123/type/ServiceAgent`, 'unknownType'],
  ['principalSet://goog/public:all', 'unknownType'],
  ['principal://goog/subject/ada@example.com', 'unknownType'],
  ['deleted:serviceaccount:a@b.c?uid=1', 'unknownType'],
  ['deleted:serviceAccount:a@b.c', 'unknownType'],
  ['deleted:serviceAccount:a@b.c?uid=1?uid=2', 'unknownType'],
  ['deleted:serviceAccount:a@b.c?uid=[', 'unknownType'],
  ['deleted:domain:example.com?uid=1', 'unknownType'],
];

for (const [text, problem] of bad) {
  test(`no member of an allow policy: ${JSON.stringify(text)} is ${problem} (IAM notes 1.1)`, () => {
    assert.equal(read(text), problem);
  });
}

test('the prefix is exact and the address becomes lower-case, A to Z alone (IAM notes 1.1)', () => {
  assert.equal(read('user:Ada@Example.COM'), 'user:ada@example.com');
  assert.equal(read(`serviceAccount:${ACCOUNT.toUpperCase()}`), `serviceAccount:${ACCOUNT}`);
  assert.equal(read('serviceAccount:P.svc.id.goog[NS/Account]'), 'serviceAccount:p.svc.id.goog[ns/account]');
  assert.equal(read('user:\u212Aim@x.com'), 'user:\u212Aim@x.com', 'the sign for kelvin is no letter k');
  assert.equal(read(`principal://${WORKLOAD}/subject/Ada`), `principal://${WORKLOAD}/subject/Ada`);
});

test(`an address has at most ${EMAIL_LENGTH_LIMIT} characters, a member at most ${MEMBER_LENGTH_LIMIT}`, () => {
  const address = `a@${'b'.repeat(EMAIL_LENGTH_LIMIT - 2)}`;
  assert.equal(read(`user:${address}`), `user:${address}`);
  assert.equal(read(`user:${address}b`), 'malformed');
  const longest = `principal://${WORKLOAD}/subject/`.padEnd(MEMBER_LENGTH_LIMIT, 'a');
  assert.equal(read(longest), longest);
  assert.equal(read(`${longest}a`), 'unknownType');
  assert.equal(read(`user:${'a'.repeat(100_000)}`), 'unknownType');
});

test('what is taken is taken again as it is kept, and no text makes it throw', () => {
  const pieces = fc.constantFrom(
    'user:',
    'deleted:',
    'serviceAccount:',
    'a@b.c',
    '?uid=',
    '1',
    '[',
    ']',
    '/',
    'A',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const parsed = parseMember(text);
      if (parsed.ok) assert.deepEqual(parseMember(parsed.member), parsed);
    }),
  );
});

test('a record keeps an account with its unique id, and a policy names it also when it is gone', () => {
  const principal = { kind: 'serviceAccount', email: ACCOUNT, uniqueId: '12' } as const;
  assert.equal(toStoredMember(principal), `serviceAccount:${ACCOUNT}?uid=12`);
  assert.equal(toStoredMember({ kind: 'user', email: 'ada@example.com' }), 'user:ada@example.com');
  const account = { email: ACCOUNT, uniqueId: '12' };
  assert.deepEqual(namedAccount(accountMember(ACCOUNT, '12')), account);
  assert.deepEqual(namedAccount(`deleted:${accountMember(ACCOUNT, '12')}`), account);
  assert.deepEqual(namedAccount(`serviceAccount:${ACCOUNT}`), { email: ACCOUNT });
  for (const other of [
    'user:ada@example.com',
    'serviceAccount:p.svc.id.goog[ns/account]',
    `serviceAccount:${ACCOUNT}?uid=1?uid=[`,
  ]) {
    assert.equal(namedAccount(other), undefined, other);
  }
});
