import { type CallTarget, method } from '../../http/method.ts';
import { encodePage, type PageSizes, pageOf, pageOfQuery, readPage } from '../../http/paging.ts';
import { invalidArgument } from '../../kernel/api-error.ts';
import { boolean, int32, object, optional, string } from '../../kernel/decode.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import {
  type PolicyPlace,
  parseFullResourceName,
  permissionPrefix,
} from '../../protocol/iam/places/policy-places.ts';
import { findRole, listRoles } from '../../protocol/iam/roles/catalogue.ts';
import { isPredefinedRoleGrantable } from '../../protocol/iam/roles/grantable-roles.ts';
import {
  customRoleName,
  isRoleName,
  malformedRoleName,
  unknownRole,
} from '../../protocol/iam/roles/role-names.ts';
import { IAM } from '../../protocol/iam/scopes.ts';
import { holderOf } from '../../resources/grantable-roles.ts';
import type { Resources } from '../../resources/resources.ts';
import { projectResource, serviceAccountResource } from './named-resources.ts';
import { encodeCustomRole, encodePredefinedRole, type RoleView, roleView } from './role-json.ts';

/** Roles of a page (IAM notes 1.2). */
export const ROLE_PAGE_SIZES: PageSizes = { default: 300, max: 1000 };

const OPEN = 'the predefined roles are the same for everybody';

export const list = method({
  id: 'iam.roles.list',
  http: 'GET /v1/roles',
  scopes: IAM,
  open: OPEN,
  handle({ query }) {
    const view = optional(roleView)(query.get('view'), 'view') ?? 'BASIC';
    // No predefined role is deleted, whether deleted ones are to be shown or not.
    optional(boolean)(query.get('showDeleted'), 'showDeleted');
    assertNoParent(query.get('parent'));
    const page = pageOf(
      listRoles(),
      ({ name }) => name,
      readPage(pageOfQuery(query), ROLE_PAGE_SIZES, 'roles'),
    );
    const items = page.items.map((role) => encodePredefinedRole(role, view));
    return { json: encodePage('roles', { ...page, items }, 'roles') };
  },
});

/** Predefined roles belong to nothing. Guess: the text for a parent. */
function assertNoParent(parent: string | undefined): void {
  if (parent === undefined || parent === '') return;
  throw invalidArgument("Invalid value for field 'parent': predefined roles have none.", {
    reason: 'badRequest',
  });
}

export const get = method({
  id: 'iam.roles.get',
  http: 'GET /v1/{name=roles/*}',
  scopes: IAM,
  open: OPEN,
  handle({ path }) {
    if (!isRoleName(path.name)) throw malformedRoleName();
    const role = findRole(path.name);
    if (role === undefined) throw unknownRole(path.name);
    return { json: encodePredefinedRole(role) };
  },
});

/**
 * Roles of a page of grantable ones.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v1/roles/queryGrantableRoles
 */
const GRANTABLE_PAGE_SIZES: PageSizes = { default: 300, max: 2000 };

const queryRequest = object({
  fullResourceName: optional(string),
  view: optional(roleView),
  pageSize: optional(int32),
  pageToken: optional(string),
});

export const queryGrantableRoles = method({
  id: 'iam.roles.queryGrantableRoles',
  http: 'POST /v1/roles:queryGrantableRoles',
  scopes: IAM,
  open: 'which permission it asks for depends on the kind of resource: the one to read its policy',
  body: { kind: 'json', decode: queryRequest },
  async handle(call) {
    const { view = 'BASIC', fullResourceName = '' } = call.body;
    const { place, resource } = parseFullResourceName(fullResourceName);
    const found = await resourceOf(place, resource, call);
    const name = `${found}/roles:queryGrantableRoles`;
    const page = readPage(call.body, GRANTABLE_PAGE_SIZES, name);
    await call.authorize(`${permissionPrefix(place)}getIamPolicy`, found);
    const roles = await grantableRoles(place, found, view, call.services.resources);
    return {
      json: encodePage(
        'roles',
        pageOf(roles, (role) => role.name, page),
        name,
      ),
    };
  },
});

/** Returns a resource with the id of its project, whichever way that was named. */
async function resourceOf(
  place: PolicyPlace,
  resource: ResourceName,
  { services }: CallTarget<unknown>,
): Promise<ResourceName> {
  if (!resource.startsWith('projects/') || resource.startsWith('projects/_/')) return resource;
  if (place === 'serviceAccount') return serviceAccountResource(resource, services);
  const [, project = '', ...rest] = resource.split('/');
  return [await projectResource(`projects/${project}`, services), ...rest].join('/');
}

/** A role as it is answered, with the name that it is sorted by. */
interface NamedRole {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** Returns every role that may be given on a resource: predefined ones, and active custom ones of what it is in. */
async function grantableRoles(
  place: PolicyPlace,
  resource: ResourceName,
  view: RoleView,
  resources: Resources,
): Promise<readonly NamedRole[]> {
  const found: NamedRole[] = [];
  const holder = await holderOf(resource, resources);
  for (const parent of holder === undefined ? [] : await resources.hierarchy.ancestorsOf(holder)) {
    for await (const stored of resources.roles.activeOf(parent)) {
      found.push({ ...encodeCustomRole(stored, view), name: customRoleName(stored.value) });
    }
  }
  for (const role of listRoles()) {
    if (isPredefinedRoleGrantable(role.name, place))
      found.push({ ...encodePredefinedRole(role, view), name: role.name });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
