import { type Candidate, smallestCover } from '../recommendations/smallest-cover.ts';

/** How wide a scope is: those that only read first, and last those for everything. */
function widthOf(scope: string): number {
  if (/\/cloud-platform(?:\.read-only)?$/.test(scope)) return scope.endsWith('only') ? 50 : 100;
  if (/read.?only$/.test(scope)) return 1;
  return scope.endsWith('full_control') ? 3 : 2;
}

/**
 * Returns the narrowest access scopes that let calls through; scopes for one service come before those for all.
 *
 * @param accepted - of each call the scopes that it accepts, any one of them; at least one each
 * @returns sorted; empty where there are no calls
 */
export function neededScopes(accepted: readonly (readonly string[])[]): readonly string[] {
  const needs = [...new Set(accepted.map((scopes) => scopes.toSorted().join(' ')))];
  const candidates = [...new Set(accepted.flat())].map(
    (scope): Candidate => ({
      name: scope,
      covers: new Set(needs.filter((need) => need.split(' ').includes(scope))),
      adds: new Map(),
      weight: widthOf(scope),
    }),
  );
  return smallestCover(needs, candidates).chosen.map(({ name }) => name);
}
