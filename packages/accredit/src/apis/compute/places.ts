import type { CallTarget } from '../../http/method.ts';
import { type ApiError, type ApiErrorDetail, notFound } from '../../kernel/api-error.ts';
import { projectName, type ResourceName } from '../../kernel/resource-names.ts';
import { invalidField } from '../../protocol/compute/field-errors.ts';
import { checkPathProject } from '../../protocol/compute/names.ts';
import { findZone } from '../../protocol/compute/zones.ts';
import type { OperationPlace } from '../../resources/operations.ts';
import type { Project } from '../../resources/projects.ts';

/** A call on something in a project. */
export type ProjectTarget = CallTarget<{ readonly project: string }>;

/** A call on something in a zone of a project. */
export type ZoneTarget = CallTarget<{ readonly project: string; readonly zone: string }>;

/** A zone of a project, by their own names whatever the path called them. */
export interface Place {
  readonly projectId: string;
  readonly projectNumber: string;
  readonly zone: string;
  readonly region: string;
}

/**
 * The error of a resource that is not there.
 *
 * @param detail - `echoes` where the name does not stand in the path
 */
export function missing(resource: ResourceName, detail: Pick<ApiErrorDetail, 'echoes'> = {}): ApiError {
  return notFound(`The resource '${resource}' was not found`, detail);
}

/**
 * Finds the project of a path by its id or number.
 *
 * @throws {ApiError} 404 for one that is not there, whoever asks (compute notes 9.5)
 */
export async function projectOf({ path, services }: ProjectTarget): Promise<Project> {
  const project = await services.resources.projects.find(checkPathProject(path.project));
  if (project === undefined) throw missing(projectName(path.project));
  return project.value;
}

/** Returns the resource name of a path's project: `projects/ID`. */
export async function projectNameOf(target: ProjectTarget): Promise<ResourceName> {
  return projectName((await projectOf(target)).projectId);
}

/** Finds the zone of a path. @throws {ApiError} 400 for a zone that there is not */
export async function placeOf(target: ZoneTarget): Promise<Place> {
  const { projectId, projectNumber } = await projectOf(target);
  const zone = findZone(target.path.zone);
  if (zone === undefined) throw invalidField('zone', target.path.zone, 'Unknown zone.');
  return { projectId, projectNumber, zone: zone.name, region: zone.region };
}

/** Returns the resource name of a zone: `projects/p/zones/z`. */
export function zoneName({ projectId, zone }: Pick<Place, 'projectId' | 'zone'>): ResourceName {
  return `projects/${projectId}/zones/${zone}`;
}

/** Returns the collection of a place's operations: `projects/p/zones/z/operations`, `projects/p/global/operations`. */
export function operationsName({ projectId, zone }: OperationPlace): ResourceName {
  return zone === undefined
    ? `${projectName(projectId)}/global/operations`
    : `${zoneName({ projectId, zone })}/operations`;
}
