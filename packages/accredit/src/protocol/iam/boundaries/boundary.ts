import type { ResourceName } from '../../../kernel/resource-names.ts';
import type { CompileCondition, CompiledCondition, Condition } from '../conditions/condition.ts';
import { compileBindingCondition, type FindRole } from '../policies/policy.ts';

/** Rules that one Credential Access Boundary may have (IAM notes 1.2). */
export const BOUNDARY_RULE_LIMIT = 10;

/** One thing that a down-scoped token may still do. */
export interface AccessBoundaryRule {
  /** Full resource name: `//storage.googleapis.com/projects/_/buckets/B`. */
  readonly availableResource: string;
  /** `inRole:` and a role: its permissions. */
  readonly availablePermissions: readonly string[];
  readonly availabilityCondition?: Condition;
}

/** What a token is confined to, on top of what its principal may do. It never grants anything. */
export interface CompiledBoundary {
  readonly rules: readonly CompiledBoundaryRule[];
}

interface CompiledBoundaryRule {
  readonly resource: ResourceName;
  readonly permissions: ReadonlySet<string>;
  readonly condition: CompiledCondition | undefined;
}

/** Returns a boundary ready for decisions. */
export function compileBoundary(
  rules: readonly AccessBoundaryRule[],
  {
    findRole,
    compileCondition,
  }: { readonly findRole: FindRole; readonly compileCondition?: CompileCondition },
): CompiledBoundary {
  return {
    rules: rules.map(({ availableResource, availablePermissions, availabilityCondition }) => ({
      resource: availableResource.replace(/^\/\/[^/]+\//, ''),
      permissions: new Set(availablePermissions.flatMap((name) => permissionsOf(name, findRole))),
      condition: compileBindingCondition(availabilityCondition, compileCondition),
    })),
  };
}

function permissionsOf(available: string, findRole: FindRole): readonly string[] {
  const role = available.startsWith('inRole:') ? findRole(available.slice('inRole:'.length)) : undefined;
  return [...(role?.permissions ?? [])];
}

/** Says whether a resource is the one that is available, or one in it. */
export function isWithin(resource: ResourceName, available: ResourceName): boolean {
  return resource === available || resource.startsWith(`${available}/`);
}
