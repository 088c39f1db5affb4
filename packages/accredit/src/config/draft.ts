import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../kernel/ports.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import { EMPTY_POLICY, type Policy } from '../protocol/iam/policies/policy.ts';
import type { Stored } from '../resources/collection.ts';
import type { Declaration } from '../resources/declarations.ts';
import type { ParentName } from '../resources/folders.ts';
import type { Resources } from '../resources/resources.ts';
import type { NewAccounts } from '../resources/stored-members.ts';
import type { ObjectBytes } from '../store/object-bytes.ts';
import type { Change, Precondition } from '../store/store.ts';
import type { Configuration } from './configuration.ts';
import type { DeclaredGrant } from './declared-grants.ts';
import {
  type Grant,
  grantsOf,
  hasGrant,
  limitProblem,
  PolicyDrafts,
  toSortedBindings,
  withGrants,
  withoutGrants,
} from './policy-drafts.ts';
import type { ConfigurationProblem, Path } from './problems.ts';
import {
  type ConfigurationReport,
  describeCondition,
  type KeptThing,
  type UndeclaredThing,
  type UpdatedResource,
} from './report.ts';

/** What applying a configuration needs beside the resources. */
export interface ApplyOptions {
  /** Of the cloud's owner, who owns every new project. */
  readonly ownerEmail: string;
  readonly clock: Clock;
  readonly objectBytes: ObjectBytes;
  /** Whether what is not declared any more goes; default false: it is reported as kept. */
  readonly prune?: boolean;
}

/** One declared resource, compared with what is there. */
export interface Settlement {
  readonly name: ResourceName;
  /** See `Declaration`. */
  readonly identity: string;
  readonly isNew: boolean;
  /** Names of the declared fields that differ; empty for a new resource. */
  readonly differing: readonly string[];
  readonly grants: readonly DeclaredGrant[];
  /** Writes the resource; taken where it is new or differs. */
  readonly changes: readonly Change[];
  /** What must still hold then. */
  readonly preconditions: readonly Precondition[];
  /** The policy that such a resource is born with; default: none. What it grants is not the file's, declared or not. */
  readonly bornWith?: Policy;
}

/** Why something is still there that is not declared any more. */
export const WOULD_GO = 'it would go with --prune';

/** What applying a configuration is going to write, in one commit: all of it or nothing. */
export class Draft {
  readonly configuration: Configuration;
  readonly resources: Resources;
  readonly options: ApplyOptions;
  readonly policies: PolicyDrafts;
  readonly problems: ConfigurationProblem[] = [];
  /** Service accounts that are there after the commit, by address, as far as somebody asked. */
  readonly accounts = new Set<string>();
  /** What the declared folders and projects will be in. */
  readonly parents = new Map<ResourceName, ParentName>();
  /** Names of the buckets whose records this draft writes. */
  readonly writtenBuckets = new Set<string>();
  /** The internal address that a new instance of this draft got last, by `PROJECT/REGION`. */
  readonly lastAddresses = new Map<string, string>();
  /** Bytes that were written for objects; nothing names them before the commit. */
  readonly writtenBytes: string[] = [];
  /** Bytes that nothing names after the commit. */
  readonly obsoleteBytes: string[] = [];
  readonly #changes: Change[] = [];
  readonly #preconditions: Precondition[] = [];
  readonly #reliances: Precondition[] = [];
  readonly #declarations: ReadonlyMap<ResourceName, Stored<Declaration>>;
  readonly #settled = new Set<ResourceName>();
  readonly #gone = new Set<ResourceName>();
  readonly #created: ResourceName[] = [];
  readonly #updated: UpdatedResource[] = [];
  readonly #unchanged: ResourceName[] = [];
  readonly #deleted: UndeclaredThing[] = [];
  readonly #kept: KeptThing[] = [];

  private constructor(
    configuration: Configuration,
    resources: Resources,
    options: ApplyOptions,
    declarations: ReadonlyMap<ResourceName, Stored<Declaration>>,
  ) {
    this.configuration = configuration;
    this.resources = resources;
    this.options = options;
    this.policies = new PolicyDrafts(resources.policies);
    this.#declarations = declarations;
  }

  static async open(
    configuration: Configuration,
    resources: Resources,
    options: ApplyOptions,
  ): Promise<Draft> {
    const declarations = new Map<ResourceName, Stored<Declaration>>();
    for await (const stored of resources.declarations.all()) declarations.set(stored.value.resource, stored);
    return new Draft(configuration, resources, options, declarations);
  }

  get report(): ConfigurationReport {
    return {
      created: this.#created,
      updated: this.#updated,
      unchanged: this.#unchanged,
      deleted: this.#deleted,
      kept: this.#kept,
    };
  }

