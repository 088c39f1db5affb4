import type { Change, Precondition, Store } from '../store/store.ts';
import { Collection, type Page, type PageRequest, type Stored } from './collection.ts';
import { WatchedCache } from './watched-cache.ts';

/** A bucket as it is stored. */
export interface Bucket {
  readonly name: string;
  readonly projectId: string;
  readonly projectNumber: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Rises by one with every change of the bucket or its policy. */
  readonly metageneration: number;
  /** Upper case: `US`, `EUROPE-CENTRAL2`. */
  readonly location: string;
  readonly storageClass: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly uniformBucketLevelAccess: boolean;
  readonly publicAccessPrevention: 'inherited' | 'enforced';
}

/** The buckets of a cloud; their names are global. */
export class Buckets {
  readonly #buckets: Collection<Bucket>;
  /** Names by project, for listing. */
  readonly #ofProject: Collection<string>;
  /** Project of a bucket, asked by every permission check. */
  readonly #projectOf: WatchedCache<string | undefined>;

  constructor(store: Store) {
    this.#buckets = new Collection(store, 'buckets');
    this.#ofProject = new Collection(store, 'bucketsOfProject');
    const prefix = `${this.#buckets.prefix}/`;
    this.#projectOf = new WatchedCache(
      store,
      prefix,
      (key) => key.slice(prefix.length),
      async (name) => (await this.get(name))?.value.projectId,
    );
  }

  get(name: string): Promise<Stored<Bucket> | undefined> {
    return this.#buckets.get(name);
  }

  /** Returns the id of the project that a bucket belongs to; `undefined` where there is no such bucket. */
  projectOf(name: string): Promise<string | undefined> {
    return this.#projectOf.get(name);
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

  /** The changes that write a bucket. */
  put(bucket: Bucket): readonly Change[] {
    return [
      this.#buckets.put(bucket, bucket.name),
      this.#ofProject.put(bucket.name, bucket.projectId, bucket.name),
    ];
  }

  /** The changes that remove a bucket. */
  remove(bucket: Pick<Bucket, 'name' | 'projectId'>): readonly Change[] {
    return [this.#buckets.remove(bucket.name), this.#ofProject.remove(bucket.projectId, bucket.name)];
  }

  /** Holds where the bucket was last written at this revision; 0 where there must be none. */
  at(revision: number, name: string): Precondition {
    return this.#buckets.at(revision, name);
  }
}
