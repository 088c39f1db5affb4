import { type Principal, toMember } from '../../kernel/principals.ts';
import { projectName, type ResourceName } from '../../kernel/resource-names.ts';
import type { Decision, Facts, Gate } from '../../protocol/iam/decide.ts';
import { policyHolderOf, projectIdIn } from '../../protocol/iam/places/policy-holders.ts';
import type { Births } from '../../protocol/iam/recommendations/needs.ts';
import type { Proposal } from '../../protocol/iam/recommendations/recommend.ts';
import {
  type ProposedPolicies,
  proposedPolicies,
  replay,
} from '../../protocol/iam/recommendations/replay.ts';
import type { CountedUse } from '../../protocol/iam/recommendations/uses.ts';
import { proposedGrants, type RoleKind } from '../../protocol/iam/remedies/proposed-grants.ts';
import { findRole } from '../../protocol/iam/roles/catalogue.ts';
import { toRoleSpelling } from '../../protocol/iam/roles/permission-spelling.ts';
import type { Resources } from '../../resources/resources.ts';

/** A use that the proposed policy would refuse. */
export interface RefusedReplay {
  readonly principal: string;
  readonly method: string;
  readonly permission: string;
  readonly resource: ResourceName;
  readonly count: number;
  /** The gate that is closed. */
  readonly refusedBy: Gate;
}

/** What came of a replay. */
export interface Verification {
  /** Uses that were decided again, each time that they were recorded counted. */
  readonly replayed: number;
  readonly refused: readonly RefusedReplay[];
}

/** A permission that a deny policy takes, whatever roles give. */
export interface Denial {
  readonly permission: string;
  /** On which it was used. */
  readonly resource: ResourceName;
  /** Whose policy denies. */
  readonly attachedTo: ResourceName;
  readonly policyId: string;
}

/** A proposal, and what of it is denied. */
export interface DeniableProposal extends Proposal {
  readonly denied: readonly Denial[];
}

/** Returns the uses with the projects that their buckets are in now; of one that is gone, where it was. */
export async function withPresentProjects(
  uses: readonly CountedUse[],
  { buckets }: Resources,
): Promise<readonly CountedUse[]> {
  return Promise.all(
    uses.map(async (use) => {
      const [, bucket] = /^projects\/_\/buckets\/([^/]+)/.exec(use.resource) ?? [];
      const access = bucket === undefined ? undefined : await buckets.accessOf(bucket);
      return access === undefined ? use : { ...use, projectId: access.projectId };
    }),
  );
}

/** Says when what was used came to be, where it is still there. */
export async function birthsOf(uses: readonly CountedUse[], resources: Resources): Promise<Births> {
  const births = new Map<ResourceName, number>();
  for (const resource of new Set(uses.map((use) => policyHolderOf(use.resource).resource))) {
    const found = await findHolder(resource, resources);
    if (found !== undefined) births.set(resource, found.value.createdAtMs);
  }
  return births;
}

/** Finds what a program may have made itself: a bucket, a service account or an instance. */
async function findHolder(
  resource: ResourceName,
  { buckets, serviceAccounts, instances }: Resources,
): Promise<{ readonly value: { readonly createdAtMs: number } } | undefined> {
  const [, bucket] = /^projects\/_\/buckets\/([^/]+)$/.exec(resource) ?? [];
  if (bucket !== undefined) return buckets.get(bucket);
  const [, email] = /\/serviceAccounts\/([^/]+)$/.exec(resource) ?? [];
  if (email !== undefined) return serviceAccounts.find(email);
  const [, project = '', zone = '', name] =
    /^projects\/([^/]+)\/zones\/([^/]+)\/instances\/([^/]+)$/.exec(resource) ?? [];
  return name === undefined ? undefined : instances.find(project, zone, name);
}

/**
 * Says of each proposal what a deny policy takes of it now. What was used below the resource of the proposal counts too,
 * where that has no proposal of its own.
 */
export async function withDenials(
  proposals: readonly Proposal[],
  uses: readonly CountedUse[],
  resources: Resources,
): Promise<readonly DeniableProposal[]> {
  const denials = new Map<Proposal, Map<string, Denial>>();
  for (const use of uses) {
    const denial = await findDenial(use, resources);
    if (denial === undefined) continue;
    for (const proposal of proposalsFor(use, proposals)) {
      const found = denials.get(proposal) ?? new Map<string, Denial>();
      denials.set(proposal, found.set(JSON.stringify(denial), denial));
    }
  }
  return proposals.map((proposal) => ({ ...proposal, denied: [...(denials.get(proposal)?.values() ?? [])] }));
}

function proposalsFor(use: CountedUse, proposals: readonly Proposal[]): readonly Proposal[] {
  const principal = toMember(use.principal);
  const spelled = toRoleSpelling(use.permission);
  const holding = proposals.filter(
    (proposal) =>
      proposal.principal === principal &&
      proposal.permissions.some(({ permission }) => permission === spelled),
  );
  const onResource = holding.filter(({ resource }) => resource === use.resource);
  return onResource.length > 0 ? onResource : holding;
}

async function findDenial(use: CountedUse, resources: Resources): Promise<Denial | undefined> {
  const { deniedBy, facts } = await replayOne(use, new Map(), resources);
  const denying = deniedBy === undefined ? undefined : facts.denyPolicies[deniedBy.policy]?.policy;
  if (denying === undefined) return undefined;
  const { permission, resource } = use;
  return { permission, resource, attachedTo: denying.attachedTo, policyId: denying.id };
}

/** Decides uses again by the proposed policies, with the deny policies that there are. */
export async function replayUses(
  uses: readonly CountedUse[],
  { proposals, kind }: { readonly proposals: readonly Proposal[]; readonly kind: RoleKind },
  resources: Resources,
): Promise<Verification> {
  const custom = new Map(
    proposals.flatMap(({ customRole }) =>
      customRole === undefined ? [] : [[customRole.role, { permissions: new Set(customRole.permissions) }]],
    ),
  );
  const find = (name: string) => custom.get(name) ?? findRole(name);
  const policies = proposedPolicies(proposedGrants(proposals, kind), find);
  const refused: RefusedReplay[] = [];
  for (const use of uses) {
    const { refusedBy } = await replayOne(use, policies, resources);
    if (refusedBy === undefined) continue;
    const { method, permission, resource, count } = use;
    refused.push({ principal: toMember(use.principal), method, permission, resource, count, refusedBy });
  }
  return { replayed: uses.reduce((total, { count }) => total + count, 0), refused };
}

async function replayOne(
  use: CountedUse,
  policies: ProposedPolicies,
  resources: Resources,
): Promise<Decision> {
  const principal = await presentAccount(use.principal, resources);
  const facts = await factsOf(use, principal, resources);
  const above = facts.policies.map(({ resource }) => resource);
  return replay({ ...use, principal }, facts, above, policies);
}

/** What is gone has no policies: its project's are looked at. */
async function factsOf(use: CountedUse, principal: Principal, resources: Resources): Promise<Facts> {
  const facts = await resources.factsFor(use.resource, principal);
  const projectId = projectIdIn(use.resource) ?? use.projectId;
  return facts.policies.length > 0 || projectId === undefined
    ? facts
    : resources.factsFor(projectName(projectId), principal);
}

/** A grant names an address: it is the account that has it now which would call. */
async function presentAccount(principal: Principal, { serviceAccounts }: Resources): Promise<Principal> {
  if (principal.kind !== 'serviceAccount') return principal;
  const account = await serviceAccounts.find(principal.email);
  return account === undefined ? principal : { ...principal, uniqueId: account.value.uniqueId };
}
