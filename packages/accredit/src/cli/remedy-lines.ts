import { ALL_USERS } from '../kernel/principals.ts';
import { shellWord } from '../kernel/shell-word.ts';
import type { Condition } from '../protocol/iam/conditions/condition.ts';
import { gcloudCondition, gcloudGrant, gcloudRevoke, terraformGrant } from '../protocol/iam/grant-lines.ts';
import { hclLabel, hclString, renderHclBlock } from '../protocol/iam/hcl.ts';
import { type PolicyPlace, placeOf } from '../protocol/iam/policy-places.ts';
import { toFullResourceName } from '../protocol/iam/resource-spellings.ts';
import { parseCustomRoleName } from '../protocol/iam/role-names.ts';
import type { ExplainedDecision, FoundRemedies } from './refusals.ts';
import { shortenScope } from './scopes.ts';

/** One way to open a gate: the commands for the local cloud, those for Google Cloud, and what Terraform takes. */
export interface Way {
  readonly ours: readonly string[];
  readonly gcloud: readonly string[];
  /** Blocks, or comments that say what belongs into which block; each ends with a line feed. */
  readonly terraform: readonly string[];
}

/** What opens one gate. */
export interface RemedySection {
  /** A sentence, without a line feed at its end. */
  readonly heading: string;
  /** Any one of them does, the one to take first; none where the heading says it all. */
  readonly ways: readonly Way[];
}

type Grant = FoundRemedies['grants'][number];

/** Returns what would open the gates that are closed, in the order of the gates. */
export function remedySections(
  decision: ExplainedDecision,
  remedies: FoundRemedies,
  data: string,
): readonly RemedySection[] {
  return [
    ...accountSections(remedies, data),
    ...scopeSections(decision, remedies),
    ...remedies.denials.map((denial) => denialSection(denial)),
    ...grantSections(decision, remedies, data),
    ...boundarySections(remedies),
  ];
}

function accountSections({ account }: FoundRemedies, data: string): readonly RemedySection[] {
  if (account === undefined) return [];
  const { email, state, uniqueId } = account;
  if (state === 'disabled') {
    const ours = `accredit service-accounts enable${data} ${shellWord(email)}`;
    const gcloud = `gcloud iam service-accounts enable ${shellWord(email)}`;
    const block = renderHclBlock(`resource "google_service_account" ${hclString(labelOf(email))}`, {
      attributes: [
        ['account_id', email.replace(/@.*$/, '')],
        ['disabled', false],
      ],
    });
    const way = { ours: [ours], gcloud: [gcloud], terraform: [block] };
    return [{ heading: 'To let the account act again, enable it:', ways: [way] }];
  }
  if (uniqueId === undefined || uniqueId === '') return [{ heading: 'The account is deleted.', ways: [] }];
  const way = {
    ours: [`accredit service-accounts undelete${data} ${uniqueId}`],
    gcloud: [`gcloud iam service-accounts undelete ${uniqueId}`],
    terraform: ['# Terraform brings no account back: undelete it, then import it.\n'],
  };
  return [{ heading: 'To let the account act again, bring it back within 30 days:', ways: [way] }];
}

function labelOf(email: string): string {
  return hclLabel(email.replace(/@.*$/, ''));
}

/** Scopes belong to the instance, so they are given when it is made. */
function scopeSections({ scopes }: ExplainedDecision, remedies: FoundRemedies): readonly RemedySection[] {
  if (scopes.outcome !== 'insufficient') return [];
  const [scope] = remedies.scopes;
  if (scope === undefined) return [{ heading: 'No scope opens this method.', ways: [] }];
  const [narrowest = scope, ...others] = remedies.scopes.map(shortenScope);
  const also = others.length === 0 ? '' : ` (${others.join(', ')} would do too)`;
  const way = {
    ours: [
      `accredit run --scopes ${narrowest} -- COMMAND`,
      `accredit instances create NAME --service-account ACCOUNT --scopes ${narrowest}`,
    ],
    gcloud: [`gcloud compute instances create NAME --service-account=ACCOUNT --scopes=${narrowest}`],
    terraform: [
      `# In the service_account block of the google_compute_instance:\n# scopes = [${hclString(scope)}]\n`,
    ],
  };
  return [{ heading: `To open the access scopes, give the VM ${narrowest}${also}:`, ways: [way] }];
}

function denialSection({
  attachedTo,
  policyId,
  rule,
  exceptionPrincipal,
}: FoundRemedies['denials'][number]): RemedySection {
  const place = `--kind=denypolicies --attachment-point=cloudresourcemanager.googleapis.com/${attachedTo}`;
  const policy = `gcloud iam policies get ${policyId} ${place} --format=json`;
  const update = `gcloud iam policies update ${policyId} ${place} --policy-file=policy.json`;
  const edit = (filter: string) => `${policy} | jq ${shellWord(filter)} > policy.json`;
  const terraformPlace = `# In the google_iam_deny_policy ${hclString(policyId)} of ${attachedTo}, `;
  const rules = `.rules[${rule}]`;
  const removal = {
    ours: [],
    gcloud: [edit(`del(${rules})`), update],
    terraform: [`${terraformPlace}without this block, the one at place ${rule}: rules { deny_rule { … } }\n`],
  };
  const heading = `To open the deny policies, change rules[${rule}] of '${policyId}' on ${attachedTo}`;
  if (exceptionPrincipal === undefined)
    return { heading: `${heading}, which nobody can be spared of:`, ways: [removal] };
  const sparing = {
    ours: [],
    gcloud: [
      edit(`${rules}.denyRule.exceptionPrincipals += [${JSON.stringify(exceptionPrincipal)}]`),
      update,
    ],
    terraform: [
      `${terraformPlace}in the deny_rule at place ${rule}:\n# exception_principals = [${hclString(exceptionPrincipal)}]\n`,
    ],
  };
  return { heading: `${heading}: spare the caller, or remove the rule:`, ways: [sparing, removal] };
}

