import type { Decision } from '../protocol/iam/decide.ts';
import { policyHolderOf, projectIdIn } from '../protocol/iam/places/policy-holders.ts';
import { outcomeOf, type Use } from '../protocol/iam/recommendations/uses.ts';
import type { AuditRecord } from './audit-record.ts';

/** Only what is Google's: the cloud's own API is not a part of what is emulated. */
const RECORDED_SERVICES = /\.googleapis\.com$/;

/** Returns the permissions that a call used, in the order in which it asked for them. */
export function usesOfRecord({ service, method, decisions }: AuditRecord): readonly Use[] {
  return RECORDED_SERVICES.test(service) ? decisions.map((decision) => toUse(method, decision)) : [];
}

function toUse(method: string, { verdict, carriedOut, question, facts }: Decision): Use {
  const { resource } = policyHolderOf(question.resource);
  const projectId = facts.policies.map((policy) => projectIdIn(policy.resource)).find(Boolean);
  return {
    principal: question.principal,
    permission: question.permission,
    resource,
    ...(projectId === undefined ? {} : { projectId }),
    method,
    outcome: outcomeOf(verdict === 'allowed', carriedOut),
    ...(question.heldScopes === undefined ? {} : { heldScopes: question.heldScopes }),
    ...(question.acceptedScopes === undefined ? {} : { acceptedScopes: question.acceptedScopes }),
  };
}
