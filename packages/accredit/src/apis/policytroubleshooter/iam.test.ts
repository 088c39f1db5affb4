import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { policyTroubleshooter } from './index.ts';

const PROJECT = `projects/${PROJECT_ID}`;
const FULL_PROJECT = `//cloudresourcemanager.googleapis.com/${PROJECT}`;
const BUCKET = 'projects/_/buckets/my-bucket';
const ADA = 'ada@example.com';

/** Opens a cloud with a bucket, and somebody who may read every policy. */
async function open() {
  const cloud = await openTestCloud([policyTroubleshooter]);
  const { resources } = cloud.services;
  const project = await resources.projects.get(PROJECT_ID);
  assert.ok(project !== undefined);
  await resources.buckets.create(
    resources.buckets.draft(project.value, { name: 'my-bucket', uniformBucketLevelAccess: true }),
  );
  const reviewer = await cloud.account('reviewer', 'roles/iam.securityReviewer');
  const ask = async (fullResourceName: string, permission: string, principal = ADA, asker = reviewer) => {
    const { status, json } = await cloud.send(
      'POST',
      'https://policytroubleshooter.googleapis.com/v1/iam:troubleshoot',
      {
        token: await cloud.token(asker),
        body: { accessTuple: { principal, fullResourceName, permission } },
      },
    );
    return { status, json };
  };
  return { ...cloud, resources, ask };
}

test('what a policy grants is explained, binding by binding and member by member', async () => {
  const { ask, grant } = await open();
  await grant(PROJECT, 'roles/compute.viewer', `user:${ADA}`);
  await grant(PROJECT, 'roles/compute.viewer', 'user:bob@example.com');
  const { status, json } = await ask(FULL_PROJECT, 'compute.instances.get');
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(json), ['access', 'explainedPolicies']);
  assert.equal(json.access, 'GRANTED');
  const [policy, ...others] = json.explainedPolicies;
  assert.deepEqual(others, []);
  const { etag, ...seen } = policy.policy;
  assert.match(etag, /^[A-Za-z0-9+/]+=*$/);
  assert.deepEqual(seen, {
    version: 1,
    bindings: [
      {
        role: 'roles/iam.securityReviewer',
        members: [`serviceAccount:reviewer@${PROJECT_ID}.iam.gserviceaccount.com`],
      },
      { role: 'roles/compute.viewer', members: [`user:${ADA}`, 'user:bob@example.com'] },
    ],
  });
  assert.deepEqual(
    { ...policy, policy: undefined },
    {
      access: 'GRANTED',
      fullResourceName: FULL_PROJECT,
      policy: undefined,
      bindingExplanations: [
        {
          access: 'NOT_GRANTED',
          role: 'roles/iam.securityReviewer',
          rolePermission: 'ROLE_PERMISSION_NOT_INCLUDED',
          rolePermissionRelevance: 'NORMAL',
          memberships: {
            [`serviceAccount:reviewer@${PROJECT_ID}.iam.gserviceaccount.com`]: {
              membership: 'MEMBERSHIP_NOT_INCLUDED',
              relevance: 'NORMAL',
            },
          },
          relevance: 'NORMAL',
        },
        {
          access: 'GRANTED',
          role: 'roles/compute.viewer',
          rolePermission: 'ROLE_PERMISSION_INCLUDED',
          rolePermissionRelevance: 'HIGH',
          memberships: {
            [`user:${ADA}`]: { membership: 'MEMBERSHIP_INCLUDED', relevance: 'HIGH' },
            'user:bob@example.com': { membership: 'MEMBERSHIP_NOT_INCLUDED', relevance: 'NORMAL' },
          },
          relevance: 'HIGH',
        },
      ],
      relevance: 'HIGH',
    },
  );
});

