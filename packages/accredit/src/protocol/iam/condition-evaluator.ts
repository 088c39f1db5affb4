import type {
  ApiAttributes,
  CompiledCondition,
  ConditionContext,
  ConditionError,
  ConditionOutcome,
} from './conditions/condition.ts';
import type { Facts, Question } from './decide.ts';
import { resourceAttributes } from './resource-attributes.ts';

/**
 * Characters (UTF-16 code units) of the expressions that one decision evaluates; what is beyond is an error, which never
 * grants and always denies. All that an expression costs is bounded by its length, so this bounds how long whoever may
 * write a policy can keep everybody else waiting.
 *
 * It is a thousand expressions of the usual length, such as the 20 that a role and a principal may have in one policy for
 * each of ten identities of a caller on five levels; a policy may name 1,500 principals, and so have as many expressions
 * of 16,384 characters.
 *
 * Deviation: a decision evaluates a bounded number of conditions; Google publishes no bound; pinned by
 * 'over the budget every further condition is an error: it never grants and always denies, and the words say so'.
 */
export const EVALUATED_LENGTH_LIMIT = 131_072;

const OVER_BUDGET: ConditionError = {
  error: `Not evaluated: the conditions that this decision looked at before it have ${EVALUATED_LENGTH_LIMIT.toLocaleString('en-US')} characters, and no further ones are evaluated.`,
};

/** An attribute that only the conditions of boundaries are told (IAM notes 1.4). */
const OF_BOUNDARIES = 'storage.googleapis.com/objectListPrefix';

type Outcomes = ReadonlyMap<CompiledCondition, ConditionOutcome>;

/** What the conditions of a decision gave, each evaluated once. */
export interface Evaluations {
  /** Those of allow and deny policies. */
  readonly inPolicies: Outcomes;
  readonly inBoundary: Outcomes;
  /** Characters of the expressions that were evaluated. */
  readonly length: number;
}

/** Evaluates a condition for the question that it was made for. Never throws. */
export type EvaluateCondition = (condition: CompiledCondition) => ConditionOutcome;

/** Evaluates the conditions of one decision, and keeps what they gave. */
export interface ConditionEvaluator {
  /** Of allow and deny policies. */
  readonly inPolicy: EvaluateCondition;
  /** Of the credential's boundary. */
  readonly inBoundary: EvaluateCondition;
  /** What was evaluated up to now. */
  evaluations(): Evaluations;
}

const NOTHING: Evaluations = { inPolicies: new Map(), inBoundary: new Map(), length: 0 };

/**
 * Returns what evaluates the conditions of a question; what they look at is put together when the first one asks.
 *
 * @param known - what was evaluated of the same question and facts before: it is not evaluated again, and counts
 */
export function conditionEvaluator(question: Question, facts: Facts, known = NOTHING): ConditionEvaluator {
  let { length } = known;
  const outcomesOf = (earlier: Outcomes, makeContext: () => ConditionContext) => {
    let context: ConditionContext | undefined;
    return keepOutcomes(earlier, (condition) => {
      if (length >= EVALUATED_LENGTH_LIMIT) return OVER_BUDGET;
      length += condition.expression.length;
      context ??= makeContext();
      return condition.evaluate(context);
    });
  };
  const inPolicies = outcomesOf(known.inPolicies, () => contextOf(question, facts, withoutOfBoundaries));
  const inBoundary = outcomesOf(known.inBoundary, () => contextOf(question, facts));
  return {
    inPolicy: inPolicies.evaluate,
    inBoundary: inBoundary.evaluate,
    evaluations: () => ({ inPolicies: inPolicies.outcomes(), inBoundary: inBoundary.outcomes(), length }),
  };
}

/** Keeps what an evaluation gave beside what is known already. */
function keepOutcomes(known: Outcomes, evaluate: EvaluateCondition) {
  // Most decisions have no conditions, and are to cost no map.
  let outcomes: Map<CompiledCondition, ConditionOutcome> | undefined;
  return {
    outcomes: (): Outcomes => outcomes ?? known,
    evaluate: (condition: CompiledCondition): ConditionOutcome => {
      const found = (outcomes ?? known).get(condition);
      if (found !== undefined) return found;
      outcomes ??= new Map(known);
      const outcome = evaluate(condition);
      outcomes.set(condition, outcome);
      return outcome;
    },
  };
}

function contextOf(
  { resource, timeMs, apiAttributes = {} }: Question,
  { tags }: Facts,
  choose = (attributes: ApiAttributes) => attributes,
): ConditionContext {
  return { resource: resourceAttributes(resource), timeMs, tags, apiAttributes: choose(apiAttributes) };
}

function withoutOfBoundaries(attributes: ApiAttributes): ApiAttributes {
  // Few calls have any, and a copy costs as much as a condition.
  if (attributes[OF_BOUNDARIES] === undefined) return attributes;
  const { [OF_BOUNDARIES]: _prefix, ...others } = attributes;
  return others;
}
