import { method } from '../../http/method.ts';
import { pageOfQuery } from '../../http/paging.ts';
import { object } from '../../kernel/decode.ts';
import { projectName } from '../../kernel/resource-names.ts';
import { PROJECT_READ } from '../../protocol/iam/scopes.ts';
import {
  matchesQuery,
  parseQuery,
  type Query,
  requiredValue,
} from '../../protocol/resource-manager/query.ts';
import { findParent, findProject, named } from './lookups.ts';
import { renderPage } from './pages.ts';
import { encodeV1Project, projectFields, toResourceId } from './project-resource.ts';

export const get = method({
  id: 'cloudresourcemanager.projects.get',
  http: 'GET /v1/projects/{resource}',
  scopes: PROJECT_READ,
  permission: { check: 'resourcemanager.projects.get', on: named('projects', 'v1') },
  async handle(call) {
    return { json: encodeV1Project((await findProject(call)).value) };
  },
});

/** What is asked for on a parent whose projects are listed. */
const LIST = 'resourcemanager.projects.list';

export const list = method({
  id: 'cloudresourcemanager.projects.list',
  http: 'GET /v1/projects',
  scopes: PROJECT_READ,
  open: 'it shows what the caller may get; with a parent in its filter resourcemanager.projects.list is asked for there',
  async handle(call) {
    const { query, services } = call;
    const filter = parseQuery(query.get('filter') ?? '');
    const parent = parentOf(filter);
    if (parent !== undefined) {
      const asked = { name: parent, field: 'filter', version: 'v1', permission: LIST } as const;
      await call.authorize(LIST, await findParent(asked, services));
    }
    const { projects } = services.resources;
    return {
      json: await renderPage(
        {
          field: 'projects',
          list: (page) => projects.list(page),
          keyOf: ({ projectId }) => projectId,
          isWanted: (project) => matchesQuery(filter, projectFields(project)),
          isVisible: ({ projectId }) => call.may('resourcemanager.projects.get', projectName(projectId)),
          encode: ({ value }) => encodeV1Project(value),
        },
        pageOfQuery(query),
        'projects',
      ),
    };
  },
});

/** Returns the one parent whose projects a filter is for: it must hold both of its parts. */
function parentOf(filter: Query): string | undefined {
  const type = requiredValue(filter, 'parent.type');
  const id = requiredValue(filter, 'parent.id');
  return type === undefined || id === undefined ? undefined : `${type}s/${id}`;
}

const emptyRequest = object({});

export const getAncestry = method({
  id: 'cloudresourcemanager.projects.getAncestry',
  http: 'POST /v1/projects/{resource}:getAncestry',
  scopes: PROJECT_READ,
  permission: { check: 'resourcemanager.projects.get', on: named('projects', 'v1') },
  body: { kind: 'json', decode: emptyRequest },
  async handle(call) {
    const { projectId } = (await findProject(call)).value;
    const names = await call.services.resources.hierarchy.ancestorsOf(projectName(projectId));
    return { json: { ancestor: names.map((name) => ({ resourceId: toResourceId(name) })) } };
  },
});