test('from the resource to the root, each policy says what it gives; one of an object has no list of access control', async () => {
  const { ask, grant } = await open();
  await grant(BUCKET, 'roles/storage.objectViewer', `user:${ADA}`);
  const object = `//storage.googleapis.com/${BUCKET}/objects/a/b.txt`;
  const { json } = await ask(object, 'storage.googleapis.com/objects.get');
  assert.equal(json.access, 'GRANTED');
  assert.deepEqual(
    json.explainedPolicies.map(({ fullResourceName, access }: Record<string, string>) => [
      fullResourceName,
      access,
    ]),
    [
      [`//storage.googleapis.com/${BUCKET}`, 'GRANTED'],
      [FULL_PROJECT, 'NOT_GRANTED'],
    ],
  );
});

test('a policy that the caller may not read is unknown, and decides nothing (policy-intelligence/docs/troubleshoot-access)', async () => {
  const { ask, grant, account } = await open();
  const asker = await account('asker');
  await grant(BUCKET, 'roles/storage.legacyBucketOwner', `serviceAccount:${asker}`);
  const hidden = await ask(`//storage.googleapis.com/${BUCKET}`, 'storage.buckets.get', ADA, asker);
  assert.equal(hidden.json.access, 'UNKNOWN_INFO_DENIED');
  assert.deepEqual(hidden.json.explainedPolicies[1], { access: 'UNKNOWN_INFO_DENIED' });
  await grant(BUCKET, 'roles/storage.legacyBucketReader', `user:${ADA}`);
  const seen = await ask(`//storage.googleapis.com/${BUCKET}`, 'storage.buckets.get', ADA, asker);
  assert.equal(seen.json.access, 'GRANTED');
});

test('who may read none of the policies is told the same as of a resource that is not there', async () => {
  const { ask, account } = await open();
  const asker = await account('nobody');
  for (const name of [FULL_PROJECT, '//storage.googleapis.com/projects/_/buckets/none']) {
    const { status, json } = await ask(name, 'storage.buckets.get', ADA, asker);
    const message = `Permission denied to read the policies of '${name}' (or it may not exist).`;
    assert.deepEqual(
      [status, json],
      [200, { access: 'UNKNOWN_INFO_DENIED', errors: [{ code: 7, message }] }],
    );
  }
});

test('what a custom role holds is unknown to who may not read it', async () => {
  const { ask, resources, grant, account } = await open();
  const role = `${PROJECT}/roles/mine`;
  await resources.roles.create({
    parent: PROJECT,
    roleId: 'mine',
    title: 'Mine',
    description: '',
    stage: 'GA',
    permissions: ['compute.instances.get'],
  });
  await grant(PROJECT, role, `user:${ADA}`);
  const asker = await account('asker');
  await grant(PROJECT, 'roles/resourcemanager.projectIamAdmin', `serviceAccount:${asker}`);
  const { json } = await ask(FULL_PROJECT, 'compute.instances.get', ADA, asker);
  assert.equal(json.access, 'UNKNOWN_INFO_DENIED');
  const found = json.explainedPolicies[0].bindingExplanations.find(
    (one: { role: string }) => one.role === role,
  );
  assert.deepEqual(
    [found.access, found.rolePermission],
    ['UNKNOWN_INFO_DENIED', 'ROLE_PERMISSION_UNKNOWN_INFO_DENIED'],
  );
  assert.equal((await ask(FULL_PROJECT, 'compute.instances.get')).json.access, 'GRANTED');
});

test('a condition is evaluated, and one that cannot be leaves the access unknown (deviation)', async () => {
  const { ask, resources } = await open();
  const condition = (expression: string) => ({ title: 'when', expression });
  const accessWith = async (expression: string) => {
    const { value } = await resources.policies.get(PROJECT);
    const [reviewers] = value.bindings;
    assert.ok(reviewers !== undefined);
    const bindings = [
      reviewers,
      { role: 'roles/compute.viewer', members: [`user:${ADA}`], condition: condition(expression) },
    ];
    await resources.commit([await resources.policies.put(PROJECT, { bindings })]);
    const { json } = await ask(FULL_PROJECT, 'compute.instances.get');
    assert.deepEqual(json.explainedPolicies[0].bindingExplanations[1].condition, condition(expression));
    assert.equal(json.explainedPolicies[0].policy.version, 3);
    return json.access;
  };
  assert.equal(await accessWith('request.time < timestamp("2027-01-01T00:00:00Z")'), 'GRANTED');
  assert.equal(await accessWith('request.time < timestamp("2020-01-01T00:00:00Z")'), 'NOT_GRANTED');
  assert.equal(await accessWith('resource.name == "x"'), 'UNKNOWN_CONDITIONAL');
});

