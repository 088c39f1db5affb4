import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MEMBER_LENGTH_LIMIT } from '../../../kernel/member-forms.ts';
import { type DenyPrincipalKind, parseDenyPrincipal } from './deny-principals.ts';

const WORKLOAD = 'iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool-1';
const GKE = 'iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/p.svc.id.goog';
const WORKFORCE = 'iam.googleapis.com/locations/global/workforcePools/pool-1';
const ACCOUNT = 'iam.googleapis.com/projects/-/serviceAccounts/a@p.iam.gserviceaccount.com';
const NODE = 'principalSet://cloudresourcemanager.googleapis.com';

const good: readonly (readonly [string, DenyPrincipalKind])[] = [
  ['principalSet://goog/public:all', 'everyone'],
  ['principal://goog/subject/ada@example.com', 'other'],
  ['principalSet://goog/group/team@example.com', 'group'],
  ['principalSet://goog/cloudIdentityCustomerId/C01Abc35', 'domain'],
  [`principal://${ACCOUNT}`, 'serviceAccount'],
  [`${NODE}/projects/123/type/ServiceAccount`, 'other'],
  [`${NODE}/folders/456/type/ServiceAccount`, 'other'],
  [`${NODE}/organizations/789/type/ServiceAgent`, 'other'],
  [`principal://${WORKLOAD}/subject/some/one@there`, 'other'],
  [`principalSet://${WORKLOAD}/group/g-1`, 'other'],
  [`principalSet://${WORKLOAD}/attribute.team/a b`.replace(' ', '%20'), 'other'],
  [`principalSet://${WORKLOAD}/*`, 'other'],
  [`principal://${GKE}/subject/ns/default/sa/web`, 'other'],
  [`principal://${GKE}/kubernetes.serviceaccount.uid/1-2`, 'other'],
  [`principalSet://${GKE}/namespace/default`, 'other'],
  [
    `principalSet://${GKE}/kubernetes.cluster/https://container.googleapis.com/v1/projects/p/locations/l/clusters/c`,
    'other',
  ],
  [`principal://${WORKFORCE}/subject/ada`, 'other'],
  [`principalSet://${WORKFORCE}/*`, 'other'],
  ['deleted:principal://goog/subject/ada@example.com?uid=1', 'other'],
  ['deleted:principalSet://goog/group/team@example.com?uid=1', 'other'],
  [`deleted:principal://${ACCOUNT}?uid=123`, 'other'],
  [`deleted:principal://${WORKLOAD}/subject/ada?uid=1`, 'other'],
];

for (const [text, kind] of good) {
  test(`a principal of a deny policy: ${text} (IAM notes 1.1)`, () => {
    assert.deepEqual(parseDenyPrincipal(text), { principal: text, kind });
  });
}

const bad: readonly string[] = [
  '',
  'allUsers',
  'user:ada@example.com',
  'serviceAccount:a@p.iam.gserviceaccount.com',
  'principalset://goog/public:all',
  'principalSet://goog/public:some',
  'principalSet://goog/subject/ada@example.com',
  'principal://goog/group/team@example.com',
  'principal://goog/subject/ada',
  'principal://goog/subject/ada@example.com?uid=1',
  'principal://goog/subject/ada@example.com ',
  'principal://goog/subject/a\u0000da@example.com',
  'principal://goog/subject/ada@example.com\ud800',
  `principal://${WORKLOAD}/subject/\u001b[31m`,
  'principal://iam.googleapis.com/projects/p/serviceAccounts/a@p.iam.gserviceaccount.com',
  `principal://${ACCOUNT}?uid=123`,
  `deleted:principal://${ACCOUNT}`,
  `${NODE}/projects/my-project/type/ServiceAccount`,
  `${NODE}/projects/123/type/User`,
  `principal://${WORKLOAD.replace('123', 'my-project')}/subject/ada`,
  `principal://${WORKLOAD}/*`,
  `principalSet://${WORKLOAD}/subject/ada`,
  `principalSet://${WORKLOAD}`,
];

for (const text of bad) {
  test(`no principal of a deny policy: '${text}' (IAM notes 1.1)`, () => {
    assert.equal(parseDenyPrincipal(text), undefined);
  });
}

test('addresses become lower-case, what has case keeps it', () => {
  const spelled = (text: string) => parseDenyPrincipal(text)?.principal;
  assert.equal(
    spelled('principal://goog/subject/Ada@Example.com'),
    'principal://goog/subject/ada@example.com',
  );
  assert.equal(
    spelled('principal://iam.googleapis.com/projects/-/serviceAccounts/A@P.iam.gserviceaccount.com'),
    `principal://${ACCOUNT}`,
  );
  assert.equal(spelled(`principal://${WORKLOAD}/subject/Ada`), `principal://${WORKLOAD}/subject/Ada`);
});

test(`a principal has at most ${MEMBER_LENGTH_LIMIT} characters`, () => {
  const start = `principal://${WORKLOAD}/subject/`;
  const longest = start.padEnd(MEMBER_LENGTH_LIMIT, 'a');
  assert.equal(parseDenyPrincipal(longest)?.principal, longest);
  assert.equal(parseDenyPrincipal(`${longest}a`), undefined);
});

test('what is taken is taken again as it is kept, and no text makes it throw', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.constantFrom(...good.map(([text]) => text)).chain((text) => fc.string().map((rest) => text + rest)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const parsed = parseDenyPrincipal(text);
      if (parsed !== undefined) assert.deepEqual(parseDenyPrincipal(parsed.principal), parsed);
    }),
  );
});
