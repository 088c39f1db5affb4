import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Check } from '../../conformance/check.ts';
import type { Target } from '../../conformance/probe.ts';
import { countOutcomes, type RunFacts, renderJUnit, toJsonReport } from '../../conformance/reports.ts';
import { type CheckResult, reach, runChecks, Unreachable } from '../../conformance/run-checks.ts';
import { Stopped } from '../../conformance/time-limit.ts';
import type { CliContext } from '../context.ts';
import { CliError, CutShort, FAILURE } from '../errors.ts';
import { type Format, painter, printJson } from '../output.ts';
import { Progress, renderResults } from './conformance-output.ts';

/** Where a run is reported. */
export interface ReportOptions {
  readonly json?: string;
  readonly junit?: string;
  readonly format: Format;
}

/** The exit status of a run that was stopped: that of a program that SIGINT ends, as shells see it. */
const STOPPED = 130;

/**
 * Runs checks and reports them, also where the run ends before its time.
 *
 * @throws {CliError} where something failed, the server does not answer, or the run was stopped
 */
export async function runConformance(
  context: CliContext,
  checks: readonly Check[],
  options: ReportOptions,
  target: Target,
): Promise<void> {
  await reach(target).catch((error: unknown) => {
    throw error instanceof Unreachable ? new CliError(error.message, FAILURE, error) : error;
  });
  const results: CheckResult[] = [];
  const early = await runUntilStopped(context, checks, target, results);
  const ended = early && whyEarly(early, results.length, checks.length);
  report(context, options, { ...target, ...(ended && { endedEarly: ended.message }) }, results);
  if (ended !== undefined) throw ended;
  const { fail } = countOutcomes(results);
  if (fail > 0) throw new CliError(`${fail} of ${results.length} checks failed.`);
}

type EarlyEnd = Stopped | Unreachable;

/**
 * Runs checks until they are done, or the process is asked to stop.
 *
 * @param results - each result is added to it
 * @returns why it ended early, where it did
 * @throws {CutShort} at a second signal
 */
async function runUntilStopped(
  context: CliContext,
  checks: readonly Check[],
  target: Target,
  results: CheckResult[],
): Promise<EarlyEnd | undefined> {
  const progress = new Progress(context.err, checks.length);
  const signals = listenForSignals(context, progress);
  const onResult = (result: CheckResult) => {
    results.push(result);
    progress.step();
  };
  try {
    await Promise.race([runChecks(checks, target, { onResult, stop: signals.stop }), signals.second]);
    return undefined;
  } catch (error) {
    if (error instanceof Stopped || error instanceof Unreachable) return error;
    throw error;
  } finally {
    progress.end();
    signals.end();
  }
}

/** The signals that ask the process to stop. */
interface RunSignals {
  readonly stop: AbortSignal;
  /** Rejects with {@link CutShort}. */
  readonly second: Promise<never>;
  end(): void;
}

function listenForSignals(context: CliContext, progress: Progress): RunSignals {
  const stop = new AbortController();
  const { promise: second, reject } = Promise.withResolvers<never>();
  // It may reject when nobody waits for it any more.
  second.catch(() => undefined);
  const end = context.onStopSignal((signal) => {
    if (stop.signal.aborted) {
      reject(new CutShort(`Ended by a second ${signal}; what was changed may not be put back.`, STOPPED));
      return;
    }
    progress.end();
    context.err.write('accredit: stopping: what was changed is put back; a second signal ends it at once\n');
    stop.abort();
  });
  return { stop: stop.signal, second, end };
}

function whyEarly(early: EarlyEnd, done: number, total: number): CliError {
  const so = `${done} of ${total} checks were done`;
  return early instanceof Stopped
    ? new CliError(`Stopped: ${so}.`, STOPPED, early)
    : new CliError(`${early.message} ${so} before.`, FAILURE, early);
}

function report(
  { out, env, cwd }: CliContext,
  { format, json, junit }: ReportOptions,
  facts: RunFacts,
  results: readonly CheckResult[],
): void {
  const whole = toJsonReport(facts, results);
  if (json !== undefined) writeReport(resolve(cwd, json), `${JSON.stringify(whole, undefined, 2)}\n`);
  if (junit !== undefined) writeReport(resolve(cwd, junit), renderJUnit(facts, results));
  if (format === 'json') printJson(out, whole);
  else out.write(renderResults(results, painter(out, env)));
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CliError(`The report '${file}' cannot be written.`, FAILURE, error);
  }
}