test('who is in a group is said to whoever sees the policy (deviation)', async () => {
  const { ask, resources, grant } = await open();
  const group = { ...resources.groups.draft('team@example.com'), members: [`user:${ADA}`] };
  await resources.commit(resources.groups.put(group, undefined));
  await grant(PROJECT, 'roles/compute.viewer', 'group:team@example.com');
  const { json } = await ask(FULL_PROJECT, 'compute.instances.get');
  const { memberships } = json.explainedPolicies[0].bindingExplanations[1];
  assert.equal(json.access, 'GRANTED');
  assert.equal(memberships['group:team@example.com'].membership, 'MEMBERSHIP_INCLUDED');
});

test('deny policies do not count: this version looks at allow policies alone (policy-intelligence/docs/troubleshoot-access)', async () => {
  const { ask, resources, grant } = await open();
  await grant(PROJECT, 'roles/compute.viewer', `user:${ADA}`);
  const rule = {
    deniedPrincipals: [`principal://goog/subject/${ADA}`],
    exceptionPrincipals: [],
    deniedPermissions: ['compute.googleapis.com/instances.get'],
    exceptionPermissions: [],
  };
  const facts = { uid: 'u', etag: 'e', displayName: '', createdAtMs: 0, updatedAtMs: 0 };
  await resources.commit([
    await resources.denyPolicies.put({ attachedTo: PROJECT, policyId: 'no-reads', rules: [rule], ...facts }),
  ]);
  assert.equal((await ask(FULL_PROJECT, 'compute.instances.get')).json.access, 'GRANTED');
});

test('an account that is not there, and one of its address before, has nothing', async () => {
  const { ask, resources, account, grant } = await open();
  const gone = await account('gone', 'roles/compute.viewer');
  const stored = await resources.serviceAccounts.find(gone);
  assert.ok(stored !== undefined);
  await resources.commit(await resources.serviceAccounts.remove(stored.value));
  const { json } = await ask(FULL_PROJECT, 'compute.instances.get', gone);
  const { members } = json.explainedPolicies[0].policy.bindings[1];
  assert.deepEqual(members, [`deleted:serviceAccount:${gone}?uid=${stored.value.uniqueId}`]);
  assert.equal(json.access, 'NOT_GRANTED');
  await account('gone');
  assert.equal((await ask(FULL_PROJECT, 'compute.instances.get', gone)).json.access, 'NOT_GRANTED');
  await grant(PROJECT, 'roles/compute.viewer', `serviceAccount:${gone}`);
  assert.equal((await ask(FULL_PROJECT, 'compute.instances.get', gone)).json.access, 'GRANTED');
});

const wrong: readonly (readonly [string, string, string, string])[] = [
  ['principal', 'ada', FULL_PROJECT, 'compute.instances.get'],
  ['principal', `user:${ADA}`, FULL_PROJECT, 'compute.instances.get'],
  ['permission', ADA, FULL_PROJECT, 'roles/viewer'],
  ['permission', ADA, FULL_PROJECT, ''],
  ['full_resource_name', ADA, PROJECT, 'compute.instances.get'],
  ['full_resource_name', ADA, `//storage.googleapis.com/${PROJECT}`, 'compute.instances.get'],
];
for (const [field, principal, name, permission] of wrong) {
  test(`a ${field} that is none is refused: ${JSON.stringify([principal, name, permission])}`, async () => {
    const { ask } = await open();
    const { status, json } = await ask(name, permission, principal);
    const value = { principal, permission, full_resource_name: name }[field];
    assert.deepEqual(
      [status, json.error.message],
      [400, `Invalid value '${value}' for access_tuple.${field}.`],
    );
  });
}
