/** The cloud of the decision tables in a store, in the state that a row says. */
import { FixedClock, seededRandom } from '../apis/api.fixture.ts';
import { namedAccount } from '../kernel/principals.ts';
import { toBinding, toDenyRule } from '../protocol/iam/decision-tables/facts.fixture.ts';
import type { Case, Event } from '../protocol/iam/decision-tables/row.fixture.ts';
import * as world from '../protocol/iam/decision-tables/world.fixture.ts';
import { findRole } from '../protocol/iam/roles/catalogue.ts';
import { parseCustomRoleName } from '../protocol/iam/roles/role-names.ts';
import { MemoryStore } from '../store/memory-store.ts';
import type { Change } from '../store/store.ts';
import { storedUniqueIds, toKeptMembers } from './group-members.ts';
import { openResources, type Resources } from './resources.ts';

/** Opens a store, writes the cloud and what the row adds to it, and lets happen what the row says. */
export async function openWorld(row: Case): Promise<Resources> {
  const resources = openResources(new MemoryStore(), {
    clock: new FixedClock(),
    random: seededRandom(),
    findRole,
  });
  await resources.commit([...nodes(resources), ...accounts(resources)]);
  await resources.commit([...buckets(resources), ...heirloom(resources)]);
  await writeGroups(resources, row);
  await writeRoles(resources, row);
  await writeNamedAccounts(resources, row);
  await writePolicies(resources, row);
  // A decision before the events: what it made ready must not outlive them.
  if (row.caller !== undefined && row.resource !== undefined) {
    await resources.factsFor(row.resource, row.caller);
  }
  for (const event of row.events ?? []) await EVENTS[event](resources);
  return resources;
}

function nodes({ organizations, folders, projects }: Resources): readonly Change[] {
  const division = folders.draft('800', 'division', world.ORG);
  const project = (id: string, number: string) => {
    const parent = world.PARENTS[`projects/${id}`];
    return { ...projects.draft(id, id, number), ...(parent === undefined ? {} : { parent }) };
  };
  return [
    organizations.put({
      ...organizations.draft('900', 'example.com'),
      directoryCustomerId: world.CUSTOMER_ID,
    }),
    folders.put(division),
    folders.put(folders.draft('700', 'team', world.DIVISION)),
    ...projects.put(project('shop', world.SHOP_NUMBER)),
    ...projects.put(project('bank', world.BANK_NUMBER)),
    ...projects.put(project('lone', world.LONE_NUMBER)),
  ];
}

function accounts({ serviceAccounts }: Resources): readonly Change[] {
  return [world.BUILD, world.AUDITOR].flatMap(({ email, uniqueId }) => {
    const [, projectId = ''] = /@([^.]+)\./.exec(email) ?? [];
    return serviceAccounts.put({ ...serviceAccounts.draft(projectId, email), uniqueId });
  });
}

function buckets({ buckets, projects }: Resources): readonly Change[] {
  return Object.entries(world.BUCKETS).flatMap(([name, projectId]) =>
    buckets.put(
      buckets.draft(projects.draft(projectId), {
        name,
        uniformBucketLevelAccess: name !== 'attic' && name !== 'crypt',
        publicAccessPrevention: name === 'sealed' || name === 'crypt' ? 'enforced' : 'inherited',
      }),
    ),
  );
}

/** The object that Ada uploaded. */
function heirloom({ objects }: Resources): readonly Change[] {
  const nowMs = new FixedClock().now();
  return objects.put({
    bucket: 'attic',
    name: 'heirloom',
    generation: '1',
    metageneration: 1,
    bytesId: 'heirloom',
    sizeBytes: 0,
    md5Base64: '1B2M2Y8AsgTpgAmY7PhCfg==',
    crc32cBase64: 'AAAAAA==',
    storageClass: 'STANDARD',
    metadata: {},
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    owner: world.ada,
  });
}

async function writeGroups({ groups, serviceAccounts, commit }: Resources, row: Case): Promise<void> {
  for (const [email, members] of Object.entries(row.groups ?? {})) {
    const kept = await toKeptMembers(members, storedUniqueIds(serviceAccounts));
    await commit(groups.put({ ...groups.draft(email), members: kept }, undefined));
  }
}

