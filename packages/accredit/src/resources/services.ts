import type { Store } from '../store/store.ts';
import type { Project, Projects } from './projects.ts';
import { WatchedCache } from './watched-cache.ts';

/**
 * Which services the projects have enabled: all, but for those that were disabled.
 *
 * Deviation: a new project has every service enabled, where Google's has a few; pinned by 'every known service is enabled
 * until it is disabled'.
 */
export class ServiceStates {
  readonly #disabled: WatchedCache<ReadonlySet<string>>;

  constructor(store: Store, projects: Projects) {
    const prefix = 'projects/';
    this.#disabled = new WatchedCache(
      store,
      prefix,
      (key) => key.slice(prefix.length),
      async (projectId) => new Set((await projects.get(projectId))?.value.disabledServices),
    );
  }

  /**
   * Says whether a project may use a service.
   *
   * @param service - DNS name: `compute.googleapis.com`; one that is not known here is enabled
   */
  async isEnabled(projectId: string, service: string): Promise<boolean> {
    return !(await this.#disabled.get(projectId)).has(service);
  }
}

/** Returns a project with further services enabled. */
export function withServicesEnabled(project: Project, names: ReadonlySet<string>): Project {
  return withDisabled(
    project,
    disabledIn(project).filter((name) => !names.has(name)),
  );
}

/** Returns a project with further services disabled. */
export function withServicesDisabled(project: Project, names: ReadonlySet<string>): Project {
  return withDisabled(project, [...new Set([...disabledIn(project), ...names])].sort());
}

function disabledIn({ disabledServices = [] }: Project): readonly string[] {
  return disabledServices;
}

/** Nothing is kept of a project in which everything is enabled. */
function withDisabled(project: Project, names: readonly string[]): Project {
  if (names.length > 0) return { ...project, disabledServices: names };
  const { disabledServices, ...rest } = project;
  return disabledServices === undefined ? project : rest;
}
