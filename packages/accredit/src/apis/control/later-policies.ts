import type { Services } from '../../http/services.ts';
import type { SpelledDecision } from '../../protocol/iam/spell-out.ts';

/** A policy that is stored and not in force yet (`--propagation-delay`). */
interface LaterPolicy {
  readonly resource: string;
  readonly kind: 'allow' | 'deny';
  /** Unix milliseconds, the cloud's time. */
  readonly inForceFromMs: number;
  /** Milliseconds until then. */
  readonly waitMs: number;
}

/**
 * Returns what is stored by now and not in force yet of the policies that a decision looked at: it may open the gate that
 * was closed, so that nothing more need be granted.
 *
 * @returns nothing to add where all is in force
 */
export function laterPoliciesOf(
  { policies: looked }: SpelledDecision,
  { resources: { policies, denyPolicies }, clock }: Services,
): { readonly laterPolicies?: readonly LaterPolicy[] } {
  const nowMs = clock.now();
  const kinds = { allow: policies, deny: denyPolicies } as const;
  const places = [...new Set(looked.map(({ resource }) => resource))];
  const laterPolicies = places.flatMap((resource) =>
    (['allow', 'deny'] as const).flatMap((kind) => {
      const inForceFromMs = kinds[kind].inForceFromMs(resource);
      return inForceFromMs === undefined
        ? []
        : [{ resource, kind, inForceFromMs, waitMs: inForceFromMs - nowMs }];
    }),
  );
  return laterPolicies.length === 0 ? {} : { laterPolicies };
}
