import { digitsOf } from '../kernel/identifiers.ts';
import type { Clock } from '../kernel/ports.ts';
import { DAY_MS } from '../kernel/timestamps.ts';
import type { OsLogin } from '../protocol/metadata/os-login/os-login-users.ts';
import type { Change, Store } from '../store/store.ts';
import { Collection, type Page, type PageRequest, type Stored } from './collection.ts';
import type { ParentName } from './folders.ts';
import type { Tags } from './tags.ts';
import { Turns } from './turns.ts';
import { WatchedCache } from './watched-cache.ts';

/** A project as it is stored. */
export interface Project {
  readonly projectId: string;
  /** 12 decimal digits, unique, never changes. */
  readonly projectNumber: string;
  readonly name: string;
  readonly createdAtMs: number;
  /** When Resource Manager last changed it; absent where it never did. */
  readonly updatedAtMs?: number;
  readonly labels: Readonly<Record<string, string>>;
  /** What `project/attributes/` of every instance shows. */
  readonly commonInstanceMetadata: readonly MetadataItem[];
  /** Who may log in to its instances by OS Login; absent where nobody was declared. */
  readonly osLogin?: OsLogin;
  /** What it is in; absent for a project without organization. */
  readonly parent?: ParentName;
  /** Its tags and their values, both by short name: `123456789012/env` → `prod`. */
  readonly tags?: Tags;
  /** Absent while it is active. */
  readonly state?: 'DELETE_REQUESTED';
  /** When its deletion was asked for; there while `state` is. */
  readonly deletedAtMs?: number;
  /** DNS names of the services that were disabled, in order; absent where there are none. */
  readonly disabledServices?: readonly string[];
}

/** One entry of instance or project metadata; values are kept byte for byte. */
export interface MetadataItem {
  readonly key: string;
  readonly value: string;
}

/** Returns a project as it is when its deletion was taken back. */
export function withoutDeletion(project: Project): Project {
  const { state: _state, deletedAtMs: _deletedAtMs, ...active } = project;
  return active;
}

/** How long a deleted project can be brought back; after that it is gone (IAM notes 3.6). */
export const PROJECT_DELETION_MS = 30 * DAY_MS;

/** Digits of a project number, as new projects have them. */
const PROJECT_NUMBER_DIGITS = 12;

/** The projects of a cloud, found by id or by number. */
export class Projects {
  readonly #projects: Collection<Project>;
  readonly #byNumber: Collection<string>;
  readonly #clock: Clock;
  readonly #deletedNumbers: WatchedCache<string | undefined>;
  /** For those who read a project and write what becomes of it. */
  readonly turns = new Turns();

  constructor(store: Store, clock: Clock) {
    this.#projects = new Collection(store, 'projects');
    this.#byNumber = new Collection(store, 'projectsByNumber');
    this.#clock = clock;
    const prefix = `${this.#projects.prefix}/`;
    this.#deletedNumbers = new WatchedCache(
      store,
      prefix,
      (key) => key.slice(prefix.length),
      async (projectId) => {
        const project = (await this.#projects.get(projectId))?.value;
        return project?.state === undefined ? undefined : project.projectNumber;
      },
    );
  }

  /** Returns the number of a project whose deletion was asked for, kept until it changes; `undefined` for any other. */
  deletedNumberOf(projectId: string): Promise<string | undefined> {
    return this.#deletedNumbers.get(projectId);
  }

  /** Finds a project by its id; one that was deleted more than 30 days ago is gone. */
  async get(projectId: string): Promise<Stored<Project> | undefined> {
    const project = await this.#projects.get(projectId);
    return project === undefined || this.#isGone(project.value) ? undefined : project;
  }

  #isGone({ deletedAtMs }: Project): boolean {
    return deletedAtMs !== undefined && this.#clock.now() >= deletedAtMs + PROJECT_DELETION_MS;
  }

  /**
   * Says whether an id is that of a project that is gone: it is never given out again.
   *
   * @see https://cloud.google.com/resource-manager/docs/creating-managing-projects#before_you_begin
   */
  async isSpent(projectId: string): Promise<boolean> {
    const project = await this.#projects.get(projectId);
    return project !== undefined && this.#isGone(project.value);
  }

  /** Returns the id of the project that has a number, also of one that is gone; `undefined` where nobody ever had it. */
  async holderOf(projectNumber: string): Promise<string | undefined> {
    return (await this.#byNumber.get(projectNumber))?.value;
  }

  /** Finds a project by its id or its number. */
  async find(idOrNumber: string): Promise<Stored<Project> | undefined> {
    if (!/^\d+$/.test(idOrNumber)) return this.get(idOrNumber);
    const projectId = await this.holderOf(idOrNumber);
    return projectId === undefined ? undefined : this.get(projectId);
  }

  /** Lists projects by id. A page may be short of those that are gone by now. */
  async list(page: PageRequest): Promise<Page<Stored<Project>>> {
    const found = await this.#projects.list([], page);
    return { ...found, items: found.items.filter(({ value }) => !this.#isGone(value)) };
  }

  /**
   * Returns a new project record.
   *
   * @param projectNumber - default: follows from the id, so that links and addresses stay the same between clouds
   */
  draft(
    projectId: string,
    name = projectId,
    projectNumber = digitsOf(projectId, PROJECT_NUMBER_DIGITS),
  ): Project {
    const createdAtMs = this.#clock.now();
    return { projectId, projectNumber, name, createdAtMs, labels: {}, commonInstanceMetadata: [] };
  }

  /** The changes that write a project. */
  put(project: Project): readonly Change[] {
    return [
      this.#projects.put(project, project.projectId),
      this.#byNumber.put(project.projectId, project.projectNumber),
    ];
  }

  /** The changes that remove a project; what it holds is for the caller to have removed. */
  remove({ projectId, projectNumber }: Pick<Project, 'projectId' | 'projectNumber'>): readonly Change[] {
    return [this.#projects.remove(projectId), this.#byNumber.remove(projectNumber)];
  }

  /** Holds where the project was last written at this revision; 0 where there must be none. */
  at(revision: number, projectId: string) {
    return this.#projects.at(revision, projectId);
  }
}
