import { type ApiError, alreadyExists } from '../kernel/api-error.ts';
import type { Member } from '../kernel/principals.ts';
import { projectName, serviceAccountName } from '../kernel/resource-names.ts';
import type { Policy } from '../protocol/iam/policies/policy.ts';
import { type Change, type Precondition, PreconditionFailed } from '../store/store.ts';
import type { Project } from './projects.ts';
import type { Resources } from './resources.ts';
import { computeDefaultEmail } from './service-accounts.ts';

/** Guess: what the display name of Compute Engine's account is. */
const COMPUTE_DEFAULT_NAME = 'Compute Engine default service account';

/** How often a write is tried again after somebody else's; each loss means that another writer won. */
export const ATTEMPT_LIMIT = 20;

/** What comes with a new project. */
export interface NewProject {
  /** The address of its Compute Engine account. */
  readonly computeAccount: string;
  readonly policy: Policy;
  /** Everything but the policy. */
  readonly changes: readonly Change[];
  readonly preconditions: readonly Precondition[];
}

/**
 * Returns what makes a project: the record, its Compute Engine account, and a policy in which the owner of the cloud
 * is owner of the project.
 *
 * The account is an editor, as Google makes it where no organization policy says otherwise (IAM notes 1.8).
 *
 * @param ownerEmail - of the cloud's owner
 */
export function planNewProject(
  { projects, serviceAccounts, policies }: Resources,
  project: Project,
  ownerEmail: string,
): NewProject {
  const computeAccount = computeDefaultEmail(project.projectNumber);
  const account = serviceAccounts.draft(project.projectId, computeAccount, COMPUTE_DEFAULT_NAME);
  return {
    computeAccount,
    policy: {
      bindings: [
        { role: 'roles/editor', members: [`serviceAccount:${computeAccount}`] },
        { role: 'roles/owner', members: [ownerMember(ownerEmail)] },
      ],
    },
    changes: [
      ...projects.put(project),
      ...serviceAccounts.put(account),
      // An earlier project of this id had an account of this address.
      policies.remove(serviceAccountName(project.projectId, computeAccount)),
    ],
    preconditions: [
      projects.at(0, project.projectId),
      serviceAccounts.at(0, project.projectId, computeAccount),
    ],
  };
}

/** Returns the member that the owner of the cloud is. */
export function ownerMember(ownerEmail: string): Member {
  return `user:${ownerEmail}`;
}

function spentId(projectId: string): ApiError {
  return alreadyExists(
    `Project '${projectId}' was deleted for good, and an id is never given out twice. Choose another id.`,
  );
}

/**
 * Finds a project, and makes it where there is none.
 *
 * @param ownerEmail - of the cloud's owner, who owns every new project
 * @throws {ApiError} `ALREADY_EXISTS` for the id of a project that is gone
 * @throws {PreconditionFailed} where other writers won again and again
 */
export async function ensureProject(
  resources: Resources,
  projectId: string,
  ownerEmail: string,
): Promise<Project> {
  for (let left = ATTEMPT_LIMIT; ; left -= 1) {
    const stored = await resources.projects.get(projectId);
    if (stored !== undefined) return stored.value;
    if (await resources.projects.isSpent(projectId)) throw spentId(projectId);
    const project = resources.projects.draft(projectId);
    const { policy, changes, preconditions } = planNewProject(resources, project, ownerEmail);
    try {
      await resources.commit(
        [
          ...changes,
          ...(await resources.policies.putFirst(
            projectName(projectId),
            policy,
            resources.serviceAccounts.bornIn(changes),
          )),
        ],
        preconditions,
      );
      return project;
    } catch (error) {
      if (!(error instanceof PreconditionFailed) || left <= 1) throw error;
    }
  }
}
