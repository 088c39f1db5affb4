/** What Resource Manager asks the callers of its methods for (IAM notes 3.6). */
import { PROJECT_ID } from '../api.fixture.ts';
import type { ExpectedMethod, ExpectedMethods } from '../permission-suite.fixture.ts';
import { INNER_FOLDER, ORGANIZATION, OUTER_FOLDER } from './hierarchy.fixture.ts';

const ON_PROJECT = `projects/${PROJECT_ID}`;

const READ = ['cloud-platform', 'cloud-platform.read-only'];
const WRITE = ['cloud-platform'];

/** A method that asks for a permission of the resource that it is about: `projects.get`. */
function reads(permission: string, resource: string): ExpectedMethod {
  return { scopes: READ, asks: [[`resourcemanager.${permission}`, resource]] };
}

/** The same of a method that changes it. */
function writes(permission: string, resource: string): ExpectedMethod {
  return { scopes: WRITE, asks: [[`resourcemanager.${permission}`, resource]] };
}

/** A list of what is anywhere: of each thing it is asked whether the caller may get it. */
function searches(kind: string): ExpectedMethod {
  return { scopes: READ, showsBy: `resourcemanager.${kind}.get` };
}

/** Making a project in the inner folder; the body names it. */
const create: ExpectedMethod = {
  scopes: WRITE,
  asksInside: [['resourcemanager.projects.create', INNER_FOLDER]],
};

/**
 * People make a project without a parent and are asked for nothing, which `project-changes.test.ts` has; a list of
 * projects with a parent in its filter asks for `resourcemanager.projects.list` there: `project-listings.test.ts`.
 */
const projects: ExpectedMethods = {
  'cloudresourcemanager.projects.get': reads('projects.get', ON_PROJECT),
  'cloudresourcemanager.projects.list': searches('projects'),
  'cloudresourcemanager.projects.create': create,
  'cloudresourcemanager.projects.update': writes('projects.update', ON_PROJECT),
  'cloudresourcemanager.projects.delete': writes('projects.delete', ON_PROJECT),
  'cloudresourcemanager.projects.undelete': writes('projects.undelete', ON_PROJECT),
  'cloudresourcemanager.projects.getAncestry': reads('projects.get', ON_PROJECT),
  'cloudresourcemanager.v3.projects.get': reads('projects.get', ON_PROJECT),
  'cloudresourcemanager.v3.projects.list': reads('projects.list', INNER_FOLDER),
  'cloudresourcemanager.v3.projects.search': searches('projects'),
  'cloudresourcemanager.v3.projects.create': create,
  'cloudresourcemanager.v3.projects.patch': {
    scopes: WRITE,
    asks: [
      ['resourcemanager.projects.update', ON_PROJECT],
      ['resourcemanager.projects.get', ON_PROJECT],
    ],
  },
  // The reference adds `update` to what the tables have (MoveProject of projects.proto). What the project is taken out
  // of is asked for `move` too: `project-changes.test.ts` has that.
  'cloudresourcemanager.v3.projects.move': {
    scopes: WRITE,
    asks: [
      ['resourcemanager.projects.update', ON_PROJECT],
      ['resourcemanager.projects.move', OUTER_FOLDER],
      ['resourcemanager.projects.create', OUTER_FOLDER],
    ],
  },
  'cloudresourcemanager.v3.projects.delete': writes('projects.delete', ON_PROJECT),
  'cloudresourcemanager.v3.projects.undelete': writes('projects.undelete', ON_PROJECT),
};

const foldersAndOrganizations: ExpectedMethods = {
  'cloudresourcemanager.v2.folders.get': reads('folders.get', INNER_FOLDER),
  'cloudresourcemanager.v2.folders.list': reads('folders.list', INNER_FOLDER),
  'cloudresourcemanager.v2.folders.search': searches('folders'),
  'cloudresourcemanager.v3.folders.get': reads('folders.get', INNER_FOLDER),
  'cloudresourcemanager.v3.folders.list': reads('folders.list', INNER_FOLDER),
  'cloudresourcemanager.v3.folders.search': searches('folders'),
  'cloudresourcemanager.v1.organizations.get': reads('organizations.get', ORGANIZATION),
  'cloudresourcemanager.v1.organizations.search': searches('organizations'),
  'cloudresourcemanager.v3.organizations.get': reads('organizations.get', ORGANIZATION),
  'cloudresourcemanager.v3.organizations.search': searches('organizations'),
};

/** The policies of one kind, as one version has them. @param ids - what stands before the verbs */
function policiesOf(ids: string, kind: string, resource: string, testScopes = READ): ExpectedMethods {
  return {
    [`${ids}.getIamPolicy`]: reads(`${kind}.getIamPolicy`, resource),
    [`${ids}.setIamPolicy`]: writes(`${kind}.setIamPolicy`, resource),
    [`${ids}.testIamPermissions`]: { scopes: testScopes },
  };
}

const policies: ExpectedMethods = {
  ...policiesOf('cloudresourcemanager.projects', 'projects', ON_PROJECT),
  ...policiesOf('cloudresourcemanager.v3.projects', 'projects', ON_PROJECT),
  // To test them reads, and still wants the scope that writes.
  ...policiesOf('cloudresourcemanager.v2.folders', 'folders', INNER_FOLDER, WRITE),
  ...policiesOf('cloudresourcemanager.v3.folders', 'folders', INNER_FOLDER, WRITE),
  ...policiesOf('cloudresourcemanager.organizations', 'organizations', ORGANIZATION),
  ...policiesOf('cloudresourcemanager.v3.organizations', 'organizations', ORGANIZATION),
};

export const RESOURCE_MANAGER_PERMISSIONS: ExpectedMethods = {
  ...projects,
  ...foldersAndOrganizations,
  ...policies,
  'cloudresourcemanager.operations.get': { scopes: READ },
};
