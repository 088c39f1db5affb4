import type { Clock } from '../kernel/ports.ts';
import type { Change, Store } from '../store/store.ts';
import { Collection, type Page, type PageRequest, type Stored } from './collection.ts';
import type { Tags } from './tags.ts';

/** What a project or a folder is in. */
export type ParentName = `folders/${string}` | `organizations/${string}`;

/** A folder as it is stored. */
export interface Folder {
  /** Decimal digits, unique, never changes. */
  readonly folderId: string;
  /** Unique among the folders of its parent. */
  readonly displayName: string;
  readonly parent: ParentName;
  readonly createdAtMs: number;
  readonly tags?: Tags;
}

/** The folders of a cloud. Only the configuration makes them. */
export class Folders {
  readonly #folders: Collection<Folder>;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#folders = new Collection(store, 'folders');
    this.#clock = clock;
  }

  get(folderId: string): Promise<Stored<Folder> | undefined> {
    return this.#folders.get(folderId);
  }

  /** Lists all folders, in the order of their ids. */
  list(page: PageRequest): Promise<Page<Stored<Folder>>> {
    return this.#folders.list([], page);
  }

  /** Returns a new folder record. */
  draft(folderId: string, displayName: string, parent: ParentName): Folder {
    return { folderId, displayName, parent, createdAtMs: this.#clock.now() };
  }

  /** The change that writes a folder. */
  put(folder: Folder): Change {
    return this.#folders.put(folder, folder.folderId);
  }

  /** The change that removes a folder; what is in it is for the caller to have removed. */
  remove(folderId: string): Change {
    return this.#folders.remove(folderId);
  }

  /** Holds where the folder was last written at this revision; 0 where there must be none. */
  at(revision: number, folderId: string) {
    return this.#folders.at(revision, folderId);
  }
}
