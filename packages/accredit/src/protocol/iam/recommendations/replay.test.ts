import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Principal } from '../../../kernel/principals.ts';
import type { Facts } from '../decide.ts';
import { compileDenyPolicy } from '../deny/deny-policy.ts';
import { compilePolicy } from '../policies/policy.ts';
import { findRole } from '../roles/catalogue.ts';
import { proposedPolicies, replay } from './replay.ts';
import type { CountedUse } from './uses.ts';

const ADA: Principal = { kind: 'user', email: 'ada@example.com' };
const BUCKET = 'projects/_/buckets/b';

const use: CountedUse = {
  principal: ADA,
  permission: 'storage.objects.get',
  resource: BUCKET,
  method: 'storage.objects.get',
  outcome: 'passed',
  heldScopes: ['narrow'],
  acceptedScopes: ['narrow', 'wide'],
  count: 1,
  calls: 1,
  firstMs: 0,
  lastMs: 0,
};

const everything = [{ role: 'roles/storage.admin', members: ['user:ada@example.com'] }];

/** Of a cloud whose own policies give everything: they must not count. */
const facts: Facts = {
  policies: [compilePolicy(BUCKET, { bindings: everything }, { findRole })],
  denyPolicies: [],
  identities: ['user:ada@example.com'],
  principalState: 'active',
  tags: [],
};

const denial = compileDenyPolicy({
  attachedTo: 'projects/p',
  id: 'no-reading',
  rules: [
    {
      deniedPrincipals: ['principal://goog/subject/ada@example.com'],
      exceptionPrincipals: [],
      deniedPermissions: ['storage.googleapis.com/objects.get'],
      exceptionPermissions: [],
    },
  ],
});

const viewer = { role: 'roles/storage.objectViewer', member: 'user:ada@example.com' };

const cases: readonly (readonly [
  what: string,
  on: string | undefined,
  changes: { readonly use?: Partial<CountedUse>; readonly facts?: Partial<Facts> },
  refusedBy: string | undefined,
])[] = [
  ['a role on what was used', BUCKET, {}, undefined],
  ['a role on what that is in', 'projects/p', {}, undefined],
  ['a role elsewhere', 'projects/_/buckets/c', {}, 'iam'],
  ['no role, whatever the cloud gives', undefined, {}, 'iam'],
  ['scopes that do not suffice', BUCKET, { use: { heldScopes: ['other'] } }, 'scopes'],
  ['a deny policy that stands', BUCKET, { facts: { denyPolicies: [denial] } }, 'deny'],
  ['an account that is gone', BUCKET, { facts: { principalState: 'deleted' } }, 'principal'],
];

for (const [what, on, changes, refusedBy] of cases) {
  test(`a replay is ${refusedBy === undefined ? 'allowed' : `refused by ${refusedBy}`}: ${what}`, () => {
    const grants = on === undefined ? [] : [{ ...viewer, resource: on }];
    const decision = replay(
      { ...use, ...changes.use },
      { ...facts, ...changes.facts },
      ['projects/p'],
      proposedPolicies(grants, findRole),
    );
    assert.equal(decision.refusedBy, refusedBy);
  });
}
