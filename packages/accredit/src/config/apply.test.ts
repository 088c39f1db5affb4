import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { NOW_MS } from '../apis/api.fixture.ts';
import { writePolicy } from '../resources/written-policy.fixture.ts';
import { ConfigurationError } from './problems.ts';
import { OWNER_EMAIL, openState } from './state.fixture.ts';

const WORKLOAD = 'workload@my-project.iam.gserviceaccount.com';
const COMPUTE = '123456789012-compute@developer.gserviceaccount.com';
const PROJECT = 'projects/my-project';
const BUCKET = 'projects/_/buckets/my-bucket';
const VM = `${PROJECT}/zones/us-central1-a/instances/vm-1`;

const FULL = `
projects:
  - projectId: my-project
    projectNumber: '123456789012'
    name: My project
    iamPolicy: [{role: roles/viewer, members: ['user:ada@example.com']}]
    serviceAccounts:
      - accountId: workload
        displayName: The program
        roles: [roles/compute.viewer]
        iamPolicy: [{role: roles/iam.serviceAccountUser, members: ['user:ada@example.com']}]
    buckets:
      - name: my-bucket
        location: US
        uniformBucketLevelAccess: true
        labels: {team: finance}
        iamPolicy: [{role: roles/storage.objectViewer, members: ['serviceAccount:${WORKLOAD}']}]
        objects: [{name: hello.txt, content: Hello}]
    instances:
      - name: vm-1
        zone: us-central1-a
        machineType: e2-small
        serviceAccount: workload
        metadata: {key: value}
        tags: [web]
        iamPolicy: [{role: roles/compute.viewer, members: ['user:ada@example.com']}]
      - {name: vm-2, zone: us-central1-a, serviceAccount: default}
`;

const NAMES = [
  PROJECT,
  `${PROJECT}/serviceAccounts/${WORKLOAD}`,
  BUCKET,
  `${BUCKET}/objects/hello.txt`,
  VM,
  `${PROJECT}/zones/us-central1-a/instances/vm-2`,
];

async function expectProblems(applied: Promise<unknown>, ...lines: readonly string[]): Promise<void> {
  await assert.rejects(applied, (error: unknown) => {
    assert.ok(error instanceof ConfigurationError);
    assert.deepEqual(error.message.split('\n'), lines);
    return true;
  });
}

test('everything that is declared is made, in one commit, with its policy', async () => {
  const state = openState();
  const { resources, store } = state;
  const report = await state.apply(FULL);
  assert.deepEqual(report, { created: NAMES, updated: [], unchanged: [], deleted: [], kept: [] });
  assert.equal(store.commits, 1);
  const project = (await resources.projects.find('123456789012'))?.value;
  assert.equal(project?.name, 'My project');
  assert.equal((await resources.serviceAccounts.find(WORKLOAD))?.value.displayName, 'The program');
  const bucket = (await resources.buckets.get('my-bucket'))?.value;
  assert.deepEqual(
    [bucket?.location, bucket?.labels, bucket?.metageneration],
    ['US', { team: 'finance' }, 1],
  );
  const object = (await resources.objects.get('my-bucket', 'hello.txt'))?.value;
  assert.deepEqual(
    [object?.sizeBytes, object?.contentType, object?.owner],
    [5, 'text/plain', `user:${OWNER_EMAIL}`],
  );
  assert.equal(object?.md5Base64, 'ixqZU8RhEpaoJ6v4xHgE1w==');
  const vm = (await resources.instances.get('my-project', 'us-central1-a', 'vm-1'))?.value;
  assert.equal(vm?.machineType, 'e2-small');
  assert.deepEqual(vm?.serviceAccounts, [
    { email: WORKLOAD, scopes: ['https://www.googleapis.com/auth/cloud-platform'] },
  ]);
  const second = (await resources.instances.get('my-project', 'us-central1-a', 'vm-2'))?.value;
  assert.equal(second?.serviceAccounts[0]?.email, COMPUTE);
  assert.deepEqual(
    [vm?.networkInterfaces[0]?.networkIP, second?.networkInterfaces[0]?.networkIP],
    ['10.128.0.2', '10.128.0.3'],
  );
});

