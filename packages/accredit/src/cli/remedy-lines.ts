import { ALL_USERS } from '../kernel/principals.ts';
import { shellWord } from '../kernel/shell-word.ts';
import { GATES, type Gate } from '../protocol/iam/decide.ts';
import { hclLabel, hclString, renderHclBlock } from '../protocol/iam/hcl.ts';
import { toFullResourceName } from '../protocol/iam/resource-spellings.ts';
import { grantWay } from './grant-way.ts';
import { nearNote, nearWay } from './near-ways.ts';
import type { ExplainedDecision, Explanation, FoundRemedies } from './refusals.ts';
import type { RemedySection, Way } from './remedy-section.ts';
import { scopeSections } from './scope-remedies.ts';

/** What opens a gate; nothing where it is open. */
type FindSections = (
  decision: ExplainedDecision,
  remedies: FoundRemedies,
  data: string,
) => readonly RemedySection[];

const SECTIONS: Readonly<Record<Gate, FindSections>> = {
  principal: (_decision, remedies, data) => accountSections(remedies, data),
  scopes: scopeSections,
  deny: (_decision, { denials }) => denials.map((denial) => denialSection(denial)),
  iam: grantSections,
  boundary: (_decision, remedies) => boundarySections(remedies),
};

/** Returns what would open the gates that are closed, in the order of the gates. */
export function remedySections(
  decision: ExplainedDecision,
  remedies: FoundRemedies,
  data: string,
): readonly RemedySection[] {
  return GATES.flatMap((gate) => SECTIONS[gate](decision, remedies, data));
}

/** Returns what enables the service that a call would need. */
export function serviceSection({
  service,
  projectId,
}: NonNullable<Explanation['disabledService']>): RemedySection {
  const block = renderHclBlock(`resource "google_project_service" ${hclString(hclLabel(service))}`, {
    attributes: [
      ['project', projectId],
      ['service', service],
    ],
  });
  const gcloud = `gcloud services enable ${shellWord(service)} --project=${shellWord(projectId)}`;
  return { heading: 'To enable the service:', ways: [{ ours: [], gcloud: [gcloud], terraform: [block] }] };
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
  const sections: RemedySection[] = near.flatMap((nearGrant) => nearNote(nearGrant));
  if (isAnonymous && decision.refusedBy === 'iam') {
    sections.push({
      heading: 'The call had no token. Send one: accredit run gives a program its own.',
      ways: [],
    });
  }
  if (decision.policies.length === 0) return sections;
  const ways = [
    ...grants.map((grant) => grantWay(grant, data)),
    // After the smallest grants: what comes near may hold far more than the call needs.
    ...near.flatMap((nearGrant) => nearWay(nearGrant, decision.permission, data)),
  ];
  if (ways.length > 0) {
    sections.push({ heading: openingIam(isAnonymous, ways), ways });
  } else if (decision.refusedBy === 'iam') {
    sections.push({ heading: 'No role that can be given here holds the permission.', ways: [] });
  }
  return sections;
}

function openingIam(isAnonymous: boolean, [first]: readonly Way[]): string {
  const start = isAnonymous ? 'To open IAM to everybody' : 'To open IAM';
  return first?.aim === undefined
    ? `${start}, run one of these, first the roles of its service, of these those that only read:`
    : `${start}, ${first.aim}:`;
}

const NEEDS_NO_BOUNDARY =
  'Neither a grant nor a rule opens the boundary: a down-scoped credential reaches the buckets of Cloud Storage alone. ' +
  'The call needs the credential without a boundary.';

function boundarySections({ boundary }: FoundRemedies): readonly RemedySection[] {
  if (boundary === undefined) return [];
  const { availableResource, availablePermission = 'inRole:ROLE' } = boundary;
  if (availableResource === undefined) return [{ heading: NEEDS_NO_BOUNDARY, ways: [] }];
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
