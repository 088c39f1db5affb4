/** Puts together what a decision needs of a row, without a store. */
import type { Member, Principal } from '../../../kernel/principals.ts';
import type { ResourceName } from '../../../kernel/resource-names.ts';
import { compileBoundary } from '../boundaries/boundary.ts';
import { loadConditions } from '../conditions/load.ts';
import type { Facts, Question } from '../decide.ts';
import { compileDenyPolicy, type DenyRule } from '../deny/deny-policy.ts';
import { identitiesOf } from '../identities.ts';
import { type Binding, compilePolicy, type FindRole } from '../policies/policy.ts';
import { findRole } from '../roles/catalogue.ts';
import type { Case, Denial, Grant } from './row.fixture.ts';
import * as world from './world.fixture.ts';

const { compileCondition } = await loadConditions();

const NUMBERS: Readonly<Record<string, string>> = { shop: world.SHOP_NUMBER, bank: world.BANK_NUMBER };

/** What a row asks unless it says otherwise. */
const DEFAULT_TIME = '2026-11-23T05:00:00Z';

export function toBinding([role, members, expression]: Grant): Binding {
  const named = typeof members === 'string' ? [members] : members;
  return { role, members: named, ...(expression === undefined ? {} : { condition: { expression } }) };
}

export function toDenyRule({ if: expression, ...rule }: Denial): DenyRule {
  return {
    deniedPrincipals: [],
    exceptionPrincipals: [],
    deniedPermissions: [],
    exceptionPermissions: [],
    ...rule,
    ...(expression === undefined ? {} : { denialCondition: { expression } }),
  };
}

/** Finds the roles of the catalogue, and those that a row has. */
export function findRoleOf({ roles = {} }: Case): FindRole {
  return (name) => {
    const custom = own(roles, name);
    return custom === undefined ? findRole(name) : { permissions: new Set(custom) };
  };
}

export function toQuestion(given: Case): Question {
  const { caller, permission, resource, boundary } = given;
  if (caller === undefined || permission === undefined || resource === undefined) {
    throw new Error('A row or its table says who asks for what on what.');
  }
  return {
    principal: caller,
    permission,
    resource,
    heldScopes: given.held,
    acceptedScopes: given.accepted,
    ...(boundary === undefined
      ? {}
      : { boundary: compileBoundary(boundary, { findRole: findRoleOf(given), compileCondition }) }),
    ...(given.attributes === undefined ? {} : { apiAttributes: given.attributes }),
    mode: given.mode ?? 'enforce',
    timeMs: Date.parse(given.at ?? DEFAULT_TIME),
  };
}

export function toFacts(given: Case): Facts {
  const { principal: caller, resource } = toQuestion(given);
  const chain = chainOf(resource, Object.keys(given.on ?? {}));
  return {
    policies: chain.map((name) =>
      compilePolicy(
        name,
        { bindings: (own(given.on, name) ?? []).map(toBinding) },
        { findRole: findRoleOf(given), compileCondition },
      ),
    ),
    denyPolicies: chain.flatMap((attachedTo) => {
      const rules = own(given.deny, attachedTo);
      return rules === undefined
        ? []
        : [compileDenyPolicy({ attachedTo, id: 'denial', rules: rules.map(toDenyRule) }, compileCondition)];
    }),
    identities: identitiesOf(caller, belongingsOf(caller, given)),
    principalState: given.state ?? 'active',
    tags: given.tags ?? [],
  };
}

/** Returns a resource and all that it is in, nearest first, of what may have a policy. */
function chainOf(resource: ResourceName, named: readonly ResourceName[]): readonly ResourceName[] {
  const [, bucket, path] =
    /^projects\/_\/buckets\/([^/]+)(?:\/(?:objects|managedFolders)\/(.*))?$/.exec(resource) ?? [];
  if (bucket !== undefined) {
    const place = `projects/_/buckets/${bucket}`;
    const folders = named.filter(
      (name) => path !== undefined && `${place}/managedFolders/${path}`.startsWith(name) && name !== place,
    );
    const above = nodesFrom(`projects/${world.BUCKETS[bucket]}`);
    return [...folders.sort((a, b) => b.length - a.length), place, ...above];
  }
  const parts = resource.split('/');
  const node = parts.slice(0, 2).join('/');
  const own = resource === node ? [] : [parts.slice(0, parts[2] === 'serviceAccounts' ? 4 : 6).join('/')];
  return [...own, ...nodesFrom(node)];
}

/** Returns a project, folder or organization and all that it is in. */
function nodesFrom(node: ResourceName): readonly ResourceName[] {
  const parent = world.PARENTS[node];
  return parent === undefined ? [node] : [node, ...nodesFrom(parent)];
}

function belongingsOf(caller: Principal, { groups = {} }: Case) {
  if (caller.kind === 'user') {
    const customerIds = caller.email.endsWith('@example.com') ? [world.CUSTOMER_ID] : [];
    return { groups: groupsOf(`user:${caller.email}`, groups), nodes: [], customerIds };
  }
  if (caller.kind !== 'serviceAccount') return { groups: [], nodes: [], customerIds: [] };
  const [, projectId = ''] = /@([^.]+)\./.exec(caller.email) ?? [];
  const [, ...above] = nodesFrom(`projects/${projectId}`);
  return {
    groups: groupsOf(`serviceAccount:${caller.email}`, groups),
    nodes: [`projects/${NUMBERS[projectId]}`, ...above],
    customerIds: [],
  };
}

/** Returns the groups that hold a member, through others too. */
function groupsOf(member: Member, groups: Readonly<Record<string, readonly Member[]>>): readonly Member[] {
  const found = new Set<Member>();
  let grown = -1;
  while (found.size > grown) {
    grown = found.size;
    for (const [email, members] of Object.entries(groups)) {
      if (members.some((inner) => inner === member || found.has(inner))) found.add(`group:${email}`);
    }
  }
  return [...found];
}

/** Returns what stands under a key, and nothing that every object has. */
function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
