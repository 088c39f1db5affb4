import { randomUuid } from '../kernel/identifiers.ts';
import type { Clock, Random } from '../kernel/ports.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import {
  type CompiledDenyPolicy,
  compileDenyPolicy,
  type DenyRule,
} from '../protocol/iam/deny/deny-policy.ts';
import type { Change, Precondition, Store } from '../store/store.ts';
import { Collection, type Page, type PageRequest, type Stored } from './collection.ts';
import type { PolicyConditions } from './policy-conditions.ts';
import type { NewAccounts, StoredMembers } from './stored-members.ts';
import { Turns } from './turns.ts';
import { WatchedCache } from './watched-cache.ts';

/** Bytes of an etag. */
const ETAG_BYTES = 8;

/** A deny policy as it is stored. */
export interface DenyPolicy {
  /** `organizations/N`, `folders/N`, `projects/ID`. */
  readonly attachedTo: ResourceName;
  /** 3 to 63 characters, unique on the resource. */
  readonly policyId: string;
  /** A UUID. */
  readonly uid: string;
  /** Eight random bytes in base64, other ones with each write. It stands in the record, since operations show it. */
  readonly etag: string;
  readonly displayName: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly rules: readonly DenyRule[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** What people say of a deny policy. */
export type DenyPolicyTexts = Pick<DenyPolicy, 'displayName' | 'annotations' | 'rules'>;

/** What deny policies need beside the store. */
export interface DenyPolicyParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly conditions: PolicyConditions;
  readonly storedMembers: StoredMembers;
}

/** The deny policies of a cloud, compiled once and kept until the watch says otherwise. */
export class DenyPolicies {
  readonly #policies: Collection<DenyPolicy>;
  readonly #parts: DenyPolicyParts;
  readonly #compiled: WatchedCache<readonly CompiledDenyPolicy[]>;
  /** For those who write a policy of a resource: its limits are of all its policies together. */
  readonly turns = new Turns();

  constructor(store: Store, parts: DenyPolicyParts) {
    this.#policies = new Collection(store, 'denyPolicies');
    this.#parts = parts;
    const prefix = `${this.#policies.prefix}/`;
    this.#compiled = new WatchedCache(
      store,
      prefix,
      (key) => key.slice(prefix.length, key.lastIndexOf('/')),
      (attachedTo) => this.#compile(attachedTo),
    );
  }

  /** Returns a new deny policy. */
  draft(attachedTo: ResourceName, policyId: string, texts: DenyPolicyTexts): DenyPolicy {
    const { clock, random } = this.#parts;
    const nowMs = clock.now();
    const made = { uid: randomUuid(random), etag: this.#newEtag(), createdAtMs: nowMs, updatedAtMs: nowMs };
    return { attachedTo, policyId, ...texts, ...made };
  }

  /** Returns a deny policy with other texts, as a write now makes it. */
  changed(policy: DenyPolicy, texts: Partial<DenyPolicyTexts>): DenyPolicy {
    return { ...policy, ...texts, etag: this.#newEtag(), updatedAtMs: this.#parts.clock.now() };
  }

  #newEtag(): string {
    return this.#parts.random.bytes(ETAG_BYTES).toString('base64');
  }

  /** Finds a deny policy; its service accounts are named as people write them. */
  async get(attachedTo: ResourceName, policyId: string): Promise<Stored<DenyPolicy> | undefined> {
    const stored = await this.#policies.get(...attachedTo.split('/'), policyId);
    return stored === undefined ? undefined : this.#open(stored);
  }

  /** Lists the deny policies of one resource, in the order of their ids. */
  async list(attachedTo: ResourceName, page: PageRequest): Promise<Page<Stored<DenyPolicy>>> {
    const found = await this.#policies.list(attachedTo.split('/'), page);
    return { ...found, items: await Promise.all(found.items.map((stored) => this.#open(stored))) };
  }

  /** Returns all deny policies of one resource; there are at most 500. */
  async all(attachedTo: ResourceName): Promise<readonly Stored<DenyPolicy>[]> {
    const found: Stored<DenyPolicy>[] = [];
    for await (const stored of this.#policies.all(...attachedTo.split('/')))
      found.push(await this.#open(stored));
    return found;
  }

  /** Returns the deny policies that are attached to a resource itself, ready for decisions. */
  compiledOn(attachedTo: ResourceName): Promise<readonly CompiledDenyPolicy[]> {
    return this.#compiled.get(attachedTo);
  }

  /**
   * The change that writes a deny policy.
   *
   * @param born - accounts that the same commit makes
   */
  async put(policy: DenyPolicy, born?: NewAccounts): Promise<Change> {
    const rules = await this.#parts.storedMembers.sealRules(policy.rules, born);
    return this.#policies.put({ ...policy, rules }, ...policy.attachedTo.split('/'), policy.policyId);
  }

  /** The change that removes a deny policy. */
  remove(attachedTo: ResourceName, policyId: string): Change {
    return this.#policies.remove(...attachedTo.split('/'), policyId);
  }

  /** The changes that remove all deny policies of a resource that goes. */
  async removeAll(attachedTo: ResourceName): Promise<readonly Change[]> {
    const present = await this.all(attachedTo);
    return present.map(({ value: { policyId } }) => this.remove(attachedTo, policyId));
  }

  /** Holds where the policy was last written at this revision; 0 where there must be none. */
  at(revision: number, attachedTo: ResourceName, policyId: string): Precondition {
    return this.#policies.at(revision, ...attachedTo.split('/'), policyId);
  }

  /** Says from when on all that is attached to a resource is in force (Unix milliseconds); `undefined` where it is. */
  inForceFromMs(attachedTo: ResourceName): number | undefined {
    return this.#compiled.comingFromMs(attachedTo);
  }

  /** Shows each change a while after it was made, from now on. */
  async lagBehind(clock: Clock, delayMs: number): Promise<void> {
    await this.#compiled.lagBehind({ clock, delayMs, absent: () => [] }, this.#attachmentPoints());
  }

  async *#attachmentPoints(): AsyncGenerator<ResourceName> {
    for await (const { value } of this.#policies.all()) yield value.attachedTo;
  }

  async #open({ value, revision }: Stored<DenyPolicy>): Promise<Stored<DenyPolicy>> {
    const rules = await this.#parts.storedMembers.openRules(value.rules);
    return { value: { ...value, rules }, revision };
  }

  async #compile(attachedTo: ResourceName): Promise<readonly CompiledDenyPolicy[]> {
    const compiled: CompiledDenyPolicy[] = [];
    for await (const { value } of this.#policies.all(...attachedTo.split('/'))) {
      const { policyId: id, rules } = value;
      const compile = await this.#parts.conditions.compilerFor(
        rules.map(({ denialCondition }) => denialCondition),
      );
      compiled.push(compileDenyPolicy({ attachedTo, id, rules }, compile));
    }
    return compiled;
  }
}
