import type { ResourceName } from '../kernel/resource-names.ts';
import type { Store } from '../store/store.ts';
import type { Folders, ParentName } from './folders.ts';
import type { Projects } from './projects.ts';
import { WatchedCache } from './watched-cache.ts';

/**
 * Folders from a project up to its organization, at most.
 *
 * @see https://cloud.google.com/resource-manager/docs/limits
 */
export const FOLDER_DEPTH_LIMIT = 10;

/** Who is in what: from a project over its folders to its organization. */
export class Hierarchy {
  readonly #projects: Projects;
  readonly #folders: Folders;
  readonly #ancestors: WatchedCache<readonly ResourceName[]>;

  constructor(store: Store, projects: Projects, folders: Folders) {
    this.#projects = projects;
    this.#folders = folders;
    this.#ancestors = new WatchedCache(
      store,
      'projects/',
      (key) => key,
      (name) => this.#climb(name),
    );
    // A folder may be above any of them, and folders move seldom.
    store.watch('folders/', () => this.#ancestors.clear());
  }

  /**
   * Returns a project, folder or organization and all that it is in, nearest first; one that is not there is in nothing.
   *
   * @param name - `projects/{projectId}`, `folders/N` or `organizations/N`
   * @throws {Error} where more folders are above it than there may be; each write sees to it that there are not
   */
  ancestorsOf(name: ResourceName): Promise<readonly ResourceName[]> {
    return this.#ancestors.get(name);
  }

  async #climb(name: ResourceName): Promise<readonly ResourceName[]> {
    const climbed = new Set<ResourceName>();
    let folders = 0;
    for (let next: ResourceName | undefined = name; next !== undefined; next = await this.#parentOf(next)) {
      // Nothing above a circle is left out: it has been walked whole.
      if (climbed.has(next)) break;
      if (next.startsWith('folders/')) folders += 1;
      // To leave out what is above would leave out its deny policies.
      if (folders > FOLDER_DEPTH_LIMIT) throw new Error(`Too many folders above '${name}'.`);
      climbed.add(next);
    }
    return [...climbed];
  }

  async #parentOf(name: ResourceName): Promise<ParentName | undefined> {
    const [kind, id = ''] = name.split('/');
    if (kind === 'projects') return (await this.#projects.get(id))?.value.parent;
    if (kind === 'folders') return (await this.#folders.get(id))?.value.parent;
    return undefined;
  }
}
