import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadTarget, parseServer } from './address.ts';
import { BadSelection, selectChecks } from './select-checks.ts';
import { CHECKS } from './suite.ts';

function numbers(text: string): readonly number[] {
  return selectChecks(CHECKS, 'gce', text).map(({ number }) => number);
}

test('checks are named by numbers and ranges', () => {
  assert.deepEqual(numbers('7'), [7]);
  assert.deepEqual(numbers('12-14, 7,13'), [7, 12, 13, 14]);
  assert.deepEqual(numbers('155'), [155], 'also of another profile');
});

test('without numbers it is the checks of the profile', () => {
  const gke = selectChecks(CHECKS, 'gke', undefined);
  assert.ok(gke.every(({ profiles }) => profiles.includes('gke')));
  assert.ok(gke.some(({ number }) => number === 155));
  assert.ok(!gke.some(({ number }) => number === 156));
});

test('a number outlives its check: the last one counts, and a withdrawn one names nothing', () => {
  const withdrawn = new Set([7, 12]);
  const left = CHECKS.filter(({ number }) => !withdrawn.has(number));
  const last = Math.max(...left.map(({ number }) => number));
  const chosen = (text: string) => selectChecks(left, 'gce', text).map(({ number }) => number);
  assert.deepEqual(chosen(`11-13,${last}`), [11, 13, last]);
  assert.throws(() => chosen('7,12'), {
    name: 'BadSelection',
    message: "'7,12' names checks that were withdrawn, and no others.",
  });
});

for (const text of ['', '0', '1-', '-1', '3-2', 'a', '1,,2', '99999', '1.5', `1-${CHECKS.length + 1}`]) {
  test(`'${text}' names no checks`, () => {
    assert.throws(() => numbers(text), BadSelection);
  });
}

const servers: readonly (readonly [string, string, number, string])[] = [
  ['http://metadata.google.internal', 'metadata.google.internal', 80, 'metadata.google.internal'],
  ['http://127.0.0.1:8080/', '127.0.0.1', 8080, '127.0.0.1:8080'],
  ['localhost:8080', 'localhost', 8080, 'localhost:8080'],
  ['169.254.169.254', '169.254.169.254', 80, '169.254.169.254'],
  ['http://[fd20:ce::254]', 'fd20:ce::254', 80, '[fd20:ce::254]'],
  ['[::1]:81', '::1', 81, '[::1]:81'],
];
for (const [text, hostname, port, host] of servers) {
  test(`a server is named ${text}`, () => {
    assert.deepEqual(parseServer(text), { address: { hostname, port }, host });
  });
}

for (const text of [
  '',
  'https://h',
  'ftp://h',
  'http://h/x',
  'http://u:p@h',
  'http://h?x',
  'http://h#x',
  'http://h:99999',
]) {
  test(`'${text}' is no server that can be checked`, () => {
    assert.throws(() => parseServer(text), BadTarget);
  });
}
