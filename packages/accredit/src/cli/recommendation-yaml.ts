import type { Grant } from '../protocol/iam/grant-lines.ts';
import { proposedGrants, type RoleKind } from '../protocol/iam/proposed-grants.ts';
import { asOneLine, type RecommendedProposal } from './recommendation.ts';
import { customRolesOf, missing } from './recommendation-lines.ts';

/** A part of `accredit.yaml` with a policy of its own. */
interface PolicyPart {
  readonly [field: string]: unknown;
  readonly iamPolicy: { readonly role: string; readonly members: string[] }[];
}

interface AccountPart extends PolicyPart {
  readonly accountId: string;
  /** On the project. */
  readonly roles: string[];
}

/** A project of `accredit.yaml`, by the names of what is in it. */
class ProjectPart {
  readonly customRoles: object[] = [];
  readonly iamPolicy: PolicyPart['iamPolicy'] = [];
  readonly accounts = new Map<string, AccountPart>();
  readonly buckets = new Map<string, PolicyPart>();
  readonly instances = new Map<string, PolicyPart>();

  account(accountId: string): AccountPart {
    return partOf(this.accounts, accountId, { accountId, roles: [], iamPolicy: [] });
  }
}

/**
 * Returns the part of `accredit.yaml` that gives what is proposed. What the file has no place for is named in comments.
 */
export async function renderYaml(proposals: readonly RecommendedProposal[], kind: RoleKind): Promise<string> {
  const { stringify } = await import('yaml');
  const projects = new Map<string, ProjectPart>();
  const notes = [...missing(proposals, kind)];
  if (kind === 'custom') declareRoles(proposals, projects);
  for (const proposal of proposals) {
    for (const grant of proposedGrants([proposal], kind)) {
      if (place(grant, proposal.projectId, projects)) continue;
      notes.push(asOneLine(`# Not in accredit.yaml: ${grant.role} on ${grant.resource} to ${grant.member}`));
    }
  }
  const head = notes.map((note) => `${note}\n`).join('');
  if (projects.size === 0) return `${head}projects: []\n`;
  return head + stringify({ projects: [...projects].map(toProject) }, { lineWidth: 0 });
}

function declareRoles(proposals: readonly RecommendedProposal[], projects: Map<string, ProjectPart>): void {
  for (const { role, title, permissions } of customRolesOf(proposals)) {
    const [, projectId, roleId] = /^projects\/([^/]+)\/roles\/([^/]+)$/.exec(role) ?? [];
    if (projectId === undefined) continue;
    partOf(projects, projectId, new ProjectPart()).customRoles.push({ roleId, title, permissions });
  }
}

/** Puts a grant in its place. @returns whether the file has one */
function place(grant: Grant, projectId: string | undefined, projects: Map<string, ProjectPart>): boolean {
  if (projectId === undefined) return false;
  const policy = policyOf(grant, projectId, partOf(projects, projectId, new ProjectPart()));
  if (policy === undefined) return false;
  declareAccount(grant.member, projects);
  if (policy !== 'roles') addGrant(policy, grant);
  return true;
}

/** A file names no account that it does not declare, as it may be for a cloud without any. */
function declareAccount(member: string, projects: Map<string, ProjectPart>): void {
  const [, accountId, projectId] =
    /^serviceAccount:([^@]+)@([^.@]+)\.iam\.gserviceaccount\.com$/.exec(member) ?? [];
  if (accountId === undefined || projectId === undefined) return;
  partOf(projects, projectId, new ProjectPart()).account(accountId);
}

function policyOf(
  { resource, role, member }: Grant,
  projectId: string,
  project: ProjectPart,
): PolicyPart['iamPolicy'] | 'roles' | undefined {
  if (resource === `projects/${projectId}`) {
    const accountId = accountIdOf(member.replace(/^serviceAccount:/, ''), projectId);
    if (accountId === undefined || !member.startsWith('serviceAccount:')) return project.iamPolicy;
    project.account(accountId).roles.push(role);
    return 'roles';
  }
  const [, bucket] = /^projects\/_\/buckets\/([^/]+)$/.exec(resource) ?? [];
  if (bucket !== undefined) return partOf(project.buckets, bucket, { name: bucket, iamPolicy: [] }).iamPolicy;
  const [, zone, name] = /^projects\/[^/]+\/zones\/([^/]+)\/instances\/([^/]+)$/.exec(resource) ?? [];
  if (zone !== undefined && name !== undefined) {
    return partOf(project.instances, resource, { name, zone, iamPolicy: [] }).iamPolicy;
  }
  const [, email = ''] = /^projects\/[^/]+\/serviceAccounts\/([^/]+)$/.exec(resource) ?? [];
  const accountId = accountIdOf(email, projectId);
  return accountId === undefined ? undefined : project.account(accountId).iamPolicy;
}

/** Of an account that people made in the project, as the file names it. */
function accountIdOf(email: string, projectId: string): string | undefined {
  const [accountId, host] = email.split('@');
  return host === `${projectId}.iam.gserviceaccount.com` ? accountId : undefined;
}

function addGrant(policy: PolicyPart['iamPolicy'], { role, member }: Grant): void {
  const binding = policy.find((known) => known.role === role);
  if (binding === undefined) policy.push({ role, members: [member] });
  else binding.members.push(member);
}

function partOf<T>(parts: Map<string, T>, name: string, fresh: T): T {
  const part = parts.get(name) ?? fresh;
  parts.set(name, part);
  return part;
}

/** Leaves out what is empty. */
function toProject([projectId, { customRoles, iamPolicy, accounts, buckets, instances }]: readonly [
  string,
  ProjectPart,
]): object {
  return withoutEmpty({
    projectId,
    customRoles,
    iamPolicy,
    serviceAccounts: [...accounts.values()].map(withoutEmpty),
    buckets: [...buckets.values()],
    instances: [...instances.values()],
  });
}

function withoutEmpty(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => !Array.isArray(value) || value.length > 0),
  );
}
