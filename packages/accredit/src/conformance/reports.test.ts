import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from './judge-check.ts';
import { countOutcomes, renderJUnit, toJsonReport } from './reports.ts';
import type { CheckResult } from './run-checks.ts';

function result(number: number, outcome: Outcome): CheckResult {
  return {
    number,
    title: `rule ${number} <a> & "b"`,
    evidence: 'documented',
    source: 'a page',
    outcome,
    expected: 'status 200',
    seen: "'\u0007\u001b[31m'",
    elapsedMs: 1_500,
  };
}

const results = (['pass', 'fail', 'warn', 'skip'] as const).map((outcome, index) =>
  result(index + 1, outcome),
);
const facts = { host: '127.0.0.1:80', profile: 'gce' } as const;

test('a run is JSON for programs: the server, the counts, and every check', () => {
  assert.deepEqual(toJsonReport(facts, results), {
    server: 'http://127.0.0.1:80',
    profile: 'gce',
    counts: { pass: 1, fail: 1, warn: 1, skip: 1 },
    checks: results,
  });
  assert.deepEqual(countOutcomes([]), { pass: 0, fail: 0, warn: 0, skip: 0 });
});

test('a run that ended early says so in every report', () => {
  const early = { ...facts, endedEarly: 'Stopped: 1 of 3 "checks" were done.' };
  assert.deepEqual(toJsonReport(early, results.slice(0, 1)), {
    server: 'http://127.0.0.1:80',
    profile: 'gce',
    endedEarly: early.endedEarly,
    counts: { pass: 1, fail: 0, warn: 0, skip: 0 },
    checks: results.slice(0, 1),
  });
  const xml = renderJUnit(early, results.slice(0, 1));
  assert.match(xml, /<testsuites tests="2" failures="0" errors="1" skipped="0"/);
  assert.match(
    xml,
    /<error message="Stopped: 1 of 3 &quot;checks&quot; were done\."\/><\/testcase>\n<\/testsuite>/,
  );
});

test('a run is JUnit XML: well-formed, whatever was seen', () => {
  const counts = 'tests="4" failures="1" errors="0" skipped="1" time="6.000"';
  const name = (number: number) =>
    `name="${number} rule ${number} &lt;a&gt; &amp; &quot;b&quot;" time="1.500"`;
  const finding = "expected status 200; saw '[31m'";
  assert.equal(
    renderJUnit(facts, results),
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites ${counts}>`,
      `<testsuite name="accredit conformance gce http://127.0.0.1:80" ${counts}>`,
      `<testcase classname="conformance.gce" ${name(1)}></testcase>`,
      `<testcase classname="conformance.gce" ${name(2)}><failure message="${finding}">documented: a page</failure></testcase>`,
      `<testcase classname="conformance.gce" ${name(3)}><system-out>warning: ${finding} (documented: a page)</system-out></testcase>`,
      `<testcase classname="conformance.gce" ${name(4)}><skipped message="'[31m'"/></testcase>`,
      '</testsuite>',
      '</testsuites>',
      '',
    ].join('\n'),
  );
});
