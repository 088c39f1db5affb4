/** Cases of the decision tables' cloud, generated for properties. */
import fc from 'fast-check';
import type { AccessBoundaryRule } from '../boundaries/boundary.ts';
import { STORAGE_READ } from '../scopes.ts';
import type { Case, Denial, Grant } from './row.fixture.ts';
import * as world from './world.fixture.ts';

/** Conditions of every outcome, some of which depend on the case. */
const EXPRESSIONS = [
  'true',
  'false',
  "request.path == '/'",
  'resource.name.',
  "resource.name.startsWith('projects/_/buckets/goods')",
  "resource.matchTag('900/env', 'prod')",
  "request.time < timestamp('2027-01-01T00:00:00Z')",
  "api.getAttribute('storage.googleapis.com/objectListPrefix', '') == ''",
] as const;

const MEMBERS = [
  world.ada,
  world.bob,
  world.build,
  'allUsers',
  'allAuthenticatedUsers',
  'group:crew@example.com',
  'domain:example.com',
  `principalSet://cloudresourcemanager.googleapis.com/${world.ORG}/type/ServiceAccount`,
  `principalSet://iam.googleapis.com/${world.CI_POOL}/*`,
  'projectOwner:shop',
  'projectViewer:shop',
  'deleted:user:ada@example.com?uid=1',
] as const;

const ROLES = [
  'roles/owner',
  'roles/viewer',
  'roles/storage.admin',
  world.VIEWER,
  'roles/storage.legacyBucketReader',
  'roles/browser',
  'projects/shop/roles/lister',
  'roles/none.such',
] as const;

const PRINCIPALS = [
  'principalSet://goog/public:all',
  'principal://goog/subject/ada@example.com',
  'principalSet://goog/group/crew@example.com',
  `principalSet://goog/cloudIdentityCustomerId/${world.CUSTOMER_ID}`,
  `principal://iam.googleapis.com/projects/-/serviceAccounts/${world.BUILD_EMAIL}`,
  `principalSet://iam.googleapis.com/${world.CI_POOL}/*`,
] as const;

const DENIED = [
  'storage.googleapis.com/objects.get',
  'storage.googleapis.com/objects.*',
  'storage.googleapis.com/*.*',
  'cloudresourcemanager.googleapis.com/projects.get',
] as const;

/** What deny policies are attached to, nothing below (IAM notes 1.3). */
const NODES = [world.SHOP, world.TEAM, world.DIVISION, world.ORG] as const;

/** From an object up. */
export const LEVELS = [world.REPORTS, world.GOODS, ...NODES] as const;

const condition = fc.option(fc.constantFrom(...EXPRESSIONS), { nil: undefined });
const some = <T>(...values: readonly T[]) => fc.subarray([...values], { maxLength: 3 });

/** One binding. */
export const grant: fc.Arbitrary<Grant> = fc
  .tuple(fc.constantFrom(...ROLES), some(...MEMBERS), condition)
  .map(([role, members, expression]) =>
    // Basic roles are never given on a condition (IAM notes 1.4).
    expression === undefined || role === 'roles/owner' || role === 'roles/viewer'
      ? [role, members]
      : [role, members, expression],
  );

/** One rule of a deny policy. */
export const denial: fc.Arbitrary<Denial> = fc
  .record({
    deniedPrincipals: fc.subarray([...PRINCIPALS], { minLength: 1, maxLength: 3 }),
    exceptionPrincipals: some(...PRINCIPALS.slice(1)),
    deniedPermissions: fc.subarray([...DENIED], { minLength: 1, maxLength: 3 }),
    exceptionPermissions: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, some(...DENIED)),
    if: condition,
  })
  .map(({ if: expression, ...rule }) => (expression === undefined ? rule : { ...rule, if: expression }));

const boundaryRule: fc.Arbitrary<AccessBoundaryRule> = fc
  .tuple(fc.constantFrom(world.GOODS, world.VAULT), some(...ROLES), condition)
  .map(([bucket, roles, expression]) => ({
    availableResource: `//storage.googleapis.com/${bucket}`,
    availablePermissions: roles.map((role) => `inRole:${role}`),
    ...(expression === undefined ? {} : { availabilityCondition: { expression } }),
  }));

/** The rules of a boundary. */
export const boundary = fc.array(boundaryRule, { maxLength: 3 });

/** One of the levels. */
export const level = fc.constantFrom(...LEVELS);

/** One of the levels that deny policies are attached to. */
export const node = fc.constantFrom(...NODES);

const grants = fc.dictionary(level, fc.array(grant, { maxLength: 4 }), { maxKeys: LEVELS.length });
const denials = fc.dictionary(node, fc.array(denial, { maxLength: 3 }), { maxKeys: 2 });

const held = fc.option(some(...STORAGE_READ, 'https://www.googleapis.com/auth/pubsub'), { nil: undefined });

/** What anybody may ask in any state. Deny policies are seldom, so that enough is granted. */
export const generatedCase: fc.Arbitrary<Case> = fc
  .record({
    caller: fc.constantFrom(world.ADA, world.BOB, world.BUILD, world.NOBODY, world.PIPELINE),
    permission: fc.constantFrom(
      'storage.objects.get',
      'storage.objects.list',
      'storage.managedfolders.get',
      'resourcemanager.projects.get',
      'no.such.permission',
    ),
    resource: fc.constantFrom(world.CSV, world.LOOSE, world.REPORTS, world.GOODS, world.SHOP, world.ORG),
    on: grants,
    deny: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: denials }),
    groups: fc.constantFrom({}, { 'crew@example.com': [world.ada, world.build] }),
    tags: fc.constantFrom(
      [],
      [{ keyId: 'tagKeys/1', key: '900/env', valueId: 'tagValues/2', value: 'prod' }],
    ),
    at: fc.constantFrom('2026-11-23T05:00:00Z', '2027-11-23T05:00:00Z'),
    held,
    boundary: fc.option(boundary, { nil: undefined, freq: 3 }),
  })
  .map(({ held: scopes, boundary: rules, ...given }) => ({
    ...given,
    roles: { 'projects/shop/roles/lister': ['storage.objects.list'] },
    accepted: STORAGE_READ,
    ...(scopes === undefined ? {} : { held: scopes }),
    ...(rules === undefined ? {} : { boundary: rules }),
  }));
