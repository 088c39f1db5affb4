import { method, type Query } from '../../http/method.ts';
import { encodePage, pageOf, pageOfQuery, readPage } from '../../http/paging.ts';
import { type ApiError, invalidArgument } from '../../kernel/api-error.ts';
import { clip, SHORT_ECHO_LIMIT } from '../../kernel/clip.ts';
import { SERVICE_READ } from '../../protocol/iam/scopes.ts';
import { KNOWN_SERVICES, type KnownService } from '../../protocol/service-usage/known-services.ts';
import type { Project } from '../../resources/projects.ts';
import {
  findProject,
  onParent,
  onService,
  parseServiceName,
  requireProject,
  requireServices,
} from './names.ts';
import { encodeService, isEnabledIn } from './service-json.ts';

export const get = method({
  id: 'serviceusage.services.get',
  http: 'GET /v1/{name=projects/*/services/*}',
  scopes: SERVICE_READ,
  permission: { check: 'serviceusage.services.get', on: onService },
  async handle({ path, services }) {
    const { parent, service } = parseServiceName(path.name);
    const { value: project } = await requireProject(parent, services);
    return { json: encodeAll(project, requireServices([service]))[0] };
  },
});

function encodeAll(project: Project, services: readonly KnownService[]) {
  return services.map((service) => encodeService(project, service));
}

/**
 * Services of a page where the caller does not say, and at most.
 *
 * Guess: a size beyond the maximum is the maximum, which the documentation says it cannot exceed (AIP-158).
 *
 * @see the fields of ListServicesRequest
 */
const PAGE_SIZES = { default: 50, max: 200 } as const;

export const list = method({
  id: 'serviceusage.services.list',
  http: 'GET /v1/{parent=projects/*}/services',
  scopes: SERVICE_READ,
  permission: { check: 'serviceusage.services.list', on: onParent },
  async handle({ path, query, services }) {
    const matches = readFilter(query);
    const { value: project } = await requireProject(path.parent, services);
    const name = `projects/${project.projectId}/services`;
    const page = readPage(pageOfQuery(query, 'page_size'), PAGE_SIZES, name);
    const matching = KNOWN_SERVICES.filter((service) => matches(project, service));
    const { items, ...rest } = pageOf(matching, ({ name }) => name, page);
    return { json: encodePage('services', { ...rest, items: encodeAll(project, items) }, name) };
  },
});

/** The two filters that there are. Guess: the text for others. */
function readFilter(query: Query): (project: Project, service: KnownService) => boolean {
  const filter = query.get('filter') ?? '';
  if (filter === '') return () => true;
  const [, state] = /^state:\s*(ENABLED|DISABLED)$/.exec(filter) ?? [];
  if (state === undefined) {
    const allowed = "'state:ENABLED' or 'state:DISABLED'";
    throw invalidArgument(`Invalid filter '${clip(filter, SHORT_ECHO_LIMIT)}'. Use ${allowed}.`);
  }
  return (project, service) => isEnabledIn(project, service) === (state === 'ENABLED');
}

/** Services that one call gets at most. @see the fields of BatchGetServicesRequest */
const BATCH_GET_LIMIT = 30;

export const batchGet = method({
  id: 'serviceusage.services.batchGet',
  http: 'GET /v1/{parent=projects/*}/services:batchGet',
  scopes: SERVICE_READ,
  permission: { check: 'serviceusage.services.get', on: onParent },
  async handle({ path, query, services }) {
    const names = query.getAll('names');
    if (names.length > BATCH_GET_LIMIT) throw tooMany(names.length, BATCH_GET_LIMIT);
    const { value: project } = await requireProject(path.parent, services);
    const named = names.map(parseServiceName);
    for (const { parent } of named) {
      const found = await findProject(parent, services);
      if (found?.value.projectId !== project.projectId) throw otherParent(path.parent);
    }
    const known = requireServices(named.map(({ service }) => service));
    return { json: known.length === 0 ? {} : { services: encodeAll(project, known) } };
  },
});

/** Guess: the text. */
export function tooMany(count: number, limit: number): ApiError {
  return invalidArgument(`A request can name at most ${limit} services, got ${count}.`);
}

/** Guess: the text. */
function otherParent(parent: string): ApiError {
  return invalidArgument(`Every service in 'names' must be one of '${parent}'.`);
}
