import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from '../apis/api.fixture.ts';
import { resolvePrincipal, resolveResource } from './questions.ts';

async function open() {
  const cloud = await openTestCloud([]);
  const { resources } = cloud.services;
  const email = await cloud.account('reader');
  const account = await resources.serviceAccounts.find(email);
  const project = await resources.projects.get(PROJECT_ID);
  assert.ok(account !== undefined && project !== undefined);
  await resources.buckets.create(
    resources.buckets.draft(project.value, { name: 'my-bucket', uniformBucketLevelAccess: true }),
  );
  const parent = 'organizations/9';
  await resources.commit([
    resources.organizations.put(resources.organizations.draft('9', 'example.com')),
    resources.folders.put(resources.folders.draft('12', 'Team', parent)),
  ]);
  return { resources, email, uniqueId: account.value.uniqueId };
}

const READER = `reader@${PROJECT_ID}.iam.gserviceaccount.com`;

test('a principal is found as people write it', async () => {
  const { resources, email, uniqueId } = await open();
  assert.equal(email, READER);
  const reader = { kind: 'serviceAccount', email, uniqueId };
  const ada = { kind: 'user', email: 'ada@example.com' };
  const pool = 'projects/1/locations/global/workloadIdentityPools/p';
  const found: readonly (readonly [string, object])[] = [
    [READER, reader],
    [`serviceAccount:${READER.toUpperCase()}`, reader],
    [`principal://iam.googleapis.com/projects/-/serviceAccounts/${READER}`, reader],
    [`deleted:serviceAccount:${READER}?uid=123`, { ...reader, uniqueId: '123' }],
    ['Ada@Example.com', ada],
    ['user:ada@example.com', ada],
    ['principal://goog/subject/ada@example.com', ada],
    ['allUsers', { kind: 'anonymous' }],
    [
      `principal://iam.googleapis.com/${pool}/subject/repo:a/b`,
      { kind: 'federated', pool, subject: 'repo:a/b', groups: [], attributes: {} },
    ],
  ];
  for (const [text, principal] of found) {
    assert.deepEqual(await resolvePrincipal(text, resources), principal, text);
  }
});

const none = (text: string, ending = '.') =>
  `'${text}' is not one principal: it is written 'user:EMAIL', 'serviceAccount:EMAIL', an e-mail address, 'allUsers' or 'principal://…'${ending}`;

const wrongPrincipals: readonly (readonly [string, string, string])[] = [
  ['group:team@example.com', 'INVALID_ARGUMENT', none('group:team@example.com')],
  ['allAuthenticatedUsers', 'INVALID_ARGUMENT', none('allAuthenticatedUsers')],
  ['ada', 'INVALID_ARGUMENT', none('ada')],
  ['user:ada', 'INVALID_ARGUMENT', none('user:ada')],
  ['usr:a@b.c', 'INVALID_ARGUMENT', none('usr:a@b.c', "; did you mean 'user:a@b.c'?")],
  [
    READER.replace('reader', 'reder'),
    'NOT_FOUND',
    `Service account '${READER.replace('reader', 'reder')}' does not exist; did you mean '${READER}'?`,
  ],
  ['serviceAccount:x@y.z', 'NOT_FOUND', "Service account 'x@y.z' does not exist."],
];
for (const [text, code, message] of wrongPrincipals) {
  test(`'${text}' is no principal, and words say so`, async () => {
    const { resources } = await open();
    await assert.rejects(resolvePrincipal(text, resources), { code, message });
  });
}

const resourceNames: readonly (readonly [string, string])[] = [
  [`projects/${PROJECT_NUMBER}`, `projects/${PROJECT_ID}`],
  [`//cloudresourcemanager.googleapis.com/projects/${PROJECT_ID}`, `projects/${PROJECT_ID}`],
  ['folders/12', 'folders/12'],
  ['organizations/9', 'organizations/9'],
  ['gs://my-bucket', 'projects/_/buckets/my-bucket'],
  ['gs://my-bucket/a/b', 'projects/_/buckets/my-bucket/objects/a/b'],
  [`projects/-/serviceAccounts/${READER}`, `projects/${PROJECT_ID}/serviceAccounts/${READER}`],
  [
    `projects/${PROJECT_NUMBER}/serviceAccounts/${READER}`,
    `projects/${PROJECT_ID}/serviceAccounts/${READER}`,
  ],
  [`projects/${PROJECT_NUMBER}/global/images/i`, `projects/${PROJECT_ID}/global/images/i`],
];
for (const [text, name] of resourceNames) {
  test(`${text} is ${name}`, async () => {
    const { resources } = await open();
    assert.equal(await resolveResource(text, resources), name);
  });
}

const wrongResources: readonly (readonly [string, string, RegExp])[] = [
  ['my-bucket', 'INVALID_ARGUMENT', /^'my-bucket' names no resource that is known here; write 'projects\//],
  ['gs://my-buckt/a', 'NOT_FOUND', /^Bucket 'my-buckt' does not exist; did you mean 'my-bucket'\?$/],
  ['projects/lab-projct', 'NOT_FOUND', /^Project 'lab-projct' does not exist; did you mean 'lab-project'\?$/],
  ['projects/1', 'NOT_FOUND', /^Project '1' does not exist\.$/],
  ['folders/1', 'NOT_FOUND', /^Folder '1' does not exist\.$/],
  ['organizations/1', 'NOT_FOUND', /^Organization '1' does not exist\.$/],
  [`projects/${PROJECT_ID}/zones/z/instances/i`, 'NOT_FOUND', /^Instance 'i' does not exist\.$/],
  [
    `projects/${PROJECT_ID}/serviceAccounts/x@y.z`,
    'NOT_FOUND',
    /^Service account 'x@y\.z' does not exist\.$/,
  ],
];
for (const [text, code, message] of wrongResources) {
  test(`'${text}' is no resource, and words say so`, async () => {
    const { resources } = await open();
    await assert.rejects(resolveResource(text, resources), { code, message });
  });
}
