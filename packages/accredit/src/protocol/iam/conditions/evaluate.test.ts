/** What every attribute, function and operator of a condition gives (IAM notes 1.4). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CONTEXT } from './condition.fixture.ts';
import type { ConditionContext, ConditionOutcome } from './condition.ts';
import { loadConditions } from './load.ts';

const { compileCondition } = await loadConditions();

/** `error` stands for any error: it never grants. */
type Expected = true | false | 'error';
type Row = readonly [expression: string, expected: Expected, context?: Partial<ConditionContext>];

function toExpected(outcome: ConditionOutcome): Expected {
  return typeof outcome === 'boolean' ? outcome : 'error';
}

const GRANTS = 'iam.googleapis.com/modifiedGrantsByRole';
const PREFIX = 'storage.googleapis.com/objectListPrefix';
const modifies = (...roles: readonly string[]) => ({ apiAttributes: { [GRANTS]: roles } });
const lists = (prefix: string) => ({ apiAttributes: { [PREFIX]: prefix } });
const at = (time: string) => ({ timeMs: Date.parse(time) });
const NAMELESS = { resource: { service: 'iam.googleapis.com', type: 'iam.googleapis.com/ServiceAccount' } };

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  'resource attributes': [
    ["resource.service == 'storage.googleapis.com'", true],
    ["resource.service != 'storage.googleapis.com'", false],
    ["resource.service == 'compute.googleapis.com'", false],
    ["resource.type == 'storage.googleapis.com/Object'", true],
    ["resource.type != 'storage.googleapis.com/Bucket'", true],
    ["resource.type in ['storage.googleapis.com/Bucket', 'storage.googleapis.com/Object']", true],
    ["resource.type in ['storage.googleapis.com/Bucket']", false],
    ['resource.type in []', false],
    ["resource.type.startsWith('storage')", true],
    ["resource.name == 'projects/_/buckets/b/objects/reports/2026.csv'", true],
    ["resource.name != 'projects/_/buckets/b'", true],
    ["resource.name.startsWith('projects/_/buckets/b')", true],
    ["resource.name.startsWith('/projects')", false],
    ["resource.name.startsWith('')", true],
    ["resource.name.startsWith('PROJECTS')", false],
    ["resource.name.endsWith('.csv')", true],
    ["resource.name.endsWith('.CSV')", false],
    ['resource.name.startsWith(resource.service)', false],
    ["'storage.googleapis.com' == resource.service", true],
    ['resource.service < resource.type', true],
  ],
  'a resource without a name': [
    ["resource.name == 'x'", 'error', NAMELESS],
    ["resource.name != 'x'", 'error', NAMELESS],
    ["!(resource.name == 'x')", 'error', NAMELESS],
    ["resource.name.startsWith('')", 'error', NAMELESS],
    ["resource.name.extract('{a}') == ''", 'error', NAMELESS],
    ["resource.name in ['x']", 'error', NAMELESS],
    ['resource.name == resource.name', 'error', NAMELESS],
    ["resource.type != 'storage.googleapis.com/Object' || resource.name == 'x'", true, NAMELESS],
    ["resource.name == 'x' || resource.type != 'storage.googleapis.com/Object'", true, NAMELESS],
    ["resource.service == 's'", 'error', { resource: {} }],
    ["resource.type == 't'", 'error', { resource: {} }],
    ["resource.name == ''", true, { resource: { name: '' } }],
  ],
  extract: [
    ["resource.name.extract('projects/{project}/') == '_'", true],
    ["resource.name.extract('/buckets/{bucket}/') == 'b'", true],
    ["resource.name.extract('objects/{object}') == 'reports/2026.csv'", true],
    ["resource.name.extract('{start}/buckets') == 'projects/_'", true],
    ["resource.name.extract('{whole}') == resource.name", true],
    ["resource.name.extract('zones/{zone}/') == ''", true],
    ["resource.name.extract('objects/{object}/zones') == ''", true],
    ["resource.name.extract('/{first}/') == '_'", true],
    ["'a/b/a/c'.extract('a/{x}/') == 'b'", true],
    ["'order_1#2'.extract('order_{id}#') == '1'", true],
    ["resource.name.extract('projects/') == ''", 'error'],
    ["resource.name.extract('{a}/{b}') == ''", 'error'],
    ["resource.name.extract('{a') == ''", 'error'],
    ["resource.name.extract('') == ''", 'error'],
  ],
  'resource tags': [
    ["resource.hasTagKey('123456789012/env')", true],
    ["resource.hasTagKey('env')", false],
    ["resource.hasTagKey('tagKeys/1')", false],
    ["resource.hasTagKeyId('tagKeys/1')", true],
    ["resource.hasTagKeyId('123456789012/env')", false],
    ["resource.matchTag('123456789012/env', 'prod')", true],
    ["resource.matchTag('123456789012/env', 'tagValues/2')", false],
    ["resource.matchTag('123456789012/env', 'dev')", false],
    ["resource.matchTagId('tagKeys/1', 'tagValues/2')", true],
    ["resource.matchTagId('tagKeys/1', 'prod')", false],
    ["resource.hasTagKey('123456789012/env')", false, { tags: [] }],
    ["!resource.matchTag('123456789012/env', 'prod')", true, { tags: [] }],
    ['resource.hasTagKey(resource.service)', false],
  ],
  'the time of the request': [
    ["request.time < timestamp('2030-01-01T00:00:00Z')", true],
    ["request.time > timestamp('2030-01-01T00:00:00Z')", false],
    ["request.time <= timestamp('2026-11-23T23:30:15.250Z')", true],
    ["request.time >= timestamp('2026-11-23T23:30:15.250Z')", true],
    ["request.time == timestamp('2026-11-23T23:30:15.25Z')", true],
    ["request.time == timestamp('2026-11-24T00:30:15.250+01:00')", true],
    ["request.time != timestamp('2026-11-23T23:30:15.250000001Z')", true],
    ["request.time < timestamp('2026-11-23T23:30:15.250000001Z')", true],
    ["request.time < timestamp('2026-11-23t23:30:16z')", true],
    ["timestamp('2030-01-01T00:00:00Z') > request.time", true],
    ["request.time > date('2026-11-23')", true],
    ["request.time < date('2026-11-23')", false],
    ["date('2026-11-23') == timestamp('2026-11-23T00:00:00Z')", true],
    ["date('2024-02-29') < request.time", true],
    ["request.time < date('2026-11-23') + duration('84615.251s')", true],
    ["request.time < date('2026-11-23') + duration('84615.250s')", false],
    ["request.time - duration('84615.25s') == date('2026-11-23')", true],
    ["duration('86400s') + date('2026-11-23') == date('2026-11-24')", true],
    ["request.time - date('2026-11-23') < duration('86400s')", true],
    ["duration('90s') == duration('1m30s')", true],
    ["duration('-1s') < duration('0s')", true],
    ["duration('1.5h') == duration('5400s')", true],
    ["duration('1ms') + date('2026-11-23') == timestamp('2026-11-23T00:00:00.001Z')", true],
  ],
  'invalid times never grant': [
    ["request.time < timestamp('soon')", 'error'],
    ["request.time < timestamp('2030-01-01')", 'error'],
    ["request.time < timestamp('2030-01-01T00:00:00')", 'error'],
    ["request.time < timestamp('2030-02-30T00:00:00Z')", 'error'],
    ["request.time < timestamp('2030-13-01T00:00:00Z')", 'error'],
    ["request.time < timestamp('2030-01-01T24:00:00Z')", 'error'],
    ["request.time < timestamp('2030-01-01T00:00:60Z')", 'error'],
    ["request.time < timestamp('2030-01-01T00:00:00+24:00')", 'error'],
    ["request.time < timestamp('0000-01-01T00:00:00Z')", 'error'],
    ["request.time < timestamp('99999-01-01T00:00:00Z')", 'error'],
    ["request.time < timestamp('')", 'error'],
    ["request.time < date('2030-1-1')", 'error'],
    ["request.time < date('2023-02-29')", 'error'],
    ["request.time < date('2030-01-01T00:00:00Z')", 'error'],
    ["request.time + duration('1 year') > request.time", 'error'],
    ["request.time + duration('') > request.time", 'error'],
    ["request.time + duration('90') > request.time", 'error'],
    ["request.time + duration('s') > request.time", 'error'],
    ["request.time + duration('1d') > request.time", 'error'],
    ["request.time + duration('315576000001s') > request.time", 'error'],
    ["request.time + duration('99999999999999s') > request.time", 'error'],
    ["timestamp('9999-12-31T23:59:59Z') + duration('1s') > request.time", 'error'],
    ["request.time < timestamp('soon') || true", true],
  ],
  'parts of a timestamp': [
    ['request.time.getFullYear() == 2026', true],
    ['request.time.getMonth() == 10', true],
    ['request.time.getDate() == 23', true],
    ['request.time.getDayOfMonth() == 22', true],
    ['request.time.getDayOfWeek() == 1', true],
    ['request.time.getDayOfYear() == 326', true],
    ['request.time.getHours() == 23', true],
    ['request.time.getMinutes() == 30', true],
    ['request.time.getSeconds() == 15', true],
    ['request.time.getMilliseconds() == 250', true],
    ['request.time.getMonth() == 0', true, at('2026-01-01T00:00:00Z')],
    ['request.time.getDate() == 1', true, at('2026-01-01T00:00:00Z')],
    ['request.time.getDayOfMonth() == 0', true, at('2026-01-01T00:00:00Z')],
    ['request.time.getDayOfYear() == 0', true, at('2026-01-01T00:00:00Z')],
    ['request.time.getDayOfYear() == 365', true, at('2024-12-31T23:59:59Z')],
    ['request.time.getDayOfYear() == 59', true, at('2024-02-29T12:00:00Z')],
    ['request.time.getDayOfWeek() == 0', true, at('2026-11-22T12:00:00Z')],
    ['request.time.getDayOfWeek() == 6', true, at('2026-11-28T12:00:00Z')],
    ['request.time.getHours() in [22, 23]', true],
    ["timestamp('2026-03-29T02:30:00Z').getHours() == 2", true],
    ["date('2026-03-01').getDate() == 1", true],
    ["(request.time + duration('1800s')).getDate() == 24", true],
    ['request.time.getFullYear() == 1969', true, at('1969-12-31T23:59:59.500Z')],
    ['request.time.getMilliseconds() == 500', true, at('1969-12-31T23:59:59.500Z')],
  ],
  'time zones': [
    ["request.time.getHours('UTC') == 23", true],
    ["request.time.getHours('Europe/Berlin') == 0", true],
    ["request.time.getDate('Europe/Berlin') == 24", true],
    ["request.time.getDayOfWeek('Europe/Berlin') == 2", true],
    ["request.time.getHours('America/Los_Angeles') == 15", true],
    ["request.time.getHours('Asia/Kolkata') == 5", true],
    ["request.time.getMinutes('Asia/Kolkata') == 0", true],
    ["request.time.getMilliseconds('Asia/Kolkata') == 250", true],
    ["request.time.getHours('+01:00') == 0", true],
    ["request.time.getHours('-05:30') == 18", true],
    ["request.time.getMinutes('05:45') == 15", true],
    ["request.time.getHours('Europe/Berlin') == 1", true, at('2026-03-29T00:59:59Z')],
    ["request.time.getHours('Europe/Berlin') == 3", true, at('2026-03-29T01:00:00Z')],
    ["request.time.getHours('Europe/Berlin') == 2", true, at('2026-10-25T00:30:00Z')],
    ["request.time.getHours('Europe/Berlin') == 2", true, at('2026-10-25T01:30:00Z')],
    ["request.time.getFullYear('Pacific/Kiritimati') == 2027", true, at('2026-12-31T10:00:00Z')],
    ["request.time.getDayOfYear('Pacific/Kiritimati') == 0", true, at('2026-12-31T10:00:00Z')],
    ["request.time.getMonth('Pacific/Niue') == 11", true, at('2027-01-01T10:00:00Z')],
    ["request.time.getHours('Europe/Nowhere') >= 0", 'error'],
    ["request.time.getHours('') >= 0", 'error'],
    ["request.time.getHours('+1') >= 0", 'error'],
    ["request.time.getHours('+24:00') >= 0", 'error'],
    ["request.time.getHours('+01:60') >= 0", 'error'],
    ["request.time.getHours('../../etc/localtime') >= 0", 'error'],
  ],
  'API attributes': [
    [`api.getAttribute('${GRANTS}', []).hasOnly(['roles/a', 'roles/b'])`, true],
    [`api.getAttribute('${GRANTS}', []).hasOnly(['roles/a', 'roles/b'])`, true, modifies('roles/a')],
    [
      `api.getAttribute('${GRANTS}', []).hasOnly(['roles/a', 'roles/b'])`,
      true,
      modifies('roles/b', 'roles/a'),
    ],
    [`api.getAttribute('${GRANTS}', []).hasOnly(['roles/a', 'roles/b'])`, false, modifies('roles/c')],
    [`api.getAttribute('${GRANTS}', []).hasOnly(['roles/a'])`, false, modifies('roles/a', 'roles/c')],
    [`api.getAttribute('${GRANTS}', []).hasOnly([])`, true],
    [`api.getAttribute('${GRANTS}', []).hasOnly([])`, false, modifies('roles/a')],
    [`'roles/a' in api.getAttribute('${GRANTS}', [])`, true, modifies('roles/a')],
    [`api.getAttribute('${GRANTS}', []) == []`, true],
    [`api.getAttribute('${PREFIX}', '').startsWith('reports/')`, true, lists('reports/2026')],
    [`api.getAttribute('${PREFIX}', '').startsWith('reports/')`, false, lists('other/')],
    [`api.getAttribute('${PREFIX}', '').startsWith('reports/')`, false],
    [`api.getAttribute('${PREFIX}', 'none') == 'none'`, true],
    [`api.getAttribute('${PREFIX}', 'none') == ''`, true, lists('')],
    [`api.getAttribute('${PREFIX}', []).hasOnly(['a'])`, 'error', lists('a')],
    [`api.getAttribute('${GRANTS}', '') == ''`, 'error', modifies('roles/a')],
    ["api.getAttribute('unknown', 1) == 1", true],
    ["api.getAttribute('__proto__', 'none') == 'none'", true],
    ["['a'].hasOnly(['a', 'b'])", true],
    ["['a', 'c'].hasOnly(['a', 'b'])", false],
  ],
  'forwarding rules': [
    ['compute.isForwardingRuleCreationOperation()', false],
    ["compute.matchLoadBalancingSchemes(['INTERNAL'])", false],
    [
      "!compute.isForwardingRuleCreationOperation() || (compute.isForwardingRuleCreationOperation() && compute.matchLoadBalancingSchemes(['INTERNAL', 'INTERNAL_MANAGED']))",
      true,
    ],
  ],
  'attributes that no request has here': [
    ["'accessPolicies/1/accessLevels/a' in request.auth.access_levels", 'error'],
    ["request.path == '/admin'", 'error'],
    ["request.path.startsWith('/')", 'error'],
    ["request.host == 'hr.example.com'", 'error'],
    ["request.host.endsWith('.example.com')", 'error'],
    ["destination.ip == '10.0.0.1'", 'error'],
    ["destination.ip != '10.0.0.1'", 'error'],
    ['destination.port == 22', 'error'],
    ['destination.port > 21 && destination.port <= 23', 'error'],
    ["principal.type == 'iam.googleapis.com/ServiceAccount'", 'error'],
    ["principal.subject.endsWith('@example.com')", 'error'],
  ],
  'an operand that decides makes up for an error': [
    ["request.path == '/' || true", true],
    ["true || request.path == '/'", true],
    ["request.path == '/' || false", 'error'],
    ["false || request.path == '/'", 'error'],
    ["request.path == '/' && false", false],
    ["false && request.path == '/'", false],
    ["request.path == '/' && true", 'error'],
    ["!(request.path == '/')", 'error'],
    ["request.path == '/' || request.host == 'h' || true", true],
    ["true && (request.path == '/' || true) && true", true],
    ["(request.path == '/' && false) || true", true],
    ["(request.path == '/') == true", 'error'],
    ["request.path in ['/'] || resource.name.startsWith('projects')", true],
  ],
  operators: [
    ['true', true],
    ['false', false],
    ['!false', true],
    ['!!true', true],
    ['!!!true', false],
    ['1 < 2', true],
    ['2 <= 1', false],
    ['1.5 > 1.25', true],
    ['2u >= 2u', true],
    ['-1 < 0', true],
    ['0x10 == 16', true],
    ['9223372036854775807 > -9223372036854775808', true],
    ["'a' < 'b'", true],
    ["'a' < 'ab' && 'a' <= 'a' && !('a' < 'a') && '' < 'a'", true],
    ["'b' > 'a' && 'b' >= 'b' && 'ab' > 'a' && !('a' > 'b')", true],
    // By code points: U+FFFF comes before what UTF-16 writes with two units.
    ["'\uffff' < '\u{1F600}' && '\u{1F600}' > '\ue000' && '\u{1F600}' < '\u{1F601}'", true],
    ["'\ud7ff' < '\ue000' && '\u{10FFFF}' >= '\uffff' && '\uffff' <= '\u{10000}'", true],
    ['false < true', true],
    ['true || false && false', true],
    ['(true || false) && false', false],
    ['1 == 1 == true', true],
    ['[1, 2] == [1, 2]', true],
    ['[1, 2,] == [2, 1]', false],
    ['1 in [1, 2]', true],
    ["'a' in ['b']", false],
    [' \n\ttrue // so it is\n', true],
    [`"it's" == 'it\\'s'`, true],
    [`r'\\n' == '\\\\n'`, true],
    [`'\\x41\\u0042\\U00000043\\104' == 'ABCD'`, true],
    [`'''a\nb''' == 'a\\nb'`, true],
    [`"""\\"quoted\\"""" == '"quoted"'`, true],
  ],
};

for (const [name, rows] of Object.entries(TABLES)) {
  describe(`${name} (IAM notes 1.4)`, () => {
    for (const [expression, expected, context] of rows) {
      test(`${JSON.stringify(context ?? '')} ${expression} is ${expected}`, () => {
        const outcome = compileCondition(expression).evaluate({ ...CONTEXT, ...context });
        assert.equal(toExpected(outcome), expected, JSON.stringify(outcome));
        if (typeof outcome === 'object') assert.match(outcome.error, /^(?!ERROR: )./, 'it compiles');
      });
    }
  });
}

test('an expression keeps what it was compiled from, and is compiled once', () => {
  const compiled = compileCondition('1 < 2');
  assert.equal(compiled.expression, '1 < 2');
  assert.equal(compileCondition('1 < 2'), compiled);
});

test('an expression that does not compile gives its error every time', () => {
  const compiled = compileCondition('true=false');
  const error = "ERROR: Parse expression:1:4: token recognition error at: '=f'\n  | true=false\n  | ....^";
  assert.deepEqual(compiled.evaluate(CONTEXT), { error });
  assert.deepEqual(compiled.evaluate(CONTEXT), { error });
});
