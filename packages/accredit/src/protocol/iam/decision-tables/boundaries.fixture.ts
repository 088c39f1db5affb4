import type { AccessBoundaryRule } from '../boundaries/boundary.ts';
import { STORAGE_READ } from '../scopes.ts';
import { ALL } from './denial.fixture.ts';
import type { Case, Table } from './row.fixture.ts';
import {
  BUILD,
  build,
  CONVENIENCE,
  CSV,
  GOODS,
  LOOSE,
  REPORTS,
  SHOP,
  VAULT,
  VIEWER,
} from './world.fixture.ts';

const full = (resource: string) => `//storage.googleapis.com/${resource}`;
const rule = (change: Partial<AccessBoundaryRule> = {}): AccessBoundaryRule => ({
  availableResource: full(GOODS),
  availablePermissions: [`inRole:${VIEWER}`],
  ...change,
});
const within = (...boundary: readonly AccessBoundaryRule[]): Case => ({ boundary });
const when = (expression: string): Case => within(rule({ availabilityCondition: { expression } }));
const list = (expression: string, objectListPrefix?: string): Case => ({
  ...when(expression),
  permission: 'storage.objects.list',
  resource: GOODS,
  ...(objectListPrefix === undefined
    ? {}
    : { attributes: { 'storage.googleapis.com/objectListPrefix': objectListPrefix } }),
});
const REPORTS_ONLY =
  `resource.name.startsWith('${GOODS}/objects/reports/') || ` +
  "api.getAttribute('storage.googleapis.com/objectListPrefix', '').startsWith('reports/')";

export const BOUNDARIES: Table = {
  about: 'Credential Access Boundaries (IAM notes 1.2, 1.3, 4.6)',
  given: {
    caller: BUILD,
    permission: 'storage.objects.get',
    resource: CSV,
    on: { [GOODS]: [['roles/storage.objectAdmin', build]], [VAULT]: [['roles/storage.objectAdmin', build]] },
  },
  rows: [
    ['a token without one', {}, 'granted'],
    ['an object in the bucket', within(rule()), 'granted'],
    [
      'the bucket itself',
      { ...within(rule()), permission: 'storage.objects.list', resource: GOODS },
      'granted',
    ],
    [
      'a managed folder in the bucket',
      { ...within(rule()), permission: 'storage.managedFolders.get', resource: REPORTS },
      'granted',
    ],
    ['another bucket', { ...within(rule()), resource: `${VAULT}/objects/o` }, 'boundary'],
    [
      'a bucket whose name only begins alike',
      within(rule({ availableResource: full('projects/_/buckets/good') })),
      'boundary',
    ],
    [
      'a permission that is not available',
      { ...within(rule()), permission: 'storage.objects.delete' },
      'boundary',
    ],
    [
      'the permissions of several roles',
      {
        ...within(
          rule({
            availablePermissions: [
              'inRole:roles/storage.legacyObjectReader',
              'inRole:roles/storage.objectCreator',
            ],
          }),
        ),
        permission: 'storage.objects.create',
      },
      'granted',
    ],
    ['the second rule lets it through', within(rule({ availableResource: full(VAULT) }), rule()), 'granted'],
    [
      'rules do not mix: the bucket of one, the permission of another',
      {
        ...within(
          rule(),
          rule({
            availableResource: full(VAULT),
            availablePermissions: ['inRole:roles/storage.objectAdmin'],
          }),
        ),
        permission: 'storage.objects.delete',
      },
      'boundary',
    ],
    ['no rule at all', within(), 'boundary'],
    [
      'a role that there is not',
      within(rule({ availablePermissions: ['inRole:roles/storage.reader'] })),
      'boundary',
    ],
    [
      'a permission by its own name',
      within(rule({ availablePermissions: ['storage.objects.get'] })),
      'boundary',
    ],
    ['a role without what stands before it', within(rule({ availablePermissions: [VIEWER] })), 'boundary'],
    [
      'a custom role',
      {
        ...within(rule({ availablePermissions: ['inRole:projects/shop/roles/getter'] })),
        roles: { 'projects/shop/roles/getter': ['storage.objects.get'] },
      },
      'granted',
    ],
    ['it grants nothing', { ...within(rule()), on: {} }, 'no binding'],
    [
      'it grants nothing beside a lesser role',
      { ...within(rule()), on: { [GOODS]: [['roles/storage.objectCreator', build]] } },
      'not in the role',
    ],
    [
      'it does not make up for a scope',
      { ...within(rule()), held: ['https://www.googleapis.com/auth/pubsub'], accepted: STORAGE_READ },
      'scopes',
    ],
    [
      'it does not make up for a denial',
      {
        ...within(rule()),
        deny: {
          [SHOP]: [{ deniedPrincipals: [ALL], deniedPermissions: ['storage.googleapis.com/objects.get'] }],
        },
      },
      'deny',
    ],
    [
      'a grant of the project counts, within',
      { ...within(rule()), on: { [SHOP]: [[VIEWER, build]] } },
      'granted',
    ],
    [
      'convenience counts, within',
      { ...within(rule()), on: { [GOODS]: CONVENIENCE, [SHOP]: [['roles/editor', build]] } },
      'granted',
    ],
    [
      'what everybody may is confined too',
      { ...within(rule({ availableResource: full(VAULT) })), on: { [GOODS]: [[VIEWER, 'allUsers']] } },
      'boundary',
    ],
    [
      'a condition on the beginning of names',
      when(`resource.name.startsWith('${GOODS}/objects/reports/')`),
      'granted',
    ],
    [
      'a condition on the beginning of other names',
      { ...when(`resource.name.startsWith('${GOODS}/objects/reports/')`), resource: LOOSE },
      'boundary',
    ],
    ['a condition that cannot be evaluated', when("request.path == '/'"), 'boundary'],
    ['a list of the available prefix', list(REPORTS_ONLY, 'reports/2026/'), 'granted'],
    ['a list of another prefix', list(REPORTS_ONLY, 'drafts/'), 'boundary'],
    ['a list of everything', list(REPORTS_ONLY), 'boundary'],
    ['the prefix of a list gives no object', { ...when(REPORTS_ONLY), resource: LOOSE }, 'boundary'],
    [
      'a permission in its other spelling',
      { ...within(rule()), permission: 'storage.managedfolders.get', resource: REPORTS },
      'granted',
    ],
  ],
};
