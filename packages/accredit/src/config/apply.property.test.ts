import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { openState, type TestState } from './state.fixture.ts';

/** Configurations over a few names, so that two of them meet in all ways. */
const PROJECT_IDS = ['project-one', 'project-two'];
const ACCOUNT_IDS = ['workload', 'builder'];
const BUCKETS = ['reports', 'inbox'];
const INSTANCES = ['vm-1', 'vm-2'];
const ROLES = ['roles/viewer', 'roles/storage.objectViewer', 'roles/compute.viewer'];
const MEMBERS = ['user:ada@example.com', 'user:Bob@Example.com', 'group:team@example.com'];

/** Leaves out or keeps each optional key. */
function record(
  required: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  optional: Readonly<Record<string, fc.Arbitrary<unknown>>>,
) {
  return fc.record<Record<string, unknown>>(
    { ...required, ...optional },
    { requiredKeys: Object.keys(required) },
  );
}

/** Some of the names, each once, as resources. */
function some(
  names: readonly string[],
  resource: (name: string) => fc.Arbitrary<Readonly<Record<string, unknown>>>,
) {
  return fc.subarray([...names]).chain((chosen) => fc.tuple(...chosen.map(resource)));
}

const labels = fc.dictionary(fc.constantFrom('team', 'env'), fc.constantFrom('', 'x', 'y'));
const metadata = fc.dictionary(fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/), fc.string({ unit: 'binary' }));
const text = fc.string({ unit: 'grapheme', maxLength: 20 });

function policy(roles: readonly string[], members: readonly string[] = MEMBERS) {
  const binding = fc.record({ role: fc.constantFrom(...roles), members: fc.subarray([...members]) });
  return fc.array(binding, { maxLength: 3 });
}

function account(accountId: string) {
  return record(
    { accountId: fc.constant(accountId) },
    {
      displayName: text,
      disabled: fc.boolean(),
      roles: fc.subarray(ROLES),
      iamPolicy: policy(['roles/iam.serviceAccountUser']),
    },
  );
}

function bucket(projectId: string, name: string) {
  const object = (objectName: string) =>
    record({ name: fc.constant(objectName), content: text }, { contentType: fc.constantFrom('text/csv') });
  return record(
    { name: fc.constant(`${projectId}-${name}`) },
    {
      storageClass: fc.constantFrom('STANDARD', 'NEARLINE'),
      uniformBucketLevelAccess: fc.boolean(),
      labels,
      iamPolicy: policy(['roles/storage.objectViewer', 'roles/storage.admin'], [...MEMBERS, 'allUsers']),
      objects: some(['a', 'b/c', 'é'], object),
    },
  );
}

function instance(name: string) {
  return record(
    { name: fc.constant(name), zone: fc.constantFrom('us-central1-a', 'europe-west1-b') },
    {
      machineType: fc.constantFrom('e2-small', 'n2-standard-2'),
      metadata,
      labels,
      tags: fc.subarray(['web', 'db', 'x']),
      tokenLifetimeSeconds: fc.integer({ min: 1, max: 43_200 }),
    },
  );
}

function project(projectId: string) {
  return record(
    { projectId: fc.constant(projectId) },
    {
      name: fc.stringMatching(/^[A-Za-z0-9'"\- !]{4,30}$/),
      labels,
      metadata,
      iamPolicy: policy(ROLES),
      serviceAccounts: some(ACCOUNT_IDS, account),
      buckets: some(BUCKETS, (name) => bucket(projectId, name)),
      instances: some(INSTANCES, instance),
    },
  );
}

const configuration = some(PROJECT_IDS, project).map((projects) => stringify({ projects }));

/** The names of everything that there is, and every policy. */
async function inventory({ store, grants }: TestState): Promise<unknown> {
  const collections = ['projects/', 'serviceAccounts/', 'buckets/', 'objects/', 'instances/'];
  const entries = await Promise.all(collections.map((prefix) => store.list({ prefix })));
  const policies = await store.list({ prefix: 'iamPolicies/' });
  const names = policies.map(({ key }) => key.slice('iamPolicies/'.length));
  // A bucket is born with more where access is uniform, and that setting stays when it is declared no more.
  const own = (list: readonly string[]) =>
    list.filter((grant) => !grant.startsWith('roles/storage.legacyObject'));
  const held = await Promise.all(names.map(async (name) => [name, own(await grants(name))] as const));
  return {
    names: entries.flat().map(({ key }) => key),
    // A policy that was emptied is as good as none.
    policies: held.filter(([, list]) => list.length > 0),
  };
}

const OPTIONS = { seed: 20_261_123, numRuns: 60 };

test('applying any configuration twice commits nothing the second time', async () => {
  await fc.assert(
    fc.asyncProperty(configuration, async (file) => {
      const state = openState();
      const first = await state.apply(file);
      const { commits } = state.store;
      const second = await state.apply(file, { prune: true });
      assert.equal(state.store.commits, commits);
      assert.deepEqual(second, { ...NOTHING, unchanged: first.created });
    }),
    OPTIONS,
  );
});

test('from any configuration to any other, pruned, nothing is left but what the other makes alone', async () => {
  await fc.assert(
    fc.asyncProperty(configuration, configuration, fc.boolean(), async (before, after, isKeptFirst) => {
      const state = openState();
      await state.apply(before);
      if (isKeptFirst) await state.apply(after);
      await state.apply(after, { prune: true });
      const alone = openState();
      await alone.apply(after);
      assert.deepEqual(await inventory(state), await inventory(alone));
      const { commits } = state.store;
      const again = await state.apply(after, { prune: true });
      assert.deepEqual({ ...again, unchanged: [] }, NOTHING);
      assert.equal(state.store.commits, commits);
      const { present } = state.bytes;
      const named = await state.store.list({ prefix: 'objectBytes/' });
      assert.deepEqual(
        [...present].sort(),
        named.map(({ key }) => key.slice('objectBytes/'.length)),
      );
    }),
    OPTIONS,
  );
});

const NOTHING = { created: [], updated: [], unchanged: [], deleted: [], kept: [] };
