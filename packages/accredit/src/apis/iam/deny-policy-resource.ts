import { type ApiError, invalidArgument, notFound } from '../../kernel/api-error.ts';
import type { Decoded } from '../../kernel/decode.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import {
  assertAnnotations,
  assertLength,
  DISPLAY_NAME_LIMIT,
  type denyPolicyMessage,
  isDenyPolicyId,
  readDenyRules,
  renderDenyRules,
} from '../../protocol/iam/deny/deny-policy-json.ts';
import { accountOfDenyPrincipal } from '../../protocol/iam/deny/deny-principals.ts';
import { concurrentPolicyChange } from '../../protocol/iam/policies/policy-json.ts';
import type { DenyPolicy, DenyPolicyTexts } from '../../resources/deny-policies.ts';
import type { ServiceAccounts } from '../../resources/service-accounts.ts';
import { type Attachment, policyName } from './attachment-points.ts';

type DenyPolicyMessage = Decoded<typeof denyPolicyMessage>;

/** What every policy here is; there are no others in IAM v2. */
const KIND = 'DenyPolicy';

/**
 * Checks the id of a policy to be.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`. Guess: the words.
 */
export function assertPolicyId(policyId: string): void {
  if (isDenyPolicyId(policyId)) return;
  const form = '3 to 63 lower-case letters, digits, dashes and periods, and begins with a letter';
  throw bad(`Invalid policy ID '${policyId.slice(0, 100)}'. A policy ID has ${form}.`);
}

/**
 * Reads what a caller may say of a policy.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`, also for a service account that does not exist
 */
export async function readTexts(
  message: DenyPolicyMessage,
  serviceAccounts: ServiceAccounts,
): Promise<DenyPolicyTexts> {
  const { displayName = '', annotations = {}, managingAuthority = '' } = message;
  assertLength('displayName', displayName, DISPLAY_NAME_LIMIT);
  assertAnnotations(annotations);
  // Guess: Google keeps it for policies of its own ("usage is restricted"), and refuses it from others.
  if (managingAuthority !== '') throw bad("The field 'managingAuthority' cannot be set.");
  const rules = readDenyRules(message.rules);
  for (const { deniedPrincipals, exceptionPrincipals } of rules) {
    await assertAccountsExist([...deniedPrincipals, ...exceptionPrincipals], serviceAccounts);
  }
  return { displayName, rules, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) };
}

async function assertAccountsExist(
  principals: readonly string[],
  serviceAccounts: ServiceAccounts,
): Promise<void> {
  for (const principal of principals) {
    const email = accountOfDenyPrincipal(principal);
    if (email === undefined || (await serviceAccounts.find(email)) !== undefined) continue;
    throw bad(`Service account ${email} does not exist.`);
  }
}

/**
 * Refuses to change what cannot be changed: only `rules` and `displayName` can (IAM notes 1.3).
 *
 * @throws {ApiError} `INVALID_ARGUMENT`. Guess: that it is one, and the words.
 */
export function assertImmutable(message: DenyPolicyMessage, policy: DenyPolicy): void {
  const { uid = policy.uid, kind = KIND, annotations } = message;
  if (uid !== policy.uid) throw immutable('uid');
  if (kind !== KIND) throw immutable('kind');
  if (annotations !== undefined && !isSameMap(annotations, policy.annotations ?? {})) {
    throw immutable('annotations');
  }
}

function isSameMap(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  );
}

/** Refuses a change of a name. */
export function immutable(field: string): ApiError {
  return bad(`The field '${field}' of a policy cannot be changed. Only 'rules' and 'displayName' can.`);
}

/**
 * Compares the etag that a caller read with the policy's. An absent one changes whatever is there.
 *
 * @throws {ApiError} `ABORTED` (IAM notes 1.2)
 */
export function assertEtag(etag: string | undefined, policy: DenyPolicy): void {
  if (etag === undefined || etag === '') return;
  // Clients write base64 in either alphabet.
  if (Buffer.from(etag, 'base64').equals(Buffer.from(policy.etag, 'base64'))) return;
  // Guess: the words are those of allow policies.
  throw concurrentPolicyChange();
}

/** Guess: the words. */
export function unknownPolicy(name: string): ApiError {
  return notFound(`The policy '${name}' was not found.`, { echoes: true });
}

/** Guess: the words. */
export function unknownOperation(name: string): ApiError {
  return notFound(`The operation '${name}' was not found.`, { echoes: true });
}

/** Renders a policy as lists show it: without its rules. */
export function encodeListed(policy: DenyPolicy, attachment: Attachment): Readonly<Record<string, unknown>> {
  const { policyId, uid, displayName, annotations, etag, createdAtMs, updatedAtMs } = policy;
  return {
    name: policyName(attachment, policyId),
    uid,
    kind: KIND,
    ...(displayName === '' ? {} : { displayName }),
    ...(annotations === undefined ? {} : { annotations }),
    etag,
    createTime: toRfc3339(createdAtMs),
    updateTime: toRfc3339(updatedAtMs),
  };
}

/** Renders a policy. */
export function encodePolicy(policy: DenyPolicy, attachment: Attachment): Readonly<Record<string, unknown>> {
  const rules = renderDenyRules(policy.rules);
  return { ...encodeListed(policy, attachment), ...(rules.length === 0 ? {} : { rules }) };
}

function bad(message: string): ApiError {
  return invalidArgument(message, { reason: 'badRequest' });
}
