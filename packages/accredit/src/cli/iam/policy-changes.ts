import { int32, list, object, optional, string } from '../../kernel/decode.ts';
import { parseMember } from '../../kernel/members.ts';
import type { Condition } from '../../protocol/iam/conditions/condition.ts';
import {
  isSameCondition,
  type Policy,
  withMembers,
  withoutMembers,
} from '../../protocol/iam/policies/policy.ts';
import { CallFailed, type OwnerClient } from '../owner-client.ts';
import { callOn } from './missing-resources.ts';
import type { PolicyAnswer, PolicyTarget } from './policy-targets.ts';

/** HTTP statuses of a write that lost against another: Storage's own, and everybody else's (IAM notes 1.2). */
const LOST_RACE: ReadonlySet<number> = new Set([409, 412]);

/** How often a lost write is tried again; each loss means that somebody else got through. */
const ATTEMPT_LIMIT = 10;

const readCondition = object(
  {
    title: optional(string),
    description: optional(string),
    expression: string,
    location: optional(string),
  },
  'ignore',
);

const readBinding = object(
  // What is written back must be all that was read, or the write would make conditional grants unconditional.
  { role: string, members: list(string), condition: optional(readCondition) },
  'ignore',
);

const readPolicy = object(
  { version: optional(int32), etag: optional(string), bindings: list(readBinding) },
  'ignore',
);

/** Reads a policy. @throws {CallFailed} which says so where there is no such resource */
export async function fetchPolicy(
  owner: Pick<OwnerClient, 'call'>,
  target: PolicyTarget,
): Promise<PolicyAnswer> {
  return readPolicy(await callOn(owner, target.resource, target.read), '');
}

/** What is to be in a policy, or not to be in it. */
export interface GrantChange {
  readonly kind: 'grant' | 'revoke';
  readonly role: string;
  readonly member: string;
  /** Absent: the grant without one; that on another condition is another grant. */
  readonly condition?: Condition | undefined;
  /** Whether a revocation takes the role on every condition, and without one. */
  readonly all?: boolean | undefined;
}

/**
 * Changes a policy: reads it, changes it, and writes it on the condition that nobody did meanwhile.
 *
 * @returns whether anything had to change
 * @throws {CallFailed} with the API's message; also where others are faster again and again
 */
export async function changePolicy(
  owner: Pick<OwnerClient, 'call'>,
  target: PolicyTarget,
  asked: GrantChange,
): Promise<boolean> {
  const change = { ...asked, member: canonicalMember(asked.member) };
  for (let attempt = 1; ; attempt += 1) {
    const policy = await fetchPolicy(owner, target);
    const changed = applyChange(policy, change);
    if (changed === undefined) return false;
    try {
      await owner.call(target.write({ ...policy, ...changed }));
      return true;
    } catch (error) {
      const lost = error instanceof CallFailed && LOST_RACE.has(error.httpStatus);
      if (!lost || attempt >= ATTEMPT_LIMIT) throw error;
    }
  }
}

/** Returns the policy as it is to be; `undefined` where it is so already. */
function applyChange(
  policy: Policy,
  { kind, role, member, condition, all }: GrantChange,
): Policy | undefined {
  if (kind === 'grant') {
    const grown = withMembers(policy, role, [member], condition);
    return grown === policy ? undefined : grown;
  }
  const held = heldConditions(policy, role, member);
  const taken = all === true ? held : held.filter((other) => isSameCondition(other, condition));
  if (taken.length === 0) return undefined;
  return taken.reduce<Policy>((left, other) => withoutMembers(left, role, [member], other), policy);
}

/**
 * Returns the conditions on which a member has a role in a policy, `undefined` for having it without one.
 *
 * @param member - in any spelling
 */
export function heldConditions(
  { bindings }: Policy,
  role: string,
  member: string,
): readonly (Condition | undefined)[] {
  const spelled = canonicalMember(member);
  return bindings
    .filter((binding) => binding.role === role && binding.members.includes(spelled))
    .map(({ condition }) => condition);
}

/** Returns who has a role in a policy, on whatever condition. */
export function holdersOf({ bindings }: Policy, role: string): readonly string[] {
  return bindings.filter((binding) => binding.role === role).flatMap(({ members }) => members);
}

/** Returns the roles that a member has in a policy, on whatever condition. @param member - in any spelling */
export function rolesOf({ bindings }: Policy, member: string): readonly string[] {
  const spelled = canonicalMember(member);
  return bindings.filter(({ members }) => members.includes(spelled)).map(({ role }) => role);
}

/** The spelling in which policies keep a member; what is none is left for the API to refuse. */
function canonicalMember(text: string): string {
  const parsed = parseMember(text);
  return parsed.ok ? parsed.member : text;
}
