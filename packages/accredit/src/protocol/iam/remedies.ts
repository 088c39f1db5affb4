import type { Member } from '../../kernel/principals.ts';
import { projectName, type ResourceName } from '../../kernel/resource-names.ts';
import type { SpelledDecision } from './spell-out.ts';

/** A grant that would open the IAM gate. */
export interface Grant {
  readonly role: string;
  readonly member: Member;
  /** The resource whose policy would hold it. */
  readonly resource: ResourceName;
}

/** What would make a refused call succeed. Each gate that refused needs its remedy. */
export interface Remedies {
  /** Any one of these opens the IAM gate; smallest role first, nearest resource first. Empty where it is open. */
  readonly grants: readonly Grant[];
  /** Any one of these scopes opens the scope gate; narrowest first. Empty where it is open. */
  readonly scopes: readonly string[];
}

/** How many grants are proposed; more would hide the good ones. */
const PROPOSED_GRANTS = 3;

/**
 * Returns what would open the gates that are closed.
 *
 * @param rolesWith - names of the roles that hold a permission, smallest first
 */
export function findRemedies(
  decision: SpelledDecision,
  rolesWith: (permission: string) => readonly string[],
): Remedies {
  const granted = decision.policies.some((policy) => policy.bindings.some((binding) => binding.grants));
  const roles = granted ? [] : rolesWith(decision.permission).filter((role) => !isBasic(role));
  const resource = decision.policies[0]?.resource ?? decision.resource;
  const grants = roles
    .filter((role) => fits(role, resource))
    .slice(0, PROPOSED_GRANTS)
    .map((role) => ({ role, member: decision.principal, resource }));
  const scopes =
    decision.scopes.outcome === 'insufficient' ? narrowestFirst(decision.scopes.accepted ?? []) : [];
  return { grants, scopes };
}

function isBasic(role: string): boolean {
  return !role.includes('.') && role !== 'roles/browser';
}

/** Legacy bucket and object roles cannot be given on a project, and a bucket takes only Storage's roles. */
function fits(role: string, resource: ResourceName): boolean {
  if (resource.startsWith(`${projectName('_')}/buckets/`)) return role.startsWith('roles/storage.');
  return !role.startsWith('roles/storage.legacy') && !/serviceAgent$|expressMode|Service$/.test(role);
}

/** A longer scope name is a narrower scope: `devstorage.read_only` before `cloud-platform`. */
function narrowestFirst(scopes: readonly string[]): readonly string[] {
  const rank = (scope: string) => (/read.?only$/.test(scope) ? 0 : /cloud-platform/.test(scope) ? 2 : 1);
  return scopes
    .map((scope, index) => ({ scope, index }))
    .sort((a, b) => rank(a.scope) - rank(b.scope) || a.index - b.index)
    .filter(({ scope }) => !scope.endsWith('cloud-platform.read-only'))
    .map(({ scope }) => scope);
}
