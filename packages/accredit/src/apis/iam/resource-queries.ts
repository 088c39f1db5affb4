import { method } from '../../http/method.ts';
import { encodePage, type PageSizes, pageOf, readPage } from '../../http/paging.ts';
import { int32, object, optional, string } from '../../kernel/decode.ts';
import {
  type PolicyPlace,
  parseFullResourceName,
  serviceOf,
} from '../../protocol/iam/places/policy-places.ts';
import { listTestablePermissions } from '../../protocol/iam/roles/testable-permissions.ts';
import { IAM } from '../../protocol/iam/scopes.ts';

/** Permissions of a page (IAM notes 1.2). */
const PERMISSION_PAGE_SIZES: PageSizes = { default: 100, max: 1000 };

const testableRequest = object({
  fullResourceName: optional(string),
  pageSize: optional(int32),
  pageToken: optional(string),
});

/**
 * Guess: every permission is GA and supported in custom roles, a level that proto3 JSON leaves out; whether the resource is
 * there does not matter.
 */
export const queryTestablePermissions = method({
  id: 'iam.permissions.queryTestablePermissions',
  http: 'POST /v1/permissions:queryTestablePermissions',
  scopes: IAM,
  open: 'the answer depends on the kind of resource alone',
  body: { kind: 'json', decode: testableRequest },
  handle({ body }) {
    const { fullResourceName = '' } = body;
    const { place } = parseFullResourceName(fullResourceName);
    const list = `${fullResourceName}/permissions:queryTestablePermissions`;
    const request = readPage(body, PERMISSION_PAGE_SIZES, list);
    const page = pageOf(listTestablePermissions(place), (name) => name, request);
    const items = page.items.map((name) => ({ name, stage: 'GA' }));
    return { json: encodePage('permissions', { ...page, items }, list) };
  },
});

/** The services that are known here and keep data access logs, by name. */
const AUDITABLE_SERVICES: readonly string[] = [
  'cloudresourcemanager.googleapis.com',
  'compute.googleapis.com',
  'iam.googleapis.com',
  'iamcredentials.googleapis.com',
  'serviceusage.googleapis.com',
  'storage.googleapis.com',
  'sts.googleapis.com',
];

const auditableRequest = object({ fullResourceName: optional(string) });

/** Guess: on what is no organization, folder or project, only the service that keeps it. */
export const queryAuditableServices = method({
  id: 'iam.iamPolicies.queryAuditableServices',
  http: 'POST /v1/iamPolicies:queryAuditableServices',
  scopes: IAM,
  open: 'the answer depends on the kind of resource alone',
  body: { kind: 'json', decode: auditableRequest },
  handle({ body }) {
    const { place } = parseFullResourceName(body.fullResourceName ?? '');
    return { json: { services: auditableServices(place).map((name) => ({ name })) } };
  },
});

function auditableServices(place: PolicyPlace): readonly string[] {
  const holds: readonly PolicyPlace[] = ['organization', 'folder', 'project'];
  return holds.includes(place) ? AUDITABLE_SERVICES : [serviceOf(place)];
}
