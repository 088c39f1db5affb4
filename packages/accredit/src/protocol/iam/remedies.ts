import { ALL_USERS, type Member } from '../../kernel/principals.ts';
import { projectName, type ResourceName } from '../../kernel/resource-names.ts';
import type { FindRole } from './policy.ts';
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

/** What is known of roles: which hold a permission, smallest first, and what a role holds. */
export interface RoleKnowledge {
  readonly rolesWith: (permission: string) => readonly string[];
  readonly findRole: FindRole;
}

/** Returns what would open the gates that are closed. */
export function findRemedies(decision: SpelledDecision, roles: RoleKnowledge): Remedies {
  const granted = decision.policies.some((policy) => policy.bindings.some((binding) => binding.grants));
  const resource = decision.policies[0]?.resource ?? decision.resource;
  // A project takes no grant to everybody: whoever sent no token has to send one.
  const isHopeless = decision.principal === ALL_USERS && !resource.startsWith(`${projectName('_')}/buckets/`);
  const names = granted || isHopeless ? [] : proposeRoles(decision.permission, resource, roles);
  const grants = names.map((role) => ({ role, member: decision.principal, resource }));
  const scopes =
    decision.scopes.outcome === 'insufficient' ? narrowestFirst(decision.scopes.accepted ?? []) : [];
  return { grants, scopes };
}

/** Roles that Google gives to its own services, or keeps for old ACLs; nobody means these. */
const NOT_FOR_PEOPLE = /serviceAgent$|expressMode|Service$|\.legacy/;

/** Verbs that change nothing. */
const READING_VERB = /\.(get|list|search|test|analyze|view|check|validate|capacity)[A-Za-z]*$/;

/**
 * Returns the roles to propose for a permission on a resource: those of the permission's own service first, for a
 * reading permission those that only read, and of these the smallest.
 */
function proposeRoles(permission: string, resource: ResourceName, roles: RoleKnowledge): readonly string[] {
  const reads = READING_VERB.test(permission);
  const service = permission.slice(0, permission.indexOf('.'));
  const rank = (role: string): number => {
    const own =
      role.startsWith(`roles/${service}.`) || (service === 'resourcemanager' && role === 'roles/browser');
    return (own ? 0 : 2) + (reads && !onlyReads(role, roles.findRole) ? 1 : 0);
  };
  return roles
    .rolesWith(permission)
    .filter((role) => isProposed(role, resource))
    .map((role, size) => ({ role, size, rank: rank(role) }))
    .sort((a, b) => a.rank - b.rank || a.size - b.size)
    .slice(0, PROPOSED_GRANTS)
    .map(({ role }) => role);
}

function onlyReads(role: string, findRole: FindRole): boolean {
  for (const permission of findRole(role)?.permissions ?? [])
    if (!READING_VERB.test(permission)) return false;
  return true;
}

/** Basic roles are too wide to propose, and a bucket takes only Storage's roles. */
function isProposed(role: string, resource: ResourceName): boolean {
  if (NOT_FOR_PEOPLE.test(role) || (!role.includes('.') && role !== 'roles/browser')) return false;
  return !resource.startsWith(`${projectName('_')}/buckets/`) || role.startsWith('roles/storage.');
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
