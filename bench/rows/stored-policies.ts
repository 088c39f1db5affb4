import type { Principal } from '../../packages/accredit/src/kernel/principals.ts';
import { decide } from '../../packages/accredit/src/protocol/iam/decide.ts';
import { findRole } from '../../packages/accredit/src/protocol/iam/roles/catalogue.ts';
import { openResources, type Resources } from '../../packages/accredit/src/resources/resources.ts';
import { MemoryStore } from '../../packages/accredit/src/store/memory-store.ts';
import type { Row } from '../row.ts';
import { median } from '../row.ts';

/** Principals in the large store, and in the small one beside it. */
const MANY_ACCOUNTS = 100_000;
const FEW_ACCOUNTS = 10;

/** Policies in the large store, and in the small one beside it. */
const MANY_POLICIES = 10_000;
const FEW_POLICIES = 10;

/** Records that are written together. */
const BATCH = 1000;

const ROUNDS = 7;
const CALLS = 2000;

const clock = { now: () => 1_795_410_000_000 };
let drawn = 0;
const random = {
  bytes(length: number) {
    drawn += 1;
    const bytes = Buffer.alloc(length);
    bytes.writeUInt32BE(drawn % 2 ** 32, Math.max(length - 4, 0));
    return bytes;
  },
};

/** A store with so many accounts, and as many policies of projects that each name one of them. */
async function openStore(accounts: number, policies: number): Promise<Resources> {
  const resources = openResources(new MemoryStore(), { clock, random, findRole });
  const { projects, serviceAccounts } = resources;
  await resources.commit(projects.put(projects.draft('p')));
  for (let made = 0; made < accounts; made += BATCH) {
    const drafts = Array.from({ length: Math.min(BATCH, accounts - made) }, (_, index) =>
      serviceAccounts.draft('p', `robot-${made + index}@p.iam.gserviceaccount.com`),
    );
    await resources.commit(drafts.flatMap((draft) => serviceAccounts.put(draft)));
  }
  for (let made = 0; made < policies; made += 1) {
    await resources.commit([await resources.policies.put(`projects/p-${made}`, policyFor(0))]);
  }
  return resources;
}

function policyFor(account: number) {
  const members = [`serviceAccount:robot-${account}@p.iam.gserviceaccount.com`];
  return { bindings: [{ role: 'roles/storage.admin', members }] };
}

async function principalOf(resources: Resources, account: number): Promise<Principal> {
  const email = `robot-${account}@p.iam.gserviceaccount.com`;
  const stored = await resources.serviceAccounts.find(email);
  return { kind: 'serviceAccount', email, uniqueId: stored?.value.uniqueId ?? '' };
}

async function ask(resources: Resources, principal: Principal, resource: string): Promise<void> {
  const facts = await resources.factsFor(resource, principal);
  const question = {
    principal,
    permission: 'storage.buckets.list',
    resource,
    heldScopes: undefined,
    acceptedScopes: undefined,
    mode: 'enforce',
    timeMs: clock.now(),
  } as const;
  if (decide(question, facts).verdict !== 'allowed') throw new Error('refused');
}

/** Measures two pieces of work in turns; returns the medians in calls a second. */
async function ratesInTurns(
  ours: () => Promise<void>,
  floor: () => Promise<void>,
): Promise<{ readonly ours: number; readonly floor: number }> {
  const measured = { ours: [] as number[], floor: [] as number[] };
  for (let round = -1; round < ROUNDS; round += 1) {
    const pair = { ours: await rateOf(ours), floor: await rateOf(floor) };
    // The first round warms up.
    if (round < 0) continue;
    measured.ours.push(pair.ours);
    measured.floor.push(pair.floor);
  }
  return { ours: median(measured.ours), floor: median(measured.floor) };
}

async function rateOf(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  for (let call = 0; call < CALLS; call += 1) await work();
  return (CALLS / (performance.now() - startedMs)) * 1000;
}

/** Gathering the facts and deciding, with many accounts in the store beside few. */
export async function principalsInStore(): Promise<Row> {
  const work = async (accounts: number) => {
    const resources = await openStore(accounts, 0);
    await resources.commit([await resources.policies.put('projects/p', policyFor(accounts - 1))]);
    const principal = await principalOf(resources, accounts - 1);
    return () => ask(resources, principal, 'projects/p');
  };
  const measured = await ratesInTurns(await work(MANY_ACCOUNTS), await work(FEW_ACCOUNTS));
  return {
    name: 'IAM facts and decisions, 100,000 accounts stored',
    unit: 'per s',
    ...measured,
    floorIs: 'the same with ten accounts',
    target: 'no dependence on their number (0.8 of the floor)',
    met: measured.ours >= 0.8 * measured.floor,
  };
}

/** A policy change with the decision after it, with many policies in the store beside few. */
export async function policyChanges(): Promise<Row> {
  const work = async (policies: number) => {
    const resources = await openStore(1, policies);
    const principal = await principalOf(resources, 0);
    return async () => {
      await resources.commit([await resources.policies.put('projects/p-1', policyFor(0))]);
      await ask(resources, principal, 'projects/p-1');
    };
  };
  const measured = await ratesInTurns(await work(MANY_POLICIES), await work(FEW_POLICIES));
  return {
    name: 'policy changes in force, 10,000 policies stored',
    unit: 'per s',
    ...measured,
    floorIs: 'the same with ten policies',
    target: 'no more than with ten (0.8 of the floor)',
    met: measured.ours >= 0.8 * measured.floor,
  };
}
