import { folderName, organizationName, projectName } from '../kernel/resource-names.ts';
import type { ParentName } from '../resources/folders.ts';
import type { Project } from '../resources/projects.ts';
import { type ServiceAccount, userManagedEmail } from '../resources/service-accounts.ts';
import { type Declared, settled, toItems } from './declared.ts';
import { type DeclaredBucket, toBucket } from './declared-buckets.ts';
import { type DeclaredCustomRole, toCustomRoles } from './declared-custom-roles.ts';
import { toGrants, toRoles } from './declared-grants.ts';
import { type DeclaredInstance, toInstance } from './declared-instances.ts';
import { toOsLogin } from './declared-os-login.ts';
import type { Path } from './problems.ts';
import type { FileAccount, FileProject } from './project-schema.ts';

export interface DeclaredProject
  extends Declared<
    Pick<
      Project,
      'name' | 'labels' | 'commonInstanceMetadata' | 'osLogin' | 'parent' | 'tags' | 'disabledServices'
    >
  > {
  readonly projectId: string;
  /** Absent: the one that it has, or one that follows from the id. */
  readonly projectNumber: string | undefined;
  readonly customRoles: readonly DeclaredCustomRole[];
  readonly serviceAccounts: readonly DeclaredServiceAccount[];
  readonly buckets: readonly DeclaredBucket[];
  readonly instances: readonly DeclaredInstance[];
}

export interface DeclaredServiceAccount
  extends Declared<Pick<ServiceAccount, 'displayName' | 'description' | 'disabled'>> {
  readonly email: string;
}

/** @param directory - of the file: what it names is looked for there */
export function toProject(project: FileProject, path: Path, directory: string): DeclaredProject {
  const { projectId } = project;
  const accounts = project.serviceAccounts ?? [];
  return {
    path,
    projectId,
    projectNumber: project.projectNumber,
    fields: settled({
      name: project.name,
      labels: project.labels,
      commonInstanceMetadata: toItems(project.metadata),
      osLogin: project.osLogin && toOsLogin(project.osLogin),
      parent: toParent(project.parent),
      tags: project.tags,
      disabledServices: toDisabledServices(project),
    }),
    customRoles: toCustomRoles(project.customRoles, projectName(projectId), path),
    grants: [
      ...toGrants(project.iamPolicy, [...path, 'iamPolicy']),
      ...accounts.flatMap((account, index) =>
        toRoles(account, projectId, [...path, 'serviceAccounts', index, 'roles']),
      ),
    ],
    serviceAccounts: accounts.map((account, index) =>
      toServiceAccount(account, projectId, [...path, 'serviceAccounts', index]),
    ),
    buckets: (project.buckets ?? []).map((bucket, index) =>
      toBucket(bucket, [...path, 'buckets', index], directory),
    ),
    instances: (project.instances ?? []).map((instance, index) =>
      toInstance(instance, projectId, [...path, 'instances', index], directory),
    ),
  };
}

/** A parent has the form that the schema asks for. */
function toParent(parent: string | undefined): ParentName | undefined {
  const [kind, id = ''] = parent?.split('/') ?? [];
  if (kind === undefined) return undefined;
  return kind === 'folders' ? folderName(id) : organizationName(id);
}

function toServiceAccount(account: FileAccount, projectId: string, path: Path): DeclaredServiceAccount {
  const { displayName, description, disabled } = account;
  return {
    path,
    email: userManagedEmail(account.accountId, projectId),
    fields: settled({ displayName, description, disabled }),
    grants: toGrants(account.iamPolicy, [...path, 'iamPolicy']),
  };
}

/** A key with nothing behind it is the empty list: every service is enabled. */
function toDisabledServices({ disabledServices }: FileProject): readonly string[] | undefined {
  return disabledServices === undefined ? undefined : [...new Set(disabledServices ?? [])].sort();
}