test('policies hold what the cloud gives and what the file declares', async () => {
  const state = openState();
  await state.apply(FULL);
  assert.deepEqual(await state.grants(PROJECT), [
    `roles/compute.viewer serviceAccount:${WORKLOAD}`,
    `roles/editor serviceAccount:${COMPUTE}`,
    `roles/owner user:${OWNER_EMAIL}`,
    'roles/viewer user:ada@example.com',
  ]);
  assert.deepEqual(await state.grants(`${PROJECT}/serviceAccounts/${WORKLOAD}`), [
    'roles/iam.serviceAccountUser user:ada@example.com',
  ]);
  assert.deepEqual(await state.grants(BUCKET), [
    'roles/storage.legacyBucketOwner projectEditor:my-project',
    'roles/storage.legacyBucketOwner projectOwner:my-project',
    'roles/storage.legacyBucketReader projectViewer:my-project',
    'roles/storage.legacyObjectOwner projectEditor:my-project',
    'roles/storage.legacyObjectOwner projectOwner:my-project',
    'roles/storage.legacyObjectReader projectViewer:my-project',
    `roles/storage.objectViewer serviceAccount:${WORKLOAD}`,
  ]);
  assert.deepEqual(await state.grants(VM), ['roles/compute.viewer user:ada@example.com']);
});

test('applying it again commits nothing', async () => {
  const state = openState();
  await state.apply(FULL);
  state.clock.nowMs += 1000;
  for (const prune of [false, true]) {
    const report = await state.apply(FULL, { prune });
    assert.deepEqual(report, { created: [], updated: [], unchanged: NAMES, deleted: [], kept: [] });
  }
  assert.equal(state.store.commits, 1);
  assert.equal(state.bytes.present.size, 1);
});

test('the order in which a file says things does not matter', async () => {
  const state = openState();
  const members = ['user:ada@example.com', 'user:bob@example.com'];
  const file = (list: readonly string[], keys: string) =>
    `projects: [{projectId: my-project, labels: {${keys}}, iamPolicy: [{role: roles/viewer, members: [${list}]}]}]`;
  await state.apply(file(members, 'a: x, b: y'));
  const report = await state.apply(file(members.toReversed(), 'b: y, a: x'));
  assert.deepEqual(report.unchanged, [PROJECT]);
  assert.equal(state.store.commits, 1);
});

test('what differs is set, and what the file leaves out stays', async () => {
  const state = openState();
  const { resources, clock } = state;
  await state.apply(FULL);
  const bytesBefore = [...state.bytes.present];
  clock.nowMs += 1000;
  const changed = `
projects:
  - projectId: my-project
    labels: {team: sales}
    serviceAccounts: [{accountId: workload, description: Text, roles: [roles/storage.admin]}]
    buckets:
      - name: my-bucket
        storageClass: NEARLINE
        objects: [{name: hello.txt, content: Goodbye}]
    instances:
      - {name: vm-1, zone: us-central1-a, machineType: n2-standard-2, metadata: {other: x}}
      - {name: vm-2, zone: us-central1-a, serviceAccount: workload, scopes: []}
`;
  const { updated, created } = await state.apply(changed);
  assert.deepEqual(created, []);
  assert.deepEqual(updated, [
    { resource: PROJECT, changes: ['labels', `gave roles/storage.admin to serviceAccount:${WORKLOAD}`] },
    { resource: `${PROJECT}/serviceAccounts/${WORKLOAD}`, changes: ['description'] },
    { resource: BUCKET, changes: ['storageClass'] },
    { resource: `${BUCKET}/objects/hello.txt`, changes: ['content'] },
    { resource: VM, changes: ['machineType', 'metadata', 'cpuPlatform'] },
    { resource: `${PROJECT}/zones/us-central1-a/instances/vm-2`, changes: ['serviceAccounts'] },
  ]);
  assert.equal(state.store.commits, 2);
  const project = (await resources.projects.get('my-project'))?.value;
  assert.deepEqual([project?.name, project?.labels], ['My project', { team: 'sales' }]);
  const account = (await resources.serviceAccounts.find(WORKLOAD))?.value;
  assert.deepEqual([account?.displayName, account?.description], ['The program', 'Text']);
  const bucket = (await resources.buckets.get('my-bucket'))?.value;
  assert.deepEqual(
    [bucket?.labels, bucket?.metageneration, bucket?.createdAtMs, bucket?.updatedAtMs],
    [{ team: 'finance' }, 2, NOW_MS, NOW_MS + 1000],
  );
  const vm = (await resources.instances.get('my-project', 'us-central1-a', 'vm-1'))?.value;
  assert.deepEqual([vm?.metadata, vm?.tags], [[{ key: 'other', value: 'x' }], ['web']]);
  assert.equal(state.bytes.present.size, 1, 'the bytes of the earlier content are gone');
  assert.notDeepEqual([...state.bytes.present], bytesBefore);
});

