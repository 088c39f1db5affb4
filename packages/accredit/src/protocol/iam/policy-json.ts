import { type ApiError, aborted, invalidArgument } from '../../kernel/api-error.ts';
import { anything, int32, list, object, optional, string } from '../../kernel/decode.ts';
import { parseEtag, toEtag, UNSET_ETAG } from '../../kernel/etags.ts';
import { parseMember } from '../../kernel/principals.ts';
import { type Binding, normalizePolicy, type Policy } from './policy.ts';

/** Principals that one policy may name, counting every appearance (IAM quotas). */
export const PRINCIPAL_LIMIT = 1500;

/** The allow policy of a request, as it came. */
export const policyMessage = object({
  version: optional(int32),
  etag: optional(string),
  bindings: list(object({ role: string, members: list(string), condition: optional(anything) })),
  auditConfigs: optional(anything),
  kind: optional(string),
  resourceId: optional(string),
});

/** The body of a `setIamPolicy` request. */
export const setIamPolicyRequest = object({ policy: policyMessage, updateMask: optional(string) });

/** What `setIamPolicy` was given, checked. */
export interface PolicyWrite {
  readonly policy: Policy;
  /** The revision that the caller read; `undefined` where the write is unconditional. */
  readonly expectedRevision: number | undefined;
}

/** What a policy may hold depends on where it is attached. */
export interface PolicyRules {
  /** Says whether a role may be given on this kind of resource. Guess: which roles Google takes where. */
  readonly grantable: (role: string) => boolean;
  /** Whether `projectOwner:` and its kin may be named; the id of the one project that may be. */
  readonly convenienceProjectId?: string;
  /** Whether `allUsers` and `allAuthenticatedUsers` may be named. */
  readonly publicMembers: boolean;
}

/** A role is named in one of these three ways (IAM notes 1.5). */
const ROLE_FORM = /^(roles|organizations\/\d+\/roles|projects\/[^/]+\/roles)\/[A-Za-z0-9_.]{1,64}$/;

/**
 * Checks the policy of a `setIamPolicy` request and brings it into the form that is kept.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` with Google's text (IAM notes 1.6)
 */
export function readPolicy(message: ReturnType<typeof policyMessage>, rules: PolicyRules): PolicyWrite {
  if (![undefined, 0, 1, 2, 3].includes(message.version)) {
    throw bad(`Invalid policy version '${message.version}'. Valid versions are 0, 1 and 3.`);
  }
  if (message.auditConfigs !== undefined && !isEmptyList(message.auditConfigs)) {
    // Deviation: audit configurations are not kept yet; pinned by 'audit configurations are refused, not lost'.
    throw bad(
      'Audit configurations are not supported by this server yet. Send the policy without auditConfigs.',
    );
  }
  const bindings = message.bindings.map((binding) => readBinding(binding, rules));
  const count = bindings.reduce((sum, { members }) => sum + members.length, 0);
  if (count > PRINCIPAL_LIMIT) {
    throw bad(
      `The number of members in the policy (${count.toLocaleString('en-US')}) is larger than the maximum ` +
        `allowed size ${PRINCIPAL_LIMIT.toLocaleString('en-US')}.`,
    );
  }
  return { policy: normalizePolicy({ bindings }), expectedRevision: readEtag(message.etag) };
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function readBinding(
  { role, members, condition }: { role: string; members: readonly string[]; condition?: unknown },
  rules: PolicyRules,
): Binding {
  if (condition !== undefined) {
    // Deviation: conditions come with their own issue; a grant that ignored its condition would be too wide. Pinned by
    // 'a policy is refused whole', row 'a condition'.
    throw bad('Conditions are not supported by this server yet. Send the binding without condition.');
  }
  if (!ROLE_FORM.test(role)) {
    throw bad(
      'The role name must be in the form "roles/{role}", "organizations/{organization_id}/roles/{role}", or ' +
        '"projects/{project_id}/roles/{role}".',
    );
  }
  // Deviation: there are no custom roles, and none of other services; pinned by 'a policy is refused whole', rows 'a custom
  // role' and 'a role of another service'.
  if (!rules.grantable(role)) throw bad(`Role ${role} is not supported for this resource.`);
  return { role, members: members.map((member) => readMember(member, rules)) };
}

function readMember(text: string, rules: PolicyRules): string {
  const parsed = parseMember(text);
  if (!parsed.ok && parsed.problem === 'empty') {
    throw bad(`The email address of a ${text.split(':')[0]} in the IAM policy is empty.`);
  }
  const convenience = parsed.ok && parsed.kind.startsWith('project');
  if (!parsed.ok || (convenience && rules.convenienceProjectId === undefined)) {
    throw bad(`The member ${text} is of an unknown type. Please set a valid type prefix for the member.`);
  }
  if (convenience && !parsed.member.endsWith(`:${rules.convenienceProjectId}`)) {
    throw bad(`Project ${text.slice(text.indexOf(':') + 1)} does not exist.`);
  }
  if (!rules.publicMembers && (parsed.kind === 'allUsers' || parsed.kind === 'allAuthenticatedUsers')) {
    // Guess: the refusal is known, its text is not (IAM notes 1.6).
    throw bad(`The member ${text} may not be granted a role on this resource.`);
  }
  return parsed.member;
}

/** An absent or empty etag overwrites whatever is there (IAM notes 1.2). */
function readEtag(etag: string | undefined): number | undefined {
  if (etag === undefined || etag === '') return undefined;
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(etag)) throw bad(`Invalid value for ByteString: ${etag.slice(0, 60)}`);
  const revision = parseEtag(etag);
  if (revision === undefined) throw bad('Invalid etag - must use etag from GetPolicy response.');
  return revision;
}

function bad(message: string): ApiError {
  return invalidArgument(message, { reason: 'badRequest' });
}

/**
 * Checks the mask of a policy write: bindings are all that is kept of a policy.
 *
 * Deviation: audit configurations are not kept, so there is nothing that a mask without `bindings` could change. Pinned
 * by 'a mask that leaves the bindings out is refused'.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function assertMaskCoversBindings(updateMask: string | undefined): void {
  if (updateMask === undefined || updateMask === '' || updateMask.split(',').includes('bindings')) return;
  throw bad("The update mask must hold 'bindings': this server keeps nothing else of a policy.");
}

/** The error of a write over a policy that has moved on (IAM notes 1.2). */
export function concurrentPolicyChange(): ApiError {
  return aborted(
    'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
  );
}

/** Returns a policy as IAM answers it; an unset one is an etag alone. */
export function renderPolicy(policy: Policy, revision: number): Readonly<Record<string, unknown>> {
  if (revision === 0) return { etag: UNSET_ETAG };
  return {
    version: 1,
    etag: toEtag(revision),
    ...(policy.bindings.length === 0
      ? {}
      : { bindings: policy.bindings.map(({ role, members }) => ({ role, members })) }),
  };
}
