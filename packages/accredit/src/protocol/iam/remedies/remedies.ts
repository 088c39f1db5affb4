import { ALL_AUTHENTICATED_USERS, ALL_USERS, type Member, namedAccount } from '../../../kernel/principals.ts';
import type { ResourceName } from '../../../kernel/resource-names.ts';
import type { Condition } from '../conditions/condition.ts';
import { policyHolderOf } from '../places/policy-holders.ts';
import { type PolicyPlace, placeOf } from '../places/policy-places.ts';
import type { FindRole } from '../policies/policy.ts';
import { isPredefinedRoleGrantable } from '../roles/grantable-roles.ts';
import { isForPeople, onlyReads } from '../roles/permission-kinds.ts';
import { parseCustomRoleName } from '../roles/role-names.ts';
import { isTestable } from '../roles/testable-permissions.ts';
import type { SpelledScopes } from '../scope-gate.ts';
import type { BindingFinding, PolicyFinding, SpelledDecision } from '../spell-out.ts';
import type { Grant } from './grant-lines.ts';

/** What brings a service account back that cannot act. */
export interface AccountRemedy {
  readonly email: string;
  readonly state: 'disabled' | 'deleted';
  /** By which a deleted account is brought back; absent where it is not known. */
  readonly uniqueId?: string;
}

/** A rule that denies: sparing the caller opens it, as does removing the rule. */
export interface DenialRemedy {
  /** `organizations/N`, `folders/N`, `projects/ID`. */
  readonly attachedTo: ResourceName;
  readonly policyId: string;
  /** Place of the rule in the policy, from 0. */
  readonly rule: number;
  /** The exception principal that would spare the caller, as IAM v2 spells it; absent where none can. */
  readonly exceptionPrincipal?: string;
}

/** A binding that names the caller and comes near to a grant. */
export type NearGrant =
  | { readonly kind: 'condition'; readonly grant: Grant & { readonly condition: Condition } }
  | {
      /** A custom role that lacks the permission, or would hold it if it were enabled or brought back. */
      readonly kind: 'customRole' | 'disabledRole' | 'deletedRole';
      readonly role: string;
      readonly resource: ResourceName;
    }
  | {
      readonly kind: 'formerAccount';
      readonly role: string;
      readonly resource: ResourceName;
      readonly member: Member;
    };

/** What the boundary of the credential would have to hold. */
export interface BoundaryRemedy {
  /** The bucket; absent where the resource is in none: a boundary makes nothing else available, so none may be there. */
  readonly availableResource?: ResourceName;
  /** `inRole:` and the first role of `proposeRoles` that holds the permission; absent where there is none. */
  readonly availablePermission?: string;
}

/** What would make a refused call succeed. Each gate that refused needs its remedy. */
export interface Remedies {
  /** Absent where the principal can act. */
  readonly account?: AccountRemedy;
  /** Any one of these scopes opens the scope gate; narrowest first. Empty where it is open. */
  readonly scopes: readonly string[];
  /** Each of these rules denies, so all must be opened. */
  readonly denials: readonly DenialRemedy[];
  /** Any one of these opens the IAM gate: custom roles of others first, then in the order of `proposeRoles`. Empty where it is open. */
  readonly grants: readonly Grant[];
  /** What is nearly a grant already. Empty where the IAM gate is open. */
  readonly near: readonly NearGrant[];
  /** Absent where the boundary lets the call through. A boundary is the credential's: nothing can be granted. */
  readonly boundary?: BoundaryRemedy;
}

/** How many grants are proposed; more would hide the good ones. */
const PROPOSED_GRANTS = 3;

/** How many grants to everybody are proposed: no wider one than needed. */
const PROPOSED_PUBLIC_GRANTS = 1;

/** What is known of roles: which hold a permission, smallest first, and what a role holds. */
export interface RoleKnowledge {
  readonly rolesWith: (permission: string) => readonly string[];
  readonly findRole: FindRole;
}

/** Returns what would open the gates that are closed; nothing where all are open. */
export function findRemedies(decision: SpelledDecision, roles: RoleKnowledge): Remedies {
  const isGranted = decision.policies.some(({ bindings }) => bindings.some(({ grants }) => grants));
  const account = findAccountRemedy(decision);
  const boundary = findBoundaryRemedy(decision, roles);
  return {
    ...(account === undefined ? {} : { account }),
    scopes: openingScopes(decision.scopes),
    denials: findDenials(decision),
    grants: isGranted ? [] : proposeGrants(decision, roles),
    near: isGranted ? [] : decision.policies.flatMap((policy) => nearGrants(policy)),
    ...(boundary === undefined ? {} : { boundary }),
  };
}

