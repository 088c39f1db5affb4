import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { deniableNamesOfPermissions, isDeniable, toDenySpelling } from './deniable-permissions.ts';
import { isDenySupported } from './deny-permissions.ts';

// The reference data is too large to keep here: `deny-support.json` in the folder that this variable names.
const folder = process.env['ACCREDIT_REFERENCE_DATA'];

/** One permission of the reference data. */
interface ReferencePermission {
  /** As deny policies spell it; absent where they do not. */
  readonly v2: string | null;
  readonly deny: boolean;
}

/** Reads the reference data, or skips the test with the reason and returns undefined. */
function readReference(t: TestContext): Readonly<Record<string, ReferencePermission>> | undefined {
  if (folder === undefined) {
    t.skip('ACCREDIT_REFERENCE_DATA is not set: what can be denied is not compared with the reference data');
    return undefined;
  }
  if (!existsSync(join(folder, 'deny-support.json'))) {
    t.skip('ACCREDIT_REFERENCE_DATA holds no deny-support.json: what can be denied is not compared with it');
    return undefined;
  }
  const reference: { readonly permissions: Readonly<Record<string, ReferencePermission>> } = JSON.parse(
    readFileSync(join(folder, 'deny-support.json'), 'utf8'),
  );
  return reference.permissions;
}

test('what can be denied, and how it is spelled, equals the reference data', (t) => {
  const reference = readReference(t);
  if (reference === undefined) return;
  const entries = Object.entries(reference);
  for (const [permission, { deny }] of entries) assert.equal(isDeniable(permission), deny, permission);
  const deniable = entries.filter(([, { deny }]) => deny);
  for (const [permission, { v2 }] of deniable) assert.equal(toDenySpelling(permission), v2);
  const names = new Set(deniable.map(([, { v2 }]) => v2));
  assert.deepEqual(new Set(deniableNamesOfPermissions()), names);
});

/** From roles' spelling, or deny policies' own, to deny policies'. */
const spellings: readonly (readonly [string, string])[] = [
  ['storage.objects.get', 'storage.googleapis.com/objects.get'],
  ['resourcemanager.projects.get', 'cloudresourcemanager.googleapis.com/projects.get'],
  ['iam.roles.create', 'iam.googleapis.com/roles.create'],
  ['iam.googleapis.com/workloadIdentityPools.get', 'iam.googleapis.com/workloadIdentityPools.get'],
  ['serviceusage.apiKeys.revert', 'apikeys.googleapis.com/apiKeys.revert'],
];

for (const [permission, expected] of spellings) {
  test(`${permission} is ${expected} in deny policies (IAM notes 1.3)`, () => {
    assert.equal(toDenySpelling(permission), expected);
    assert.ok(isDenySupported(expected));
  });
}

/** Names and groups, and whether a deny policy may have them. */
const supported: readonly (readonly [string, boolean])[] = [
  ['storage.googleapis.com/objects.get', true],
  ['storage.googleapis.com/*.*', true],
  ['storage.googleapis.com/objects.*', true],
  ['storage.googleapis.com/*.get', true],
  ['apikeys.googleapis.com/*.*', true],
  ['storage.googleapis.com/*.fly', false],
  ['storage.googleapis.com/anywhereCaches.*', false],
  ['storage.googleapis.com/*', false],
  ['storage.googleapis.com/objects.*t', false],
  ['*/objects.get', false],
  ['*', false],
  ['', false],
  ['storage.googleapis.com/toString', false],
];

for (const [pattern, expected] of supported) {
  test(`a deny policy may${expected ? '' : ' not'} name '${pattern}' (IAM notes 1.3)`, () => {
    assert.equal(isDenySupported(pattern), expected);
  });
}
