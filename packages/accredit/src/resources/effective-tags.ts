import type { ResourceName } from '../kernel/resource-names.ts';
import type { Store } from '../store/store.ts';
import type { Buckets } from './buckets.ts';
import type { Hierarchy } from './hierarchy.ts';
import { type ResourceTag, type Tags, toResourceTags } from './tags.ts';
import { WatchedCache } from './watched-cache.ts';

/** The collections whose records may have tags, each with the member that holds them. */
const TAGGED = {
  organizations: 'tags',
  folders: 'tags',
  projects: 'tags',
  buckets: 'tags',
  instances: 'resourceManagerTags',
} as const;

type TaggedCollection = keyof typeof TAGGED;

/** A record as far as its tags go. */
type Tagged = Readonly<Partial<Record<(typeof TAGGED)[TaggedCollection], Tags>>>;

/** The tags of resources with those that they inherit: the nearest value of a key counts (IAM notes 1.4). */
export class EffectiveTags {
  readonly #buckets: Buckets;
  readonly #hierarchy: Hierarchy;
  /** The tags of each record, by its key in the store. */
  readonly #own: ReadonlyMap<string, WatchedCache<Tags>>;

  constructor(store: Store, buckets: Buckets, hierarchy: Hierarchy) {
    this.#buckets = buckets;
    this.#hierarchy = hierarchy;
    this.#own = new Map(
      Object.entries(TAGGED).map(([prefix, member]) => [
        prefix,
        new WatchedCache(
          store,
          `${prefix}/`,
          (key) => key,
          async (key) => {
            // Records of these collections are written by their classes alone.
            const tagged = (await store.get(key))?.value as Tagged | undefined;
            return tagged?.[member] ?? NONE;
          },
        ),
      ]),
    );
  }

  /** Returns the tags of a resource and what it inherits, by key; none where nothing is tagged. */
  async of(resource: ResourceName): Promise<readonly ResourceTag[]> {
    const { key, node } = await this.#placeOf(resource);
    const above = node === undefined ? [] : await this.#hierarchy.ancestorsOf(node);
    const own = await Promise.all(
      [...(key === undefined ? [] : [key]), ...above].map((at) => this.#tagsAt(at)),
    );
    if (own.every((tags) => tags === NONE)) return [];
    return toResourceTags(Object.assign({}, ...own.toReversed()) as Tags);
  }

  async #tagsAt(key: string): Promise<Tags> {
    const [prefix = ''] = key.split('/', 1);
    return this.#own.get(prefix)?.get(key) ?? NONE;
  }

  /** Says under which key a resource's own record is, and in which project, folder or organization it is. */
  async #placeOf(resource: ResourceName): Promise<{ readonly key?: string; readonly node?: ResourceName }> {
    const [, bucket] = /^projects\/_\/buckets\/([^/]+)/.exec(resource) ?? [];
    if (bucket !== undefined) {
      const access = await this.#buckets.accessOf(bucket);
      return access === undefined ? {} : { key: `buckets/${bucket}`, node: `projects/${access.projectId}` };
    }
    const [kind = '', id = ''] = resource.split('/', 2);
    const node = `${kind}/${id}`;
    const [, zone, instance] = /^projects\/[^/]+\/zones\/([^/]+)\/instances\/([^/]+)/.exec(resource) ?? [];
    return instance === undefined ? { node } : { key: `instances/${id}/${zone}/${instance}`, node };
  }
}

const NONE: Tags = {};
