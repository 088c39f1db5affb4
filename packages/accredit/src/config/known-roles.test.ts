import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listRoles } from '../protocol/iam/roles/catalogue.ts';
import { describeKnownRoles } from './known-roles.ts';

/** How the roles begin of each service that the sentence names; the basic ones are of none. */
const SERVICE_OF: Readonly<Record<string, string>> = {
  storage: 'Storage',
  compute: 'Compute Engine',
  iam: 'IAM',
  resourcemanager: 'Resource Manager',
  serviceusage: 'Service Usage',
};

test('the sentence about a role that is not known names the services of all that are', () => {
  const services = listRoles().flatMap(({ name }) => /^roles\/(\w+)\./.exec(name)?.[1] ?? []);
  const words = [...new Set(services)].map((service) => SERVICE_OF[service] ?? service);
  const said = describeKnownRoles('roles/pubsub.publisher') ?? '';
  assert.match(said, new RegExp(`^this cloud knows ${listRoles().length} predefined roles, of `));
  const [, named = ''] = /, of (.*), which 'accredit roles list' shows$/.exec(said) ?? [];
  assert.deepEqual(named.split(/, | and /).toSorted(), words.toSorted());
});

for (const role of [
  'roles/storage.objectViewer',
  'projects/p/roles/r',
  'roles/',
  'roles/a/b',
  'storage.admin',
]) {
  test(`of ${role} it says nothing`, () => assert.equal(describeKnownRoles(role), undefined));
}
