import assert from 'node:assert/strict';
import { test } from 'node:test';
import { denialSections } from './deny-remedies.ts';
import type { ExplainedDecision } from './refusals.ts';
import { explainSections, renderSection } from './remedy-forms.ts';

const PRINCIPAL = 'principal://goog/subject/ada@example.com';
const DENIES = { permission: 'denied', deniedMatch: ['G'], exceptionMatch: [], denies: true } as const;
const SPARED = { exceptionPrincipal: PRINCIPAL };

/** The remedies of one denial by the last rule of a policy that has so many. */
function sections(attachedTo: string, ruleCount: number, spared: { readonly exceptionPrincipal?: string }) {
  const rules = Array.from({ length: ruleCount }, () => DENIES).map((rule) => ({
    ...rule,
    deniedMatch: [...rule.deniedMatch],
    exceptionMatch: [],
  }));
  const policy: ExplainedDecision['denyPolicies'][number] = { attachedTo, id: 'd', rules };
  const denial = { attachedTo, policyId: 'd', rule: ruleCount - 1, ...spared };
  return denialSections({ denyPolicies: [policy] }, { denials: [denial] });
}

const place = (attachedTo: string) =>
  `--kind=denypolicies --attachment-point=cloudresourcemanager.googleapis.com/${attachedTo}`;
const P = place('projects/p');
const F = place('folders/1');
const SPARE = `.rules[0].denyRule.exceptionPrincipals += ["${PRINCIPAL}"]`;

test('of a policy with one rule the other way is to delete it, and who does that here is said', () => {
  assert.equal(
    explainSections(sections('projects/p', 1, SPARED), ' --data /d').join('\n'),
    `To open the deny policies, spare the caller of rules[0] of 'd' on projects/p:
  gcloud iam policies get d ${P} --format=json | jq '${SPARE}' > policy.json
  gcloud iam policies update d ${P} --policy-file=policy.json
  or delete the policy, which has no other rule:
    gcloud iam policies delete d ${P}

Lines of gcloud alone run against this cloud from a file: accredit run --data /d --project p --role roles/iam.denyAdmin -- sh FILE
`,
  );
});

test('where nobody can be spared the rule is removed; above a project the role must be there before', () => {
  assert.equal(
    explainSections(sections('folders/1', 2, {}), '').join('\n'),
    `To open the deny policies, remove the rule, as nobody can be spared of rules[1] of 'd' on folders/1:
  gcloud iam policies get d ${F} --format=json | jq 'del(.rules[1])' > policy.json
  gcloud iam policies update d ${F} --policy-file=policy.json

Lines of gcloud alone run against this cloud from a file: accredit run -- sh FILE (its account needs roles/iam.denyAdmin on folders/1)
`,
  );
});

test('as a script one way stands, and Terraform is told in comments what belongs where', () => {
  const [section] = sections('projects/p', 1, SPARED);
  assert.ok(section !== undefined);
  assert.equal(
    renderSection(section, 'gcloud'),
    `# To open the deny policies, spare the caller of rules[0] of 'd' on projects/p:
gcloud iam policies get d ${P} --format=json | jq '${SPARE}' > policy.json
gcloud iam policies update d ${P} --policy-file=policy.json
# or delete the policy, which has no other rule:
# gcloud iam policies delete d ${P}
`,
  );
  assert.equal(
    renderSection(section, 'terraform'),
    `# To open the deny policies, spare the caller of rules[0] of 'd' on projects/p:
# In the google_iam_deny_policy "d" of projects/p, in the deny_rule at place 0:
# exception_principals = ["${PRINCIPAL}"]
# or delete the policy, which has no other rule:
# In the google_iam_deny_policy "d" of projects/p: take the whole block out.
`,
  );
});
