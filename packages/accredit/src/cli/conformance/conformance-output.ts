import type { Check } from '../../conformance/check.ts';
import type { Outcome } from '../../conformance/judge-check.ts';
import { countOutcomes } from '../../conformance/reports.ts';
import type { CheckResult } from '../../conformance/run-checks.ts';
import type { Output } from '../context.ts';
import { type Paint, renderTable } from '../output.ts';

/** What stands before a check; capitals for what is wrong, for those who see no colours. */
const MARKS: Readonly<Record<Outcome, string>> = { pass: 'pass', fail: 'FAIL', warn: 'WARN', skip: 'skip' };

const COLOURS = { pass: 'green', fail: 'red', warn: 'yellow', skip: 'bold' } as const;

const NUMBER_WIDTH = 4;
const MARK_WIDTH = 6;

/** Returns the lines of a run: one a check, with what went wrong below it, and the counts at the end. */
export function renderResults(results: readonly CheckResult[], paint: Paint): string {
  return `${results.map((result) => renderResult(result, paint)).join('')}\n${renderSummary(results)}\n`;
}

function renderResult(result: CheckResult, paint: Paint): string {
  const { number, outcome, title } = result;
  // Padded before it is painted: a colour has no width.
  const mark = paint(COLOURS[outcome], MARKS[outcome].padEnd(MARK_WIDTH));
  const line = `${String(number).padStart(NUMBER_WIDTH)}  ${mark}${title}\n`;
  const indent = ' '.repeat(NUMBER_WIDTH + 2 + MARK_WIDTH);
  return (
    line +
    detailsOf(result)
      .map(([name, text]) => `${indent}${name.padEnd(10)}${text}\n`)
      .join('')
  );
}

function detailsOf({
  outcome,
  expected,
  seen,
  evidence,
  source,
}: CheckResult): readonly (readonly [string, string])[] {
  if (outcome === 'pass') return [];
  if (outcome === 'skip') return [['skipped:', seen]];
  return [
    ['expected', expected],
    ['saw', seen],
    ['source', `${source} (${evidence})`],
  ];
}

/** `263 passed, 0 failed, 0 warnings, 25 skipped.` */
function renderSummary(results: readonly CheckResult[]): string {
  const { pass, fail, warn, skip } = countOutcomes(results);
  return `${pass} passed, ${fail} failed, ${warn} warnings, ${skip} skipped.`;
}

/** Returns the checks that there are, without running them. */
export function renderChecks(checks: readonly Check[]): string {
  const rows = checks.map(({ number, evidence, profiles, title }) => [
    String(number),
    evidence,
    profiles.join(','),
    title,
  ]);
  return renderTable(['NUMBER', 'EVIDENCE', 'PROFILES', 'EXPECTED'], rows);
}

/** Says how far a run is, on one line that it writes again and again; on a terminal alone. */
export class Progress {
  readonly #out: Output;
  readonly #total: number;
  #done = 0;

  constructor(out: Output, total: number) {
    this.#out = out;
    this.#total = total;
  }

  /** One more check is done. */
  step(): void {
    this.#done += 1;
    if (this.#out.isTerminal) this.#out.write(`\r${this.#done} of ${this.#total} checks`);
  }

  /** Clears the line (ECMA-48 8.3.41). */
  end(): void {
    if (this.#out.isTerminal) this.#out.write('\r\u001b[K');
  }
}
