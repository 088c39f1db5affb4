import type { CheckedExpression } from './analyze.ts';
import { type Call, callsOf, type Expression } from './expression.ts';
import { HAS_ONLY_LIMIT, LOGICAL_OPERATOR_LIMIT } from './limits.ts';
import type { Finding, LintUnit } from './lint-result.ts';

/** The units that find errors: what they refuse, no policy may hold. Messages as in Google's documentation of the linter. */
export const ERROR_UNITS = {
  ConditionComplexityCheck: ({ logicalOperators }) =>
    logicalOperators > LOGICAL_OPERATOR_LIMIT
      ? [{ message: `Logical operators count must not be more than ${LOGICAL_OPERATOR_LIMIT}` }]
      : [],
  DrgGetAttributeDefaultValueCheck: ({ root }) =>
    callsOf(root, 'getAttribute').flatMap(({ args: [name, otherwise] }) =>
      isModifiedGrants(name) && otherwise !== undefined && !isEmptyList(otherwise)
        ? [
            {
              offset: otherwise.offset,
              message:
                "api.getAttribute call on 'iam.googleapis.com/modifiedGrantsByRole' can only accept empty list ('[]') " +
                'as default value.',
            },
          ]
        : [],
    ),
  HasOnlyListConstCheck: ({ root }) => callsOf(root, 'hasOnly').flatMap(findNonConstant),
  HasOnlyListLengthCheck: ({ root }) =>
    callsOf(root, 'hasOnly').flatMap(({ offset, args: [list] }) =>
      list?.kind === 'list' && list.elements.length > HAS_ONLY_LIMIT
        ? [
            {
              offset,
              message: `The list argument to hasOnly() cannot have more than ${HAS_ONLY_LIMIT} elements`,
            },
          ]
        : [],
    ),
} as const satisfies Partial<Record<LintUnit, (expression: CheckedExpression) => readonly Finding[]>>;

function isModifiedGrants(name: Expression | undefined): boolean {
  return name?.kind === 'literal' && name.value === 'iam.googleapis.com/modifiedGrantsByRole';
}

function isEmptyList(expression: Expression): boolean {
  return expression.kind === 'list' && expression.elements.length === 0;
}

/**
 * Finds the first item that is no constant; a list that is written as anything but a list is none either.
 *
 * Guess: its place. In Google's example of `resource.name` it is 59, where CEL puts the point of the field, 62.
 */
function findNonConstant({ args: [list] }: Call): readonly Finding[] {
  const wrong = list?.kind === 'list' ? list.elements.find(({ kind }) => kind !== 'literal') : list;
  if (wrong === undefined) return [];
  return [
    {
      offset: wrong.offset,
      message:
        'hasOnly() expects an argument of type list containing only const values, but a non-const expression was found ' +
        'in the list.',
    },
  ];
}
