import type { ResourceName } from '../../../kernel/resource-names.ts';
import { type Decision, decide, type Facts } from '../decide.ts';
import { type CompiledPolicy, compilePolicy, type FindRole } from '../policies/policy.ts';
import type { Grant } from '../remedies/grant-lines.ts';
import type { CountedUse } from './uses.ts';

/** Policies that hold proposed grants and nothing else, by resource. */
export type ProposedPolicies = ReadonlyMap<ResourceName, CompiledPolicy>;

/** Makes the policies of grants. @param findRole - finds custom roles that are proposed too */
export function proposedPolicies(grants: readonly Grant[], findRole: FindRole): ProposedPolicies {
  const byResource = Map.groupBy(grants, ({ resource }) => resource);
  return new Map(
    [...byResource].map(([resource, given]) => {
      const bindings = given.map(({ role, member }) => ({ role, members: [member] }));
      return [resource, compilePolicy(resource, { bindings }, { findRole })];
    }),
  );
}

/**
 * Decides a use again as if the proposed policies were all there are. Deny policies stand as they are.
 *
 * @param facts - of the resource and the principal as they are now
 * @param above - what the resource is in, nearest first
 */
export function replay(
  use: CountedUse,
  facts: Facts,
  above: readonly ResourceName[],
  proposed: ProposedPolicies,
): Decision {
  const levels = [...new Set([use.resource, ...above])];
  const policies = levels.flatMap((resource) => proposed.get(resource) ?? []);
  const { principal, permission, resource, heldScopes, acceptedScopes, lastMs } = use;
  return decide(
    { principal, permission, resource, heldScopes, acceptedScopes, mode: 'enforce', timeMs: lastMs },
    { ...facts, policies },
  );
}
