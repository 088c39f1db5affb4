import type { BindingFinding, DenyRuleFinding } from '../spell-out.ts';

/**
 * Returns how near a binding comes to a grant, 0 for one that has nothing to do with the call: it grants, the caller is
 * named, the permission is held, or would be if the role were not disabled or deleted.
 *
 * What the caller has comes before what others have: it is what the caller can be surprised by.
 */
export function bindingNearness({
  grants,
  rolePermission,
  wouldHold = false,
  memberMatch,
  formerMatch,
}: Pick<BindingFinding, 'grants' | 'rolePermission' | 'memberMatch'> & {
  readonly wouldHold?: boolean | undefined;
  readonly formerMatch?: string | undefined;
}): number {
  const isNamed = memberMatch.length > 0 || formerMatch !== undefined;
  const isHeld = rolePermission === 'included' || wouldHold;
  return (grants ? 4 : 0) + (isNamed ? 2 : 0) + (isHeld ? 1 : 0);
}

/** Returns how near a rule comes to a denial, 0 for one that has nothing to do with the call. */
export function denialNearness({
  denies,
  permission,
  deniedMatch,
}: Pick<DenyRuleFinding, 'denies' | 'permission' | 'deniedMatch'>): number {
  return (denies ? 4 : 0) + (permission === 'notDenied' ? 0 : 2) + (deniedMatch.length > 0 ? 1 : 0);
}