async function writeRoles({ roles }: Resources, row: Case): Promise<void> {
  for (const [name, permissions] of Object.entries(row.roles ?? {})) {
    const named = parseCustomRoleName(name);
    if (named === undefined) throw new Error(`'${name}' names no custom role.`);
    await roles.create({ ...named, title: '', description: '', stage: 'GA', permissions });
  }
}

/** Policies name only accounts that are there: those that rows name beside the caller are made. */
async function writeNamedAccounts({ serviceAccounts, commit }: Resources, row: Case): Promise<void> {
  const members = Object.values(row.on ?? {}).flatMap((grants) =>
    grants.map(toBinding).flatMap((binding) => binding.members),
  );
  for (const { email } of members.flatMap((member) => namedAccount(member) ?? [])) {
    const [, projectId = ''] = /@([^.]+)\./.exec(email) ?? [];
    if ((await serviceAccounts.find(email)) === undefined)
      await commit(serviceAccounts.put(serviceAccounts.draft(projectId, email)));
  }
}

async function writePolicies({ policies, denyPolicies, commit }: Resources, row: Case): Promise<void> {
  const allow = Object.entries(row.on ?? {}).map(([resource, grants]) =>
    policies.put(resource, { bindings: grants.map(toBinding) }),
  );
  const deny = Object.entries(row.deny ?? {}).map(([attachedTo, rules]) =>
    denyPolicies.put(
      denyPolicies.draft(attachedTo, 'denial', { displayName: '', rules: rules.map(toDenyRule) }),
    ),
  );
  await commit(await Promise.all([...allow, ...deny]));
}

const EVENTS: Readonly<Record<Event, (resources: Resources) => Promise<unknown>>> = {
  'build is disabled': (resources) => setDisabled(resources, true),
  'build is enabled': (resources) => setDisabled(resources, false),
  'build is deleted': deleteBuild,
  'build is undeleted': undeleteBuild,
  async 'build is made anew'({ serviceAccounts, commit }) {
    const { email, uniqueId } = world.BUILD_ANEW;
    await commit(serviceAccounts.put({ ...serviceAccounts.draft('shop', email), uniqueId }));
  },
  async 'shop moves to the organization'({ projects, commit }) {
    const shop = await projects.get('shop');
    if (shop === undefined) throw new Error('The project is gone.');
    await commit(projects.put({ ...shop.value, parent: world.ORG }));
  },
  'goods loses its policy': ({ policies, commit }) => commit([policies.remove(world.GOODS)]),
};

async function setDisabled({ serviceAccounts, commit }: Resources, disabled: boolean): Promise<void> {
  const account = await serviceAccounts.find(world.BUILD_EMAIL);
  if (account === undefined) throw new Error('The account is gone.');
  await commit(serviceAccounts.put({ ...account.value, disabled }));
}

/** As the API does it: the account's own policy is kept with it. */
async function deleteBuild({ serviceAccounts, policies, commit }: Resources): Promise<void> {
  const account = await serviceAccounts.find(world.BUILD_EMAIL);
  if (account === undefined) throw new Error('The account is gone.');
  const { value, revision } = await policies.getStored(world.BUILD_ACCOUNT);
  const own = revision === 0 ? undefined : value;
  const changes = await serviceAccounts.delete(account.value, own);
  await commit([...changes, policies.remove(world.BUILD_ACCOUNT)]);
}

async function undeleteBuild({ serviceAccounts, policies, commit }: Resources): Promise<void> {
  const deleted = await serviceAccounts.deleted.find(world.BUILD.uniqueId);
  if (deleted === undefined) throw new Error('The account was not deleted.');
  const { account, policy } = deleted.value;
  await commit([
    ...serviceAccounts.put(account),
    ...serviceAccounts.deleted.remove(deleted.value),
    ...(policy === undefined ? [] : [policies.putStored(world.BUILD_ACCOUNT, policy)]),
  ]);
}
