import { randomDigits } from '../kernel/identifiers.ts';
import type { Clock, Random } from '../kernel/ports.ts';
import { bucketName } from '../kernel/resource-names.ts';
import type { Policy } from '../protocol/iam/policies/policy.ts';
import { DEFAULT_LOCATION, DEFAULT_STORAGE_CLASS } from '../protocol/storage/bucket-settings.ts';
import { newBucketPolicy } from '../protocol/storage/default-access.ts';
import type { Change, Precondition, Store } from '../store/store.ts';
import { Collection, type Page, type PageRequest, type Stored } from './collection.ts';
import type { Objects } from './objects.ts';
import type { Policies } from './policies.ts';
import type { Project } from './projects.ts';
import type { Tags } from './tags.ts';
import { WatchedCache } from './watched-cache.ts';

/** A bucket as it is stored. */
export interface Bucket {
  readonly name: string;
  readonly projectId: string;
  readonly projectNumber: string;
  /** Nanoseconds since the Unix epoch, 19 digits: tells a bucket from an earlier one of its name. */
  readonly generation: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Rises by one with every change of the bucket or its policy. */
  readonly metageneration: number;
  /** Upper case: `US`, `EUROPE-CENTRAL2`. */
  readonly location: string;
  readonly storageClass: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly tags?: Tags;
  readonly uniformBucketLevelAccess: boolean;
  /** When uniform access was turned on, where that was not at birth. */
  readonly uniformBucketLevelAccessSinceMs?: number;
  readonly publicAccessPrevention: 'inherited' | 'enforced';
}

/** What must be said of a new bucket; the rest has the default of the API. */
export type BucketDraft = Pick<Bucket, 'name'> & Partial<Bucket>;

/** Digits below the millisecond of a nanosecond clock. */
const SUB_MILLISECOND_DIGITS = 6;

/** What of a bucket counts in every decision on it and its objects. */
export type BucketAccess = Pick<Bucket, 'projectId' | 'uniformBucketLevelAccess' | 'publicAccessPrevention'>;

/** What the buckets of a cloud are made of. */
export interface BucketParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly policies: Policies;
  readonly objects: Objects;
}

/** The buckets of a cloud; their names are global. */
export class Buckets {
  readonly #store: Store;
  readonly #parts: BucketParts;
  readonly #buckets: Collection<Bucket>;
  /** Names by project, for listing. */
  readonly #ofProject: Collection<string>;
  readonly #access: WatchedCache<BucketAccess | undefined>;

