import type { Proposal } from '../recommendations/recommend.ts';
import type { Grant } from './grant-lines.ts';

/** Which roles of the proposals are meant: predefined ones, or custom ones of exactly what was used. */
export type RoleKind = 'predefined' | 'custom';

/**
 * Returns the grants that the proposals come to. Which policies have conditions is not known here: the lines tell the
 * bindings apart always, as gcloud asks which is meant where it cannot in a script.
 */
export function proposedGrants(
  proposals: readonly Pick<Proposal, 'principal' | 'resource' | 'roles' | 'customRole'>[],
  kind: RoleKind,
): readonly Grant[] {
  return proposals.flatMap(({ principal: member, resource, roles, customRole }) => {
    const custom = customRole === undefined ? [] : [customRole.role];
    const names = kind === 'custom' ? custom : roles.map(({ role }) => role);
    return names.map((role) => ({ role, member, resource, besideConditions: true }));
  });
}
