import {
  ALL_AUTHENTICATED_USERS,
  ALL_USERS,
  type Member,
  type Principal,
  toMember,
} from '../../kernel/principals.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import type { CompiledPolicy } from './policy.ts';

/** Whether refusals are carried out, or only recorded (`--iam audit`). */
export type IamMode = 'enforce' | 'audit';

/** What is asked: may this principal use this permission on this resource, with what its credential carries? */
export interface Question {
  readonly principal: Principal;
  readonly permission: string;
  readonly resource: ResourceName;
  /**
   * The scopes of the credential; `undefined` for credentials that have none to check: no credential at all, and
   * the owner's socket.
   */
  readonly heldScopes: readonly string[] | undefined;
  /** The scopes that the method accepts, any one of them; `undefined` where the method asks for none. */
  readonly acceptedScopes: readonly string[] | undefined;
  readonly mode: IamMode;
  /** Unix milliseconds, the cloud's time. */
  readonly timeMs: number;
}

/** What is known: the policies from the resource to the root. */
export interface Facts {
  readonly policies: readonly CompiledPolicy[];
}

/** Where a grant stands: indices into `Facts.policies` and into the bindings of that policy. */
export interface BindingPosition {
  readonly policy: number;
  readonly binding: number;
}

/**
 * The verdict on one permission with all that led to it.
 *
 * It keeps the question and the facts that were looked at, both immutable; `spell-out.ts` turns them into words
 * and nobody asks the state again.
 */
export interface Decision {
  readonly verdict: 'allowed' | 'refused';
  /** Whether a refusal was carried out; in audit mode an authenticated call passes all the same. */
  readonly carriedOut: boolean;
  /** The gate that refused: access scopes are looked at first, but both gates are always looked at. */
  readonly refusedBy: 'scopes' | 'iam' | undefined;
  readonly scopes: 'sufficient' | 'insufficient' | 'notApplicable';
  /** The binding that grants; `undefined` where none does. */
  readonly grantedBy: BindingPosition | undefined;
  /** Everything that the caller counts as at each policy, in the order of `facts.policies`. */
  readonly members: readonly (readonly Member[])[];
  readonly question: Question;
  readonly facts: Facts;
}

/** The basic roles whose holders a bucket's policy may name as a set (IAM notes, fact 1). */
const CONVENIENCE_MEMBERS = [
  ['roles/owner', 'projectOwner'],
  ['roles/editor', 'projectEditor'],
  ['roles/viewer', 'projectViewer'],
] as const;

/**
 * Decides one permission: the scopes of the credential and the allow policies, both of which must say yes.
 *
 * Pure: the same question and facts give the same decision. Cost does not depend on how many members a policy has.
 */
export function decide(question: Question, facts: Facts): Decision {
  const scopes = checkScopes(question);
  const members = membersAt(question.principal, facts.policies);
  const grantedBy = findGrant(question.permission, facts.policies, members);
  const refusedBy = scopes === 'insufficient' ? 'scopes' : grantedBy === undefined ? 'iam' : undefined;
  const verdict = refusedBy === undefined ? 'allowed' : 'refused';
  const carriedOut = question.mode === 'enforce' || question.principal.kind === 'anonymous';
  return { verdict, carriedOut, refusedBy, scopes, grantedBy, members, question, facts };
}

/** Says whether the call may go on. */
export function maySucceed(decision: Decision): boolean {
  return decision.verdict === 'allowed' || !decision.carriedOut;
}

function checkScopes({ heldScopes, acceptedScopes }: Question): Decision['scopes'] {
  if (heldScopes === undefined || acceptedScopes === undefined) return 'notApplicable';
  for (const scope of acceptedScopes) if (heldScopes.includes(scope)) return 'sufficient';
  return 'insufficient';
}

/** Returns all that a principal counts as: itself, and the two public sets as far as they hold it. */
function identitiesOf(principal: Principal): readonly Member[] {
  if (principal.kind === 'anonymous') return [ALL_USERS];
  const domain = principal.email.slice(principal.email.indexOf('@') + 1);
  const own = toMember(principal);
  if (principal.kind === 'user') return [own, `domain:${domain}`, ALL_AUTHENTICATED_USERS, ALL_USERS];
  return [own, ALL_AUTHENTICATED_USERS, ALL_USERS];
}

/** A bucket's policy also counts the sets of those who hold a basic role on the bucket's project. */
function membersAt(
  principal: Principal,
  policies: readonly CompiledPolicy[],
): readonly (readonly Member[])[] {
  const identities = identitiesOf(principal);
  return policies.map(({ resource }) =>
    resource.startsWith('projects/_/buckets/') ? withConvenience(identities, policies) : identities,
  );
}

function withConvenience(
  identities: readonly Member[],
  policies: readonly CompiledPolicy[],
): readonly Member[] {
  const project = policies.find(({ resource }) => /^projects\/[^/]+$/.test(resource));
  if (project === undefined) return identities;
  const projectId = project.resource.slice('projects/'.length);
  const sets = CONVENIENCE_MEMBERS.filter(([role]) => holdsRole(identities, project, role)).map(
    ([, set]) => `${set}:${projectId}`,
  );
  return [...identities, ...sets];
}

function holdsRole(
  identities: readonly Member[],
  { policy, bindingsOf }: CompiledPolicy,
  role: string,
): boolean {
  return identities.some((identity) =>
    bindingsOf.get(identity)?.some((index) => policy.bindings[index]?.role === role),
  );
}

/** Returns the first binding that gives the permission to one of the members, from the resource upwards. */
function findGrant(
  permission: string,
  policies: readonly CompiledPolicy[],
  members: readonly (readonly Member[])[],
): BindingPosition | undefined {
  for (let policy = 0; policy < policies.length; policy += 1) {
    const compiled = policies[policy];
    if (compiled === undefined) break;
    for (const member of members[policy] ?? []) {
      const bindings = compiled.bindingsOf.get(member);
      if (bindings === undefined) continue;
      for (const binding of bindings) {
        if (compiled.permissionsOf[binding]?.has(permission) === true) return { policy, binding };
      }
    }
  }
  return undefined;
}
