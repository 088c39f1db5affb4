import { type AnyMethod, type CallTarget, method } from '../../http/method.ts';
import { encodePage, pageOfQuery, readPage } from '../../http/paging.ts';
import { invalidArgument } from '../../kernel/api-error.ts';
import { boolean, bytes, object, optional, string } from '../../kernel/decode.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import {
  assertCustomRole,
  assertRoleId,
  patchedFields,
  UNSAID,
} from '../../protocol/iam/roles/custom-role-fields.ts';
import { roleInWrongState } from '../../protocol/iam/roles/custom-role-life.ts';
import {
  type CustomRoleName,
  customRoleName,
  malformedRoleName,
  parseCustomRoleName,
  unknownRole,
} from '../../protocol/iam/roles/role-names.ts';
import { IAM } from '../../protocol/iam/scopes.ts';
import type { Stored } from '../../resources/collection.ts';
import { findNode } from '../../resources/found-node.ts';
import type { CustomRole } from '../../resources/roles.ts';
import { ROLE_PAGE_SIZES } from './predefined-roles.ts';
import { assertEtag, encodeCustomRole, givenFields, roleMessage, roleView } from './role-json.ts';
import { requireRoleParent, roleParentResource, unknownParent } from './role-parents.ts';

type NameTarget = CallTarget<{ readonly name: string }>;
type ParentTarget = CallTarget<{ readonly parent: string }>;

const onParent = ({ path, services }: ParentTarget) => roleParentResource(path.parent, services);
const onParentOfRole = ({ path, services }: NameTarget) => roleParentResource(path.name, services);

const createRequest = object({ roleId: optional(string), role: optional(roleMessage) });
const undeleteRequest = object({ etag: optional(bytes) });

/** What custom roles belong to: the first part of their names. */
type Kind = 'projects' | 'organizations';

/** Declares the methods on the custom roles of projects, or of organizations; they differ in their addresses alone. */
export function customRoleMethods(kind: Kind): readonly AnyMethod[] {
  return [createOf(kind), listOf(kind), getOf(kind), patchOf(kind), removeOf(kind), undeleteOf(kind)];
}

function createOf(kind: Kind) {
  return method({
    id: `iam.${kind}.roles.create`,
    http: `POST /v1/{parent=${kind}/*}/roles`,
    scopes: IAM,
    permission: { check: 'iam.roles.create', on: onParent },
    body: { kind: 'json', decode: createRequest },
    async handle({ body, path, services }) {
      const parent = await requireRoleParent(path.parent, services);
      const { roleId = '', role = {} } = body;
      assertRoleId(roleId);
      // Seen at https://github.com/pulumi/pulumi-google-native/issues/209.
      if ((role.name ?? '') !== '')
        throw invalidArgument('Must not specify role.name.', { reason: 'badRequest' });
      const made: CustomRole = { parent, roleId, ...UNSAID, ...givenFields({ deleted: undefined, ...role }) };
      assertCustomRole(made, parentKind(parent));
      const on = await findNode(parent, services.resources, () => unknownParent(parent));
      return { json: encodeCustomRole(await services.resources.roles.create(made, on)) };
    },
  });
}

function listOf(kind: Kind) {
  return method({
    id: `iam.${kind}.roles.list`,
    http: `GET /v1/{parent=${kind}/*}/roles`,
    scopes: IAM,
    permission: { check: 'iam.roles.list', on: onParent },
    async handle({ path, query, services }) {
      const view = optional(roleView)(query.get('view'), 'view') ?? 'BASIC';
      const showDeleted = optional(boolean)(query.get('showDeleted'), 'showDeleted') ?? false;
      const parent = await requireRoleParent(path.parent, services);
      const list = `${parent}/roles`;
      const page = readPage(pageOfQuery(query), ROLE_PAGE_SIZES, list);
      const { items, ...rest } = await services.resources.roles.list(parent, { ...page, showDeleted });
      const roles = items.map((stored) => encodeCustomRole(stored, view));
      return { json: encodePage('roles', { ...rest, items: roles }, list) };
    },
  });
}