test('what was made and granted by hand stays', async () => {
  const state = openState();
  const { resources } = state;
  await state.apply(FULL);
  const { value } = await resources.policies.get(PROJECT);
  const bindings = [...value.bindings, { role: 'roles/browser', members: ['user:bob@example.com'] }];
  const bucket = resources.buckets.draft(
    { projectId: 'my-project', projectNumber: '123456789012' },
    { name: 'by-hand' },
  );
  await resources.commit([
    ...resources.buckets.put(bucket),
    await resources.policies.put(PROJECT, { bindings }),
  ]);
  const report = await state.apply(FULL, { prune: true });
  assert.deepEqual(report.unchanged, NAMES);
  assert.ok((await state.grants(PROJECT)).includes('roles/browser user:bob@example.com'));
  assert.ok((await resources.buckets.get('by-hand')) !== undefined);
});

test('what was taken away or changed by hand comes back', async () => {
  const state = openState();
  const { resources } = state;
  await state.apply(FULL);
  const instance = { projectId: 'my-project', zone: 'us-central1-a', name: 'vm-1' };
  await resources.commit([
    ...resources.instances.remove(instance),
    resources.policies.remove(VM),
    await resources.policies.put(PROJECT, { bindings: [] }),
  ]);
  const { created, updated } = await state.apply(FULL);
  assert.deepEqual(created, [VM]);
  assert.deepEqual(updated, [
    {
      resource: PROJECT,
      changes: [
        'gave roles/viewer to user:ada@example.com',
        `gave roles/compute.viewer to serviceAccount:${WORKLOAD}`,
      ],
    },
  ]);
  assert.deepEqual(
    await state.grants(PROJECT),
    [`roles/compute.viewer serviceAccount:${WORKLOAD}`, 'roles/viewer user:ada@example.com'],
    'the owner and the editor, whom the file does not name, stay away',
  );
});

test('a grant on a bucket alone moves its metageneration', async () => {
  const state = openState();
  const file = (members: string) =>
    `projects: [{projectId: my-project, buckets: [{name: my-bucket, iamPolicy: [{role: roles/storage.admin, members: [${members}]}]}]}]`;
  await state.apply(file(''));
  await state.apply(file('"user:ada@example.com"'));
  assert.equal((await state.resources.buckets.get('my-bucket'))?.value.metageneration, 2);
  await state.apply(file(''), { prune: true });
  assert.equal((await state.resources.buckets.get('my-bucket'))?.value.metageneration, 3);
});

test('a policy that an earlier resource left behind grants nothing on a new one', async () => {
  const state = openState();
  await state.resources.commit([
    await state.resources.policies.put(VM, {
      bindings: [{ role: 'roles/compute.admin', members: ['user:eve@example.com'] }],
    }),
  ]);
  await state.apply('projects: [{projectId: my-project, instances: [{name: vm-1, zone: us-central1-a}]}]');
  assert.deepEqual(await state.grants(VM), []);
});