  /** What an earlier version of the file declared and the present one does not; asked when all else is settled. */
  get undeclared(): readonly Declaration[] {
    const declarations = [...this.#declarations.values()].map(({ value }) => value);
    return declarations.filter(({ resource }) => !this.#settled.has(resource));
  }

  /** The unique ids of the accounts that this draft makes, by address. */
  get born(): NewAccounts {
    return this.resources.serviceAccounts.bornIn(this.#changes);
  }

  complain(path: Path, message: string): void {
    this.problems.push(this.configuration.source.problem(path, message));
  }

  write(changes: readonly Change[], preconditions: readonly Precondition[]): void {
    this.#changes.push(...changes);
    this.#preconditions.push(...preconditions);
  }

  /** Names what the draft is only right with, though it does not write it. */
  relyOn(precondition: Precondition): void {
    this.#reliances.push(precondition);
  }

  /** Takes a declared resource in: what must be written of it, of its policy, and of what is remembered of it. */
  async settle(settlement: Settlement): Promise<void> {
    const { name, identity, isNew, differing, grants, bornWith = EMPTY_POLICY } = settlement;
    this.#settled.add(name);
    // A policy that was left behind by an earlier resource of the same name grants nothing on a new one.
    if (isNew) await this.policies.begin(name, bornWith);
    const added = await this.#addGrants(name, grants);
    const own = grants.filter((grant) => !hasGrant(bornWith.bindings, grant));
    const taken = await this.settleGrants(name, identity, own);
    if (isNew || differing.length > 0) this.write(settlement.changes, settlement.preconditions);
    const changes = [...differing, ...added, ...taken];
    if (isNew) this.#created.push(name);
    else if (changes.length > 0) this.#updated.push({ resource: name, changes });
    else this.#unchanged.push(name);
  }

  /**
   * Looks after the grants that were declared on a resource before: those that are not declared any more go, or are
   * reported, and what is left of them is remembered with the present ones.
   *
   * @returns what was done, in words
   */
  async settleGrants(
    name: ResourceName,
    identity: string,
    grants: readonly Grant[],
  ): Promise<readonly string[]> {
    const policy = await this.policies.get(name);
    const known = this.#declarations.get(name)?.value;
    const present = toSortedBindings(grants);
    // What was taken away by hand is none of the file's business any more, also when it comes back.
    const obsolete = grantsOf(known?.identity === identity ? known.grants : []).filter(
      (grant) => !hasGrant(present, grant) && hasGrant(policy.bindings, grant),
    );
    const isPruned = this.options.prune === true;
    this.#remember(name, {
      resource: name,
      identity,
      grants: isPruned ? present : toSortedBindings([...grants, ...obsolete]),
    });
    if (!isPruned) {
      this.#kept.push(...obsolete.map((grant) => ({ resource: name, grant, reason: WOULD_GO })));
      return [];
    }
    this.#deleted.push(...obsolete.map((grant) => ({ resource: name, grant })));
    if (obsolete.length > 0) await this.policies.change(name, withoutGrants(policy, obsolete));
    return obsolete.map(
      ({ role, member, condition }) => `took ${role} from ${member}${describeCondition(condition)}`,
    );
  }

  /** Takes an undeclared resource away, with its policy and the memory of it. */
  async delete(
    name: ResourceName,
    changes: readonly Change[],
    preconditions: readonly Precondition[],
  ): Promise<void> {
    this.write(changes, preconditions);
    const policy = await this.policies.remove(name);
    this.write(policy.changes, policy.preconditions);
    this.forget(name);
    this.#deleted.push({ resource: name });
    this.#gone.add(name);
  }

  keep(thing: KeptThing): void {
    this.#kept.push(thing);
  }

  forget(name: ResourceName): void {
    this.#remember(name, undefined);
  }

  /** Says whether a resource goes because it is not declared any more; asked when everything declared is settled. */
  isLeaving(name: ResourceName): boolean {
    return this.options.prune === true && this.#declarations.has(name) && !this.#settled.has(name);
  }

  /** Says whether the present file declares a resource; asked once that kind is settled. */
  isDeclared(name: ResourceName): boolean {
    return this.#settled.has(name);
  }

  isDeleted(name: ResourceName): boolean {
    return this.#gone.has(name);
  }

  /**
   * Writes everything, if there is anything to write.
   *
   * @throws {PreconditionFailed} where somebody else wrote meanwhile; nothing is written then
   */
  async commit(): Promise<void> {
    const { changes, preconditions } = await this.policies.writes(this.born);
    this.write(changes, preconditions);
    if (this.#changes.length === 0) return;
    await this.resources.commit(this.#changes, [...this.#preconditions, ...this.#reliances]);
  }

  async #addGrants(name: ResourceName, grants: readonly DeclaredGrant[]): Promise<readonly string[]> {
    const before = await this.policies.get(name);
    const added = grants.filter((grant) => !hasGrant(before.bindings, grant));
    if (added.length === 0) return [];
    const policy = withGrants(before, added);
    const problem = limitProblem(policy);
    const [first] = added;
    if (problem !== undefined && first !== undefined) this.complain(first.path, problem);
    await this.policies.change(name, policy);
    // A grant may be declared twice: under the account, and in the policy.
    return [
      ...new Set(
        added.map(
          ({ role, member, condition }) => `gave ${role} to ${member}${describeCondition(condition)}`,
        ),
      ),
    ];
  }

  #remember(name: ResourceName, declaration: Declaration | undefined): void {
    const stored = this.#declarations.get(name);
    if (isDeepStrictEqual(stored?.value, declaration)) return;
    const { declarations } = this.resources;
    this.write(
      [declaration === undefined ? declarations.remove(name) : declarations.put(declaration)],
      [declarations.at(stored?.revision ?? 0, name)],
    );
  }
}
