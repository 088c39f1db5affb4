import type { Grant } from '../../protocol/iam/remedies/grant-lines.ts';
import { proposedGrants, type RoleKind } from '../../protocol/iam/remedies/proposed-grants.ts';
import { parseCustomRoleName } from '../../protocol/iam/roles/role-names.ts';
import { ConfigurationParts, type PolicyPart, type ProjectPart, partOf } from '../configuration-parts.ts';
import { asOneLine } from '../controls.ts';
import type { RecommendedProposal } from './recommendation.ts';
import { missing } from './recommendation-lines.ts';

type Policy = PolicyPart['iamPolicy'];

/**
 * Returns the part of `accredit.yaml` that gives what is proposed. What the file has no place for is named in comments.
 */
export async function renderYaml(proposals: readonly RecommendedProposal[], kind: RoleKind): Promise<string> {
  const { stringify } = await import('yaml');
  const parts = new ConfigurationParts();
  const notes = [...missing(proposals, kind)];
  if (kind === 'custom') declareRoles(proposals, parts);
  for (const proposal of proposals) {
    for (const grant of proposedGrants([proposal], kind)) {
      if (place(grant, proposal, parts)) continue;
      notes.push(asOneLine(`# Not in accredit.yaml: ${grant.role} on ${grant.resource} to ${grant.member}`));
    }
  }
  const head = notes.map((note) => `${note}\n`).join('');
  return head + stringify(parts.toFile(), { lineWidth: 0 });
}

function declareRoles(proposals: readonly RecommendedProposal[], parts: ConfigurationParts): void {
  const declared = new Set<string>();
  for (const { customRole, hierarchy } of proposals) {
    if (customRole === undefined || declared.has(customRole.role)) continue;
    declared.add(customRole.role);
    const { role, title, permissions } = customRole;
    const { parent = '', roleId } = parseCustomRoleName(role) ?? {};
    const [, projectId] = /^projects\/(.+)$/.exec(parent) ?? [];
    const owner = projectId === undefined ? parts.within(hierarchy.slice(-1)) : parts.project(projectId);
    owner?.customRoles.push({ roleId, title, permissions });
  }
}

/** Puts a grant in its place. @returns whether the file has one */
function place(grant: Grant, proposal: RecommendedProposal, parts: ConfigurationParts): boolean {
  const policy = policyFor(grant, proposal, parts);
  if (policy === undefined) return false;
  declareAccount(grant.member, parts);
  if (policy !== 'roles') addGrant(policy, grant);
  return true;
}

/** A file names no account that it does not declare, as it may be for a cloud without any. */
function declareAccount(member: string, parts: ConfigurationParts): void {
  const [, accountId, projectId] =
    /^serviceAccount:([^@]+)@([^.@]+)\.iam\.gserviceaccount\.com$/.exec(member) ?? [];
  if (accountId === undefined || projectId === undefined) return;
  parts.project(projectId).account(accountId);
}

/** @returns `roles` where the grant stands with its account; `undefined` where the file has no place for it */
function policyFor(
  grant: Grant,
  { projectId, hierarchy }: RecommendedProposal,
  parts: ConfigurationParts,
): Policy | 'roles' | undefined {
  if (/^(?:folders|organizations)\//.test(grant.resource)) return parts.within(hierarchy)?.iamPolicy;
  if (projectId === undefined) return undefined;
  const project = parts.project(projectId);
  if (grant.role.startsWith('organizations/')) {
    // A project takes the roles of the organization that it is in: the file must say which that is.
    const [parent] = hierarchy;
    if (parent === undefined || parts.within(hierarchy) === undefined) return undefined;
    project.parent = parent.resource;
  }
  return policyInProject(grant, projectId, project);
}

function policyInProject(
  { resource, role, member }: Grant,
  projectId: string,
  project: ProjectPart,
): Policy | 'roles' | undefined {
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

function addGrant(policy: Policy, { role, member }: Grant): void {
  const binding = policy.find((known) => known.role === role);
  if (binding === undefined) policy.push({ role, members: [member] });
  else binding.members.push(member);
}
