import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FixedClock, seededRandom } from '../apis/api.fixture.ts';
import { findRole } from '../protocol/iam/roles/catalogue.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { setPolicy } from './policy-requests.ts';
import { openResources, type Resources } from './resources.ts';
import { StoredMembers } from './stored-members.ts';

const PROJECT = 'projects/lab-project';
const ROLE = 'roles/viewer';
const EMAIL = 'robot@lab-project.iam.gserviceaccount.com';
const MEMBER = `serviceAccount:${EMAIL}`;
const GKE_MEMBER = 'serviceAccount:lab-project.svc.id.goog[web/front]';
const PRINCIPAL = `principal://iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}`;
const MISSING = { code: 'INVALID_ARGUMENT', message: `Service account ${EMAIL} does not exist.` };

const viewers = (...members: readonly string[]) => ({ bindings: [{ role: ROLE, members }] });

async function open() {
  const clock = new FixedClock();
  const resources = openResources(new MemoryStore(), { clock, random: seededRandom(), findRole });
  const members = new StoredMembers(resources.serviceAccounts);
  return { resources, members, first: await makeAccount(resources) };
}

/** Makes an account of the address and returns its unique id. */
async function makeAccount({ serviceAccounts, commit }: Resources): Promise<string> {
  const account = serviceAccounts.draft('lab-project', EMAIL);
  await commit(serviceAccounts.put(account));
  return account.uniqueId;
}

async function deleteAccount({ serviceAccounts, commit }: Resources): Promise<void> {
  const account = await serviceAccounts.find(EMAIL);
  assert.ok(account);
  await commit(await serviceAccounts.delete(account.value, undefined));
}

test('an account is stored with its unique id and shown without, as deleted when it is gone (IAM notes 1.8)', async () => {
  const { resources, members, first } = await open();
  const sealed = await members.seal(viewers(MEMBER, GKE_MEMBER, 'user:ada@example.com'));
  const stored = viewers(`${MEMBER}?uid=${first}`, GKE_MEMBER, 'user:ada@example.com');
  assert.deepEqual(sealed, stored);
  assert.deepEqual(await members.open(sealed), viewers(MEMBER, GKE_MEMBER, 'user:ada@example.com'));
  await deleteAccount(resources);
  const shown = viewers(`deleted:${MEMBER}?uid=${first}`, GKE_MEMBER, 'user:ada@example.com');
  assert.deepEqual(await members.open(sealed), shown);
  await makeAccount(resources);
  assert.deepEqual(await members.open(sealed), shown, 'a later account of the address is not the member');
  assert.deepEqual(await members.seal(shown), stored);
});

test('an account that is not there is never stored by its address, unless the commit makes it', async () => {
  const { resources, members } = await open();
  await deleteAccount(resources);
  const rules = [
    {
      deniedPrincipals: [PRINCIPAL],
      exceptionPrincipals: [],
      deniedPermissions: [],
      exceptionPermissions: [],
    },
  ];
  await assert.rejects(members.seal(viewers(MEMBER)), MISSING);
  await assert.rejects(members.sealRules(rules), MISSING);
  const born = new Map([[EMAIL, '7']]);
  assert.deepEqual(await members.seal(viewers(MEMBER), born), viewers(`${MEMBER}?uid=7`));
  const [sealed] = await members.sealRules(rules, born);
  assert.deepEqual(sealed?.deniedPrincipals, [`${PRINCIPAL}?uid=7`]);
});

test('an account that goes while it is given a role is not there, and nobody inherits the role', async () => {
  const { resources } = await open();
  const request = { policy: viewers(MEMBER) };
  const on = { resource: PROJECT, stillThere: async () => resources.projects.at(0, 'lab-project') };
  const target = { on, place: 'project', within: PROJECT } as const;
  const writing = setPolicy(target, request, resources, () => deleteAccount(resources));
  await assert.rejects(writing, MISSING);
  await makeAccount(resources);
  assert.deepEqual((await resources.policies.getStored(PROJECT)).value, { bindings: [] });
});
