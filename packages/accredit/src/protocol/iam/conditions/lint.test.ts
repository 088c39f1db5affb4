/** What the linter says, word for word (IAM documentation, linting policies). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOUND_EXPRESSIONS } from './condition.fixture.ts';
import { LINT_RESULT_LIMIT } from './limits.ts';
import { lintCondition } from './lint.ts';
import type { LintSeverity, LintUnit } from './lint-result.ts';

const NOW = Date.UTC(2026, 10, 23);
const SKIPPED = 'The validation unit is skipped due to absence of a required object: CheckedExpr';
const CONST_MESSAGE =
  'hasOnly() expects an argument of type list containing only const values, but a non-const expression was found in the list.';
const DEFAULT_MESSAGE =
  "api.getAttribute call on 'iam.googleapis.com/modifiedGrantsByRole' can only accept empty list ('[]') as default value.";
const unsupported = (path: string, value: string) =>
  `${path} : ${value} is not supported. Using this value in condition may lead to unintended consequences. Check user ` +
  `guide at https://cloud.google.com/iam/docs/conditions-resource-attributes#${path.replace('.', '_')}_values for ` +
  `supported values for ${path}.`;
const restricted = (path: string) =>
  `Condition attribute \`${path}\` is restricted or unsupported. Please check ` +
  'https://cloud.google.com/iam/docs/conditions-overview for the full list of supported attributes';
const range = (name: string, low: number, high: number) =>
  `The value being compared to the specified timestamp function (${name}) must be in range [${low}, ${high}].`;
const ineffective = (value: string, text: string, outcome: string) =>
  `Ineffective date time value ${value} parsed from "${text}"; condition is effectively ${outcome}`;

type Found = readonly [unit: LintUnit, severity: LintSeverity, offset: number | undefined, message: string];

/** The examples of Google's documentation come first; what they leave open is guessed, and stands behind them. */
const CASES: readonly (readonly [expression: string, ...found: readonly Found[]])[] = [
  ['1 < 2'],
  [
    '1<2 || 2<3 || 3<4 || 4<5 || 5<6 || 6<7 || 7<8 || 8<9 || 9<10 || 10<11 || 11<12 || 12<13 || 13<14 || 14<15',
    ['ConditionComplexityCheck', 'ERROR', undefined, 'Logical operators count must not be more than 12'],
  ],
  [
    "request.time < timestamp('2000-01-01T00:00:00Z')",
    [
      'DateTimeCheck',
      'WARNING',
      25,
      ineffective('2000-01-01T00:00:00+00:00', '2000-01-01T00:00:00Z', 'False. Time expired already.'),
    ],
  ],
  ['request.time.getMonth() > 13', ['DateTimeRangeCheck', 'WARNING', 26, range('getMonth', 0, 11)]],
  [
    "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', ['roles/viewer']).hasOnly(['roles/editor'])",
    ['DrgGetAttributeDefaultValueCheck', 'ERROR', 60, DEFAULT_MESSAGE],
  ],
  [
    'request.time.getMonth() > 5 && request.time.getMonth() < 4',
    [
      'EffectiveTimeRangeCheck',
      'WARNING',
      undefined,
      'The aggregate of time functions [getMonth] results in empty ranges.',
    ],
  ],
  [
    // Google's page says 59; the point of resource.name is at 62.
    "api.getAttribute('somekey', []).hasOnly(['somevalue', resource.name])",
    ['HasOnlyListConstCheck', 'ERROR', 62, CONST_MESSAGE],
  ],
  [
    "api.getAttribute('somekey', []).hasOnly([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])",
    [
      'HasOnlyListLengthCheck',
      'ERROR',
      39,
      'The list argument to hasOnly() cannot have more than 10 elements',
    ],
  ],
  [
    "resource.service == 'resourcemanager'",
    ['ResourceServiceLiteralCheck', 'WARNING', 20, unsupported('resource.service', 'resourcemanager')],
  ],
  [
    "resource.type == 'resourcemanager.projects'",
    ['ResourceTypeLiteralCheck', 'WARNING', 17, unsupported('resource.type', 'resourcemanager.projects')],
  ],
  [
    "'accessPolicies/123/accesslevels/TRUSTED' in request.auth.access_levels",
    ['RestrictedAttributesCheck', 'WARNING', 57, restricted('request.auth.access_levels')],
  ],
  // Times.
  ["request.time < timestamp('2026-11-23T00:00:00Z')"],
  ["request.time < timestamp('2030-01-01T00:00:00Z') && request.time > timestamp('2029-01-01T00:00:00Z')"],
  [
    "timestamp('2020-01-01T00:00:00.5+01:00') < request.time",
    [
      'DateTimeCheck',
      'WARNING',
      10,
      ineffective('2019-12-31T23:00:00.5+00:00', '2020-01-01T00:00:00.5+01:00', 'True. Time passed already.'),
    ],
  ],
  [
    "request.time == date('2020-02-29') || true",
    [
      'DateTimeCheck',
      'WARNING',
      21,
      ineffective('2020-02-29T00:00:00+00:00', '2020-02-29', 'False. Time expired already.'),
    ],
  ],
  [
    "request.time >= timestamp('2030-01-01')",
    ['DateTimeCheck', 'WARNING', 26, 'Invalid date time value "2030-01-01"; condition is effectively False.'],
  ],
  ["timestamp('2000-01-01T00:00:00Z') < timestamp('2001-01-01T00:00:00Z')"],
  ['request.time.getMonth() < 11'],
  ['12 == request.time.getMonth()', ['DateTimeRangeCheck', 'WARNING', 0, range('getMonth', 0, 11)]],
  ['request.time.getDate() == 0', ['DateTimeRangeCheck', 'WARNING', 26, range('getDate', 1, 31)]],
  [
    'request.time.getDayOfMonth() == 31',
    ['DateTimeRangeCheck', 'WARNING', 32, range('getDayOfMonth', 0, 30)],
  ],
  ['request.time.getDayOfWeek() == 7', ['DateTimeRangeCheck', 'WARNING', 31, range('getDayOfWeek', 0, 6)]],
  [
    'request.time.getDayOfYear() == 366',
    ['DateTimeRangeCheck', 'WARNING', 31, range('getDayOfYear', 0, 365)],
  ],
  [
    "request.time.getHours('Europe/Berlin') < 24",
    ['DateTimeRangeCheck', 'WARNING', 41, range('getHours', 0, 23)],
  ],
  ['request.time.getMinutes() != 60', ['DateTimeRangeCheck', 'WARNING', 29, range('getMinutes', 0, 59)]],
  ['request.time.getSeconds() >= -1', ['DateTimeRangeCheck', 'WARNING', 29, range('getSeconds', 0, 59)]],
  [
    'request.time.getMilliseconds() > 1000',
    ['DateTimeRangeCheck', 'WARNING', 33, range('getMilliseconds', 0, 999)],
  ],
  [
    'request.time.getFullYear() > 10000',
    ['DateTimeRangeCheck', 'WARNING', 29, range('getFullYear', 1, 9999)],
  ],
  ['request.time.getHours() >= 9 && request.time.getHours() <= 17'],
  ["request.time.getHours('Europe/Berlin') > 17 && request.time.getHours() < 9"],
  ['request.time.getHours() > 17 || request.time.getHours() < 9'],
  ['request.time.getHours() >= 0'],
  [
    'request.time.getHours() >= 9 || request.time.getHours() < 17',
    [
      'EffectiveTimeRangeCheck',
      'WARNING',
      undefined,
      'The aggregate of time functions [getHours] results in full ranges.',
    ],
  ],
  [
    "resource.name == 'x' && request.time.getDayOfWeek() == 1 && (!(request.time.getDayOfWeek() < 3) && request.time.getHours() > 8)",
    [
      'EffectiveTimeRangeCheck',
      'WARNING',
      undefined,
      'The aggregate of time functions [getDayOfWeek] results in empty ranges.',
    ],
  ],
  [
    'request.time.getDayOfWeek() == 6 && (request.time.getDayOfWeek() == 0 || request.time.getDayOfWeek() == 1)',
    [
      'EffectiveTimeRangeCheck',
      'WARNING',
      undefined,
      'The aggregate of time functions [getDayOfWeek] results in empty ranges.',
    ],
  ],
  // Values.
  ["resource.service == 'storage.googleapis.com' && resource.type != 'storage.googleapis.com/ManagedFolder'"],
  ["'compute.googleapis.com' == resource.service"],
  ["resource.type.startsWith('compute')"],
  [
    "resource.type in ['compute.googleapis.com/Instance', 'compute.googleapis.com/Network']",
    [
      'ResourceTypeLiteralCheck',
      'WARNING',
      53,
      unsupported('resource.type', 'compute.googleapis.com/Network'),
    ],
  ],
  [
    "resource.type == 'clouddeploy.googleapis.com/'",
    ['ResourceTypeLiteralCheck', 'WARNING', 17, unsupported('resource.type', 'clouddeploy.googleapis.com/')],
  ],
  ["api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/editor'])"],
  ["api.getAttribute('iam.googleapis.com/other', ['a']).hasOnly(['a'])"],
  [
    "api.getAttribute('a', []).hasOnly(api.getAttribute('b', []))",
    ['HasOnlyListConstCheck', 'ERROR', 50, CONST_MESSAGE],
  ],
  ["request.path == '/' ", ['RestrictedAttributesCheck', 'WARNING', 7, restricted('request.path')]],
  ['destination.port == 22', ['RestrictedAttributesCheck', 'WARNING', 11, restricted('destination.port')]],
  ["principal.type == 'x'", ['RestrictedAttributesCheck', 'WARNING', 9, restricted('principal.type')]],
  [
    "request.host == 'h' && resource.service == 's'",
    ['ResourceServiceLiteralCheck', 'WARNING', 43, unsupported('resource.service', 's')],
    ['RestrictedAttributesCheck', 'WARNING', 7, restricted('request.host')],
  ],
];

