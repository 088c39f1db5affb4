import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listTestablePermissions } from '../../protocol/iam/roles/testable-permissions.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { iam } from './index.ts';

const PROJECT = `//cloudresourcemanager.googleapis.com/projects/${PROJECT_ID}`;

async function open() {
  const cloud = await openTestCloud([iam]);
  const token = await cloud.token(await cloud.account('caller'));
  return (path: string, body: object) =>
    cloud.send('POST', `https://iam.googleapis.com/v1/${path}`, { token, body });
}

test('a page has 100 permissions unless more are asked for, at most 1,000 (IAM notes 1.2)', async () => {
  const query = await open();
  const pageOf = async (asked: object) =>
    (await query('permissions:queryTestablePermissions', { fullResourceName: PROJECT, ...asked })).json;
  const first = await pageOf({});
  assert.equal(first.permissions.length, 100);
  const large = await pageOf({ pageSize: 5000 });
  assert.equal(large.permissions.length, 1000);
  assert.deepEqual(large.permissions.slice(0, 100), first.permissions);
  const rest = await pageOf({ pageSize: 1000, pageToken: large.nextPageToken });
  const names = [...large.permissions, ...rest.permissions].map(
    ({ name }: { readonly name: string }) => name,
  );
  assert.deepEqual(names, listTestablePermissions('project').slice(0, names.length));
  assert.deepEqual(first.permissions[0], { name: names[0], stage: 'GA' });
});

const SEVEN = ['cloudresourcemanager', 'compute', 'iam', 'iamcredentials', 'serviceusage', 'storage', 'sts'];
const audited: readonly (readonly [string, readonly string[]])[] = [
  [PROJECT, SEVEN],
  ['//cloudresourcemanager.googleapis.com/folders/1', SEVEN],
  ['//cloudresourcemanager.googleapis.com/organizations/1', SEVEN],
  ['//storage.googleapis.com/projects/_/buckets/b', ['storage']],
  ['//compute.googleapis.com/projects/p/zones/z/instances/i', ['compute']],
];

for (const [fullResourceName, services] of audited) {
  test(`the auditable services of ${fullResourceName}`, async () => {
    const query = await open();
    assert.deepEqual((await query('iamPolicies:queryAuditableServices', { fullResourceName })).json, {
      services: services.map((service) => ({ name: `${service}.googleapis.com` })),
    });
  });
}
