import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decide } from '../protocol/iam/decide.ts';
import { applyConfiguration } from './apply.ts';
import { readConfiguration, readConfigurationFile } from './read.ts';
import { OWNER_EMAIL, openState } from './state.fixture.ts';

const EXAMPLE = fileURLToPath(new URL('../../../../examples/accredit.yaml', import.meta.url));

const GUIDE = new URL('../../../../docs/guide/configuration.md', import.meta.url);

const WORKLOAD = 'workload@my-project.iam.gserviceaccount.com';

const permissions: readonly (readonly [string, string, 'allowed' | 'refused'])[] = [
  ['storage.buckets.list', 'projects/my-project', 'allowed'],
  ['storage.objects.get', 'projects/_/buckets/my-project-reports/objects/hello.txt', 'allowed'],
  ['compute.instances.list', 'projects/my-project', 'allowed'],
  ['storage.objects.create', 'projects/_/buckets/my-project-inbox/objects/new', 'allowed'],
  ['storage.objects.create', 'projects/_/buckets/my-project-reports/objects/new', 'refused'],
  ['storage.buckets.delete', 'projects/_/buckets/my-project-reports', 'refused'],
  ['compute.instances.create', 'projects/my-project', 'refused'],
];

test('the example is good, and its account may do what its comments say and no more', async () => {
  const { resources, clock, bytes, store } = openState();
  const options = { ownerEmail: OWNER_EMAIL, clock, objectBytes: bytes };
  const configuration = readConfigurationFile(EXAMPLE, 'accredit.yaml');
  await applyConfiguration(configuration, resources, options);
  await applyConfiguration(configuration, resources, options);
  assert.equal(store.commits, 1);
  const account = await resources.serviceAccounts.find(WORKLOAD);
  assert.ok(account);
  const principal = { kind: 'serviceAccount', email: WORKLOAD, uniqueId: account.value.uniqueId } as const;
  for (const [permission, resource, expected] of permissions) {
    const question = {
      principal,
      permission,
      resource,
      heldScopes: undefined,
      acceptedScopes: undefined,
      mode: 'enforce',
      timeMs: clock.now(),
    } as const;
    assert.equal(
      decide(question, await resources.factsFor(resource, principal)).verdict,
      expected,
      permission,
    );
  }
});

test('the analysts of the example read the summaries of 2026 by their custom role, and nothing else there', async () => {
  const { resources, clock, bytes } = openState();
  const options = { ownerEmail: OWNER_EMAIL, clock, objectBytes: bytes };
  await applyConfiguration(readConfigurationFile(EXAMPLE, 'accredit.yaml'), resources, options);
  const principal = { kind: 'user', email: 'ada@example.com' } as const;
  for (const [object, expected] of [
    ['2026/summary.csv', 'allowed'],
    ['hello.txt', 'refused'],
  ] as const) {
    const resource = `projects/_/buckets/my-project-reports/objects/${object}`;
    const question = {
      principal,
      permission: 'storage.objects.get',
      resource,
      heldScopes: undefined,
      acceptedScopes: undefined,
      mode: 'enforce',
      timeMs: clock.now(),
    } as const;
    const facts = await resources.factsFor(resource, principal);
    assert.equal(decide(question, facts).verdict, expected, object);
  }
});

test('what the guide shows of a whole file is good', () => {
  const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(readFileSync(GUIDE, 'utf8')) ?? [];
  const [project] = readConfiguration(yaml, 'accredit.yaml', '/nowhere').projects;
  assert.equal(project?.fields.osLogin?.users.length, 1);
  assert.equal(project.instances[0]?.certificates?.identities.length, 1);
  assert.equal(project.customRoles[0]?.roleId, 'reportReader');
  assert.equal(project.grants[1]?.condition?.title, 'reports');
});
