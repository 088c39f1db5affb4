import { type Check, isBinding } from './check.ts';
import { NoAnswer } from './connection.ts';
import { ControlFailed, NotControllable } from './control.ts';
import { type Finding, Mismatch, NotApplicable, onOneLine } from './findings.ts';
import { MalformedAnswer } from './http-message.ts';
import { Probe, type Target } from './probe.ts';
import { TimeLimit, within } from './time-limit.ts';

/** What became of a check. A rule whose evidence is an opinion is warned of where it is broken. */
export type Outcome = 'pass' | 'fail' | 'warn' | 'skip';

/** What became of a check, and what was expected and seen; of a skipped one `seen` is the reason. */
export interface Verdict extends Finding {
  readonly outcome: Outcome;
}

/** How long one check may take; the longest wait for a second or two. */
const CHECK_TIMEOUT_MS = 20_000;

/** How long one may take where a control is given: gcloud takes ten seconds to change an attribute of a real VM. */
const CONTROLLED_CHECK_TIMEOUT_MS = 300_000;

/** A check that was judged. */
export interface Judged {
  readonly verdict: Verdict;
  /** Whether it got no answer to something at all. */
  readonly isSilent: boolean;
}

/**
 * Runs one check, and takes back what it has changed, however it ends.
 *
 * @param stop - ends the check before its time
 * @throws {Stopped} where it was asked to stop, and everything is as it was
 */
export async function judge(check: Check, target: Target, stop?: AbortSignal): Promise<Judged> {
  const missing = whyNot(check, target);
  if (missing !== undefined) return { verdict: skipped(check, missing), isSilent: false };
  const probe = new Probe(target);
  const isControlled = Object.keys(target.control).length > 0;
  const limitMs = check.timeoutMs ?? (isControlled ? CONTROLLED_CHECK_TIMEOUT_MS : CHECK_TIMEOUT_MS);
  const ended = await within(limitMs, check.run(probe), stop).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const left = await takeBack(probe, limitMs);
  if (left !== undefined && !isUnable(ended?.error)) return { verdict: failed(left), isSilent: false };
  if (ended === undefined)
    return { verdict: { outcome: 'pass', ...joinFindings(probe.findings) }, isSilent: false };
  const isSilent = ended.error instanceof NoAnswer || ended.error instanceof TimeLimit;
  return { verdict: toVerdict(check, ended.error), isSilent };
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

/** @returns what is left behind, where something is */
async function takeBack(probe: Probe, limitMs: number): Promise<string | undefined> {
  try {
    await within(limitMs, probe.tidy());
    return undefined;
  } catch (error) {
    // What a server does not answer is for the checks to say.
    if (error instanceof NoAnswer || error instanceof MalformedAnswer) return undefined;
    return error instanceof Error ? error.message : String(error);
  }
}

/** A control that cannot do something cannot take it back either, and has nothing to. */
function isUnable(error: unknown): boolean {
  return error instanceof NotControllable;
}

function failed(left: string): Verdict {
  return { outcome: 'fail', expected: 'what the check has changed is put back', seen: onOneLine(left) };
}

function skipped({ title }: Check, reason: string): Verdict {
  return { outcome: 'skip', expected: title, seen: onOneLine(reason) };
}

function joinFindings(findings: readonly Finding[]): Finding {
  return {
    expected: findings.map(({ expected }) => expected).join('; '),
    seen: findings.map(({ seen }) => seen).join('; '),
  };
}

function toVerdict(check: Check, error: unknown): Verdict {
  const outcome = isBinding(check) ? 'fail' : 'warn';
  const { title } = check;
  if (error instanceof Mismatch) return { outcome, expected: error.expected, seen: error.seen };
  if (error instanceof NotApplicable || error instanceof NotControllable)
    return skipped(check, error.message);
  // Whatever the evidence of the rule: it is the run that went wrong.
  if (error instanceof ControlFailed)
    return { outcome: 'fail', expected: title, seen: onOneLine(error.message) };
  if (error instanceof MalformedAnswer)
    return { outcome, expected: 'an answer that is HTTP/1.1', seen: onOneLine(error.message) };
  if (error instanceof NoAnswer || error instanceof TimeLimit)
    return { outcome, expected: title, seen: onOneLine(error.message) };
  throw error;
}
