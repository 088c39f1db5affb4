import { createHash } from 'node:crypto';
import { type ApiError, aborted, invalidArgument } from '../../../kernel/api-error.ts';
import { clip, SHORT_ECHO_LIMIT } from '../../../kernel/clip.ts';
import { type Decoded, int32, list, object, oneOf, optional, string } from '../../../kernel/decode.ts';
import { assertEtagText, parseEtag, toEtag, UNSET_ETAG } from '../../../kernel/etags.ts';
import type { Condition } from '../conditions/condition.ts';
import { conditionMessage, readCondition } from '../conditions/condition-json.ts';
import { type ConditionBudget, conditionProblem, policyBudget } from '../conditions/condition-problem.ts';
import { isRoleName, malformedRoleName } from '../roles/role-names.ts';
import { type AuditConfig, type Binding, normalizePolicy, type Policy } from './policy.ts';
import { assertWithinLimits } from './policy-limits.ts';
import {
  assertNoneDeletedIsNew,
  type MemberRules,
  readExemptedMember,
  readMember,
} from './policy-members.ts';

const auditConfigMessage = object({
  service: string,
  auditLogConfigs: list(
    object({
      logType: oneOf('ADMIN_READ', 'DATA_WRITE', 'DATA_READ'),
      exemptedMembers: optional(list(string)),
    }),
  ),
});

/** The allow policy of a request, as it came. */
export const policyMessage = object({
  version: optional(int32),
  etag: optional(string),
  bindings: list(object({ role: string, members: list(string), condition: optional(conditionMessage) })),
  auditConfigs: optional(list(auditConfigMessage)),
  kind: optional(string),
  resourceId: optional(string),
});

/** The body of a `setIamPolicy` request. */
export const setIamPolicyRequest = object({ policy: policyMessage, updateMask: optional(string) });

/** The body of a `getIamPolicy` request. */
export const getIamPolicyRequest = object({
  options: optional(object({ requestedPolicyVersion: optional(int32) })),
});

/** What a `setIamPolicy` request says, decoded. */
export type PolicyRequest = Decoded<typeof setIamPolicyRequest>;

/** What `setIamPolicy` was given, checked. */
export interface PolicyWrite {
  readonly policy: Policy;
  /** The revision that the caller read; `undefined` where the write is unconditional. */
  readonly expectedRevision: number | undefined;
}

/** What a policy may hold depends on where it is attached. */
export interface PolicyRules extends MemberRules {
  /** Says whether a role may be given on this resource. */
  readonly grantable: (role: string) => boolean;
}

/** The versions that a policy may say it has; 0 and 1 are the same. */
const VERSIONS: ReadonlySet<number | undefined> = new Set([undefined, 0, 1, 3]);

/** The version of a policy that holds a condition. */
const CONDITIONAL_VERSION = 3;

/** The version in which a write is answered: as it is kept. */
export const WRITTEN_VERSION = CONDITIONAL_VERSION;

/** The parts of a policy that a mask may name. */
const MASK_PARTS: ReadonlySet<string> = new Set(['bindings', 'etag', 'auditConfigs', 'version']);

/** What is written where a request has no mask (IAM notes 1.2). */
const DEFAULT_MASK = 'bindings,etag';

/**
 * Checks a `setIamPolicy` request and brings its policy into the form that is kept.
 *
 * @param before - what is there: what the mask leaves out stays as it is
 * @throws {ApiError} `INVALID_ARGUMENT` with Google's text (IAM notes 1.6)
 */
export function readPolicy(
  { policy: message, updateMask }: PolicyRequest,
  rules: PolicyRules,
  before: Policy,
): PolicyWrite {
  const mask = readMask(updateMask);
  assertPolicyVersion(message, before);
  const given: Policy = {
    bindings: mask.has('bindings') ? readBindings(message.bindings, rules, before) : before.bindings,
  };
  const auditConfigs = mask.has('auditConfigs')
    ? (message.auditConfigs ?? []).map(readAuditConfig)
    : (before.auditConfigs ?? []);
  const policy = normalizePolicy(auditConfigs.length === 0 ? given : { ...given, auditConfigs });
  assertWithinLimits({ bindings: message.bindings, auditConfigs });
  assertWithinLimits(policy);
  return { policy, expectedRevision: readEtag(message.etag) };
}

function readMask(updateMask: string | undefined): ReadonlySet<string> {
  const mask = new Set(
    (updateMask === undefined || updateMask === '' ? DEFAULT_MASK : updateMask).split(','),
  );
  for (const part of mask) {
    // Guess: the text.
    if (!MASK_PARTS.has(part))
      throw bad(`Invalid field in the update mask: '${clip(part, SHORT_ECHO_LIMIT)}'.`);
  }
  return mask;
}

