import type { KnownService } from '../../protocol/service-usage/known-services.ts';
import type { Project } from '../../resources/projects.ts';

/** Says whether a project has a service enabled. */
export function isEnabledIn({ disabledServices = [] }: Project, { name }: KnownService): boolean {
  return !disabledServices.includes(name);
}

/**
 * Writes a service of a project as google.api.serviceusage.v1.Service.
 *
 * Deviation: of the configuration there are the name and the title alone; pinned by 'a service is shown with its state,
 * by the number of its project'.
 */
export function encodeService(project: Project, service: KnownService): Readonly<Record<string, unknown>> {
  const parent = `projects/${project.projectNumber}`;
  return {
    name: `${parent}/services/${service.name}`,
    config: { name: service.name, title: service.title },
    state: isEnabledIn(project, service) ? 'ENABLED' : 'DISABLED',
    parent,
  };
}