function getOf(kind: Kind) {
  return method({
    id: `iam.${kind}.roles.get`,
    http: `GET /v1/{name=${kind}/*/roles/*}`,
    scopes: IAM,
    permission: { check: 'iam.roles.get', on: onParentOfRole },
    async handle(target) {
      const named = await requireName(target);
      const stored = await target.services.resources.roles.get(named);
      if (stored === undefined) throw unknownRole(customRoleName(named));
      return { json: encodeCustomRole(stored) };
    },
  });
}

function patchOf(kind: Kind) {
  return method({
    id: `iam.${kind}.roles.patch`,
    http: `PATCH /v1/{name=${kind}/*/roles/*}`,
    scopes: IAM,
    permission: [
      { check: 'iam.roles.update', on: onParentOfRole },
      { check: 'iam.roles.get', on: onParentOfRole },
    ],
    body: { kind: 'json', decode: roleMessage },
    async handle(call) {
      const { body, query } = call;
      const given = givenFields(body);
      const fields = patchedFields(query.get('updateMask'), given);
      return change(call, (stored) => {
        assertName(body.name, stored.value);
        assertEtag(body.etag, stored);
        if (stored.value.deletedAtMs !== undefined)
          throw roleInWrongState('update', customRoleName(stored.value));
        const said = { ...UNSAID, ...given };
        const changes = Object.fromEntries([...fields].map((field) => [field, said[field]]));
        const patched = { ...stored.value, ...changes };
        assertCustomRole(patched, parentKind(patched.parent));
        return patched;
      });
    },
  });
}

function removeOf(kind: Kind) {
  return method({
    id: `iam.${kind}.roles.delete`,
    http: `DELETE /v1/{name=${kind}/*/roles/*}`,
    scopes: IAM,
    permission: { check: 'iam.roles.delete', on: onParentOfRole },
    async handle(call) {
      const etag = optional(bytes)(call.query.get('etag'), 'etag');
      return change(call, (stored, nowMs) => {
        assertEtag(etag, stored);
        if (stored.value.deletedAtMs !== undefined)
          throw roleInWrongState('delete', customRoleName(stored.value));
        return { ...stored.value, deletedAtMs: nowMs };
      });
    },
  });
}

function undeleteOf(kind: Kind) {
  return method({
    id: `iam.${kind}.roles.undelete`,
    http: `POST /v1/{name=${kind}/*/roles/*}:undelete`,
    scopes: IAM,
    permission: { check: 'iam.roles.undelete', on: onParentOfRole },
    body: { kind: 'json', decode: undeleteRequest },
    async handle(call) {
      return change(call, (stored) => {
        assertEtag(call.body.etag, stored);
        const { deletedAtMs, ...role } = stored.value;
        if (deletedAtMs === undefined) throw roleInWrongState('undelete', customRoleName(role));
        return role;
      });
    },
  });
}

function parentKind(parent: ResourceName): 'organization' | 'project' {
  return parent.startsWith('organizations/') ? 'organization' : 'project';
}

/**
 * Returns the name of the role that a call is about, its project by its id.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` where no role could have the name
 */
async function requireName({ path, services }: NameTarget): Promise<CustomRoleName> {
  const named = parseCustomRoleName(path.name);
  if (named === undefined) throw malformedRoleName();
  return { ...named, parent: await requireRoleParent(path.name, services) };
}

/** Changes the role that a call is about, and answers what became of it. */
async function change(
  target: NameTarget,
  toChanged: (stored: Stored<CustomRole>, nowMs: number) => CustomRole,
) {
  const named = await requireName(target);
  const changed = await target.services.resources.roles.change(named, toChanged);
  if (changed === undefined) throw unknownRole(customRoleName(named));
  return { json: encodeCustomRole(changed) };
}

/** A role that is sent with its name is sent to where it is. Guess: the text. */
function assertName(name: string | undefined, role: CustomRole): void {
  if (name === undefined || name === '' || name === customRoleName(role)) return;
  throw invalidArgument(`The name of the role must be '${customRoleName(role)}', or absent.`, {
    reason: 'badRequest',
  });
}
