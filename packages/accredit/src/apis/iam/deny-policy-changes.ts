import { method, type Reply } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { alreadyExists } from '../../kernel/api-error.ts';
import { optional, string } from '../../kernel/decode.ts';
import { randomHex } from '../../kernel/identifiers.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import { assertWithinDenyLimits } from '../../protocol/iam/deny/deny-limits.ts';
import { assertNoneDeletedIsNew, denyPolicyMessage } from '../../protocol/iam/deny/deny-policy-json.ts';
import { IAM } from '../../protocol/iam/scopes.ts';
import type { DenyPolicy } from '../../resources/deny-policies.ts';
import { findNode } from '../../resources/found-node.ts';
import { renderLongRunningOperation } from '../../resources/long-running-operations.ts';
import type { Change, Precondition } from '../../store/store.ts';
import {
  type Attachment,
  attachmentResource,
  parsePolicyPath,
  policyName,
  requireAttachment,
  unknownAttachmentPoint,
} from './attachment-points.ts';
import { onPolicy, operationName, requirePolicy } from './deny-policies.ts';
import {
  assertEtag,
  assertImmutable,
  assertPolicyId,
  encodePolicy,
  immutable,
  readTexts,
} from './deny-policy-resource.ts';

/** Bytes of an operation's id: nobody can find it out, since whoever knows it sees the policy. */
const OPERATION_ID_BYTES = 16;

/** One write of a deny policy. */
interface PolicyWrite {
  readonly attachment: Attachment;
  readonly policy: DenyPolicy;
  readonly change: Change;
  readonly preconditions: readonly Precondition[];
  readonly isDeleted?: boolean;
}

export const createPolicy = method({
  id: 'iam.policies.createPolicy',
  http: 'POST /v2/{parent=policies/*/*}',
  scopes: IAM,
  permission: {
    check: 'iam.denypolicies.create',
    on: ({ path, services }) => attachmentResource(path.parent, services),
  },
  body: { kind: 'json', decode: denyPolicyMessage },
  async handle({ body, path, query, services }) {
    const { denyPolicies, serviceAccounts } = services.resources;
    const policyId = optional(string)(query.get('policyId'), 'policyId') ?? '';
    assertPolicyId(policyId);
    const texts = await readTexts(body, serviceAccounts);
    assertNoneDeletedIsNew(texts.rules, []);
    const attachment = await requireAttachment(parsePolicyPath(path.parent), services);
    const { resource } = attachment;
    const on = await findNode(resource, services.resources, () => unknownAttachmentPoint(resource));
    return denyPolicies.turns.run(resource, async () => {
      const isThere = await on.stillThere();
      const present = await denyPolicies.all(resource);
      if (present.some(({ value }) => value.policyId === policyId)) throw duplicate(attachment, policyId);
      assertWithinDenyLimits([...present.map(({ value }) => value.rules), texts.rules]);
      const policy = denyPolicies.draft(resource, policyId, texts);
      const change = await denyPolicies.put(policy);
      const preconditions = [denyPolicies.at(0, resource, policyId), isThere];
      return commit({ attachment, policy, change, preconditions }, services);
    });
  },
});

/** Guess: the words. */
function duplicate(attachment: Attachment, policyId: string) {
  const name = policyName(attachment, policyId);
  return alreadyExists(`The policy '${name}' already exists.`, { resourceName: name, echoes: true });
}

export const updatePolicy = method({
  id: 'iam.policies.update',
  http: 'PUT /v2/{name=policies/*/*/*}',
  scopes: IAM,
  permission: { check: 'iam.denypolicies.update', on: onPolicy },
  body: { kind: 'json', decode: denyPolicyMessage },
  async handle({ body, path, services }) {
    const { denyPolicies, serviceAccounts } = services.resources;
    const { attachment, policyId } = await requirePolicy(path.name, services);
    await assertSameName(body.name, policyName(attachment, policyId), services);
    const { displayName, rules } = await readTexts(body, serviceAccounts);
    const { resource } = attachment;
    return denyPolicies.turns.run(resource, async () => {
      const { stored } = await requirePolicy(path.name, services);
      assertEtag(body.etag, stored.value);
      assertImmutable(body, stored.value);
      assertNoneDeletedIsNew(rules, stored.value.rules);
      const others = (await denyPolicies.all(resource)).filter(({ value }) => value.policyId !== policyId);
      assertWithinDenyLimits([...others.map(({ value }) => value.rules), rules]);
      const policy = denyPolicies.changed(stored.value, { displayName, rules });
      const change = await denyPolicies.put(policy);
      const preconditions = [denyPolicies.at(stored.revision, resource, policyId)];
      return commit({ attachment, policy, change, preconditions }, services);
    });
  },
});

/** The name in the body may have the project's id or its number. */
async function assertSameName(text: string | undefined, name: string, services: Services): Promise<void> {
  if (text === undefined || text === '') return;
  const path = parsePolicyPath(text);
  const attachment = await requireAttachment(path, services);
  if (policyName(attachment, path.policyId ?? '') !== name) throw immutable('name');
}

export const deletePolicy = method({
  id: 'iam.policies.delete',
  http: 'DELETE /v2/{name=policies/*/*/*}',
  scopes: IAM,
  permission: { check: 'iam.denypolicies.delete', on: onPolicy },
  async handle({ path, query, services }) {
    const { denyPolicies } = services.resources;
    const { attachment, policyId } = await requirePolicy(path.name, services);
    const { resource } = attachment;
    return denyPolicies.turns.run(resource, async () => {
      const { stored } = await requirePolicy(path.name, services);
      assertEtag(query.get('etag'), stored.value);
      const change = denyPolicies.remove(resource, policyId);
      const preconditions = [denyPolicies.at(stored.revision, resource, policyId)];
      const policy = denyPolicies.changed(stored.value, {});
      return commit({ attachment, policy, change, preconditions, isDeleted: true }, services);
    });
  },
});

/** Writes a policy and its operation, both or none, and answers the operation. */
async function commit(
  { attachment, policy, change, preconditions, isDeleted = false }: PolicyWrite,
  { resources, random, clock, operationDelayMs }: Services,
): Promise<Reply> {
  const time = toRfc3339(clock.now());
  const operation = resources.longRunningOperations.draft({
    name: operationName(attachment, policy.policyId, randomHex(random, OPERATION_ID_BYTES)),
    metadata: { '@type': 'type.googleapis.com/google.iam.v2.PolicyOperationMetadata', createTime: time },
    response: {
      '@type': 'type.googleapis.com/google.iam.v2.Policy',
      ...encodePolicy(policy, attachment),
      ...(isDeleted ? { deleteTime: time } : {}),
    },
    durationMs: operationDelayMs,
  });
  await resources.commit([change, ...(await resources.longRunningOperations.put(operation))], preconditions);
  return { json: renderLongRunningOperation(operation, clock.now()) };
}
