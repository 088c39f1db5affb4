import { type Member, toMember } from '../../kernel/principals.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import type { Decision, IamMode } from './decide.ts';

/** One binding that a decision looked at, and which part of it did not match. */
export interface BindingFinding {
  readonly role: string;
  /** What of the caller's identities the binding names. */
  readonly memberMatch: readonly Member[];
  /** How many members the binding has; a policy may have 1,500. */
  readonly memberCount: number;
  readonly rolePermission: 'included' | 'notIncluded' | 'unknownRole';
  readonly grants: boolean;
}

/** One policy that a decision looked at. */
export interface PolicyFinding {
  readonly resource: ResourceName;
  readonly bindings: readonly BindingFinding[];
}

/** A decision in full, fit for JSON. */
export interface SpelledDecision {
  readonly verdict: 'allowed' | 'refused';
  readonly carriedOut: boolean;
  readonly mode: IamMode;
  readonly refusedBy?: 'scopes' | 'iam';
  readonly principal: Member;
  readonly permission: string;
  readonly resource: ResourceName;
  /** Unix milliseconds, the cloud's time. */
  readonly timeMs: number;
  readonly scopes: {
    readonly outcome: Decision['scopes'];
    readonly held?: readonly string[];
    readonly accepted?: readonly string[];
  };
  readonly policies: readonly PolicyFinding[];
}

/** Returns every step that led to the decision, from what the decision kept. */
export function spellOut(decision: Decision): SpelledDecision {
  const { question, facts } = decision;
  return {
    verdict: decision.verdict,
    carriedOut: decision.carriedOut,
    mode: question.mode,
    ...(decision.refusedBy === undefined ? {} : { refusedBy: decision.refusedBy }),
    principal: toMember(question.principal),
    permission: question.permission,
    resource: question.resource,
    timeMs: question.timeMs,
    scopes: {
      outcome: decision.scopes,
      ...(question.heldScopes === undefined ? {} : { held: question.heldScopes }),
      ...(question.acceptedScopes === undefined ? {} : { accepted: question.acceptedScopes }),
    },
    policies: facts.policies.map((compiled, level) => ({
      resource: compiled.resource,
      bindings: compiled.policy.bindings.map((binding, index) => {
        const named = new Set(binding.members);
        const memberMatch = (decision.members[level] ?? []).filter((member) => named.has(member));
        const permissions = compiled.permissionsOf[index];
        const included = permissions?.has(question.permission) === true;
        return {
          role: binding.role,
          memberMatch,
          memberCount: binding.members.length,
          rolePermission: permissions === undefined ? 'unknownRole' : included ? 'included' : 'notIncluded',
          grants: included && memberMatch.length > 0,
        };
      }),
    })),
  };
}