/**
 * A policy with a condition has version 3. One that was read with its etag is not changed by somebody who does not know
 * of conditions; without an etag it is overwritten (IAM notes 1.2, 1.4).
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function assertPolicyVersion(
  { version, etag, bindings }: PolicyRequest['policy'],
  before: Policy,
): void {
  if (!VERSIONS.has(version)) {
    throw bad(`Invalid policy version '${version}'. Valid versions are 0, 1 and 3.`);
  }
  if (version === CONDITIONAL_VERSION) return;
  const isRead = etag !== undefined && etag !== '';
  if (!isConditional({ bindings }) && !(isRead && isConditional(before))) return;
  throw bad(
    `Specified policy version (${version ?? 0}) must be at least 3 based on the policy's contents. For more ` +
      'information, please refer to https://cloud.google.com/iam/help/allow-policies/versions.',
  );
}

function isConditional({
  bindings,
}: {
  readonly bindings: readonly { readonly condition?: unknown }[];
}): boolean {
  return bindings.some(({ condition }) => condition !== undefined);
}

function readBindings(
  messages: PolicyRequest['policy']['bindings'],
  rules: PolicyRules,
  before: Policy,
): readonly Binding[] {
  const budget = policyBudget();
  const bindings = messages.map((message) => readBinding(message, rules, budget));
  assertNoneDeletedIsNew({ bindings }, before);
  return bindings;
}

function readBinding(
  { role, members, condition }: PolicyRequest['policy']['bindings'][number],
  rules: PolicyRules,
  budget: ConditionBudget,
): Binding {
  if (!isRoleName(role)) throw malformedRoleName();
  if (!rules.grantable(role)) throw bad(`Role ${role} is not supported for this resource.`);
  const named = members.map((member) => readMember(member, rules));
  return {
    role,
    members: named,
    ...(condition === undefined ? {} : { condition: readBindingCondition(condition, role, budget) }),
  };
}

function readBindingCondition(
  message: Decoded<typeof conditionMessage>,
  role: string,
  budget: ConditionBudget,
): Condition {
  const condition = readCondition(message);
  const problem = conditionProblem(condition, role, budget);
  if (problem !== undefined) throw bad(problem);
  return condition;
}

function readAuditConfig({ service, auditLogConfigs }: Decoded<typeof auditConfigMessage>): AuditConfig {
  return {
    service,
    auditLogConfigs: auditLogConfigs.map(({ logType, exemptedMembers = [] }) => ({
      logType,
      ...(exemptedMembers.length === 0 ? {} : { exemptedMembers: exemptedMembers.map(readExemptedMember) }),
    })),
  };
}

/** An absent or empty etag overwrites whatever is there (IAM notes 1.2). */
function readEtag(etag: string | undefined): number | undefined {
  if (etag === undefined || etag === '') return undefined;
  assertEtagText(etag, 'badRequest');
  const revision = parseEtag(etag);
  if (revision === undefined) throw bad('Invalid etag - must use etag from GetPolicy response.');
  return revision;
}

function bad(message: string): ApiError {
  return invalidArgument(message, { reason: 'badRequest' });
}

/** The error of a write over a policy that has moved on (IAM notes 1.2). */
export function concurrentPolicyChange(): ApiError {
  return aborted(
    'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
  );
}

/**
 * Checks the version that a reader asks for.
 *
 * @returns the version; 1 where none was asked for
 * @throws {ApiError} `INVALID_ARGUMENT` for a version that there is not
 */
export function readRequestedVersion(version: number | undefined): number {
  if (VERSIONS.has(version)) return version === CONDITIONAL_VERSION ? CONDITIONAL_VERSION : 1;
  throw bad(`Invalid requested policy version '${version}'. Valid versions are 0, 1 and 3.`);
}

/** Returns a policy as IAM answers it; an unset one is an etag alone. */
export function renderPolicy(
  policy: Policy,
  revision: number,
  requestedVersion: number,
): Readonly<Record<string, unknown>> {
  if (revision === 0) return { etag: UNSET_ETAG };
  const { version, bindings } = renderBindings(policy, requestedVersion);
  return {
    version,
    etag: toEtag(revision),
    ...(bindings.length === 0 ? {} : { bindings }),
    ...(policy.auditConfigs === undefined ? {} : { auditConfigs: policy.auditConfigs }),
  };
}

/**
 * Returns the bindings of a policy in the version that was asked for. Who does not ask for version 3 gets the conditional
 * ones under other names of their roles, so that nobody takes them for unconditional (IAM notes, fact 6).
 */
export function renderBindings(
  { bindings }: Policy,
  requestedVersion: number,
): { readonly version: number; readonly bindings: readonly Binding[] } {
  if (!isConditional({ bindings })) return { version: 1, bindings };
  if (requestedVersion === CONDITIONAL_VERSION) return { version: CONDITIONAL_VERSION, bindings };
  return {
    version: 1,
    bindings: bindings.map(({ role, members, condition }) =>
      condition === undefined
        ? { role, members }
        : { role: `${role}_withcond_${conditionDigest(condition)}`, members },
    ),
  };
}

/** Hexadecimal digits of the name of a conditional role. */
const DIGEST_DIGITS = 20;

/** Guess: what the digits are made of; only their number is known. */
function conditionDigest(condition: Condition): string {
  return createHash('sha256').update(JSON.stringify(condition)).digest('hex').slice(0, DIGEST_DIGITS);
}