function grantSections(
  decision: ExplainedDecision,
  { grants, near }: FoundRemedies,
  data: string,
): readonly RemedySection[] {
  const isAnonymous = decision.principal === ALL_USERS;
  const sections: RemedySection[] = near.map((nearGrant) => nearSection(nearGrant, decision, data));
  if (isAnonymous && decision.refusedBy === 'iam') {
    sections.push({
      heading: 'The call had no token. Send one: accredit run gives a program its own.',
      ways: [],
    });
  }
  if (decision.policies.length === 0) return sections;
  if (grants.length > 0) {
    const heading = isAnonymous ? 'To open IAM to everybody' : 'To open IAM';
    sections.push({
      heading: `${heading}, run one of these, first the roles of its service, of these those that only read:`,
      ways: grants.map((grant) => grantWay(grant, data)),
    });
  } else if (decision.refusedBy === 'iam') {
    sections.push({ heading: 'No role that can be given here holds the permission.', ways: [] });
  }
  return sections;
}

/** Returns the ways to give a role where it is missing. */
export function grantWay(grant: Grant, data: string): Way {
  return {
    ours: ownLine('grant', grant, data),
    gcloud: [gcloudGrant(grant)],
    terraform: [terraformGrant(grant)],
  };
}

/** Returns the command that changes the policy of the same resource here; none where it has no command. */
function ownLine(
  verb: 'grant' | 'revoke',
  { role, member, resource, condition }: Grant,
  data: string,
): readonly string[] {
  const target = ownTarget(resource);
  if (target === undefined) return [];
  const flag = condition === undefined ? '' : ` --condition ${gcloudCondition(condition)}`;
  return [`accredit iam ${verb}${data} ${shellWord(role)} ${shellWord(member)} ${target}${flag}`];
}

type ToOptions = (name: string, zone: string, project: string) => string;

/** The options by which `accredit iam` is told whose policy is meant. Those of other resources are not the CLI's. */
const OWN_TARGETS: Readonly<Partial<Record<PolicyPlace, ToOptions>>> = {
  project: (name) => `--project ${name}`,
  bucket: (name) => `--bucket ${name}`,
  serviceAccount: (name) => `--service-account ${name}`,
  instance: (name, zone, project) => `--instance ${name} --zone ${zone} --project ${project}`,
  folder: (name) => `--folder ${name}`,
  organization: (name) => `--organization ${name}`,
};

/** Returns the options for a resource; `undefined` where there are none. */
function ownTarget(resource: string): string | undefined {
  const place = placeOf(resource);
  const words = resource.split('/').map(shellWord);
  const [, project = '', , zone = ''] = words;
  return place === undefined ? undefined : OWN_TARGETS[place]?.(words.at(-1) ?? '', zone, project);
}

function nearSection(
  near: FoundRemedies['near'][number],
  { permission }: ExplainedDecision,
  data: string,
): RemedySection {
  switch (near.kind) {
    case 'condition': {
      const { role, member, resource, condition } = near.grant;
      const open = { role, member, resource, besideConditions: true };
      return {
        heading: `Nearest is ${role} on ${resource}, given on a condition that does not hold. To give it without:`,
        ways: [
          {
            ours: unconditionally({ ...open, condition }, data),
            gcloud: [gcloudRevoke({ ...open, condition }), gcloudGrant(open)],
            terraform: [terraformGrant(open)],
          },
        ],
      };
    }
    case 'customRole':
      return {
        heading: `Nearest is the custom role ${near.role} on ${near.resource}. To put the permission into it:`,
        ways: [customRoleWay(near.role, permission)],
      };
    case 'formerAccount':
      return {
        heading: `Nearest is ${near.role} on ${near.resource}, which was given to a former account of this address (${near.member}), not to this one.`,
        ways: [],
      };
  }
}

/** The tools name a condition by its title too: one without any cannot be taken back by a line. */
function unconditionally(
  { condition, ...open }: Grant & { readonly condition: Condition },
  data: string,
): readonly string[] {
  const given = ownLine('grant', open, data);
  return condition.title === undefined
    ? given
    : [...ownLine('revoke', { ...open, condition }, data), ...given];
}

function customRoleWay(role: string, permission: string): Way {
  const { parent = '', roleId = '' } = parseCustomRoleName(role) ?? {};
  const [collection, id = ''] = parent.split('/');
  const [flag, type] =
    collection === 'organizations'
      ? ['organization', 'google_organization_iam_custom_role']
      : ['project', 'google_project_iam_custom_role'];
  return {
    ours: [],
    gcloud: [
      `gcloud iam roles update ${shellWord(roleId)} --${flag}=${shellWord(id)} --add-permissions=${permission}`,
    ],
    terraform: [`# In the permissions of the ${type} ${hclString(roleId)}:\n# ${hclString(permission)}\n`],
  };
}

function boundarySections({ boundary }: FoundRemedies): readonly RemedySection[] {
  if (boundary === undefined) return [];
  const { availableResource, availablePermission = 'inRole:ROLE' } = boundary;
  const rule = {
    availableResource: toFullResourceName(availableResource),
    availablePermissions: [availablePermission],
  };
  return [
    {
      heading: `No grant opens the boundary. Whoever made the credential must put a rule into it: ${JSON.stringify(rule)}`,
      ways: [],
    },
  ];
}
