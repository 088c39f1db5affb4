/** A cloud with an organization, two folders in it, and its project in the inner one. */
import type { Services } from '../../http/services.ts';
import type { FindRole } from '../../protocol/iam/policies/policy.ts';
import type { Project } from '../../resources/projects.ts';
import { openTestCloud, PROJECT_ID, type TestCloud } from '../api.fixture.ts';
import { cloudResourceManager } from './index.ts';

export const HOST = 'https://cloudresourcemanager.googleapis.com';
export const ORGANIZATION = 'organizations/123456789012';
export const OUTER_FOLDER = 'folders/111111111111';
export const INNER_FOLDER = 'folders/222222222222';

/** Opens the cloud. @param roles - default: the catalogue */
export async function openHierarchy(changed: Partial<Services> = {}, roles?: FindRole): Promise<TestCloud> {
  const cloud = await openTestCloud([cloudResourceManager], changed, roles);
  const { organizations, folders, commit } = cloud.services.resources;
  await commit([
    organizations.put({
      ...organizations.draft('123456789012', 'example.com'),
      directoryCustomerId: 'C0abcd123',
    }),
    folders.put(folders.draft('111111111111', 'Engineering', ORGANIZATION)),
    folders.put(folders.draft('222222222222', 'Team Blue', OUTER_FOLDER)),
  ]);
  await changeProject(cloud, { parent: INNER_FOLDER });
  return cloud;
}

/** Changes the record of the project. */
export async function changeProject(cloud: TestCloud, changed: Partial<Project>): Promise<void> {
  const { projects, commit } = cloud.services.resources;
  const stored = await projects.get(PROJECT_ID);
  if (stored === undefined) throw new Error('No project in the fixture.');
  await commit(projects.put({ ...stored.value, ...changed }));
}

/** Makes an account with roles on a resource, and returns its token. */
export async function tokenWith(cloud: TestCloud, resource: string, ...roles: readonly string[]) {
  const email = await cloud.account('caller');
  for (const role of roles) await cloud.grant(resource, role, `serviceAccount:${email}`);
  return cloud.token(email);
}

/** The answer of a refusal in the words of v3. @param asked - the resource as the caller named it */
export function refusedInV3(permission: string, asked: string) {
  const domain = 'cloudresourcemanager.googleapis.com';
  return {
    error: {
      code: 403,
      message: `Permission '${permission}' denied on resource '//${domain}/${asked}' (or it may not exist).`,
      status: 'PERMISSION_DENIED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'IAM_PERMISSION_DENIED',
          domain,
          metadata: { permission, resource: asked },
        },
      ],
    },
  };
}