test('what the state of the cloud forbids is refused whole, with every place', async () => {
  const state = openState();
  const { resources, store, bytes } = state;
  await state.apply(FULL);
  const ephemeral = resources.instances.draft({
    projectId: 'my-project',
    zone: 'us-central1-b',
    name: 'run-1',
    ephemeral: true,
  });
  await resources.commit([resources.instances.put(ephemeral)]);
  const before = await store.list({ prefix: '' });
  const file = `
projects:
  - projectId: my-project
    projectNumber: '5'
  - projectId: other-project
    projectNumber: '123456789012'
  - projectId: third-project
    iamPolicy:
      - {role: roles/viewer, members: ['serviceAccount:nobody@my-project.iam.gserviceaccount.com', 'serviceAccount:x.svc.id.goog[ns/ksa]']}
    buckets:
      - {name: my-bucket}
      - {name: free-bucket, objects: [{name: a, content: x}, {name: b, file: nothing.txt}]}
    instances:
      - {name: vm, zone: us-central1-a, serviceAccount: gone@my-project.iam.gserviceaccount.com}
`;
  await expectProblems(
    state.apply(file),
    "accredit.yaml:4:20: projects[0].projectNumber: expected the number 123456789012 that 'my-project' has had since it was made, got '5'.",
    "accredit.yaml:6:20: projects[1].projectNumber: expected a number of its own for 'other-project', got '123456789012', which 'my-project' has.",
    "accredit.yaml:9:40: projects[2].iamPolicy[0].members[0]: expected a service account that there is, got 'nobody@my-project.iam.gserviceaccount.com'.",
    "accredit.yaml:11:16: projects[2].buckets[0].name: expected a name that is free, got 'my-bucket', which the project 'my-project' has.",
    "accredit.yaml:12:78: projects[2].buckets[1].objects[1].file: expected a file inside this directory, got 'nothing.txt', which does not exist.",
    "accredit.yaml:14:57: projects[2].instances[0].serviceAccount: expected a service account that there is, got 'gone@my-project.iam.gserviceaccount.com'.",
  );
  await expectProblems(
    state.apply(
      'projects: [{projectId: my-project, buckets: [{name: my-bucket, location: EU}], instances: [{name: run-1, zone: us-central1-b}]}]',
    ),
    "accredit.yaml:1:74: projects[0].buckets[0].location: expected 'US', where the bucket is and stays, got 'EU'.",
    "accredit.yaml:1:99: projects[0].instances[0].name: expected a name that no running workload has, got 'run-1'.",
  );
  assert.deepEqual(await store.list({ prefix: '' }), before);
  assert.equal(bytes.present.size, 1, 'bytes that were written for nothing are gone');
});

test('a policy that would name too many is refused (IAM quotas)', async () => {
  const state = openState();
  const members = Array.from({ length: 1499 }, (_, index) => `"user:u${index}@example.com"`).join(', ');
  await expectProblems(
    state.apply(
      `projects: [{projectId: my-project, iamPolicy: [{role: roles/viewer, members: [${members}]}]}]`,
    ),
    'accredit.yaml:1:79: projects[0].iamPolicy[0].members[0]: expected at most 1500 members in the whole policy, got 1501.',
  );
});

