import type { Clock, Random } from '../kernel/ports.ts';
import type { Principal } from '../kernel/principals.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import { loadConditions } from '../protocol/iam/conditions/load.ts';
import type { Facts } from '../protocol/iam/decide.ts';
import type { FindRole } from '../protocol/iam/policies/policy.ts';
import type { Change, Precondition, Store } from '../store/store.ts';
import { Buckets } from './buckets.ts';
import { Declarations } from './declarations.ts';
import { DenyPolicies } from './deny-policies.ts';
import { EffectiveTags } from './effective-tags.ts';
import { FactGatherer } from './facts.ts';
import { Faults } from './faults.ts';
import { Folders } from './folders.ts';
import { Groups } from './groups.ts';
import type { GuestAttributes } from './guest-attributes.ts';
import { Hierarchy } from './hierarchy.ts';
import { Identities } from './identities.ts';
import { Instances } from './instances.ts';
import { Leases } from './leases.ts';
import { LongRunningOperations } from './long-running-operations.ts';
import { Objects } from './objects.ts';
import { Operations } from './operations.ts';
import { Organizations } from './organizations.ts';
import { Policies } from './policies.ts';
import { PolicyConditions } from './policy-conditions.ts';
import { Projects } from './projects.ts';
import { Roles } from './roles.ts';
import { ServiceAccounts } from './service-accounts.ts';
import { ServiceStates } from './services.ts';
import { StoredMembers } from './stored-members.ts';
import type { ResourceTag } from './tags.ts';

/** The stored things of a cloud. Handlers read and write through this and know no keys. */
export interface Resources {
  readonly organizations: Organizations;
  readonly folders: Folders;
  readonly projects: Projects;
  /** Who is in what, from a project to its organization. */
  readonly hierarchy: Hierarchy;
  /** Returns the tags of a resource with those that it inherits, by key. */
  tagsOf(resource: ResourceName): Promise<readonly ResourceTag[]>;
  readonly serviceAccounts: ServiceAccounts;
  readonly groups: Groups;
  readonly instances: Instances;
  readonly guestAttributes: GuestAttributes;
  readonly operations: Operations;
  /** The operations of the APIs that speak google.longrunning. */
  readonly longRunningOperations: LongRunningOperations;
  readonly buckets: Buckets;
  readonly objects: Objects;
  readonly policies: Policies;
  readonly denyPolicies: DenyPolicies;
  readonly roles: Roles;
  /** What compiles the conditions of policies. */
  readonly conditions: PolicyConditions;
  /** Which services the projects have enabled. */
  readonly services: ServiceStates;
  readonly leases: Leases;
  readonly declarations: Declarations;
  /** Faults of metadata servers that were asked for. */
  readonly faults: Faults;
  /** Writes all changes or none. @throws {PreconditionFailed} */
  commit(changes: readonly Change[], preconditions?: readonly Precondition[]): Promise<number>;
  /** Calls the listener after each change of a service account or a project. */
  watchAccountsAndProjects(listener: () => void): () => void;
  /** Gathers what a decision needs: the policies from the resource to the root, and what the principal counts as. */
  factsFor(resource: ResourceName, principal: Principal): Promise<Facts>;
  /** Puts changes of policies in force a while after they were made, from now on (`--propagation-delay`). */
  lagBehind(delayMs: number): Promise<void>;
}

/** What resources need beside the store. */
interface ResourceParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Of predefined roles. */
  readonly findRole: FindRole;
}

/** Opens the typed view of a store. */
export function openResources(store: Store, parts: ResourceParts): Resources {
  const { clock, random, findRole } = parts;
  const places = openHierarchy(store, clock);
  const access = openAccess(store, parts);
  const groups = new Groups(store, clock, random);
  const objects = new Objects(store, clock);
  const buckets = new Buckets(store, { clock, random, policies: access.policies, objects });
  const instances = new Instances(store, clock, random);
  const identities = new Identities(store, { ...places, ...access, groups });
  const tags = new EffectiveTags(store, buckets, places.hierarchy);
  const tagsOf = (resource: ResourceName) => tags.of(resource);
  const facts = new FactGatherer({ ...places, ...access, buckets, objects, findRole, identities, tagsOf });
  return {
    ...places,
    ...access,
    tagsOf,
    groups,
    instances,
    guestAttributes: instances.guestAttributes,
    operations: new Operations(store, clock, random),
    longRunningOperations: new LongRunningOperations(store, clock),
    buckets,
    objects,
    services: new ServiceStates(store, places.projects),
    leases: new Leases(store, instances, access.policies, buckets),
    declarations: new Declarations(store),
    faults: new Faults(store),
    commit: (changes, preconditions) => store.commit(changes, preconditions),
    watchAccountsAndProjects: (listener) => watchAll(store, ['serviceAccounts/', 'projects/'], listener),
    factsFor: (resource, principal) => facts.factsFor(resource, principal),
    async lagBehind(delayMs) {
      const { policies, denyPolicies } = access;
      await Promise.all([policies.lagBehind(clock, delayMs), denyPolicies.lagBehind(clock, delayMs)]);
    },
  };
}

/** Opens what resources are in: projects, and what is above them. */
function openHierarchy(store: Store, clock: Clock) {
  const projects = new Projects(store, clock);
  const folders = new Folders(store, clock);
  const organizations = new Organizations(store, clock);
  return { projects, folders, organizations, hierarchy: new Hierarchy(store, projects, folders) };
}

/** Opens who may do what: accounts, roles, and the policies that name both. */
function openAccess(store: Store, { clock, random, findRole }: ResourceParts) {
  const serviceAccounts = new ServiceAccounts(store, clock, random);
  const roles = new Roles(store, clock, findRole);
  const conditions = new PolicyConditions(loadConditions);
  const storedMembers = new StoredMembers(serviceAccounts);
  const policies = new Policies(store, { roles, conditions, storedMembers });
  const denyPolicies = new DenyPolicies(store, { clock, random, conditions, storedMembers });
  return { serviceAccounts, roles, conditions, policies, denyPolicies };
}

/** Calls the listener after each change under one of the prefixes. @returns what stops that */
function watchAll(store: Store, prefixes: readonly string[], listener: () => void): () => void {
  const stops = prefixes.map((prefix) => store.watch(prefix, listener));
  return () => {
    for (const stop of stops) stop();
  };
}
