import { method } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { int32, optional } from '../../kernel/decode.ts';
import type { RecordedRefusal } from '../../observability/audit-log.ts';
import { findRemedies, openingScopes } from '../../protocol/iam/remedies/remedies.ts';
import { findRole, rolesWithPermission } from '../../protocol/iam/roles/catalogue.ts';
import type { SpelledScopeDecision } from '../../protocol/iam/scope-gate.ts';
import type { SpelledDecision } from '../../protocol/iam/spell-out.ts';
import { renderTroubleshooting } from '../../protocol/iam/troubleshooting.ts';
import { type CloudControl, OWNER_ONLY, requireOwner } from './cloud-control.ts';
import { accessOf } from './decisions.ts';
import { laterPoliciesOf } from './later-policies.ts';
import { findRefusedInstance, type RefusedInstance } from './refused-instance.ts';

/** Refusals that one call shows where it does not say how many. */
const DEFAULT_LIMIT = 20;

const readLimit = optional(int32);

/**
 * The latest refusals with their reasons and what would have opened the gates, newest first; and the last call that was
 * refused for something else than a gate, where it came after them.
 */
export const listRefusals = (control: CloudControl) =>
  method({
    id: 'control.refusals.list',
    http: 'GET /v1/refusals',
    open: OWNER_ONLY,
    async handle({ caller, query, services }) {
      requireOwner(caller);
      const limit = readLimit(query.get('limit'), 'limit') ?? DEFAULT_LIMIT;
      const refusals = await control.audit.refusals(limit);
      const other = await control.audit.otherRefusal();
      return {
        json: {
          refusals: await Promise.all(refusals.map((refusal) => encodeRefusal(refusal, services))),
          ...(other === undefined ? {} : { laterOtherRefusal: other }),
        },
      };
    },
  });

async function encodeRefusal(
  refusal: RecordedRefusal,
  services: Services,
): Promise<Readonly<Record<string, unknown>>> {
  if (refusal.decision.permission === undefined)
    return encodeScopeRefusal(refusal, refusal.decision, services);
  const decision = withAllGates(refusal.decision);
  const remedies = findRemedies(decision, { rolesWith: rolesWithPermission, findRole });
  return {
    ...renderTroubleshooting(decision),
    access: accessOf(decision),
    ...refusal,
    decision,
    remedies: { ...remedies, ...(await instanceOf(refusal, services)) },
    ...laterPoliciesOf(decision, services),
  };
}

/** There is no permission for Policy Troubleshooter to speak of. */
async function encodeScopeRefusal(
  refusal: RecordedRefusal,
  decision: SpelledScopeDecision,
  services: Services,
): Promise<Readonly<Record<string, unknown>>> {
  const scopes = openingScopes(decision.scopes);
  return {
    access: accessOf(decision),
    ...refusal,
    remedies: { scopes, denials: [], grants: [], near: [], ...(await instanceOf(refusal, services)) },
  };
}

/** Returns whose scopes are to be changed, where they are what is missing. */
async function instanceOf(
  { instance, decision }: RecordedRefusal,
  services: Services,
): Promise<{ readonly instance?: RefusedInstance }> {
  if (decision.scopes.outcome !== 'insufficient') return {};
  const found = await findRefusedInstance(instance, services);
  return found === undefined ? {} : { instance: found };
}

/** What refusals say nothing of that were kept before there were deny policies, and accounts that can be disabled. */
const WITHOUT_NEWER_GATES = { denyPolicies: [], principalState: 'active', identities: [] } as const;

function withAllGates(kept: SpelledDecision): SpelledDecision {
  return Object.assign({}, WITHOUT_NEWER_GATES, kept);
}