test('objects come from files beside the configuration, and from nowhere else', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'accredit-config-'));
  try {
    const inside = join(directory, 'cloud');
    mkdirSync(join(inside, 'data'), { recursive: true });
    writeFileSync(join(inside, 'data', 'a.bin'), Buffer.from([0, 255, 10]));
    writeFileSync(join(directory, 'secret'), 'secret');
    symlinkSync(join(directory, 'secret'), join(inside, 'link'));
    const file = (object: string) =>
      `projects: [{projectId: my-project, buckets: [{name: my-bucket, objects: [{name: a, file: ${object}}]}]}]`;
    const state = openState();
    await state.apply(file('data/a.bin'), {}, inside);
    const object = (await state.resources.objects.get('my-bucket', 'a'))?.value;
    assert.deepEqual([object?.sizeBytes, object?.contentType], [3, undefined]);
    const flaws = [
      ['link', 'outside of it'],
      ['data', 'no file'],
    ] as const;
    for (const [outside, flaw] of flaws) {
      await expectProblems(
        state.apply(file(outside), {}, inside),
        `accredit.yaml:1:90: projects[0].buckets[0].objects[0].file: expected a file inside this directory, got '${outside}', which is ${flaw}.`,
      );
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('an account of another file or made by hand may be given roles and be attached', async () => {
  const state = openState();
  await state.apply('projects: [{projectId: my-project, serviceAccounts: [{accountId: workload}]}]');
  const report = await state.apply(
    `projects: [{projectId: other-project, iamPolicy: [{role: roles/viewer, members: ['serviceAccount:${WORKLOAD}']}], instances: [{name: vm, zone: us-central1-a, serviceAccount: ${WORKLOAD}}]}]`,
  );
  assert.deepEqual(report.created, [
    'projects/other-project',
    'projects/other-project/zones/us-central1-a/instances/vm',
  ]);
});

test('who writes at the same time loses nothing', async () => {
  const state = openState();
  const { resources, store } = state;
  await state.apply(FULL);
  store.beforeCommit = async () => {
    await writePolicy(resources, PROJECT, ({ bindings }) => ({
      bindings: [...bindings, { role: 'roles/browser', members: ['user:bob@example.com'] }],
    }));
  };
  const more = FULL.replace('roles: [', 'roles: [roles/storage.admin, ').replace('Hello', 'Goodbye');
  const report = await state.apply(more);
  assert.deepEqual(report.updated, [
    { resource: PROJECT, changes: [`gave roles/storage.admin to serviceAccount:${WORKLOAD}`] },
    { resource: `${BUCKET}/objects/hello.txt`, changes: ['content'] },
  ]);
  const grants = await state.grants(PROJECT);
  assert.ok(grants.includes('roles/browser user:bob@example.com'));
  assert.ok(grants.includes(`roles/storage.admin serviceAccount:${WORKLOAD}`));
  assert.equal(state.bytes.present.size, 1, 'the bytes of the lost attempt are gone');
});

test('an account that goes while it is given a role is noticed', async () => {
  const state = openState();
  const { resources, store } = state;
  await state.apply(FULL);
  store.beforeCommit = async () => {
    const account = await resources.serviceAccounts.find(WORKLOAD);
    assert.ok(account);
    await resources.commit(await resources.serviceAccounts.remove(account.value));
  };
  const file = `projects: [{projectId: other-project, iamPolicy: [{role: roles/viewer, members: ['serviceAccount:${WORKLOAD}']}]}]`;
  await expectProblems(
    state.apply(file),
    `accredit.yaml:1:82: projects[0].iamPolicy[0].members[0]: expected a service account that there is, got '${WORKLOAD}'.`,
  );
  assert.equal(await resources.projects.get('other-project'), undefined);
});

test('a bucket that goes while an object is put into it is made again with it', async () => {
  const state = openState();
  const { resources, store } = state;
  await state.apply('projects: [{projectId: my-project, buckets: [{name: my-bucket}]}]');
  store.beforeCommit = async () => {
    const bucket = await resources.buckets.get('my-bucket');
    assert.ok(bucket);
    assert.equal(await resources.buckets.removeEmpty(bucket), true);
  };
  const report = await state.apply(
    'projects: [{projectId: my-project, buckets: [{name: my-bucket, objects: [{name: a, content: x}]}]}]',
  );
  assert.deepEqual(report.created, [BUCKET, `${BUCKET}/objects/a`]);
});

test('many new instances have addresses of their own', async () => {
  const state = openState();
  const instances = Array.from({ length: 300 }, (_, index) => `{name: vm-${index}, zone: us-central1-a}`);
  await state.apply(`projects: [{projectId: my-project, instances: [${instances.join(', ')}]}]`);
  const addresses = new Set<string>();
  for await (const { value } of state.resources.instances.all()) {
    addresses.add(value.networkInterfaces[0]?.networkIP ?? '');
  }
  assert.equal(addresses.size, 300);
  assert.ok(addresses.has('10.128.1.45'));
});
