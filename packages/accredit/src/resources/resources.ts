import type { Clock, Random } from '../kernel/ports.ts';
import { projectName, type ResourceName } from '../kernel/resource-names.ts';
import type { Facts } from '../protocol/iam/decide.ts';
import type { FindRole } from '../protocol/iam/policy.ts';
import type { Change, Precondition, Store } from '../store/store.ts';
import { bucketFacts } from './bucket-facts.ts';
import { Buckets } from './buckets.ts';
import { Declarations } from './declarations.ts';
import { Faults } from './faults.ts';
import { Folders } from './folders.ts';
import type { GuestAttributes } from './guest-attributes.ts';
import { Hierarchy } from './hierarchy.ts';
import { Instances } from './instances.ts';
import { Leases } from './leases.ts';
import { LongRunningOperations } from './long-running-operations.ts';
import { Objects } from './objects.ts';
import { Operations } from './operations.ts';
import { Organizations } from './organizations.ts';
import { Policies } from './policies.ts';
import { Projects } from './projects.ts';
import { ServiceAccounts } from './service-accounts.ts';

/** The stored things of a cloud. Handlers read and write through this and know no keys. */
export interface Resources {
  readonly organizations: Organizations;
  readonly folders: Folders;
  readonly projects: Projects;
  /** Who is in what, from a project to its organization. */
  readonly hierarchy: Hierarchy;
  readonly serviceAccounts: ServiceAccounts;
  readonly instances: Instances;
  readonly guestAttributes: GuestAttributes;
  readonly operations: Operations;
  /** The operations of the APIs that speak google.longrunning. */
  readonly longRunningOperations: LongRunningOperations;
  readonly buckets: Buckets;
  readonly objects: Objects;
  readonly policies: Policies;
  readonly leases: Leases;
  readonly declarations: Declarations;
  /** Faults of metadata servers that were asked for. */
  readonly faults: Faults;
  /** Writes all changes or none. @throws {PreconditionFailed} */
  commit(changes: readonly Change[], preconditions?: readonly Precondition[]): Promise<number>;
  /** Calls the listener after each change of a service account or a project. */
  watchAccountsAndProjects(listener: () => void): () => void;
  /** Gathers what a decision on a resource needs: the policies from the resource to its project. */
  factsFor(resource: ResourceName): Promise<Facts>;
}

/** Opens the typed view of a store. */
export function openResources(
  store: Store,
  {
    clock,
    random,
    findRole,
  }: { readonly clock: Clock; readonly random: Random; readonly findRole: FindRole },
): Resources {
  const policies = new Policies(store, findRole);
  const objects = new Objects(store, clock);
  const buckets = new Buckets(store, { clock, random, policies, objects });
  const instances = new Instances(store, clock, random);
  const projects = new Projects(store, clock);
  const folders = new Folders(store, clock);
  return {
    organizations: new Organizations(store, clock),
    folders,
    projects,
    hierarchy: new Hierarchy(store, projects, folders),
    serviceAccounts: new ServiceAccounts(store, clock, random),
    instances,
    guestAttributes: instances.guestAttributes,
    operations: new Operations(store, clock, random),
    longRunningOperations: new LongRunningOperations(store, clock),
    buckets,
    objects,
    policies,
    leases: new Leases(store, instances, policies),
    declarations: new Declarations(store),
    faults: new Faults(store),
    commit: (changes, preconditions) => store.commit(changes, preconditions),
    watchAccountsAndProjects(listener) {
      const stops = ['serviceAccounts/', 'projects/'].map((prefix) => store.watch(prefix, listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    async factsFor(resource) {
      if (resource.startsWith('projects/_/buckets/')) {
        return bucketFacts(resource, { buckets, objects, policies, findRole });
      }
      const names = policyHolders(resource);
      return { policies: await Promise.all(names.map((name) => policies.compiled(name))) };
    },
  };
}

/** Returns the resources whose policies count for a resource, nearest first. */
function policyHolders(resource: ResourceName): readonly ResourceName[] {
  const [, projectId = '', ...rest] = resource.split('/');
  const project = projectName(projectId);
  if (rest[0] === 'serviceAccounts' && rest.length >= 2)
    return [`${project}/serviceAccounts/${rest[1]}`, project];
  if (rest[0] === 'zones' && rest[2] === 'instances' && rest.length >= 4) {
    return [`${project}/zones/${rest[1]}/instances/${rest[3]}`, project];
  }
  return [project];
}
