import { shellWord } from '../../kernel/shell-word.ts';
import { hclString } from '../../protocol/iam/remedies/hcl.ts';
import type { ExplainedDecision, FoundRemedies } from './refusals.ts';
import type { RemedySection, Way } from './remedy-section.ts';

type Denial = FoundRemedies['denials'][number];

/** Returns what opens the deny policies: each rule that denies has to be opened, in the order of the remedies. */
export function denialSections(
  { denyPolicies }: Pick<ExplainedDecision, 'denyPolicies'>,
  { denials }: Pick<FoundRemedies, 'denials'>,
): readonly RemedySection[] {
  return denials.map((denial) => {
    const policy = denyPolicies.find(
      ({ attachedTo, id }) => attachedTo === denial.attachedTo && id === denial.policyId,
    );
    const isOnlyRule = policy !== undefined && policy.rules.length + (policy.leftOut ?? 0) === 1;
    return denialSection(denial, isOnlyRule);
  });
}

function denialSection(denial: Denial, isOnlyRule: boolean): RemedySection {
  const { attachedTo, policyId, rule, exceptionPrincipal } = denial;
  const named = `rules[${rule}] of '${policyId}' on ${attachedTo}`;
  const removal = isOnlyRule ? policyRemovalWay(denial) : ruleRemovalWay(denial);
  if (exceptionPrincipal === undefined) {
    const heading = `To open the deny policies, ${removal.aim}, as nobody can be spared of ${named}:`;
    return { heading, ways: [removal] };
  }
  return {
    heading: `To open the deny policies, spare the caller of ${named}:`,
    ways: [sparingWay(denial, exceptionPrincipal), removal],
  };
}

function sparingWay(denial: Denial, exceptionPrincipal: string): Way {
  const { rule } = denial;
  return {
    ...byGcloudAlone(denial),
    gcloud: edited(
      denial,
      `.rules[${rule}].denyRule.exceptionPrincipals += [${JSON.stringify(exceptionPrincipal)}]`,
    ),
    terraform: [
      `${blockOf(denial)}, in the deny_rule at place ${rule}:\n# exception_principals = [${hclString(exceptionPrincipal)}]\n`,
    ],
  };
}

function ruleRemovalWay(denial: Denial): Way {
  const { rule } = denial;
  return {
    ...byGcloudAlone(denial),
    aim: 'remove the rule',
    gcloud: edited(denial, `del(.rules[${rule}])`),
    terraform: [
      `${blockOf(denial)}, without this block, the one at place ${rule}: rules { deny_rule { … } }\n`,
    ],
  };
}

/** A policy that is left without rules denies nothing: it goes with its last one. */
function policyRemovalWay(denial: Denial): Way {
  return {
    ...byGcloudAlone(denial),
    aim: 'delete the policy, which has no other rule',
    gcloud: [`gcloud iam policies delete ${placeOf(denial)}`],
    terraform: [`${blockOf(denial)}: take the whole block out.\n`],
  };
}

function byGcloudAlone({ attachedTo }: Denial): Pick<Way, 'ours' | 'needs'> {
  return { ours: [], needs: { role: 'roles/iam.denyAdmin', resource: attachedTo } };
}

/** Returns the lines that change a policy by a filter of jq. */
function edited(denial: Denial, filter: string): readonly string[] {
  const place = placeOf(denial);
  return [
    `gcloud iam policies get ${place} --format=json | jq ${shellWord(filter)} > policy.json`,
    `gcloud iam policies update ${place} --policy-file=policy.json`,
  ];
}

/** Returns how gcloud is told which policy is meant. */
function placeOf({ attachedTo, policyId }: Denial): string {
  return `${policyId} --kind=denypolicies --attachment-point=cloudresourcemanager.googleapis.com/${attachedTo}`;
}

function blockOf({ attachedTo, policyId }: Denial): string {
  return `# In the google_iam_deny_policy ${hclString(policyId)} of ${attachedTo}`;
}
