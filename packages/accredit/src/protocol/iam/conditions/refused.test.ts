/** What is no condition: constructs beyond Google's subset of CEL, and expressions that would cost too much. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeExpression, tagFunctionsOnly } from './analyze.ts';
import { CONTEXT, SOUND_EXPRESSIONS } from './condition.fixture.ts';
import {
  EXPRESSION_LENGTH_LIMIT,
  LOGICAL_OPERATOR_LIMIT,
  NESTING_LIMIT,
  TREE_DEPTH_LIMIT,
} from './limits.ts';
import { lintCondition } from './lint.ts';
import { loadConditions } from './load.ts';

const { compileCondition } = await loadConditions();

function problemOf(expression: string): string {
  const analysis = analyzeExpression(expression);
  assert.ok(!analysis.ok, `compiles: ${expression.slice(0, 80)}`);
  const outcome = compileCondition(expression).evaluate(CONTEXT);
  assert.deepEqual(outcome, { error: analysis.problem.message });
  return analysis.problem.message.split('\n')[0] ?? '';
}

const undeclared = (name: string) => `undeclared reference to '${name}' (in container '')`;
const OPERAND =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

const REFUSED: readonly (readonly [expression: string, place: string, message: string])[] = [
  // What is no CEL.
  ['', '1:0', `mismatched input '<EOF>' expecting ${OPERAND}`],
  ['1 <', '1:3', `mismatched input '<EOF>' expecting ${OPERAND}`],
  ['true=false', '1:4', "token recognition error at: '=f'"],
  ['true & false', '1:5', "token recognition error at: '& '"],
  ['true | false', '1:5', "token recognition error at: '| '"],
  ['true #', '1:5', "token recognition error at: '#'"],
  ["'open", '1:0', "token recognition error at: ''open'"],
  ["'a\nb' == ''", '1:0', "token recognition error at: ''a'"],
  ["'\\q' == ''", '1:0', "token recognition error at: ''\\q''"],
  ["'\\uD800' == ''", '1:0', "token recognition error at: ''\\uD800''"],
  ['😀', '1:0', "token recognition error at: '😀'"],
  ['true false', '1:5', "extraneous input 'false' expecting <EOF>"],
  ['true)', '1:4', "extraneous input ')' expecting <EOF>"],
  ['(true', '1:5', "missing ')' at '<EOF>'"],
  ['[1, 2 == []', '1:11', "missing ']' at '<EOF>'"],
  ['date(', '1:5', `mismatched input '<EOF>' expecting ${OPERAND}`],
  ["date('a',)", '1:9', `mismatched input ')' expecting ${OPERAND}`],
  ['resource.', '1:9', "mismatched input '<EOF>' expecting IDENTIFIER"],
  ['resource.1', '1:8', "extraneous input '.1' expecting <EOF>"],
  ['true &&', '1:7', `mismatched input '<EOF>' expecting ${OPERAND}`],
  ['&& true', '1:0', `mismatched input '&&' expecting ${OPERAND}`],
  ['true &&\n  in', '2:2', `mismatched input 'in' expecting ${OPERAND}`],
  // What Google's CEL has and conditions do not.
  ["resource.name.matches('.*')", '1:21', undeclared('matches')],
  ["resource.name.contains('a')", '1:22', undeclared('contains')],
  ['resource.name.size() > 1', '1:18', undeclared('size')],
  ['size(resource.name) > 1', '1:4', undeclared('size')],
  [
    "resource.name + 'x' == 'y'",
    '1:14',
    "found no matching overload for '_+_' applied to '(string, string)'",
  ],
  ['1 + 1 == 2', '1:2', "found no matching overload for '_+_' applied to '(int, int)'"],
  ['[1] + [2] == []', '1:4', "found no matching overload for '_+_' applied to '(list(int), list(int))'"],
  ['2 * 2 == 4', '1:2', undeclared('_*_')],
  ['2 / 2 == 1', '1:2', undeclared('_/_')],
  ['2 % 2 == 0', '1:2', undeclared('_%_')],
  ['-(1) == -1', '1:0', undeclared('-_')],
  ['true ? true : false', '1:5', undeclared('_?_:_')],
  ['[true][0]', '1:6', undeclared('_[_]')],
  ["resource['name'] == 'x'", '1:8', undeclared('_[_]')],
  ['[1].all(x, x > 0)', '1:7', undeclared('@not_strictly_false')],
  ['[1].exists(x, x > 0)', '1:10', undeclared('@not_strictly_false')],
  ['[1].exists_one(x, x > 0)', '1:14', undeclared('exists_one')],
  ['[1].map(x, x) == [1]', '1:7', undeclared('map')],
  ['[1].filter(x, true) == [1]', '1:10', undeclared('filter')],
  ['has(resource.name)', '1:3', undeclared('has')],
  ['int(1.5) == 1', '1:3', undeclared('int')],
  ["string(1) == '1'", '1:6', undeclared('string')],
  ['type(1) == int', '1:4', undeclared('type')],
  ['dyn(true)', '1:3', undeclared('dyn')],
  ["{'a': true}.a", '1:0', `mismatched input '{' expecting ${OPERAND}`],
  ['google.protobuf.Timestamp{} == request.time', '1:25', "extraneous input '{' expecting <EOF>"],
  ['null == null', '1:0', `mismatched input 'null' expecting ${OPERAND}`],
  ["b'a' == b'a'", '1:0', `mismatched input 'b'a'' expecting ${OPERAND}`],
  [
    "duration('1s').getSeconds() == 1",
    '1:25',
    "found no matching overload for 'getSeconds' applied to 'duration.()'",
  ],
  ['timestamp(1) < request.time', '1:9', "found no matching overload for 'timestamp' applied to '(int)'"],
  // Names that there are not.
  ['foo', '1:0', undeclared('foo')],
  ["foo.bar == 'x'", '1:0', undeclared('foo')],
  ['resource', '1:0', undeclared('resource')],
  ["resource.id == 'x'", '1:8', "undefined field 'id'"],
  ["resource.name.x == ''", '1:13', "type 'string' does not support field selection"],
  ["request.auth.claims == ''", '1:12', "undefined field 'claims'"],
  ["request.headers == ''", '1:7', "undefined field 'headers'"],
  ["hasTagKey('1/env')", '1:9', undeclared('hasTagKey')],
  ["request.hasTagKey('1/env')", '1:17', undeclared('request.hasTagKey')],
  ["resource.name.hasTagKey('1/env')", '1:23', undeclared('hasTagKey')],
  ["resource.startsWith('x')", '1:19', undeclared('resource.startsWith')],
  ["getAttribute('a', '') == ''", '1:12', undeclared('getAttribute')],
  ['__proto__ == 1', '1:0', undeclared('__proto__')],
  ["resource.constructor == ''", '1:8', "undefined field 'constructor'"],
  ["''.toString() == ''", '1:11', undeclared('toString')],
  ["constructor('x')", '1:11', undeclared('constructor')],
  // Types that do not fit.
  ["1 == 'a'", '1:2', "found no matching overload for '_==_' applied to '(int, string)'"],
  ['resource.name < 1', '1:14', "found no matching overload for '_<_' applied to '(string, int)'"],
  [
    "request.time < '2030-01-01'",
    '1:13',
    "found no matching overload for '_<_' applied to '(timestamp, string)'",
  ],
  [
    "request.time < duration('1s')",
    '1:13',
    "found no matching overload for '_<_' applied to '(timestamp, duration)'",
  ],
  ["resource.name in 'abc'", '1:14', "found no matching overload for '@in' applied to '(string, string)'"],
  ["1 in ['a']", '1:2', "found no matching overload for '@in' applied to '(int, list(string))'"],
  ["'a' && true", '1:4', "found no matching overload for '_&&_' applied to '(string, bool)'"],
  ['true && true && 1', '1:5', "found no matching overload for '_&&_' applied to '(bool, bool, int)'"],
  ['!resource.name', '1:0', "found no matching overload for '!_' applied to '(string)'"],
  [
    'resource.name.startsWith()',
    '1:24',
    "found no matching overload for 'startsWith' applied to 'string.()'",
  ],
  [
    "resource.name.startsWith('a', 'b')",
    '1:24',
    "found no matching overload for 'startsWith' applied to 'string.(string, string)'",
  ],
  [
    "startsWith('a', 'b')",
    '1:10',
    "found no matching overload for 'startsWith' applied to '(string, string)'",
  ],
  [
    'request.time.getHours(1) == 1',
    '1:21',
    "found no matching overload for 'getHours' applied to 'timestamp.(int)'",
  ],
  [
    "resource.matchTag('1/env')",
    '1:17',
    "found no matching overload for 'resource.matchTag' applied to '(string)'",
  ],
  [
    "api.getAttribute('a') == ''",
    '1:16',
    "found no matching overload for 'api.getAttribute' applied to '(string)'",
  ],
  [
    "api.getAttribute('a', '').hasOnly(['a'])",
    '1:33',
    "found no matching overload for 'hasOnly' applied to 'string.(list(string))'",
  ],
  [
    "compute.matchLoadBalancingSchemes('INTERNAL')",
    '1:33',
    "found no matching overload for 'compute.matchLoadBalancingSchemes' applied to '(string)'",
  ],
  ['resource.name', '1:8', "expected type 'bool' but found 'string'"],
  ["'true'", '1:0', "expected type 'bool' but found 'string'"],
  ['[true]', '1:0', "expected type 'bool' but found 'list(bool)'"],
  ['request.time', '1:7', "expected type 'bool' but found 'timestamp'"],
  // Numbers that CEL's types do not hold.
  ['9223372036854775808 > 0', '1:0', 'invalid int literal'],
  ['-9223372036854775809 < 0', '1:0', 'invalid int literal'],
  ['18446744073709551616u > 0u', '1:0', 'invalid uint literal'],
  ['1e999 > 0.0', '1:0', 'invalid double literal'],
  [`${'9'.repeat(10_000)} > 0`, '1:0', 'invalid int literal'],
  [`0x${'f'.repeat(10_000)} > 0`, '1:0', 'invalid int literal'],
];

for (const [expression, place, message] of REFUSED) {
  test(`'${expression.slice(0, 60)}' is no condition (IAM notes 1.4)`, () => {
    assert.match(problemOf(expression), /^ERROR: (Parse|Check) expression:/);
    assert.equal(
      problemOf(expression).replace(/^ERROR: (Parse|Check) expression:/, ''),
      `${place}: ${message}`,
    );
  });
}

/** Expressions that cost a careless reader its stack, its memory or its time. Each is an error, unless it says what it is. */
const HOSTILE: readonly (readonly [name: string, expression: string, outcome?: boolean])[] = [
  ['100 kB of parentheses', '('.repeat(100_000)],
  ['100 kB of !', `${'!'.repeat(100_000)}true`],
  ['a megabyte of spaces', ' '.repeat(1_000_000)],
  ['parentheses up to the limit of the length', '('.repeat(EXPRESSION_LENGTH_LIMIT)],
  ['closed parentheses', `${'('.repeat(8000)}true${')'.repeat(8000)}`],
  ['brackets', '['.repeat(EXPRESSION_LENGTH_LIMIT)],
  ['calls', `${'date('.repeat(3000)}''${')'.repeat(3000)}`],
  ['indices', `a${'[0]'.repeat(5000)}`],
  ['selections', `resource${'.name'.repeat(3000)}`],
  ['methods', `resource.name${".extract('{a}')".repeat(1000)} == ''`],
  ['conditionals', `${'true ? true : '.repeat(1000)}true`],
  ['! up to the limit of the length', `${'!'.repeat(EXPRESSION_LENGTH_LIMIT - 4)}true`],
  ['minus signs', `${'-'.repeat(16_000)}1 == 1`, true],
  ['comparisons in a chain', `true${' == true'.repeat(1500)}`],
  ['sums in a chain', `request.time${" + duration('1s')".repeat(800)} > request.time`],
  ['&& in a chain', `true${'&&true'.repeat(2000)}`],
  ['a list of 8,000', `2 in [${'1,'.repeat(8000)}1]`, false],
  ['lists in lists', `${'['.repeat(30)}1${']'.repeat(30)} == []`, false],
  ['an unended string', `'${'\\a'.repeat(8000)}`],
  ['quotes', "'''".repeat(5000)],
  ['comments', '//'.repeat(8000)],
  ['lines', '\n'.repeat(EXPRESSION_LENGTH_LIMIT)],
  ['digits', `${'1'.repeat(16_000)} == 1`],
  ['a long zone', `request.time.getHours('${'a'.repeat(16_000)}') == 1`],
  ['a long duration', `request.time + duration('${'1s'.repeat(8000)}') > request.time`, true],
  ['a long template', `resource.name.extract('${'{'.repeat(16_000)}') == ''`],
  ['a long name', `${'a'.repeat(16_000)} == 1`],
];