/** Returns the scopes any one of which opens the scope gate, narrowest first; none where it is open. */
export function openingScopes({ outcome, accepted = [] }: SpelledScopes): readonly string[] {
  return outcome === 'insufficient' ? narrowestFirst(accepted) : [];
}

function findAccountRemedy({
  principal,
  principalState,
  uniqueId,
}: SpelledDecision): AccountRemedy | undefined {
  const email = namedAccount(principal)?.email;
  if (principalState === 'active' || email === undefined) return undefined;
  return { email, state: principalState, ...(uniqueId === undefined ? {} : { uniqueId }) };
}

function findDenials({ denyPolicies, principal }: SpelledDecision): readonly DenialRemedy[] {
  const spared = exceptionPrincipal(principal);
  return denyPolicies.flatMap(({ attachedTo, id, rules }) =>
    rules
      .flatMap(({ denies, place }, index) => {
        if (!denies) return [];
        const remedy = { attachedTo, policyId: id, rule: place ?? index };
        return [spared === undefined ? remedy : { ...remedy, exceptionPrincipal: spared }];
      })
      // The last one first: a rule that is removed moves those behind it, and the remedies are carried out in order.
      .reverse(),
  );
}

/** Returns a caller as deny policies spell it (IAM notes 1.1); nobody can be spared who has no name. */
function exceptionPrincipal(member: Member): string | undefined {
  if (member.startsWith('principal://')) return member;
  const email = member.slice(member.indexOf(':') + 1);
  if (member.startsWith('user:')) return `principal://goog/subject/${email}`;
  return member.startsWith('serviceAccount:')
    ? `principal://iam.googleapis.com/projects/-/serviceAccounts/${email}`
    : undefined;
}

/** A place that could hold a grant of the permission, with the policy there. */
interface GrantLevel {
  readonly place: PolicyPlace;
  readonly policy: PolicyFinding;
}

/**
 * Returns where a grant would help, nearest first: where the permission can be had, and the caller can be named.
 *
 * The permission to list a project's accounts is none of an account's: it is to be given on the project.
 */
function grantLevels({ policies, resource, permission, principal }: SpelledDecision): readonly GrantLevel[] {
  const looked = policies.length > 0 ? policies : [{ ...policyHolderOf(resource), bindings: [] }];
  return looked.flatMap((policy) => {
    const place = placeOf(policy.resource);
    if (place === undefined || !isTestable(permission, place)) return [];
    // A project takes no grant to everybody: whoever sent no token has to send one.
    return principal === ALL_USERS && !isInBucket(policy.resource) ? [] : [{ place, policy }];
  });
}

function proposeGrants(decision: SpelledDecision, roles: RoleKnowledge): readonly Grant[] {
  const member = decision.principal;
  const levels = grantLevels(decision);
  return [
    ...levels.flatMap(({ policy }) => customGrants(policy, member)),
    ...predefinedGrants(levels, decision, roles),
  ].slice(0, isPublic(member) ? PROPOSED_PUBLIC_GRANTS : PROPOSED_GRANTS);
}

function isPublic(member: Member): boolean {
  return member === ALL_USERS || member === ALL_AUTHENTICATED_USERS;
}

/** Proposes predefined roles on the nearest resource that takes any which holds the permission. */
function predefinedGrants(
  levels: readonly GrantLevel[],
  { permission, principal: member }: SpelledDecision,
  roles: RoleKnowledge,
): readonly Grant[] {
  for (const { place, policy } of levels) {
    const names = proposeRoles(permission, place, roles);
    if (names.length === 0) continue;
    const beside = hasConditions(policy) ? { besideConditions: true } : {};
    return names.map((role) => ({ role, member, resource: policy.resource, ...beside }));
  }
  return [];
}

/** A custom role that holds the permission and is given to others here was made for this: the caller may join them. */
function customGrants(policy: PolicyFinding, member: Member): readonly Grant[] {
  const { resource, bindings } = policy;
  return bindings
    .filter(
      ({ role, rolePermission, memberMatch, condition }) =>
        parseCustomRoleName(role) !== undefined &&
        rolePermission === 'included' &&
        memberMatch.length === 0 &&
        isOpen(condition) &&
        condition?.isCut !== true,
    )
    .map(({ role, condition }) => ({
      role,
      member,
      resource,
      ...(condition === undefined ? {} : { condition: plainCondition(condition) }),
      ...(hasConditions(policy) ? { besideConditions: true } : {}),
    }));
}

