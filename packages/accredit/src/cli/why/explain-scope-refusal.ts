import { renderFields } from '../output.ts';
import { explainScopes } from './explain-gates.ts';
import { type ExplanationOptions, refusedOrWouldBe } from './explain-refusal.ts';
import { factsOfCall } from './facts-of-call.ts';
import type { ScopeRefusal } from './refusals.ts';
import { comment, explainSections, type RemedyForm, renderSection } from './remedy-forms.ts';
import { scopeSections } from './scope-remedies.ts';

/** Says in words why the scopes refused a call that asked for no permission, and what would have opened them. */
export function explainScopeRefusal(
  refusal: ScopeRefusal,
  { paint, data, isFull = false }: ExplanationOptions,
): string {
  const { decision, remedies } = refusal;
  const { leftOut = 0 } = decision;
  return [
    `${paint('bold', headOf(refusal))}\n`,
    renderFields(factsOfCall(refusal)),
    explainScopes(decision, { paint, isFull }),
    ...(leftOut === 0 ? [] : [`Not kept: ${leftOut} further scopes.\n`]),
    'No other gate was asked: the method asks for no permission, or the request is wrong in itself.\n',
    ...explainSections(scopeSections(decision, remedies, data), data),
  ].join('\n');
}

/** Shows what would have opened the scopes, for a file. */
export function renderScopeRemedies(refusal: ScopeRefusal, form: RemedyForm): string {
  const sections = scopeSections(refusal.decision, refusal.remedies, '');
  return [comment(headOf(refusal)), ...sections.map((section) => renderSection(section, form))].join('\n');
}

function headOf({ decision, method }: ScopeRefusal): string {
  return `${refusedOrWouldBe(decision)}: the method ${method} for ${decision.principal}`;
}
