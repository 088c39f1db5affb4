import { method } from '../../http/method.ts';
import { pageOfQuery } from '../../http/paging.ts';
import { boolean, optional } from '../../kernel/decode.ts';
import { projectName } from '../../kernel/resource-names.ts';
import { PROJECT_READ } from '../../protocol/iam/scopes.ts';
import type { Project, Projects } from '../../resources/projects.ts';
import { findProject, named, parentOfQuery } from './lookups.ts';
import { type Listing, renderPage } from './pages.ts';
import { encodeV3Project, projectFields } from './project-resource.ts';
import { wordsOf } from './refusals.ts';
import { searchByAddress } from './searches.ts';

export const getV3 = method({
  id: 'cloudresourcemanager.v3.projects.get',
  http: 'GET /v3/projects/{resource}',
  scopes: PROJECT_READ,
  ...wordsOf('v3'),
  permission: { check: 'resourcemanager.projects.get', on: named('projects', 'v3') },
  async handle(call) {
    const { value, revision } = await findProject(call);
    return { json: encodeV3Project(value, revision) };
  },
});

function listing(projects: Projects): Omit<Listing<Project>, 'isWanted' | 'isVisible'> {
  return {
    field: 'projects',
    list: (page) => projects.list(page),
    keyOf: ({ projectId }) => projectId,
    encode: ({ value, revision }) => encodeV3Project(value, revision),
  };
}

const LIST = 'resourcemanager.projects.list';
const findParentOfList = parentOfQuery('v3');

export const listV3 = method({
  id: 'cloudresourcemanager.v3.projects.list',
  http: 'GET /v3/projects',
  scopes: PROJECT_READ,
  ...wordsOf('v3'),
  permission: { check: LIST, on: findParentOfList },
  async handle(call) {
    const { query, services } = call;
    const parent = await findParentOfList(call, LIST);
    const showDeleted = optional(boolean)(query.get('showDeleted'), 'showDeleted') ?? false;
    const isWanted = (project: Project) =>
      project.parent === parent && (showDeleted || project.state === undefined);
    const all = listing(services.resources.projects);
    const isVisible = async () => true;
    return {
      json: await renderPage({ ...all, isWanted, isVisible }, pageOfQuery(query), `${parent}/projects`),
    };
  },
});

export const searchV3 = searchByAddress<Project>({
  id: 'cloudresourcemanager.v3.projects.search',
  http: 'GET /v3/projects:search',
  searched: {
    listing: ({ resources }) => listing(resources.projects),
    fieldsOf: projectFields,
    permission: 'resourcemanager.projects.get',
    nameOf: ({ projectId }) => projectName(projectId),
  },
});
