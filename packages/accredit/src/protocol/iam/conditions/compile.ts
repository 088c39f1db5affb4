import { type CelInput, celEnv, plan } from '@bufbuild/cel';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { toCelExpr } from './cel-expression.ts';
import { API_ATTRIBUTES, CONDITION_FUNCTIONS, TAGS, tagFact } from './cel-functions.ts';
import type {
  CompiledCondition,
  ConditionCompiler,
  ConditionContext,
  ConditionOutcome,
  ResourceTag,
} from './condition.ts';
import { conditionError } from './condition-error.ts';
import { DEAREST_CONDITION } from './cost.ts';
import { COMPILED_LIMIT, WORD_COST } from './limits.ts';
import { type ReadyCondition, ReadyConditions } from './ready-conditions.ts';

type Plan = ReturnType<typeof plan>;
type Namespaces = Record<string, CelInput>;

/**
 * Returns a compiler that keeps what it compiled last. This module loads the evaluator: `load.ts` imports it when needed.
 *
 * A policy may hold many conditions of which a decision asks for few, and whoever decides next would wait for all: none is
 * read before it is asked for.
 *
 * @param check - reads and checks an expression
 */
export function createConditionCompiler(check = conditionError): ConditionCompiler {
  const environment = celEnv({ funcs: [...CONDITION_FUNCTIONS] });
  const compiled = new Map<string, CompiledCondition>();
  const ready = new ReadyConditions(prepare);
  return {
    compileCondition(expression) {
      const known = compiled.get(expression) ?? ready.compile(expression);
      // The one that was asked for last stands last.
      compiled.delete(expression);
      compiled.set(expression, known);
      if (compiled.size > COMPILED_LIMIT) compiled.delete(compiled.keys().next().value ?? '');
      return known;
    },
  };

  function prepare(expression: string): ReadyCondition {
    const checked = check(expression);
    // It has no more words than characters. None that a policy holds fails, unless it was written by an earlier version.
    const dearest = Math.min(expression.length * WORD_COST, DEAREST_CONDITION);
    if (!checked.ok) return { cost: dearest, evaluate: () => ({ error: checked.error }) };
    const planned = plan(environment, toCelExpr(checked.root));
    return { cost: checked.cost, evaluate: (context) => evaluate(planned, context) };
  }
}

function evaluate(planned: Plan, context: ConditionContext): ConditionOutcome {
  try {
    const result = planned(namespacesOf(context));
    if (typeof result === 'boolean') return result;
    return { error: result instanceof Error ? result.message : 'The expression gave no bool.' };
  } catch (error) {
    // Whatever the evaluator trips over, the expression could not be evaluated, and so it does not grant.
    return { error: error instanceof Error ? error.message : 'The expression could not be evaluated.' };
  }
}

/** Several bindings are asked about one request: its names are made once. */
const namespaces = new WeakMap<ConditionContext, Namespaces>();

function namespacesOf(context: ConditionContext): Namespaces {
  const known = namespaces.get(context) ?? toNamespaces(context);
  namespaces.set(context, known);
  return known;
}

/** Of the names that no request has here: asking for one is an error, and an error never grants. */
const NOTHING: CelInput = new Map();

/** Makes each namespace when an expression first names it: most name one or two. */
function toNamespaces({ resource, timeMs, tags, apiAttributes }: ConditionContext): Namespaces {
  const made: Partial<Record<'resource' | 'request' | 'api', CelInput>> = {};
  return {
    get resource() {
      made.resource ??= new Map<string, CelInput>([
        ...definedEntries(resource),
        [TAGS, tags.flatMap(factsOf)],
      ]);
      return made.resource;
    },
    get request() {
      made.request ??= new Map<string, CelInput>([['time', timestampFromMs(Math.floor(timeMs))]]);
      return made.request;
    },
    get api() {
      made.api ??= new Map(
        Object.entries(apiAttributes).map(([name, value]) => [
          `${API_ATTRIBUTES}/${name}`,
          typeof value === 'string' ? value : [...value],
        ]),
      );
      return made.api;
    },
    compute: NOTHING,
    destination: NOTHING,
    principal: NOTHING,
  };
}

function definedEntries(record: Readonly<Record<string, string | undefined>>): readonly [string, string][] {
  return Object.entries(record).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

/** The functions of tags that are true of a resource with this tag. */
function factsOf({ keyId, key, valueId, value }: ResourceTag): readonly string[] {
  return [
    tagFact('hasTagKey', key),
    tagFact('hasTagKeyId', keyId),
    tagFact('matchTag', key, value),
    tagFact('matchTagId', keyId, valueId),
  ];
}
