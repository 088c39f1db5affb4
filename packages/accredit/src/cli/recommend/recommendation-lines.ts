import { shellWord } from '../../kernel/shell-word.ts';
import { gcloudGrant, terraformGrant } from '../../protocol/iam/remedies/grant-lines.ts';
import { hclLabel, hclString, renderHclBlock } from '../../protocol/iam/remedies/hcl.ts';
import { proposedGrants, type RoleKind } from '../../protocol/iam/remedies/proposed-grants.ts';
import { parseCustomRoleName } from '../../protocol/iam/roles/role-names.ts';
import { asOneLine } from '../controls.ts';
import { denialLines, type RecommendedProposal, reasonForNone } from './recommendation.ts';

type Proposals = readonly RecommendedProposal[];
type CustomRole = NonNullable<RecommendedProposal['customRole']>;

/** Returns the `gcloud` lines that give what is proposed; custom roles are made first. */
export function renderGcloud(proposals: Proposals, kind: RoleKind): string {
  const lines = [
    ...(kind === 'custom' ? customRolesOf(proposals).map(gcloudRole) : []),
    ...proposedGrants(proposals, kind).map(gcloudGrant),
  ];
  return [...missing(proposals, kind), ...lines].map((line) => `${line}\n`).join('');
}

/** Returns the Terraform blocks that give what is proposed, with those of custom roles. */
export function renderTerraform(proposals: Proposals, kind: RoleKind): string {
  const labels = new Labels();
  const custom = new Map(
    kind === 'custom' ? customRolesOf(proposals).map((role) => [role.role, terraformRole(role, labels)]) : [],
  );
  const grants = proposedGrants(proposals, kind).map((grant) => {
    const reference = custom.get(grant.role)?.reference;
    const label = labels.next(grant.member, grant.role, grant.resource);
    return terraformGrant(grant, { label, ...(reference === undefined ? {} : { role: reference }) });
  });
  const notes = missing(proposals, kind).map((line) => `${line}\n`);
  return [...notes, ...[...custom.values()].map(({ block }) => block), ...grants].join('\n');
}

/** Says in comments what nothing of what is proposed gives, and what is denied all the same. */
export function missing(proposals: Proposals, kind: RoleKind): readonly string[] {
  return proposals.flatMap((proposal) => {
    const whose = `on ${proposal.resource} to ${proposal.principal}`;
    const { reason, without } = kind === 'custom' ? notInCustomRole(proposal) : notInRoles(proposal);
    const notes = [
      ...(without.length === 0 ? [] : [`# Not given, as ${reason}: ${without.join(', ')} ${whose}`]),
      ...denialLines(proposal).map((line) => `# Denied whatever is given, by ${line} ${whose}`),
    ];
    return notes.map(asOneLine);
  });
}

function notInRoles({ uncovered }: RecommendedProposal) {
  return { reason: 'no role can', without: uncovered };
}

function notInCustomRole(proposal: RecommendedProposal) {
  const { customRole, permissions } = proposal;
  if (customRole !== undefined) return { reason: 'no custom role can', without: customRole.unfit };
  return {
    reason: reasonForNone(proposal) ?? 'no custom role is proposed',
    without: permissions.map(({ permission }) => permission),
  };
}

function customRolesOf(proposals: Proposals): readonly CustomRole[] {
  const roles = proposals.flatMap(({ customRole }) => customRole ?? []);
  return [...new Map(roles.map((role) => [role.role, role])).values()];
}

function gcloudRole({ role, title, permissions }: CustomRole): string {
  const { roleId, flag, parentId } = placeOfRole(role);
  return [
    `gcloud iam roles create ${shellWord(roleId)} --${flag}=${shellWord(parentId)}`,
    `--title=${shellWord(title)} --permissions=${shellWord(permissions.join(','))}`,
  ].join(' ');
}

function terraformRole({ role, title, permissions }: CustomRole, labels: Labels) {
  const { roleId, flag, parentId } = placeOfRole(role);
  const isOrganization = flag === 'organization';
  const type = isOrganization ? 'google_organization_iam_custom_role' : 'google_project_iam_custom_role';
  const label = labels.next(roleId);
  const block = renderHclBlock(`resource ${hclString(type)} ${hclString(label)}`, {
    attributes: [
      [isOrganization ? 'org_id' : 'project', parentId],
      ['role_id', roleId],
      ['title', title],
      ['permissions', permissions],
    ],
  });
  return { reference: `${type}.${label}.name`, block };
}

function placeOfRole(role: string) {
  const { parent = '', roleId = role } = parseCustomRoleName(role) ?? {};
  const [kind = '', parentId = ''] = parent.split('/');
  return { roleId, flag: kind.replace(/s$/, ''), parentId };
}

/** `my-program` of a member, `storage.objectViewer` of a role, `my-bucket` of a resource. */
function lastWord(name: string): string {
  return name
    .slice(name.lastIndexOf('/') + 1)
    .replace(/^[A-Za-z]+:/, '')
    .replace(/@.*$/, '');
}

/** Labels of blocks, each once. */
class Labels {
  readonly #taken = new Set<string>();

  next(...parts: readonly string[]): string {
    const stem = hclLabel(...parts.map(lastWord));
    for (let number = 1; ; number += 1) {
      const label = number === 1 ? stem : `${stem}_${number}`;
      if (this.#taken.has(label)) continue;
      this.#taken.add(label);
      return label;
    }
  }
}