/** Says whether conditions are to be told apart in a change of the policy; what a record has left out may have some. */
function hasConditions(policy: PolicyFinding): boolean {
  return policy.leftOut !== undefined || policy.bindings.some(({ condition }) => condition !== undefined);
}

function nearGrants({ resource, bindings }: PolicyFinding): readonly NearGrant[] {
  return bindings.flatMap((binding): readonly NearGrant[] => nearGrant(resource, binding));
}

function nearGrant(
  resource: ResourceName,
  { role, memberMatch, rolePermission, wouldHold, condition, formerMatch }: BindingFinding,
): readonly NearGrant[] {
  const [member] = memberMatch;
  if (member !== undefined && rolePermission === 'included' && condition !== undefined) {
    // A part of an expression is no remedy.
    if (condition.isCut === true) return [];
    const grant = { role, member, resource, condition: plainCondition(condition) };
    return [{ kind: 'condition', grant }];
  }
  if (member !== undefined && rolePermission === 'notIncluded' && parseCustomRoleName(role) !== undefined) {
    return [{ kind: 'customRole', role, resource }];
  }
  const isDormant = rolePermission === 'disabledRole' || rolePermission === 'deletedRole';
  // On a condition that does not hold it would grant nothing either.
  if (member !== undefined && isDormant && wouldHold === true && isOpen(condition)) {
    return [{ kind: rolePermission, role, resource }];
  }
  return formerMatch !== undefined && rolePermission === 'included'
    ? [{ kind: 'formerAccount', role, resource, member: formerMatch }]
    : [];
}

function isOpen(condition: BindingFinding['condition']): boolean {
  return condition === undefined || condition.outcome === 'true';
}

/** Returns a condition as policies have it, without what came of it. */
function plainCondition({ title, description, expression }: Condition): Condition {
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    expression,
  };
}

function findBoundaryRemedy(
  { boundary, policies, resource, permission }: SpelledDecision,
  roles: RoleKnowledge,
): BoundaryRemedy | undefined {
  if (boundary === undefined || boundary.some(({ lets }) => lets)) return undefined;
  const looked = [resource, ...policies.map((policy) => policy.resource)];
  const availableResource = looked.map(bucketOf).find((bucket) => bucket !== undefined);
  if (availableResource === undefined) return {};
  const [role] = proposeRoles(permission, policyHolderOf(availableResource).place, roles);
  return { availableResource, ...(role === undefined ? {} : { availablePermission: `inRole:${role}` }) };
}

/**
 * Returns the roles to propose for a permission on a resource, the smallest first: for a reading permission those that
 * only read, of these those of the permission's own service. Others stand only where there are none of these.
 */
function proposeRoles(permission: string, place: PolicyPlace, roles: RoleKnowledge): readonly string[] {
  const candidates = roles.rolesWith(permission).filter((role) => isProposed(role, place));
  const reading = candidates.filter((role) => isReadingRole(role, roles.findRole));
  const fitting = onlyReads(permission) && reading.length > 0 ? reading : candidates;
  const service = permission.slice(0, permission.indexOf('.'));
  const own = fitting.filter((role) => isOfService(role, service));
  return (own.length > 0 ? own : fitting).slice(0, PROPOSED_GRANTS);
}

function isOfService(role: string, service: string): boolean {
  return role.startsWith(`roles/${service}.`) || (service === 'resourcemanager' && role === 'roles/browser');
}

function isReadingRole(role: string, findRole: FindRole): boolean {
  for (const permission of findRole(role)?.permissions ?? []) if (!onlyReads(permission)) return false;
  return true;
}

/** Basic roles are too wide to propose. */
function isProposed(role: string, place: PolicyPlace): boolean {
  if (!isForPeople(role) || (!role.includes('.') && role !== 'roles/browser')) return false;
  return isPredefinedRoleGrantable(role, place);
}

function isInBucket(resource: ResourceName): boolean {
  return bucketOf(resource) !== undefined;
}

/** `projects/_/buckets/B`, whatever follows. */
const BUCKET = /^projects\/_\/buckets\/[^/]+/;

/** Returns the bucket that a resource is in, or is; `undefined` where there is none. */
function bucketOf(resource: ResourceName): ResourceName | undefined {
  return BUCKET.exec(resource)?.[0];
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
