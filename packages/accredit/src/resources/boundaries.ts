import {
  type AccessBoundaryRule,
  type CompiledBoundary,
  compileBoundary,
} from '../protocol/iam/boundaries/boundary.ts';
import type { Resources } from './resources.ts';

/** Makes the boundary of a down-scoped credential ready for decisions, with the roles as they are now. */
export async function prepareBoundary(
  rules: readonly AccessBoundaryRule[],
  { roles, conditions }: Pick<Resources, 'roles' | 'conditions'>,
): Promise<CompiledBoundary> {
  const names = rules.flatMap(({ availablePermissions }) => availablePermissions);
  const [found, compileCondition] = await Promise.all([
    roles.findAll(names.map((name) => name.replace(/^inRole:/, ''))),
    conditions.compilerFor(rules.map(({ availabilityCondition }) => availabilityCondition)),
  ]);
  const findRole = (name: string) => found.get(name);
  return compileBoundary(rules, {
    findRole,
    ...(compileCondition === undefined ? {} : { compileCondition }),
  });
}
