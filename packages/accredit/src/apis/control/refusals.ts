import { method } from '../../http/method.ts';
import { int32, optional } from '../../kernel/decode.ts';
import { findRemedies } from '../../protocol/iam/remedies.ts';
import { findRole, rolesWithPermission } from '../../protocol/iam/roles/catalogue.ts';
import { type CloudControl, OWNER_ONLY, requireOwner } from './cloud-control.ts';

/** Refusals that one call shows where it does not say how many. */
const DEFAULT_LIMIT = 20;

const readLimit = optional(int32);

/** The latest refusals with their reasons and what would have opened the gates, newest first. */
export const listRefusals = (control: CloudControl) =>
  method({
    id: 'control.refusals.list',
    http: 'GET /v1/refusals',
    open: OWNER_ONLY,
    async handle({ caller, query }) {
      requireOwner(caller);
      const limit = readLimit(query.get('limit'), 'limit') ?? DEFAULT_LIMIT;
      const refusals = await control.audit.refusals(limit);
      return {
        json: {
          refusals: refusals.map((refusal) => ({
            ...refusal,
            remedies: findRemedies(refusal.decision, { rolesWith: rolesWithPermission, findRole }),
          })),
        },
      };
    },
  });
