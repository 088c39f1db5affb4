import type {
  ApiAttributes,
  CompiledCondition,
  ConditionContext,
  ConditionError,
  ConditionOutcome,
} from './conditions/condition.ts';
import { WORD_COST, ZONE_COST } from './conditions/limits.ts';
import type { Facts, Question } from './decide.ts';
import { resourceAttributes } from './places/resource-attributes.ts';

/**
 * What the conditions that one decision reads and evaluates may cost together, in characters (UTF-16 code units) of
 * ordinary expressions; what is beyond is an error, which never grants and always denies, and is not even read. So whoever
 * may write a policy can keep everybody else waiting for some 50 ms at the most.
 *
 * It is a thousand expressions of the usual length, such as the 20 that a role and a principal may have in one policy for
 * each of ten identities of a caller on five levels. An expression of short words costs more than its length
 * (`WORD_COST`), and so does one that converts times to time zones (`ZONE_COST`): of those, 128 conversions are evaluated.
 *
 * Deviation: a decision evaluates a bounded number of conditions; Google publishes no bound; pinned by
 * 'over the budget every further condition is an error: it never grants and always denies, and the words say so'.
 */
export const EVALUATED_COST_LIMIT = 131_072;

const OVER_BUDGET: ConditionError = {
  error:
    `Not evaluated: with the conditions that this decision looked at before it they have ${spell(EVALUATED_COST_LIMIT)} ` +
    `characters, a word counting as ${WORD_COST} at the least and a time zone as ${spell(ZONE_COST)}, and no further ` +
    'ones are evaluated.',
};

function spell(count: number): string {
  return count.toLocaleString('en-US');
}

/** An attribute that only the conditions of boundaries are told (IAM notes 1.4). */
const OF_BOUNDARIES = 'storage.googleapis.com/objectListPrefix';

type Outcomes = ReadonlyMap<CompiledCondition, ConditionOutcome>;

/** What the conditions of a decision gave, each evaluated once. */
export interface Evaluations {
  /** Those of allow and deny policies. */
  readonly inPolicies: Outcomes;
  readonly inBoundary: Outcomes;
  /** What is left of `EVALUATED_COST_LIMIT`; 0 once a condition did not fit: no later one is evaluated either. */
  readonly budget: number;
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

const NOTHING: Evaluations = {
  inPolicies: new Map(),
  inBoundary: new Map(),
  budget: EVALUATED_COST_LIMIT,
};

/**
 * Returns what evaluates the conditions of a question; what they look at is put together when the first one asks.
 *
 * @param known - what was evaluated of the same question and facts before: it is not evaluated again, and counts
 */
export function conditionEvaluator(
  question: Omit<Question, 'permission'>,
  facts: Facts,
  known = NOTHING,
): ConditionEvaluator {
  let { budget } = known;
  const fits = (condition: CompiledCondition) => {
    // What is too long is not read to find out what it costs.
    const left = condition.expression.length > budget ? -1 : budget - condition.cost;
    budget = Math.max(left, 0);
    return left >= 0;
  };
  const outcomesOf = (earlier: Outcomes, makeContext: () => ConditionContext) => {
    let context: ConditionContext | undefined;
    return keepOutcomes(earlier, (condition) => {
      if (!fits(condition)) return OVER_BUDGET;
      context ??= makeContext();
      return condition.evaluate(context);
    });
  };
  const inPolicies = outcomesOf(known.inPolicies, () => contextOf(question, facts, withoutOfBoundaries));
  const inBoundary = outcomesOf(known.inBoundary, () => contextOf(question, facts));
  return {
    inPolicy: inPolicies.evaluate,
    inBoundary: inBoundary.evaluate,
    evaluations: () => ({ inPolicies: inPolicies.outcomes(), inBoundary: inBoundary.outcomes(), budget }),
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
  { resource, timeMs, apiAttributes = {} }: Omit<Question, 'permission'>,
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
