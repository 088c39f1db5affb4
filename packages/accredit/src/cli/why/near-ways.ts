import { shellWord } from '../../kernel/shell-word.ts';
import { gcloudGrant, gcloudRevoke, terraformGrant } from '../../protocol/iam/remedies/grant-lines.ts';
import { hclString } from '../../protocol/iam/remedies/hcl.ts';
import { parseCustomRoleName } from '../../protocol/iam/roles/role-names.ts';
import { ownLine } from './grant-way.ts';
import type { FoundRemedies } from './refusals.ts';
import type { NeededRole, RemedySection, Way } from './remedy-section.ts';

type Near = FoundRemedies['near'][number];
type ConditionalGrant = Extract<Near, { kind: 'condition' }>['grant'];

/** Says what came near and nothing can be made of; what a way can be made of is said with the way. */
export function nearNote(near: Near): readonly RemedySection[] {
  if (near.kind !== 'formerAccount') return [];
  const { role, resource, member } = near;
  return [
    {
      heading: `${role} on ${resource} was given to a former account of this address (${member}), not to this one.`,
      ways: [],
    },
  ];
}

/** Returns the way that makes a grant of what came near; none where none can be made of it. */
export function nearWay(near: Near, permission: string, data: string): readonly Way[] {
  switch (near.kind) {
    case 'condition':
      return [unconditionalWay(near.grant, data)];
    case 'customRole':
      return [widerRoleWay(near, permission)];
    case 'disabledRole':
      return [enabledRoleWay(near)];
    case 'deletedRole':
      return [undeletedRoleWay(near)];
    case 'formerAccount':
      return [];
  }
}

/** The tools name a condition by its title too: a binding without any cannot be taken back by a line, and stays. */
function unconditionalWay({ role, member, resource, condition }: ConditionalGrant, data: string): Way {
  const open = { role, member, resource, besideConditions: true };
  const conditional = { ...open, condition };
  const { title, expression } = condition;
  const [ours, gcloud] =
    title === undefined ? [[], []] : [ownLine('revoke', conditional, data), [gcloudRevoke(conditional)]];
  const block = `with the condition ${hclString(title ?? expression)}`;
  return {
    aim: `give ${role} on ${resource} without its condition, which does not hold`,
    ours: [...ours, ...ownLine('grant', open, data)],
    gcloud: [...gcloud, gcloudGrant(open)],
    terraform: [`# In place of the block ${block}, which goes:\n${terraformGrant(open)}`],
  };
}

type RoleNear = Exclude<Near, { kind: 'condition' | 'formerAccount' }>;

function widerRoleWay({ role, resource }: RoleNear, permission: string): Way {
  const { name, flags, block, needs } = customRole(role);
  return {
    aim: `put the permission into the custom role ${role}, which is given on ${resource}`,
    ours: [],
    needs,
    gcloud: [`gcloud iam roles update ${name} ${flags} --add-permissions=${permission}`],
    terraform: [`# In the permissions of the ${block}:\n# ${hclString(permission)}\n`],
  };
}

/** A role is enabled by any other stage; which one it had is not kept. */
function enabledRoleWay({ role, resource }: RoleNear): Way {
  const { name, flags, block, needs } = customRole(role);
  return {
    aim: `enable the custom role ${role}, which is given on ${resource}`,
    ours: [],
    needs,
    gcloud: [`gcloud iam roles update ${name} ${flags} --stage=GA`],
    terraform: [`# In the ${block}:\n# stage = "GA"\n`],
  };
}

function undeletedRoleWay({ role, resource }: RoleNear): Way {
  const { name, flags, block, needs } = customRole(role);
  return {
    aim: `bring the custom role ${role} back within 7 days of its deletion, which is given on ${resource}`,
    ours: [],
    needs,
    gcloud: [`gcloud iam roles undelete ${name} ${flags}`],
    terraform: [`# Apply the ${block} again: making a role of that id brings the deleted one back.\n`],
  };
}

interface CustomRoleNames {
  readonly name: string;
  readonly flags: string;
  readonly block: string;
  readonly needs: NeededRole;
}

/** Returns how the tools name a custom role: to gcloud its id and its parent, to Terraform its block; and who may change it. */
function customRole(role: string): CustomRoleNames {
  const { parent = '', roleId = '' } = parseCustomRoleName(role) ?? {};
  const [collection, id = ''] = parent.split('/');
  const [flag, type, admin] =
    collection === 'organizations'
      ? ['organization', 'google_organization_iam_custom_role', 'roles/iam.organizationRoleAdmin']
      : ['project', 'google_project_iam_custom_role', 'roles/iam.roleAdmin'];
  return {
    name: shellWord(roleId),
    flags: `--${flag}=${shellWord(id)}`,
    block: `${type} ${hclString(roleId)}`,
    needs: { role: admin, resource: parent },
  };
}
