/** What a record keeps of a decision: little of a large one, all of a usual one, and it says what it left out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SpelledScopeDecision } from '../protocol/iam/scope-gate.ts';
import type { BindingFinding, DenyRuleFinding, SpelledDecision } from '../protocol/iam/spell-out.ts';
import { fitRefusal, fitScopeRefusal, REFUSAL_LIMIT_BYTES } from './refusal-size.ts';

const BINDING: BindingFinding = {
  role: 'roles/browser',
  memberMatch: [],
  memberCount: 1,
  rolePermission: 'notIncluded',
  grants: false,
};

const RULE: DenyRuleFinding = {
  permission: 'notDenied',
  deniedMatch: [],
  exceptionMatch: [],
  denies: false,
};

const USUAL: SpelledDecision = {
  verdict: 'refused',
  carriedOut: true,
  mode: 'enforce',
  refusedBy: 'iam',
  principal: 'user:ada@example.com',
  principalState: 'active',
  identities: ['allUsers', 'allAuthenticatedUsers'],
  permission: 'storage.objects.get',
  resource: 'projects/_/buckets/b/objects/o',
  timeMs: 0,
  scopes: { outcome: 'sufficient', held: ['https://a'], accepted: ['https://a', 'https://b'] },
  denyPolicies: [{ attachedTo: 'projects/p', id: 'd', rules: [RULE, RULE] }],
  policies: [
    { resource: 'projects/_/buckets/b', bindings: [BINDING] },
    {
      resource: 'projects/p',
      bindings: [
        {
          ...BINDING,
          condition: { title: 't', location: 'l', expression: '1 == 2', outcome: 'error', error: 'e' },
        },
      ],
    },
  ],
  boundary: [{ resource: 'projects/_/buckets/b', permissionAvailable: true, lets: true }],
};

function sizeOf(decision: SpelledDecision): number {
  return Buffer.byteLength(JSON.stringify(decision));
}

test('a usual decision is kept as it is', () => {
  assert.deepEqual(fitRefusal(USUAL), USUAL);
});

test('of a refusal by the scopes alone a usual one is kept as it is, and of a large one so many scopes', () => {
  const usual: SpelledScopeDecision = {
    verdict: 'refused',
    carriedOut: true,
    mode: 'enforce',
    refusedBy: 'scopes',
    principal: 'user:ada@example.com',
    timeMs: 0,
    scopes: { outcome: 'insufficient', held: ['https://a'], accepted: ['https://b'] },
  };
  assert.deepEqual(fitScopeRefusal(usual), usual);
  const held = Array.from({ length: 100 }, (_, index) => `https://${index}`.padEnd(3000, '\u0001'));
  const fitted = fitScopeRefusal({ ...usual, scopes: { ...usual.scopes, held } });
  assert.ok(Buffer.byteLength(JSON.stringify(fitted)) <= REFUSAL_LIMIT_BYTES);
  const kept = fitted.scopes.held ?? [];
  assert.ok(kept.length > 0);
  assert.deepEqual(
    kept,
    held.slice(0, kept.length).map((scope) => `${scope.slice(0, (kept[0]?.length ?? 0) - 1)}…`),
  );
  assert.equal(fitted.leftOut, held.length - kept.length);
  assert.deepEqual(fitted.scopes.accepted, ['https://b']);
});

test('of many bindings those are kept that came nearest, in their order, and each policy says how many more it has', () => {
  const far = () => Array.from({ length: 1500 }, (): BindingFinding => ({ ...BINDING }));
  const near: BindingFinding = { ...BINDING, role: 'roles/near', rolePermission: 'included' };
  const nearest: BindingFinding = { ...near, role: 'roles/nearest', memberMatch: ['allUsers'] };
  const { policies, leftOut } = fitRefusal({
    ...USUAL,
    policies: [
      { resource: 'projects/_/buckets/b', bindings: [...far(), near] },
      { resource: 'projects/p', bindings: [...far(), nearest, ...far()] },
    ],
  });
  assert.deepEqual(policies[0]?.bindings.at(-1), near);
  assert.deepEqual(policies[1]?.bindings, [nearest]);
  assert.deepEqual(
    policies.map((policy) => policy.bindings.length + (policy.leftOut ?? 0)),
    [1501, 3001],
  );
  assert.equal(leftOut, undefined);
});

test('a rule that denies keeps its place where others are left out', () => {
  const far = Array.from({ length: 500 }, (): DenyRuleFinding => ({ ...RULE }));
  const denying: DenyRuleFinding = {
    ...RULE,
    permission: 'denied',
    deniedMatch: ['principalSet://goog/public:all'],
    denies: true,
  };
  const { denyPolicies } = fitRefusal({
    ...USUAL,
    denyPolicies: [{ attachedTo: 'projects/p', id: 'd', rules: [...far, denying] }],
  });
  assert.deepEqual(denyPolicies[0]?.rules.at(-1), { ...denying, place: 500 });
  assert.equal(denyPolicies[0]?.rules.length, 64);
  assert.equal(denyPolicies[0].leftOut, 437);
});

test('a long expression is cut, and says that it goes on', () => {
  const binding: BindingFinding = {
    ...BINDING,
    condition: { expression: 'x'.repeat(1001), outcome: 'false' },
  };
  const { policies } = fitRefusal({ ...USUAL, policies: [{ resource: 'projects/p', bindings: [binding] }] });
  assert.deepEqual(policies[0]?.bindings[0]?.condition, {
    expression: `${'x'.repeat(1000)}…`,
    isCut: true,
    outcome: 'false',
  });
});

test('whatever there is much of, a record is bounded', () => {
  const long = '\u0000'.repeat(20_000);
  const names = Array.from({ length: 5000 }, (_, index) => `group:${index}${long.slice(0, 250)}`);
  const condition = {
    title: long,
    description: long,
    location: long,
    expression: long,
    outcome: 'error',
    error: long,
  } as const;
  const binding: BindingFinding = {
    ...BINDING,
    memberMatch: names.slice(0, 100),
    formerMatch: long,
    condition,
  };
  const rule: DenyRuleFinding = {
    ...RULE,
    deniedMatch: names.slice(0, 100),
    exceptionMatch: names.slice(0, 100),
    condition,
  };
  const fitted = fitRefusal({
    ...USUAL,
    identities: names,
    scopes: { outcome: 'insufficient', held: names, accepted: names },
    policies: Array.from({ length: 20 }, (_, index) => ({
      resource: `folders/${index}`,
      bindings: Array.from({ length: 100 }, () => ({ ...binding })),
    })),
    denyPolicies: Array.from({ length: 500 }, (_, index) => ({
      attachedTo: `folders/${index}`,
      id: 'd',
      rules: [{ ...rule }],
    })),
    boundary: Array.from({ length: 10 }, () => ({
      resource: 'projects/_/buckets/b',
      permissionAvailable: true,
      condition,
      lets: false,
    })),
  });
  assert.ok(sizeOf(fitted) <= REFUSAL_LIMIT_BYTES, `${sizeOf(fitted)} bytes`);
  assert.ok((fitted.leftOut ?? 0) >= 3 * (5000 - 64));
});
