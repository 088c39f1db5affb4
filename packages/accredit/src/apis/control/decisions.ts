import { method } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { int64, list, object, optional, string } from '../../kernel/decode.ts';
import { policyHolderOf } from '../../protocol/iam/places/policy-holders.ts';
import { findRemedies } from '../../protocol/iam/remedies/remedies.ts';
import { findRole, rolesWithPermission } from '../../protocol/iam/roles/catalogue.ts';
import { assertKnownPermission } from '../../protocol/iam/roles/known-permissions.ts';
import { isTestable } from '../../protocol/iam/roles/testable-permissions.ts';
import { type AccessState, renderTroubleshooting } from '../../protocol/iam/troubleshooting.ts';
import { findDisabledService } from '../../resources/disabled-service.ts';
import { explain } from '../../resources/explanations.ts';
import { resolvePrincipal, resolveResource } from '../../resources/questions.ts';
import { OWNER_ONLY, requireOwner } from './cloud-control.ts';
import { laterPoliciesOf } from './later-policies.ts';

const explainRequest = object({
  principal: string,
  permission: string,
  resource: string,
  /** Unix milliseconds. Default: the cloud's time. */
  atMs: optional(int64),
  /** Milliseconds from the cloud's time, instead of `atMs`. */
  afterMs: optional(int64),
  /** Default: no gate of scopes. Both or none. */
  heldScopes: optional(list(string)),
  acceptedScopes: optional(list(string)),
});

/** Decides a question of the owner, and says all that led to the answer: `accredit why --principal`. */
export const explainDecision = () =>
  method({
    id: 'control.decisions.explain',
    http: 'POST /v1/decisions:explain',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: explainRequest },
    async handle({ caller, body, services }) {
      requireOwner(caller);
      const { resources, iamMode: mode } = services;
      const permission = assertKnownPermission(body.permission);
      const principal = await resolvePrincipal(body.principal, resources);
      const resource = await resolveResource(body.resource, resources);
      const { heldScopes, acceptedScopes } = body;
      const question = { principal, permission, resource, heldScopes, acceptedScopes, mode };
      const { decision, policies } = await explain(
        { ...question, timeMs: timeOf(body, services) },
        resources,
      );
      const remedies = findRemedies(decision, { rolesWith: rolesWithPermission, findRole });
      const disabledService = await findDisabledService(permission, resource, resources);
      return {
        json: {
          ...renderTroubleshooting(decision, { policies }),
          access: disabledService === undefined ? accessOf(decision) : 'NOT_GRANTED',
          ...(disabledService === undefined ? {} : { disabledService }),
          resourceExists: await exists(resource, services),
          isPermissionOfResource: isTestable(permission, policyHolderOf(resource).place),
          decision,
          remedies,
          ...laterPoliciesOf(decision, services),
        },
      };
    },
  });

function timeOf(
  { atMs, afterMs }: Pick<ReturnType<typeof explainRequest>, 'atMs' | 'afterMs'>,
  { clock }: Services,
): number {
  return atMs === undefined ? clock.now() + Number(afterMs ?? 0) : Number(atMs);
}

/** All gates count here, where the Troubleshooter's own answer is about allow policies alone. */
export function accessOf({ verdict }: { readonly verdict: 'allowed' | 'refused' }): AccessState {
  return verdict === 'allowed' ? 'GRANTED' : 'NOT_GRANTED';
}

const OBJECT = /^projects\/_\/buckets\/([^/]+)\/objects\/([^]+)$/;

/** Says whether an object is there; everything else that was found is. */
async function exists(resource: string, { resources }: Services): Promise<boolean> {
  const [, bucket, path] = OBJECT.exec(resource) ?? [];
  if (bucket === undefined || path === undefined) return true;
  return (await resources.objects.get(bucket, path)) !== undefined;
}
