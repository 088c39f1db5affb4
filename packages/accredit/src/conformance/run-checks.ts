import type { Basis, Check } from './check.ts';
import { NoAnswer } from './connection.ts';
import { onOneLine } from './findings.ts';
import { MalformedAnswer } from './http-message.ts';
import { type Judged, judge, type Verdict } from './judge-check.ts';
import { Probe, type Target } from './probe.ts';
import { Stopped } from './time-limit.ts';

/** One check, done. */
export interface CheckResult extends Basis, Verdict {
  readonly number: number;
  readonly title: string;
  readonly elapsedMs: number;
}

/** Checks in a row that may get no answer: a server that hangs is said once, and not after an hour. */
const SILENT_LIMIT = 5;

/** Nothing at the address speaks HTTP, or nothing does so any more. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/**
 * Asks once, so that a wrong address is said once and not by each check.
 *
 * @throws {Unreachable} with a sentence for people
 */
export async function reach(target: Target): Promise<void> {
  const probe = new Probe(target);
  try {
    await probe.get('/');
  } catch (error) {
    if (!(error instanceof NoAnswer || error instanceof MalformedAnswer)) throw error;
    throw new Unreachable(
      `No metadata server answers at http://${target.host}: ${onOneLine(error.message)}.`,
      {
        cause: error,
      },
    );
  } finally {
    await probe.tidy();
  }
}

/** What may happen while checks are run. */
export interface RunEvents {
  /** Called after each check. */
  readonly onResult?: (result: CheckResult) => void;
  /** Ends the run: the check that is under way takes back what it has changed, and has no result. */
  readonly stop?: AbortSignal;
}

/**
 * Runs checks one after the other: some change what others look at, and no server is to be flooded.
 *
 * @throws {Stopped} where the signal says so
 * @throws {Unreachable} where the server answers no more, with a sentence for people
 */
export async function runChecks(
  checks: readonly Check[],
  target: Target,
  { onResult = () => {}, stop }: RunEvents = {},
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  let silent = 0;
  for (const check of checks) {
    if (stop?.aborted === true) throw new Stopped('the run was stopped');
    if (silent > 0) await stillThere(target, silent);
    const { result, isSilent } = await runCheck(check, target, stop);
    results.push(result);
    onResult(result);
    if (isSilent) silent += 1;
    else if (result.outcome !== 'skip') silent = 0;
  }
  return results;
}

async function stillThere(target: Target, silent: number): Promise<void> {
  await reach(target);
  if (silent < SILENT_LIMIT) return;
  throw new Unreachable(`${silent} checks in a row got no answer from http://${target.host}.`);
}

async function runCheck(
  check: Check,
  target: Target,
  stop: AbortSignal | undefined,
): Promise<{ readonly result: CheckResult; readonly isSilent: Judged['isSilent'] }> {
  const { number, title, evidence, source } = check;
  const startedMs = target.now();
  const { verdict, isSilent } = await judge(check, target, stop);
  const elapsedMs = Math.round(target.now() - startedMs);
  return { result: { number, title, evidence, source, ...verdict, elapsedMs }, isSilent };
}
