import { type Member, toMember } from '../../kernel/principals.ts';
import type { IamMode, Question } from './decide.ts';

/** What the scope gate asks: does what the credential carries do for the method? */
export type ScopeQuestion = Pick<Question, 'principal' | 'heldScopes' | 'acceptedScopes' | 'mode' | 'timeMs'>;

/** What the scope gate says, for a permission or where no permission is asked for. */
export interface ScopeDecision {
  readonly outcome: 'sufficient' | 'insufficient' | 'notApplicable';
  /** Whether a refusal is carried out; in audit mode an authenticated call passes all the same. */
  readonly carriedOut: boolean;
  readonly question: ScopeQuestion;
}

/** Decides whether the scopes of a credential do for a method: any one of those that it accepts (IAM notes 1.3). */
export function decideScopes(question: ScopeQuestion): ScopeDecision {
  const { mode, principal } = question;
  const carriedOut = mode === 'enforce' || principal.kind === 'anonymous';
  return { outcome: compareScopes(question), carriedOut, question };
}

function compareScopes({ heldScopes, acceptedScopes }: ScopeQuestion): ScopeDecision['outcome'] {
  if (heldScopes === undefined || acceptedScopes === undefined) return 'notApplicable';
  for (const scope of acceptedScopes) if (heldScopes.includes(scope)) return 'sufficient';
  return 'insufficient';
}

/** What the scope gate looked at, fit for JSON. */
export interface SpelledScopes {
  readonly outcome: ScopeDecision['outcome'];
  readonly held?: readonly string[];
  readonly accepted?: readonly string[];
}

/** Returns what the scope gate looked at. */
export function spellScopes(
  outcome: ScopeDecision['outcome'],
  { heldScopes, acceptedScopes }: ScopeQuestion,
): SpelledScopes {
  return {
    outcome,
    ...(heldScopes === undefined ? {} : { held: heldScopes }),
    ...(acceptedScopes === undefined ? {} : { accepted: acceptedScopes }),
  };
}

/**
 * A refusal of the scope gate alone, fit for JSON: of a call that asked for no permission, or of one that is wrong in
 * itself, so that nobody knows on what. What it has, it has as a decision on a permission has it.
 */
export interface SpelledScopeDecision {
  readonly verdict: 'refused';
  readonly carriedOut: boolean;
  readonly mode: IamMode;
  readonly refusedBy: 'scopes';
  readonly principal: Member;
  /** Unix milliseconds, the cloud's time. */
  readonly timeMs: number;
  readonly scopes: SpelledScopes;
  /** How many scopes a record has left out. */
  readonly leftOut?: number;
  /** What only a decision on a permission has: by this the two are told apart. */
  readonly permission?: undefined;
  readonly resource?: undefined;
  readonly policies?: undefined;
}

/** Returns a refusal of the scope gate alone with what it looked at. */
export function spellOutScopes({ outcome, carriedOut, question }: ScopeDecision): SpelledScopeDecision {
  return {
    verdict: 'refused',
    carriedOut,
    mode: question.mode,
    refusedBy: 'scopes',
    principal: toMember(question.principal),
    timeMs: question.timeMs,
    scopes: spellScopes(outcome, question),
  };
}