/** What any of them may take, on a slow and busy machine; they take some milliseconds. */
const HOSTILE_LIMIT_MS = 2000;

for (const [name, expression, expected] of HOSTILE) {
  test(`a hostile expression costs bounded time: ${name}`, () => {
    const start = performance.now();
    const outcome = compileCondition(expression).evaluate(CONTEXT);
    lintCondition(expression, CONTEXT.timeMs);
    assert.ok(performance.now() - start < HOSTILE_LIMIT_MS);
    if (expected !== undefined) return assert.equal(outcome, expected);
    assert.ok(
      typeof outcome === 'object' && outcome.error.length < 2000,
      'an error repeats a bounded part of it',
    );
  });
}

/** The longest, deepest and most complex that is allowed, and one more. */
const LIMITS: readonly (readonly [name: string, within: string, beyond: string, message: RegExp])[] = [
  [
    'characters',
    `true${' '.repeat(EXPRESSION_LENGTH_LIMIT - 4)}`,
    `true${' '.repeat(EXPRESSION_LENGTH_LIMIT - 3)}`,
    /expression has 16385 characters, at most 16384 are allowed/,
  ],
  [
    'brackets within brackets',
    `${'('.repeat(NESTING_LIMIT)}true${')'.repeat(NESTING_LIMIT)}`,
    `${'('.repeat(NESTING_LIMIT + 1)}true${')'.repeat(NESTING_LIMIT + 1)}`,
    /nested deeper than 32 levels/,
  ],
  [
    'levels of the tree',
    `true${' == true'.repeat(TREE_DEPTH_LIMIT - 1)}`,
    `true${' == true'.repeat(TREE_DEPTH_LIMIT)}`,
    /deeper than 64 levels/,
  ],
  [
    'logical operators',
    `!!true${' && true'.repeat(LOGICAL_OPERATOR_LIMIT - 2)}`,
    `!!true${' && true'.repeat(LOGICAL_OPERATOR_LIMIT - 1)}`,
    /Logical operators count must not be more than 12/,
  ],
];