  constructor(store: Store, parts: BucketParts) {
    this.#store = store;
    this.#parts = parts;
    this.#buckets = new Collection(store, 'buckets');
    this.#ofProject = new Collection(store, 'bucketsOfProject');
    const prefix = `${this.#buckets.prefix}/`;
    this.#access = new WatchedCache(
      store,
      prefix,
      (key) => key.slice(prefix.length),
      async (name) => (await this.get(name))?.value,
    );
  }

  get(name: string): Promise<Stored<Bucket> | undefined> {
    return this.#buckets.get(name);
  }

  /** Returns what every permission check asks of a bucket; `undefined` where there is no such bucket. */
  accessOf(name: string): Promise<BucketAccess | undefined> {
    return this.#access.get(name);
  }

  /**
   * Lists the buckets of a project by name.
   *
   * @param prefix - names that begin with it; default all
   */
  async list(projectId: string, page: PageRequest, prefix = ''): Promise<Page<Stored<Bucket>>> {
    const names = await this.#ofProject.list([projectId], page, prefix);
    const buckets = await Promise.all(names.items.map(({ value }) => this.get(value)));
    const items = buckets.filter((bucket) => bucket !== undefined);
    return names.next === undefined ? { items } : { items, next: names.next };
  }

  /** Returns a new bucket record; what the draft leaves out gets the default of the API. */
  draft(project: Pick<Project, 'projectId' | 'projectNumber'>, given: BucketDraft): Bucket {
    const nowMs = this.#parts.clock.now();
    return {
      projectId: project.projectId,
      projectNumber: project.projectNumber,
      generation: `${nowMs}${randomDigits(this.#parts.random, SUB_MILLISECOND_DIGITS)}`,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      metageneration: 1,
      location: DEFAULT_LOCATION,
      storageClass: DEFAULT_STORAGE_CLASS,
      labels: {},
      uniformBucketLevelAccess: false,
      publicAccessPrevention: 'inherited',
      ...given,
    };
  }

  /**
   * Writes a new bucket, and in the same commit the policy that gives its project's basic roles their rights.
   *
   * @throws {PreconditionFailed} where the name is taken
   */
  async create(bucket: Bucket): Promise<number> {
    const policy = newBucketPolicy(bucket.projectId, bucket.uniformBucketLevelAccess);
    const first = await this.#parts.policies.putFirst(bucketName(bucket.name), policy);
    const changes = [...this.put(bucket), ...first];
    return this.#store.commit(changes, [this.at(0, bucket.name)]);
  }

  /**
   * Removes a bucket that holds nothing, with its policy.
   *
   * @returns whether it held nothing
   * @throws {PreconditionFailed} where the bucket changed since it was read, or something is being uploaded
   */
  async removeEmpty({ value: bucket, revision }: Stored<Bucket>): Promise<boolean> {
    const { objects, policies } = this.#parts;
    // Asked before the look at the objects: an upload that ends in between is then seen by the one or the other.
    const quiet = await objects.whileNothingIsUploaded(bucket.name);
    if (!(await objects.isEmpty(bucket.name))) return false;
    const changes = [
      ...this.remove(bucket),
      policies.remove(bucketName(bucket.name)),
      objects.forgetBucket(bucket.name),
    ];
    await this.#store.commit(changes, [this.at(revision, bucket.name), quiet]);
    return true;
  }

  /**
   * Writes the policy of a bucket. The bucket's metageneration is the policy's etag, so both change together.
   *
   * @returns the bucket as it is then
   * @throws {PreconditionFailed} where the bucket changed since it was read
   */
  async changePolicy(stored: Stored<Bucket>, policy: Policy): Promise<Bucket> {
    const { changed, changes, preconditions } = await this.planPolicy(stored, policy);
    await this.#store.commit(changes, preconditions);
    return changed;
  }

  /**
   * Returns what writes the policy of a bucket. Whoever writes one goes through here, so that the bucket's etag tells every
   * policy from the one before it.
   */
  async planPolicy(
    { value: bucket, revision }: Stored<Bucket>,
    policy: Policy,
  ): Promise<{
    readonly changed: Bucket;
    readonly changes: readonly Change[];
    readonly preconditions: readonly Precondition[];
  }> {
    const { clock, policies } = this.#parts;
    const changed = { ...bucket, metageneration: bucket.metageneration + 1, updatedAtMs: clock.now() };
    return {
      changed,
      changes: [...this.put(changed), await policies.put(bucketName(bucket.name), policy)],
      preconditions: [this.at(revision, bucket.name)],
    };
  }

  /** The changes that write a bucket. */
  put(bucket: Bucket): readonly Change[] {
    return [
      this.#buckets.put(bucket, bucket.name),
      this.#ofProject.put(bucket.name, bucket.projectId, bucket.name),
    ];
  }

  /** The changes that remove the record of a bucket alone. */
  remove(bucket: Pick<Bucket, 'name' | 'projectId'>): readonly Change[] {
    return [this.#buckets.remove(bucket.name), this.#ofProject.remove(bucket.projectId, bucket.name)];
  }

  /** Holds where the bucket was last written at this revision; 0 where there must be none. */
  at(revision: number, name: string): Precondition {
    return this.#buckets.at(revision, name);
  }
}
