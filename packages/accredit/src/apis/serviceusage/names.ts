import type { CallTarget } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { type ApiError, permissionDenied } from '../../kernel/api-error.ts';
import { clip } from '../../kernel/clip.ts';
import { projectName, type ResourceName } from '../../kernel/resource-names.ts';
import { ANY_PROJECT, parseProjectName } from '../../protocol/iam/service-accounts/service-account-names.ts';
import { findService, type KnownService } from '../../protocol/service-usage/known-services.ts';
import type { Stored } from '../../resources/collection.ts';
import type { Project } from '../../resources/projects.ts';

/** A call on the services of a project: `projects/123`. */
export type ParentTarget = CallTarget<{ readonly parent: string }>;

/** A call on one service of a project: `projects/123/services/compute.googleapis.com`. */
export type ServiceTarget = CallTarget<{ readonly name: string }>;

/** What `projects/{project}/services/{service}` names. */
interface NamedService {
  /** `projects/{project}` */
  readonly parent: string;
  readonly service: string;
}

/** Takes the name of a service of a project apart; what is no name of one has an empty service. */
export function parseServiceName(name: string): NamedService {
  const [, parent = '', service = ''] = /^(projects\/[^/]*)\/services\/([^/]*)$/.exec(name) ?? [];
  return { parent, service };
}

/** Finds the project that `projects/{project}` names by id or number. */
export async function findProject(
  parent: string,
  { resources }: Services,
): Promise<Stored<Project> | undefined> {
  const project = parseProjectName(parent);
  return project === undefined ? undefined : resources.projects.find(project);
}

/**
 * @throws {ApiError} `PERMISSION_DENIED`; only where refusals are not carried out, since IAM refuses such a call before
 */
export async function requireProject(parent: string, services: Services): Promise<Stored<Project>> {
  const project = await findProject(parent, services);
  if (project === undefined) throw permissionDenied('The caller does not have permission');
  return project;
}

/** The project of a call, as a permission's resource. */
export function onParent({ path, services }: ParentTarget): Promise<ResourceName> {
  return projectResource(path.parent, services);
}

/** The service of a call, known or not, as a permission's resource: `projects/p/services/compute.googleapis.com`. */
export async function onService({ path, services }: ServiceTarget): Promise<ResourceName> {
  const { parent, service } = parseServiceName(path.name);
  return `${await projectResource(parent, services)}/services/${service}`;
}

/** A project that is not there is named `projects/-`, on which nobody has a permission. */
async function projectResource(parent: string, services: Services): Promise<ResourceName> {
  return projectName((await findProject(parent, services))?.value.projectId ?? ANY_PROJECT);
}

/**
 * Finds the known services of these names, in their order.
 *
 * Guess: the text, and that it names all that are not known.
 *
 * @throws {ApiError} `PERMISSION_DENIED` where one is not known: Google does not say whether there is such a service
 */
export function requireServices(names: readonly string[]): readonly KnownService[] {
  const known = names.flatMap((name) => findService(name) ?? []);
  if (known.length < names.length)
    throw unknownServices(names.filter((name) => findService(name) === undefined));
  return known;
}

function unknownServices(names: readonly string[]): ApiError {
  const services = clip(names.join(','));
  return permissionDenied(`Not found or permission denied for service(s): ${services}.`, {
    echoes: true,
    info: {
      reason: 'SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED',
      domain: 'serviceusage.googleapis.com',
      metadata: { services },
    },
  });
}
