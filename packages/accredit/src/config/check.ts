import {
  bucketName,
  folderName,
  groupName,
  instanceName,
  objectName,
  organizationName,
  projectName,
  serviceAccountName,
} from '../kernel/resource-names.ts';
import { customRoleName } from '../protocol/iam/roles/role-names.ts';
import { checkOsLogin } from './check-os-login.ts';
import type { Configuration } from './configuration.ts';
import type { DeclaredBucket } from './declared-buckets.ts';
import type { DeclaredCustomRole } from './declared-custom-roles.ts';
import { conditionPath, type DeclaredGrant } from './declared-grants.ts';
import type { DeclaredProject } from './declared-projects.ts';
import { type ConfigurationProblem, describeValue, type Path } from './problems.ts';
import type { ConfigurationFile } from './schema.ts';
import { denyPolicyName } from './settle-deny-policies.ts';

/**
 * Checks what no part of a file can know of the others: names that are declared twice, and what refers to them.
 *
 * What depends on the state of a cloud (whether an account exists that the file does not declare) is for `apply`.
 */
export function checkConfiguration(
  configuration: Configuration,
  file: ConfigurationFile,
): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const complain = (path: Path, expected: string) => {
    problems.push(configuration.source.problem(path, `expected ${expected}.`));
  };
  checkNames(configuration, complain);
  checkDefaultProject(configuration, file, complain);
  for (const [index, project] of configuration.projects.entries()) {
    checkAttachments(project, file.projects?.[index]?.instances ?? [], complain);
    const { osLogin } = project.fields;
    if (osLogin !== undefined) checkOsLogin(osLogin, [...project.path, 'osLogin'], complain);
    for (const bucket of project.buckets) checkBucketMembers(bucket, project.projectId, complain);
  }
  return problems;
}

type Complain = (path: Path, expected: string) => void;

/** What a file declares, each with the key that names it. */
function* namedThings({
  groups,
  organizations,
  folders,
  projects,
  denyPolicies,
}: Configuration): Generator<readonly [name: string, path: Path]> {
  for (const { email, path } of groups) yield [groupName(email), [...path, 'email']];
  for (const { attachedTo, policyId, path } of denyPolicies) {
    yield [denyPolicyName(attachedTo, policyId), [...path, 'id']];
  }
  for (const { path, organizationId, displayName, customRoles } of organizations) {
    yield [organizationName(organizationId), [...path, 'organizationId']];
    yield [`organization ${displayName}`, [...path, 'displayName']];
    yield* roleNames(customRoles);
  }
  for (const { path, folderId, parent, displayName } of folders) {
    yield [folderName(folderId), [...path, 'folderId']];
    yield [`${displayName} in ${parent}`, [...path, 'displayName']];
  }
  for (const { path, projectId, projectNumber, customRoles, ...inside } of projects) {
    const { serviceAccounts, buckets, instances } = inside;
    yield [projectName(projectId), [...path, 'projectId']];
    if (projectNumber !== undefined) yield [projectName(projectNumber), [...path, 'projectNumber']];
    yield* roleNames(customRoles);
    for (const { email, path: place } of serviceAccounts) {
      yield [serviceAccountName(projectId, email), [...place, 'accountId']];
    }
    for (const { name: bucket, path: place, objects } of buckets) {
      yield [bucketName(bucket), [...place, 'name']];
      for (const { name, path: there } of objects) yield [objectName(bucket, name), [...there, 'name']];
    }
    for (const { zone, name, path: place } of instances) {
      yield [instanceName(projectId, zone, name), [...place, 'name']];
    }
  }
}

function* roleNames(roles: readonly DeclaredCustomRole[]): Generator<readonly [name: string, path: Path]> {
  for (const role of roles) yield [customRoleName(role), [...role.path, 'roleId']];
}

function checkNames(configuration: Configuration, complain: Complain): void {
  const lines = new Map<string, number>();
  for (const [name, path] of namedThings(configuration)) {
    const first = lines.get(name);
    if (first === undefined) lines.set(name, configuration.source.problem(path, '').line);
    else complain(path, `each name once, got '${name}' again after line ${first}`);
  }
}

function checkDefaultProject(
  { projects }: Configuration,
  { defaultProject }: ConfigurationFile,
  complain: Complain,
): void {
  if (defaultProject === undefined || projects.length === 0) return;
  if (projects.some(({ projectId }) => projectId === defaultProject)) return;
  complain(['defaultProject'], `one of the projects of this file, got ${describeValue(defaultProject)}`);
}

type FileInstances = readonly { readonly serviceAccount?: string | undefined; readonly scopes?: unknown }[];

/** An account without an e-mail address is one of the same project, declared in this file. */
function checkAttachments(
  { instances, serviceAccounts, path }: DeclaredProject,
  written: FileInstances,
  complain: Complain,
): void {
  const emails = new Set(serviceAccounts.map(({ email }) => email));
  for (const [index, { attached, path: place }] of instances.entries()) {
    const account = written[index]?.serviceAccount;
    if (attached === undefined && Array.isArray(written[index]?.scopes)) {
      complain([...place, 'scopes'], "a 'serviceAccount' beside the scopes, got none");
    }
    if (attached === undefined || account === undefined) continue;
    if (account === 'default' || account.includes('@') || emails.has(attached.account)) continue;
    const known = 'the accountId of one of the serviceAccounts of this project';
    complain([...path, 'instances', index, 'serviceAccount'], `${known}, got ${describeValue(account)}`);
  }
}

function checkBucketMembers({ grants, fields }: DeclaredBucket, projectId: string, complain: Complain): void {
  for (const grant of grants) {
    const { member, path, condition } = grant;
    if (condition !== undefined && isPublic(member)) {
      complain(conditionPath(grant), `no condition on a binding of ${describeValue(member)}`);
    }
    if (member.startsWith('project') && member.slice(member.indexOf(':') + 1) !== projectId) {
      complain(path, `the bucket's own project '${projectId}', got ${describeValue(member)}`);
    }
    if (fields.publicAccessPrevention === 'enforced' && isPublic(member)) {
      complain(
        path,
        `no public member while publicAccessPrevention is 'enforced', got ${describeValue(member)}`,
      );
    }
  }
}

function isPublic(member: DeclaredGrant['member']): boolean {
  return member === 'allUsers' || member === 'allAuthenticatedUsers';
}