for (const [expression, ...found] of CASES) {
  test(`the linter on: ${expression}`, () => {
    const expected = found.map(([unit, severity, offset, debugMessage]) => ({
      level: 'CONDITION',
      validationUnitName: `LintValidationUnits/${unit}`,
      severity,
      fieldName: 'condition.expression',
      ...(offset === undefined ? {} : { locationOffset: offset }),
      debugMessage,
    }));
    assert.deepEqual(lintCondition(expression, NOW), expected);
  });
}

const OPERAND =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

const NOT_COMPILING: readonly (readonly [expression: string, offset: number, message: string])[] = [
  ['1 <', 3, `ERROR: Parse expression:1:3: mismatched input '<EOF>' expecting ${OPERAND}\n  | 1 <\n  | ...^`],
  ['1<', 2, `ERROR: Parse expression:1:2: mismatched input '<EOF>' expecting ${OPERAND}\n  | 1<\n  | ..^`],
  [
    'true=false',
    4,
    "ERROR: Parse expression:1:4: token recognition error at: '=f'\n  | true=false\n  | ....^",
  ],
  [
    'true &&\n  foo',
    10,
    "ERROR: Check expression:2:2: undeclared reference to 'foo' (in container '')\n  |   foo\n  | ..^",
  ],
];

for (const [expression, offset, debugMessage] of NOT_COMPILING) {
  test(`the linter on what does not compile: ${JSON.stringify(expression)}`, () => {
    const [first, ...rest] = lintCondition(expression, NOW);
    assert.deepEqual(first, {
      level: 'CONDITION',
      validationUnitName: 'LintValidationUnits/ConditionCompileCheck',
      severity: 'ERROR',
      fieldName: 'condition.expression',
      locationOffset: offset,
      debugMessage,
    });
    assert.equal(rest.length, 10);
    for (const { severity, debugMessage: message } of rest) {
      assert.deepEqual({ severity, message }, { severity: 'NOTICE', message: SKIPPED });
    }
  });
}

test('the linter has nothing to say of sound expressions, but of times, values and attributes', () => {
  for (const expression of SOUND_EXPRESSIONS) {
    const errors = lintCondition(expression, NOW).filter(({ severity }) => severity !== 'WARNING');
    assert.deepEqual(errors, [], expression);
  }
});

test('an answer of the linter is bounded', () => {
  const results = lintCondition(`resource.type in [${"'x',".repeat(3000)}]`, NOW);
  assert.equal(results.length, LINT_RESULT_LIMIT);
});
