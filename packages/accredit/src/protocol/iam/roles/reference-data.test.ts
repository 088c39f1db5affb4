import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { basicRoles } from './basic.ts';
import { listRoles, type Role } from './catalogue.ts';
import { computeRoles } from './compute.ts';
import { iamRoles } from './iam.ts';
import { resourceManagerRoles } from './resource-manager.ts';
import { serviceUsageRoles } from './service-usage.ts';
import { storageRoles } from './storage.ts';
import { tagRoles } from './tags.ts';

// The reference data is a crawl of the live IAM API, too large to keep here: `roles.json` in the folder that this
// variable names.
const folder = process.env['ACCREDIT_REFERENCE_DATA'];

/** One role of the reference data. */
interface ReferenceRole {
  readonly title: string;
  readonly description: string;
  readonly stage: string;
  readonly totalPermissions: number;
  readonly includedPermissions: readonly string[];
}

/** Reads the reference data, or skips the test with the reason and returns undefined. */
function readReference(t: TestContext): Readonly<Record<string, ReferenceRole>> | undefined {
  if (folder === undefined) {
    t.skip('ACCREDIT_REFERENCE_DATA is not set: the roles are not compared with the reference data');
    return undefined;
  }
  const file = join(folder, 'roles.json');
  if (!existsSync(file)) {
    t.skip('ACCREDIT_REFERENCE_DATA holds no roles.json: the roles are not compared with the reference data');
    return undefined;
  }
  const reference: { readonly roles: Readonly<Record<string, ReferenceRole>> } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  return reference.roles;
}

/** The sizes that the tables state for the roles of which they hold only a part, by role name. */
function statedPermissionCounts(): Readonly<Record<string, number>> {
  const tables = [
    basicRoles,
    computeRoles,
    iamRoles,
    resourceManagerRoles,
    serviceUsageRoles,
    storageRoles,
    tagRoles,
  ];
  const stated: Record<string, number> = {};
  for (const [name, definition] of tables.flatMap((table) => Object.entries(table))) {
    if (definition?.permissionCountAtGoogle !== undefined) stated[name] = definition.permissionCountAtGoogle;
  }
  return stated;
}

function assertEqualsReference(role: Role, expected: ReferenceRole | undefined): void {
  assert.ok(expected, role.name);
  const { title, description, stage, includedPermissions } = expected;
  assert.deepEqual(
    { ...role, permissions: [...role.permissions].sort() },
    { name: role.name, title, description, stage, permissions: [...includedPermissions].sort() },
  );
}

test('each role equals the reference data: title, description, stage, permissions, and its size where it is cut', (t) => {
  const reference = readReference(t);
  if (reference === undefined) return;
  const cutRoles = Object.entries(reference).filter(
    ([, role]) => role.totalPermissions > role.includedPermissions.length,
  );
  assert.deepEqual(
    statedPermissionCounts(),
    Object.fromEntries(cutRoles.map(([name, role]) => [name, role.totalPermissions])),
  );
  assert.deepEqual(
    listRoles().map((role) => role.name),
    Object.keys(reference).sort(),
  );
  for (const role of listRoles()) assertEqualsReference(role, reference[role.name]);
});
