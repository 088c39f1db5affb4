import { method } from '../../http/method.ts';
import { projectName } from '../../kernel/resource-names.ts';
import { toPacificTime } from '../../protocol/compute/pacific-time.ts';
import { toLink } from '../../protocol/compute/references.ts';
import { COMPUTE_READ } from '../../protocol/iam/scopes.ts';
import type { Project } from '../../resources/projects.ts';
import { computeDefaultEmail } from '../../resources/service-accounts.ts';
import { renderMetadata } from './instance-json.ts';
import { projectNameOf, projectOf } from './places.ts';

export const get = method({
  id: 'compute.projects.get',
  http: 'GET /compute/v1/projects/{project}',
  scopes: COMPUTE_READ,
  permission: { check: 'compute.projects.get', on: projectNameOf },
  async handle(call) {
    const project = await projectOf(call);
    const email = computeDefaultEmail(project.projectNumber);
    const account = await call.services.resources.serviceAccounts.find(email);
    return { json: encodeProject(project, account?.value.email) };
  },
});

/**
 * Deviation: no quotas, since none is kept; pinned by 'a project is shown as Compute Engine sees it'.
 *
 * @param defaultServiceAccount - absent where the project has none
 */
function encodeProject(project: Project, defaultServiceAccount: string | undefined) {
  return {
    kind: 'compute#project',
    // Guess: newer projects' id is their number (compute notes 12, row 20).
    id: project.projectNumber,
    creationTimestamp: toPacificTime(project.createdAtMs),
    name: project.projectId,
    commonInstanceMetadata: renderMetadata(project.commonInstanceMetadata),
    selfLink: toLink(projectName(project.projectId)),
    defaultServiceAccount,
    xpnProjectStatus: 'UNSPECIFIED_XPN_PROJECT_STATUS',
    defaultNetworkTier: 'PREMIUM',
    // What the host names of instances say too: NAME.ZONE.c.PROJECT.internal.
    vmDnsSetting: 'ZONAL_ONLY',
    cloudArmorTier: 'CA_STANDARD',
  };
}
