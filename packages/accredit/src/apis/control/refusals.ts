import { method } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { int32, optional } from '../../kernel/decode.ts';
import type { RecordedRefusal } from '../../observability/audit-log.ts';
import { findRemedies } from '../../protocol/iam/remedies.ts';
import { findRole, rolesWithPermission } from '../../protocol/iam/roles/catalogue.ts';
import type { SpelledDecision } from '../../protocol/iam/spell-out.ts';
import { renderTroubleshooting } from '../../protocol/iam/troubleshooting.ts';
import { type CloudControl, OWNER_ONLY, requireOwner } from './cloud-control.ts';
import { accessOf } from './decisions.ts';
import { laterPoliciesOf } from './later-policies.ts';

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
          refusals: refusals.map((refusal) => encodeRefusal(refusal, services)),
          ...(other === undefined ? {} : { laterOtherRefusal: other }),
        },
      };
    },
  });

function encodeRefusal(refusal: RecordedRefusal, services: Services): Readonly<Record<string, unknown>> {
  const decision = withAllGates(refusal.decision);
  return {
    ...renderTroubleshooting(decision),
    access: accessOf(decision),
    ...refusal,
    decision,
    remedies: findRemedies(decision, { rolesWith: rolesWithPermission, findRole }),
    ...laterPoliciesOf(decision, services),
  };
}

/** What refusals say nothing of that were kept before there were deny policies, and accounts that can be disabled. */
const WITHOUT_NEWER_GATES = { denyPolicies: [], principalState: 'active', identities: [] } as const;

function withAllGates(kept: SpelledDecision): SpelledDecision {
  return Object.assign({}, WITHOUT_NEWER_GATES, kept);
}
