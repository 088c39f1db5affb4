import { type Call, method } from '../../http/method.ts';
import { ApiError, invalidArgument } from '../../kernel/api-error.ts';
import { object, optional, string } from '../../kernel/decode.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import { CODE_NUMBERS } from '../../kernel/status.ts';
import { parseFullResourceName, permissionPrefix } from '../../protocol/iam/places/policy-places.ts';
import { parseResource, toFullResourceName } from '../../protocol/iam/places/resource-spellings.ts';
import { parsePermission } from '../../protocol/iam/roles/known-permissions.ts';
import { parseCustomRoleName } from '../../protocol/iam/roles/role-names.ts';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { renderTroubleshooting } from '../../protocol/iam/troubleshooting.ts';
import { type Explanation, explain } from '../../resources/explanations.ts';
import { principalOfEmail, resolveResource } from '../../resources/questions.ts';

const troubleshootRequest = object({
  accessTuple: optional(
    object({
      principal: optional(string),
      fullResourceName: optional(string),
      permission: optional(string),
    }),
  ),
});

/** An object's access control list is no allow policy, and is not looked at. */
const OBJECT = /^projects\/_\/buckets\/[^/]+\/objects\//;

/**
 * Explains what allow policies give to a principal.
 *
 * Deviation: a group's members are seen by everybody who sees the policy; Google asks for the right to see them; pinned
 * by 'who is in a group is said to whoever sees the policy (deviation)'. Deny policies do not count here, as in Google's
 * v1.
 *
 * @see https://cloud.google.com/policy-intelligence/docs/troubleshoot-access
 */
export const troubleshoot = method({
  id: 'policytroubleshooter.iam.troubleshoot',
  http: 'POST /v1/iam:troubleshoot',
  scopes: [CLOUD_PLATFORM],
  open: 'it says of each policy only what the caller may read of it',
  body: { kind: 'json', decode: troubleshootRequest },
  async handle(call) {
    const { principal = '', fullResourceName = '', permission = '' } = call.body.accessTuple ?? {};
    const { resources, clock, iamMode: mode } = call.services;
    const caller = await principalOfEmail(principal, resources);
    if (caller === undefined) throw badField('principal', principal);
    const spelled = parsePermission(permission);
    if (spelled === undefined) throw badField('permission', permission);
    if (!fullResourceName.startsWith('//') || parseResource(fullResourceName) === undefined) {
      throw badField('full_resource_name', fullResourceName);
    }
    const resource = await resolveResource(fullResourceName, resources).catch(whereNotFound);
    if (resource === undefined) return { json: unseen(fullResourceName) };
    const timeMs = clock.now();
    const scopes = { heldScopes: undefined, acceptedScopes: undefined };
    const question = { principal: caller, permission: spelled, resource, ...scopes, mode, timeMs };
    return { json: await answer(await explain(question, resources), fullResourceName, call) };
  },
});

/** Guess: the text. */
function badField(field: string, value: string): ApiError {
  const name = `access_tuple.${field}`;
  const text = `Invalid value '${value.slice(0, 100)}' for ${name}.`;
  return invalidArgument(text, { reason: 'badRequest', violations: [{ field: name, description: text }] });
}

function whereNotFound(error: unknown): undefined {
  if (error instanceof ApiError && error.code === 'NOT_FOUND') return undefined;
  throw error;
}

type Asking = Pick<Call<never, never>, 'may'>;

async function answer(
  { decision, policies }: Explanation,
  fullResourceName: string,
  call: Asking,
): Promise<Readonly<Record<string, unknown>>> {
  const levels = decision.policies
    .map((finding, level) => ({ finding, policy: policies[level] }))
    .filter(({ finding }) => !OBJECT.test(finding.resource));
  const seen = await Promise.all(
    levels.map(async ({ finding, policy }) =>
      (await maySeePolicy(finding.resource, call)) ? policy : undefined,
    ),
  );
  if (seen.every((policy) => policy === undefined)) return unseen(fullResourceName);
  const roles = await seenRoles(
    decision.policies.flatMap(({ bindings }) => bindings),
    call,
  );
  const findings = levels.map(({ finding }) => finding);
  const { access, explainedPolicies } = renderTroubleshooting(
    { ...decision, policies: findings },
    { policies: seen, maySeeRole: (role) => roles.get(role) !== false },
  );
  return { access, explainedPolicies };
}

/**
 * The answer to who may see none of the policies, the same as where there is no such resource.
 *
 * Guess: that Google's answer is of this form, and its text.
 */
function unseen(fullResourceName: string): Readonly<Record<string, unknown>> {
  const message = `Permission denied to read the policies of '${fullResourceName.slice(0, 200)}' (or it may not exist).`;
  return { access: 'UNKNOWN_INFO_DENIED', errors: [{ code: CODE_NUMBERS.PERMISSION_DENIED, message }] };
}

/** What stands before the name of a resource of Compute Engine, and its kind. */
const COMPUTE_RESOURCE = /^projects\/[^/]+\/(?:(?:zones|regions)\/[^/]+|global)\/([A-Za-z]+)\//;

function maySeePolicy(resource: ResourceName, { may }: Asking): Promise<boolean> {
  const [, kind] = COMPUTE_RESOURCE.exec(resource) ?? [];
  const prefix =
    kind === undefined
      ? permissionPrefix(parseFullResourceName(toFullResourceName(resource)).place)
      : `compute.${kind}.`;
  return may(`${prefix}getIamPolicy`, resource);
}

/** Says of each custom role whether the caller may see what it holds; everybody sees the predefined ones. */
async function seenRoles(
  bindings: readonly { readonly role: string }[],
  { may }: Asking,
): Promise<ReadonlyMap<string, boolean>> {
  const seen = new Map<string, boolean>();
  for (const { role } of bindings) {
    const parent = parseCustomRoleName(role)?.parent;
    if (parent !== undefined && !seen.has(role)) seen.set(role, await may('iam.roles.get', parent));
  }
  return seen;
}
