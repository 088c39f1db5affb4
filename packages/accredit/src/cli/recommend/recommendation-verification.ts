import type { Gate } from '../../protocol/iam/decide.ts';
import type { CliContext } from '../context.ts';
import { asOneLine } from '../controls.ts';
import { CliError } from '../errors.ts';
import { countOf, type Recommendation } from './recommendation.ts';

/** What closes a gate, in words. */
const GATE_WORDS: Readonly<Record<Gate, string>> = {
  iam: 'IAM: no proposed role has it',
  scopes: 'the access scopes of its token',
  deny: 'a deny policy',
  principal: 'its account, which is disabled or gone',
  boundary: 'the boundary of its token',
};

type RefusedUse = NonNullable<Recommendation['verification']>['refused'][number];

/**
 * Says what came of a replay of what was used, where one was asked for.
 *
 * @throws {CliError} which names each call that the proposed roles would refuse; also where nothing was looked at
 */
export function reportVerification(
  { err }: CliContext,
  { verification, refused: left }: Recommendation,
): void {
  if (verification === undefined) return;
  const { replayed, refused } = verification;
  if (replayed === 0) throw new CliError(whyNothing(left));
  if (refused.length > 0) {
    const lines = refused.map((use) => asOneLine(describeUse(use)));
    throw new CliError(['The proposed roles would refuse what was used:', ...lines].join('\n'));
  }
  err.write(`accredit: verified: ${countOf(replayed, 'recorded use')} would be allowed\n`);
}

function whyNothing(left: number): string {
  return left === 0
    ? 'Nothing was used, so nothing is verified: run the program first.'
    : 'Nothing that was used was allowed, so nothing is verified: --include-refused counts what was refused.';
}

function describeUse({ principal, method, permission, resource, count, refusedBy }: RefusedUse): string {
  return `  ${method}: ${permission} on ${resource} for ${principal} (${count}), by ${GATE_WORDS[refusedBy]}`;
}
