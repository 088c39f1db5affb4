/** Checks of the tests. */
import assert from 'node:assert/strict';
import { type Check, GCE } from './check.ts';
import { targetAt } from './raw-server.fixture.ts';
import { type CheckResult, runChecks } from './run-checks.ts';

/** Makes a check of Compute Engine that is documented, and number 1. */
export function make(run: Check['run'], more: Partial<Check> = {}): Check {
  return {
    number: 1,
    title: 'it is so',
    evidence: 'documented',
    source: 'a page',
    profiles: GCE,
    run,
    ...more,
  };
}

/** Runs one check, where nobody listens unless a server is named. */
export async function outcomeOf(
  check: Check,
  target = targetAt('127.0.0.1:1'),
): Promise<Omit<CheckResult, 'elapsedMs'>> {
  const [result] = await runChecks([check], target);
  assert.ok(result !== undefined);
  const { elapsedMs, ...rest } = result;
  assert.ok(elapsedMs >= 0);
  return rest;
}

/** Finds something wrong. */
export const wrong: Check['run'] = async (probe) => probe.that('size', 1, 2);
