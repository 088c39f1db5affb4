import { type CallTarget, method } from '../../http/method.ts';
import { encodePage, pageOfQuery, readPage } from '../../http/paging.ts';
import type { Services } from '../../http/services.ts';
import { IAM } from '../../protocol/iam/scopes.ts';
import type { Stored } from '../../resources/collection.ts';
import type { DenyPolicy } from '../../resources/deny-policies.ts';
import { renderLongRunningOperation } from '../../resources/long-running-operations.ts';
import {
  type Attachment,
  attachmentResource,
  parsePolicyPath,
  policyName,
  requireAttachment,
} from './attachment-points.ts';
import { encodeListed, encodePolicy, unknownOperation, unknownPolicy } from './deny-policy-resource.ts';

/** Policies of a page, whatever the caller asks for (IAM notes 1.2). */
const PAGE_SIZES = { default: 1000, max: 1000 } as const;

/** A policy that is there, and where it is attached. */
export interface NamedDenyPolicy {
  readonly attachment: Attachment;
  readonly policyId: string;
  readonly stored: Stored<DenyPolicy>;
}

/** The resource of a call that names a policy. */
export const onPolicy = ({ path, services }: CallTarget<{ readonly name: string }>) =>
  attachmentResource(path.name, services);

/** @throws {ApiError} `NOT_FOUND` */
export async function requirePolicy(name: string, services: Services): Promise<NamedDenyPolicy> {
  const path = parsePolicyPath(name);
  const attachment = await requireAttachment(path, services);
  const { policyId = '' } = path;
  const stored = await services.resources.denyPolicies.get(attachment.resource, policyId);
  if (stored === undefined) throw unknownPolicy(policyName(attachment, policyId));
  return { attachment, policyId, stored };
}

export const getPolicy = method({
  id: 'iam.policies.get',
  http: 'GET /v2/{name=policies/*/*/*}',
  scopes: IAM,
  permission: { check: 'iam.denypolicies.get', on: onPolicy },
  async handle({ path, services }) {
    const { attachment, stored } = await requirePolicy(path.name, services);
    return { json: encodePolicy(stored.value, attachment) };
  },
});

export const listPolicies = method({
  id: 'iam.policies.listPolicies',
  http: 'GET /v2/{parent=policies/*/*}',
  scopes: IAM,
  permission: {
    check: 'iam.denypolicies.list',
    on: ({ path, services }) => attachmentResource(path.parent, services),
  },
  async handle({ path, query, services }) {
    // What is asked for is not looked at, as at Google.
    const { pageToken } = pageOfQuery(query);
    const attachment = await requireAttachment(parsePolicyPath(path.parent), services);
    const list = `${attachment.resource}/denyPolicies`;
    const page = readPage({ pageToken }, PAGE_SIZES, list);
    const { items, ...rest } = await services.resources.denyPolicies.list(attachment.resource, page);
    const policies = items.map(({ value }) => encodeListed(value, attachment));
    return { json: encodePage('policies', { ...rest, items: policies }, list) };
  },
});

export const getOperation = method({
  id: 'iam.policies.operations.get',
  http: 'GET /v2/{name=policies/*/*/*/operations/*}',
  scopes: IAM,
  open: 'only who started the operation was told its name, which nobody can find out',
  async handle({ path, services }) {
    const named = parsePolicyPath(path.name);
    const attachment = await requireAttachment(named, services);
    const { policyId = '', operationId = '' } = named;
    const name = operationName(attachment, policyId, operationId);
    const operation = await services.resources.longRunningOperations.find(name);
    if (operation === undefined) throw unknownOperation(name);
    return { json: renderLongRunningOperation(operation, services.clock.now()) };
  },
});

/** Returns the name of an operation on a policy. */
export function operationName(attachment: Attachment, policyId: string, operationId: string): string {
  return `${policyName(attachment, policyId)}/operations/${operationId}`;
}
