import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tourSteps } from './steps.ts';

const BARE = { hasCurl: false, hasJq: false, hasGcloud: false, python: undefined };
const FULL = { hasCurl: true, hasJq: true, hasGcloud: true, python: 'python3' };

function lines(machine: typeof BARE | typeof FULL, runOptions = ''): readonly string[] {
  return tourSteps(machine, runOptions).flatMap(({ commands }) => commands.map(({ line }) => line));
}

test('the header of the fourth step has no space after its colon, as Google documents it', () => {
  assert.ok(lines(FULL).some((line) => line.includes('curl -s -H "Authorization":"Bearer $TOKEN" ')));
});

test('a machine with nothing but Node takes the same five steps', () => {
  assert.deepEqual(
    tourSteps(BARE, '').map(({ title }) => title),
    tourSteps(FULL, '').map(({ title }) => title),
  );
  for (const line of lines(BARE)) assert.doesNotMatch(line, /\b(curl|jq|python3?|gcloud)\b/);
});

test('every program runs by the way that was chosen', () => {
  const runs = lines(FULL, '--quiet --isolation proxy ').filter((line) => line.includes('accredit run'));
  assert.equal(runs.length, 8);
  for (const line of runs) assert.match(line, /accredit run --quiet --isolation proxy --instance vm-1 -- /);
});

test('lines are broken before they are too long for a terminal, but for a URL', () => {
  for (const line of lines(FULL).flatMap((each) => each.split('\n'))) {
    assert.ok(line.length <= 100 || line.includes('http'), line);
  }
});
