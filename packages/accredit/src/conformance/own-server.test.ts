import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROFILES } from './check.ts';
import { ownTarget, startOwnCloud } from './own-server.fixture.ts';
import { type CheckResult, runChecks } from './run-checks.ts';
import { selectChecks } from './select-checks.ts';
import { CHECKS } from './suite.ts';

function lines(results: readonly CheckResult[], ...outcomes: readonly CheckResult['outcome'][]) {
  return results
    .filter(({ outcome }) => outcomes.includes(outcome))
    .map(({ number, title, expected, seen }) => `${number} ${title}: expected ${expected}, saw ${seen}`);
}

for (const profile of PROFILES) {
  test(`our own server keeps every rule of the profile ${profile}`, async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'acf-'));
    const cloud = await startOwnCloud(directory);
    t.after(async () => {
      await cloud.close();
      rmSync(directory, { recursive: true, force: true });
    });
    const checks = selectChecks(CHECKS, profile, undefined);
    const results = await runChecks(checks, await ownTarget(cloud, profile));
    assert.equal(results.length, checks.length);
    assert.deepEqual(lines(results, 'fail', 'warn'), []);
    assert.deepEqual(lines(results, 'skip'), []);
  });
}
