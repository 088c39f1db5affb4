import type { Clock } from '../kernel/ports.ts';
import type { Member } from '../kernel/principals.ts';
import type { Checksums } from '../protocol/storage/checksums.ts';
import {
  type ListingPage,
  type ListingQuery,
  type ReadNames,
  walkListing,
} from '../protocol/storage/listing.ts';
import type { Change, Precondition, Store } from '../store/store.ts';
import { Collection, type Stored } from './collection.ts';

/** What a caller says of an object's content; absent where it says nothing. */
export interface ContentFields {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
}

/** A live object as it is stored. Its bytes are elsewhere. */
export interface StorageObject extends ContentFields, Checksums {
  readonly bucket: string;
  /** Any text; a key and nothing else, never a path. */
  readonly name: string;
  /** Microseconds since the Unix epoch, decimal; rises with every new content of the name. */
  readonly generation: string;
  readonly metageneration: number;
  /** Names the bytes in `ObjectBytes`. */
  readonly bytesId: string;
  readonly sizeBytes: number;
  readonly storageClass: string;
  /** Custom metadata. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Who uploaded it, where somebody with a name did; a service account with its unique id (`toStoredMember`). */
  readonly owner?: Member;
}

/** The objects of all buckets: one entry each, under the bucket and the name. */
export class Objects {
  readonly #objects: Collection<StorageObject>;
  /** The bucket of bytes that are named, by their id: what has no entry here is left over from a crash. */
  readonly #byBytes: Collection<string>;
  /** The generation given out last in a bucket. Every upload writes it, so it also tells of uploads. */
  readonly #lastGenerations: Collection<string>;
  readonly #clock: Clock;
  #lastGeneration = 0n;

  constructor(store: Store, clock: Clock) {
    this.#objects = new Collection(store, 'objects');
    this.#byBytes = new Collection(store, 'objectBytes');
    this.#lastGenerations = new Collection(store, 'objectGenerations');
    this.#clock = clock;
  }

  get(bucket: string, name: string): Promise<Stored<StorageObject> | undefined> {
    return this.#objects.get(bucket, name);
  }

  /** Lists a page of a bucket. It costs what the page shows, whatever else the bucket holds. */
  list(bucket: string, query: ListingQuery): Promise<ListingPage<StorageObject>> {
    return walkListing(query, this.#reader(bucket, query.prefix));
  }

  async isEmpty(bucket: string): Promise<boolean> {
    return (await this.#objects.list([bucket], { limit: 1 })).items.length === 0;
  }

  /** Says whether an object has these bytes. */
  async namesBytes(bytesId: string): Promise<boolean> {
    return (await this.#byBytes.get(bytesId)) !== undefined;
  }

  /** Returns a generation that is greater than all that the bucket has had. */
  async nextGeneration(bucket: string): Promise<string> {
    const last = BigInt((await this.#lastGenerations.get(bucket))?.value ?? 0);
    const nowMicros = BigInt(this.#clock.now()) * 1000n;
    const least = (last > this.#lastGeneration ? last : this.#lastGeneration) + 1n;
    this.#lastGeneration = nowMicros > least ? nowMicros : least;
    return this.#lastGeneration.toString();
  }

  /** The changes that write an object, in the place of another where there is one. */
  put(object: StorageObject, replaced?: StorageObject): readonly Change[] {
    return [
      ...(replaced === undefined ? [] : [this.#byBytes.remove(replaced.bytesId)]),
      this.#objects.put(object, object.bucket, object.name),
      this.#byBytes.put(object.bucket, object.bytesId),
      this.#lastGenerations.put(object.generation, object.bucket),
    ];
  }

  /** The changes that remove an object. Its bytes are to be removed after the commit. */
  remove(object: StorageObject): readonly Change[] {
    return [this.#objects.remove(object.bucket, object.name), this.#byBytes.remove(object.bytesId)];
  }

  /** Holds where the object was last written at this revision; 0 where there must be none. */
  at(revision: number, bucket: string, name: string): Precondition {
    return this.#objects.at(revision, bucket, name);
  }

  /** Returns what holds for as long as nothing is uploaded into the bucket. */
  async whileNothingIsUploaded(bucket: string): Promise<Precondition> {
    const last = await this.#lastGenerations.get(bucket);
    return this.#lastGenerations.at(last?.revision ?? 0, bucket);
  }

  /** The change that forgets a bucket that goes, and has no objects. */
  forgetBucket(bucket: string): Change {
    return this.#lastGenerations.remove(bucket);
  }

  #reader(bucket: string, prefix: string): ReadNames<StorageObject> {
    return async (start, limit) => {
      const isFrom = start !== undefined && 'from' in start;
      const first = isFrom && start.from.startsWith(prefix) ? await this.get(bucket, start.from) : undefined;
      const after = isFrom ? start.from : start?.after;
      const page = await this.#objects.list([bucket], { limit, after }, prefix);
      const found = first === undefined ? page.items : [first, ...page.items].slice(0, limit);
      return found.map(({ value }) => ({ name: value.name, value }));
    };
  }
}
