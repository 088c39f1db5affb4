import type { Profile } from './check.ts';
import type { Outcome } from './judge-check.ts';
import type { CheckResult } from './run-checks.ts';

/** What a run was about. */
export interface RunFacts {
  readonly host: string;
  readonly profile: Profile;
  /** Why it ended before all checks were done, where it did: a sentence. */
  readonly endedEarly?: string;
}

/** How many checks went which way. */
export type Counts = Readonly<Record<Outcome, number>>;

/** Counts the outcomes. */
export function countOutcomes(results: readonly CheckResult[]): Counts {
  const counts = { pass: 0, fail: 0, warn: 0, skip: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}

/** Returns a run as programs read it. */
export function toJsonReport(
  { host, profile, endedEarly }: RunFacts,
  results: readonly CheckResult[],
): object {
  const early = endedEarly === undefined ? {} : { endedEarly };
  return { server: `http://${host}`, profile, ...early, counts: countOutcomes(results), checks: results };
}

/**
 * Returns a run as JUnit XML, the form that build servers read. A warning is a success that says something; a run that
 * ended early has an error, or it would look as if all had gone well.
 */
export function renderJUnit(
  { host, profile, endedEarly }: RunFacts,
  results: readonly CheckResult[],
): string {
  const { fail, skip } = countOutcomes(results);
  const seconds = toSeconds(results.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0));
  const early = endedEarly === undefined ? '' : renderEarly(profile, endedEarly);
  const errors = early === '' ? 0 : 1;
  const counts = `tests="${results.length + errors}" failures="${fail}" errors="${errors}" skipped="${skip}" time="${seconds}"`;
  const name = escapeXml(`accredit conformance ${profile} http://${host}`);
  const cases = results.map((result) => renderCase(profile, result)).join('') + early;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts}>\n<testsuite name="${name}" ${counts}>\n${cases}</testsuite>\n</testsuites>\n`;
}

function renderCase(profile: Profile, result: CheckResult): string {
  const { number, title, elapsedMs } = result;
  const name = escapeXml(`${number} ${title}`);
  const attributes = `classname="conformance.${profile}" name="${name}" time="${toSeconds(elapsedMs)}"`;
  return `<testcase ${attributes}>${renderOutcome(result)}</testcase>\n`;
}

function renderEarly(profile: Profile, endedEarly: string): string {
  const attributes = `classname="conformance.${profile}" name="the run to its end" time="0.000"`;
  return `<testcase ${attributes}><error message="${escapeXml(endedEarly)}"/></testcase>\n`;
}

function renderOutcome({ outcome, expected, seen, evidence, source }: CheckResult): string {
  const finding = escapeXml(`expected ${expected}; saw ${seen}`);
  const basis = escapeXml(`${evidence}: ${source}`);
  switch (outcome) {
    case 'pass':
      return '';
    case 'fail':
      return `<failure message="${finding}">${basis}</failure>`;
    case 'warn':
      return `<system-out>warning: ${finding} (${basis})</system-out>`;
    case 'skip':
      return `<skipped message="${escapeXml(seen)}"/>`;
  }
}

function toSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Escapes a text; characters that XML 1.0 cannot have at all are left out (§2.2). */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}
