import { ALL_USERS } from '../../kernel/principals.ts';
import { shellWord } from '../../kernel/shell-word.ts';
import { GATES, type Gate } from '../../protocol/iam/decide.ts';
import { toFullResourceName } from '../../protocol/iam/places/resource-spellings.ts';
import { hclLabel, hclString, renderHclBlock } from '../../protocol/iam/remedies/hcl.ts';
import { parseCustomRoleName } from '../../protocol/iam/roles/role-names.ts';
import { denialSections } from './deny-remedies.ts';
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
  deny: denialSections,
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
  return { heading: 'To enable the service:', ways: [enablingWay(service, projectId)] };
}

/** @param project - its id or its number */
export function enablingWay(service: string, project: string): Way {
  const block = renderHclBlock(`resource "google_project_service" ${hclString(hclLabel(service))}`, {
    attributes: [
      ['project', project],
      ['service', service],
    ],
  });
  return {
    ours: [],
    gcloud: [`gcloud services enable ${shellWord(service)} --project=${shellWord(project)}`],
    needs: { role: 'roles/serviceusage.serviceUsageAdmin', resource: `projects/${project}` },
    terraform: [block],
  };
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
    sections.push({ heading: openingIam(isAnonymous, grants, ways), ways });
  } else if (decision.refusedBy === 'iam') {
    sections.push({ heading: 'No role that can be given here holds the permission.', ways: [] });
  }
  return sections;
}

/** Says in which order the ways stand: what others have here was made for it, of the other roles the smallest is best. */
function openingIam(isAnonymous: boolean, grants: FoundRemedies['grants'], [first]: readonly Way[]): string {
  const start = isAnonymous ? 'To open IAM to everybody' : 'To open IAM';
  if (first?.aim !== undefined) return `${start}, ${first.aim}:`;
  if (grants.length === 1) return `${start}, give this role:`;
  return parseCustomRoleName(grants[0]?.role ?? '') === undefined
    ? `${start}, give one of these roles, the narrowest first:`
    : `${start}, give one of these roles, first what others have here:`;
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