for (const [name, within, beyond, message] of LIMITS) {
  test(`${name}: as many as are allowed, and one more`, () => {
    assert.equal(compileCondition(within).evaluate(CONTEXT), true);
    const outcome = compileCondition(beyond).evaluate(CONTEXT);
    assert.match(typeof outcome === 'object' ? outcome.error : '', message);
  });
}

const TAG_EXPRESSIONS: readonly (readonly [expression: string, expected: boolean])[] = [
  ["resource.matchTag('1/env', 'prod')", true],
  ["resource.hasTagKey('1/env') && !resource.matchTagId('tagKeys/1', 'tagValues/2')", true],
  ["resource.hasTagKeyId('tagKeys/1') == false", true],
  ["resource.hasTagKey('1/env') || resource.name == 'x'", false],
  ["resource.hasTagKey('1/env') || request.time < timestamp('2030-01-01T00:00:00Z')", false],
  ["resource.hasTagKey('1/env') || date('2030-01-01') < date('2031-01-01')", false],
  ['resource.hasTagKey(resource.type)', false],
  ["resource.type == 'x'", false],
  ['true', false],
  ["resource.hasTagKey('1/env'", false],
];

for (const [expression, expected] of TAG_EXPRESSIONS) {
  test(`a deny policy ${expected ? 'may' : 'may not'} ask: ${expression} (IAM notes 1.3)`, () => {
    assert.equal(tagFunctionsOnly(expression), expected);
  });
}

test('every expression that other tests call sound compiles', () => {
  for (const expression of SOUND_EXPRESSIONS) assert.ok(analyzeExpression(expression).ok, expression);
});
