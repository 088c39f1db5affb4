import { renderDuration } from '../../config/durations.ts';
import { SECOND_MS, toRfc3339Seconds } from '../../kernel/timestamps.ts';
import { type Paint, renderFields } from '../output.ts';
import { explainGates, explainService } from './explain-gates.ts';
import { factsOfCall } from './facts-of-call.ts';
import type { ExplainedDecision, Explanation, FoundRemedies, LaterPolicies, Refusal } from './refusals.ts';
import { comment, explainSections, type RemedyForm, renderSection } from './remedy-forms.ts';
import { remedySections, serviceSection } from './remedy-lines.ts';
import type { RemedySection } from './remedy-section.ts';

/** What an explanation is fitted to. */
export interface ExplanationOptions {
  readonly paint: Paint;
  /** How commands have to name the cloud: ` --data X`, or nothing. */
  readonly data: string;
  /** Whether every binding and rule is shown. Default: those that came near. */
  readonly isFull?: boolean;
}

/**
 * Says in words why a call was refused: which gate, what it looked at, and what would have opened it.
 *
 * Everything comes from the decision that was made then; nothing is looked up or decided again.
 */
export function explainRefusal(refusal: Refusal, options: ExplanationOptions): string {
  const { decision } = refusal;
  return explain(refusedOrWouldBe(decision), refusal, factsOfCall(refusal, decision.resource), options);
}

/** Says whether a refusal was carried out. */
export function refusedOrWouldBe({ carriedOut }: { readonly carriedOut: boolean }): string {
  return carriedOut ? 'Refused' : 'Would have been refused (audit mode: the call went through)';
}

/** Says in words whether a principal may use a permission, in the same form. */
export function explainAnswer(answer: Explanation, options: ExplanationOptions): string {
  const { decision, resourceExists, isPermissionOfResource = true, disabledService } = answer;
  const { resource, permission, timeMs } = decision;
  const facts = [
    ['At', toRfc3339Seconds(timeMs)],
    ['Resource', resourceExists ? resource : `${resource} (which does not exist)`],
    ...(isPermissionOfResource
      ? []
      : [
          [
            'Note',
            `${permission} is no permission of this kind of resource: no call asks for it here`,
          ] as const,
        ]),
  ] as const;
  const verdict = verdictOf(answer);
  const goesThrough = verdict === 'Refused' && disabledService === undefined && !decision.carriedOut;
  const audited = goesThrough ? ' (audit mode: the call would go through)' : '';
  return explain(`${verdict}${audited}`, answer, facts, options);
}

interface Explained {
  readonly decision: ExplainedDecision;
  readonly remedies: FoundRemedies;
  readonly laterPolicies?: LaterPolicies | undefined;
  readonly disabledService?: Explanation['disabledService'];
}

/** No gate is asked where the service is disabled: whatever they would say, the call is refused. */
function verdictOf({ decision, disabledService }: Explained): 'Allowed' | 'Refused' {
  return decision.verdict === 'allowed' && disabledService === undefined ? 'Allowed' : 'Refused';
}

function explain(
  verdict: string,
  explained: Explained,
  facts: readonly (readonly [string, string])[],
  { paint, data, isFull = false }: ExplanationOptions,
): string {
  const { decision, laterPolicies = [], disabledService } = explained;
  const sections = sectionsOf(explained, data);
  return [
    `${paint('bold', `${verdict}: ${decision.permission} for ${decision.principal}`)}\n`,
    renderFields(facts),
    ...(disabledService === undefined ? [] : [explainService(disabledService, { paint, isFull })]),
    ...explainGates(decision, { paint, isFull }),
    ...laterPolicies.map((later) => describeLaterPolicy(later, data)),
    ...explainSections(sections, data),
  ].join('\n');
}

function sectionsOf(
  { decision, remedies, disabledService }: Explained,
  data: string,
): readonly RemedySection[] {
  return [
    ...(disabledService === undefined ? [] : [serviceSection(disabledService)]),
    ...remedySections(decision, remedies, data),
  ];
}

/** Says that what was granted, or denied, a moment ago is not looked at yet. */
function describeLaterPolicy({ resource, kind, waitMs }: LaterPolicies[number], data: string): string {
  const wait = renderDuration(Math.ceil(waitMs / SECOND_MS));
  const what = kind === 'allow' ? 'allow policy' : 'deny policies';
  return `Not in force yet: the ${what} of ${resource} changed, and the change counts in ${wait}. To have it sooner: accredit clock advance ${wait}${data}\n`;
}

/**
 * Shows what would open the gates, for a file: as a shell script or as Terraform. The first remedy of each gate stands
 * as it is, the others as comments.
 */
export function renderRemedies(explained: Explained, form: RemedyForm): string {
  const { decision, laterPolicies = [] } = explained;
  const sections = sectionsOf(explained, '');
  const head = `# ${verdictOf(explained)}: ${decision.permission} for ${decision.principal} on ${decision.resource}`;
  const later = laterPolicies.map((policy) => comment(describeLaterPolicy(policy, '')));
  return [comment(head), ...later, ...sections.map((section) => renderSection(section, form))].join('\n');
}
