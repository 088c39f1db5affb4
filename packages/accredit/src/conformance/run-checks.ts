import { type Basis, type Check, isBinding } from './check.ts';
import { NoAnswer } from './connection.ts';
import { NotControllable } from './control.ts';
import { type Finding, Mismatch, NotApplicable, onOneLine } from './findings.ts';
import { MalformedAnswer } from './http-message.ts';
import { Probe, type Target } from './probe.ts';

/** What became of a check. A rule whose evidence is an opinion is warned of where it is broken. */
export type Outcome = 'pass' | 'fail' | 'warn' | 'skip';

/** One check, done. */
export interface CheckResult extends Basis, Finding {
  readonly number: number;
  readonly title: string;
  /** Of a skipped one `seen` is the reason. */
  readonly outcome: Outcome;
  readonly elapsedMs: number;
}

/** How long one check may take; the longest wait for a second or two. */
const CHECK_TIMEOUT_MS = 20_000;

/** How long one may take where a control is given: gcloud takes ten seconds to change an attribute of a real VM. */
const CONTROLLED_CHECK_TIMEOUT_MS = 300_000;

/** Nothing at the address speaks HTTP. */
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
    throw new Unreachable(`No metadata server answers at http://${target.host}: ${error.message}.`, {
      cause: error,
    });
  } finally {
    await probe.tidy();
  }
}

/**
 * Runs checks one after the other: some change what others look at, and no server is to be flooded.
 *
 * @param onResult - called after each
 */
export async function runChecks(
  checks: readonly Check[],
  target: Target,
  onResult: (result: CheckResult) => void = () => {},
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const result = await runCheck(check, target);
    results.push(result);
    onResult(result);
  }
  return results;
}

async function runCheck(check: Check, target: Target): Promise<CheckResult> {
  const { number, title, evidence, source } = check;
  const startedMs = target.now();
  const judged = await judge(check, target);
  const elapsedMs = Math.round(target.now() - startedMs);
  return { number, title, evidence, source, ...judged, elapsedMs };
}

type Verdict = Finding & Pick<CheckResult, 'outcome'>;

async function judge(check: Check, target: Target): Promise<Verdict> {
  const missing = whyNot(check, target);
  if (missing !== undefined) return { outcome: 'skip', expected: check.title, seen: missing };
  const probe = new Probe(target);
  const isControlled = Object.keys(target.control).length > 0;
  const limitMs = check.timeoutMs ?? (isControlled ? CONTROLLED_CHECK_TIMEOUT_MS : CHECK_TIMEOUT_MS);
  try {
    await within(limitMs, check.run(probe));
    return { outcome: 'pass', ...joinFindings(probe.findings) };
  } catch (error) {
    return toVerdict(check, error);
  } finally {
    // What cannot be taken back has been said by the control; the next check is judged on its own.
    await within(limitMs, probe.tidy()).catch(() => undefined);
  }
}

/** Says why a check cannot be run here. */
function whyNot(check: Check, { profile, control, mayWrite }: Target): string | undefined {
  if (!check.profiles.includes(profile)) return `the profile '${profile}' has no such rule`;
  const missing = (check.needs ?? []).filter((capability) => control[capability] === undefined);
  if (missing.length > 0) return `needs a control that can do this: ${missing.map(toWords).join(', ')}`;
  if (check.writes === true && !mayWrite) return 'writes guest attributes, which was not allowed (--writes)';
  return undefined;
}

/** `setAttribute` is `set-attribute`, as control commands spell it. */
function toWords(capability: string): string {
  return capability.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function joinFindings(findings: readonly Finding[]): Finding {
  return {
    expected: findings.map(({ expected }) => expected).join('; '),
    seen: findings.map(({ seen }) => seen).join('; '),
  };
}

function toVerdict(check: Check, error: unknown): Verdict {
  const broken = isBinding(check) ? 'fail' : 'warn';
  const { title } = check;
  if (error instanceof Mismatch) return { outcome: broken, expected: error.expected, seen: error.seen };
  if (error instanceof NotApplicable) return { outcome: 'skip', expected: title, seen: error.message };
  if (error instanceof NotControllable)
    return { outcome: 'skip', expected: title, seen: onOneLine(error.message) };
  if (error instanceof NoAnswer) return { outcome: broken, expected: title, seen: error.message };
  if (error instanceof MalformedAnswer) {
    return { outcome: broken, expected: 'an answer that is HTTP/1.1', seen: onOneLine(error.message) };
  }
  if (error instanceof CheckTimeout) return { outcome: broken, expected: title, seen: error.message };
  throw error;
}

class CheckTimeout extends Error {
  override readonly name = 'CheckTimeout';
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new CheckTimeout(`nothing within ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
