import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../../kernel/api-error.ts';
import { toEtag } from '../../../kernel/etags.ts';
import type { Condition } from '../conditions/condition.ts';
import { EXPRESSION_LENGTH_LIMIT, POLICY_COST_LIMIT } from '../conditions/limits.ts';
import { EMPTY_POLICY, modifiedGrants, type Policy } from './policy.ts';
import { type PolicyRequest, type PolicyRules, readPolicy, renderPolicy } from './policy-json.ts';
import { CONDITION_VARIANT_LIMIT, GROUP_AND_DOMAIN_LIMIT, PRINCIPAL_LIMIT } from './policy-limits.ts';

const RULES: PolicyRules = { grantable: () => true, publicMembers: false };
const ROLE = 'roles/storage.objectViewer';
const ADA = 'user:ada@example.com';
const EXPIRES: Condition = {
  title: 'until 2030',
  expression: "request.time < timestamp('2030-01-01T00:00:00Z')",
};

type Message = PolicyRequest['policy'];

function binding(
  members: readonly string[],
  condition?: Condition,
  role = ROLE,
): Message['bindings'][number] {
  return { role, members, ...(condition === undefined ? {} : { condition }) };
}

function read(policy: Message, before: Policy = EMPTY_POLICY, updateMask?: string): Policy {
  const request = { policy, ...(updateMask === undefined ? {} : { updateMask }) };
  return readPolicy(request, RULES, before).policy;
}

function refusal(policy: Message, before?: Policy): string {
  try {
    read(policy, before);
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
  return 'taken';
}

const users = (count: number) => Array.from({ length: count }, (_, index) => `user:u${index}@example.com`);

test('a conditional policy is kept with its conditions, equal ones merged (IAM notes 1.1)', () => {
  const policy = read({
    version: 3,
    bindings: [
      binding([ADA], EXPIRES),
      binding([ADA]),
      binding(['user:Bob@example.com', ADA], { ...EXPIRES }),
    ],
  });
  assert.deepEqual(policy.bindings, [
    { role: ROLE, members: [ADA, 'user:bob@example.com'], condition: EXPIRES },
    { role: ROLE, members: [ADA] },
  ]);
});

test('a condition without a title is taken (IAM notes 1.4)', () => {
  const policy = read({ version: 3, bindings: [binding([ADA], { expression: 'true' })] });
  assert.deepEqual(policy.bindings[0]?.condition, { expression: 'true' });
});

const CONDITIONAL: Policy = { bindings: [{ role: ROLE, members: [ADA], condition: EXPIRES }] };
const etag = toEtag(7);

const versions: readonly (readonly [string, Message, Policy, RegExp])[] = [
  ['version 3', { version: 3, bindings: [] }, EMPTY_POLICY, /^taken$/],
  ['version 1', { version: 1, bindings: [] }, EMPTY_POLICY, /^taken$/],
  ['version 0', { version: 0, bindings: [] }, EMPTY_POLICY, /^taken$/],
  ['version 2', { version: 2, bindings: [] }, EMPTY_POLICY, /^Invalid policy version '2'/],
  ['version 4', { version: 4, bindings: [] }, EMPTY_POLICY, /^Invalid policy version '4'/],
  [
    'a condition in version 1',
    { version: 1, bindings: [binding([ADA], EXPIRES)] },
    EMPTY_POLICY,
    /^Specified policy version \(1\) must be at least 3 based on the policy's contents\./,
  ],
  [
    'a conditional policy, read and written in version 1',
    { version: 1, etag, bindings: [] },
    CONDITIONAL,
    /^Specified policy version \(1\)/,
  ],
  ['a conditional policy, overwritten unread', { version: 1, bindings: [] }, CONDITIONAL, /^taken$/],
  [
    'a conditional policy, read and written in version 3',
    { version: 3, etag, bindings: [] },
    CONDITIONAL,
    /^taken$/,
  ],
  [
    'a condition on a basic role',
    { version: 3, bindings: [binding([ADA], EXPIRES, 'roles/viewer')] },
    EMPTY_POLICY,
    /^LintValidationUnits\/BindingRoleAllowConditionCheck Error: Conditions can't be set on primitive roles$/,
  ],
  [
    'a condition that does not compile',
    { version: 3, bindings: [binding([ADA], { expression: '1 >' })] },
    EMPTY_POLICY,
    /^LintValidationUnits\/ConditionCompileCheck Error: /,
  ],
  [
    'a condition with 13 operators',
    { version: 3, bindings: [binding([ADA], { expression: Array(14).fill('true').join(' || ') })] },
    EMPTY_POLICY,
    /^LintValidationUnits\/ConditionComplexityCheck Error: /,
  ],
  [
    'a deleted member that was not there',
    { bindings: [binding(['deleted:user:x@y.z?uid=1'])] },
    EMPTY_POLICY,
    /is deleted and cannot be granted a role\.$/,
  ],
  [
    'a deleted member that was there',
    { bindings: [binding(['deleted:user:x@y.z?uid=1'])] },
    { bindings: [{ role: ROLE, members: ['deleted:user:x@y.z?uid=1'] }] },
    /^taken$/,
  ],
  [
    'a deleted member that had another role',
    { bindings: [binding(['deleted:user:x@y.z?uid=1'], undefined, 'roles/browser')] },
    { bindings: [{ role: ROLE, members: ['deleted:user:x@y.z?uid=1'] }] },
    /is deleted and cannot be granted a role\.$/,
  ],
  [
    'a deleted member whose role was on a condition',
    { bindings: [binding(['deleted:user:x@y.z?uid=1'])] },
    { bindings: [{ role: ROLE, members: ['deleted:user:x@y.z?uid=1'], condition: EXPIRES }] },
    /is deleted and cannot be granted a role\.$/,
  ],
  [
    'a deleted member that keeps its role and its condition',
    { version: 3, bindings: [binding(['deleted:user:x@y.z?uid=1'], EXPIRES)] },
    { bindings: [{ role: ROLE, members: ['deleted:user:x@y.z?uid=1'], condition: EXPIRES }] },
    /^taken$/,
  ],
  [
    'as many members as there may be',
    { bindings: [binding(users(PRINCIPAL_LIMIT))] },
    EMPTY_POLICY,
    /^taken$/,
  ],
  [
    'one member more',
    { bindings: [binding(users(PRINCIPAL_LIMIT + 1))] },
    EMPTY_POLICY,
    /^The number of members in the policy \(1,501\) is larger than the maximum allowed size 1,500\.$/,
  ],
  [
    'one member more, each appearance counted',
    { bindings: [binding(users(PRINCIPAL_LIMIT)), binding([ADA, ADA], undefined, 'roles/browser')] },
    EMPTY_POLICY,
    /\(1,502\)/,
  ],
  [
    'as many groups and domains as there may be, a group twice',
    { bindings: [binding(groups(GROUP_AND_DOMAIN_LIMIT)), binding(groups(1), undefined, 'roles/browser')] },
    EMPTY_POLICY,
    /^taken$/,
  ],
  [
    'one domain more, counted each time',
    {
      bindings: [
        binding([...groups(GROUP_AND_DOMAIN_LIMIT - 1), 'domain:example.com']),
        binding(['domain:example.com'], undefined, 'roles/browser'),
      ],
    },
    EMPTY_POLICY,
    /^The number of domains and groups in the policy \(251\)/,
  ],
  [
    'as many conditions as there may be',
    { version: 3, bindings: variants(CONDITION_VARIANT_LIMIT) },
    EMPTY_POLICY,
    /^taken$/,
  ],
  [
    'one condition more for a role and a member',
    { version: 3, bindings: variants(CONDITION_VARIANT_LIMIT + 1) },
    EMPTY_POLICY,
    /are in 21 bindings with different conditions; there may be 20\.$/,
  ],
];

function groups(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `group:g${index}@example.com`);
}

function variants(count: number): Message['bindings'] {
  return Array.from({ length: count }, (_, index) => binding([ADA], { ...EXPIRES, title: `t${index}` }));
}

for (const [name, message, before, expected] of versions) {
  test(`a policy with ${name} (IAM notes 1.2, 1.4)`, () => {
    assert.match(refusal(message, before), expected);
  });
}

test('exemptions from audit logs count as principals (IAM notes 1.2)', () => {
  const auditConfigs = [
    { service: 'allServices', auditLogConfigs: [{ logType: 'DATA_READ' as const, exemptedMembers: [ADA] }] },
  ];
  const message = { bindings: [binding(users(PRINCIPAL_LIMIT))], auditConfigs };
  assert.throws(() => read(message, EMPTY_POLICY, 'bindings,auditConfigs'), /\(1,501\)/);
  assert.equal(read(message).bindings.length, 1, 'where the mask leaves them out they are not written');
});

test('who does not ask for version 3 sees conditional roles under other names (IAM notes, fact 6)', () => {
  const shown = renderPolicy(CONDITIONAL, 1, 1);
  assert.equal(shown.version, 1);
  const [only] = shown.bindings as readonly { readonly role: string }[];
  assert.match(only?.role ?? '', /^roles\/storage\.objectViewer_withcond_[0-9a-f]{20}$/);
  assert.deepEqual(only, { role: only?.role, members: [ADA] });
});

test('who asks for version 3 gets it where there is a condition, and 1 where there is none (IAM notes 1.2)', () => {
  assert.deepEqual(renderPolicy(CONDITIONAL, 1, 3), {
    version: 3,
    etag: toEtag(1),
    bindings: [{ role: ROLE, members: [ADA], condition: EXPIRES }],
  });
  assert.equal(renderPolicy({ bindings: [{ role: ROLE, members: [ADA] }] }, 1, 3).version, 1);
});

/** Conditions of so many characters, each another one. */
function longConditions(count: number, length: number): Message['bindings'] {
  return Array.from({ length: count }, (_, index) => {
    const start = `resource.name == '${index}`;
    return binding([`user:u${index}@example.com`], {
      expression: `${start}${'x'.repeat(length - start.length - 1)}'`,
    });
  });
}

test('1,500 bindings with conditions of a usual length, and some of twice that, are taken (IAM notes 1.2)', () => {
  const bindings = longConditions(PRINCIPAL_LIMIT, 349);
  assert.equal(read({ version: 3, bindings }).bindings.length, PRINCIPAL_LIMIT);
});

test('a policy whose conditions are too long together is refused whole, and what is beyond is not read (deviation)', () => {
  const most = POLICY_COST_LIMIT / EXPRESSION_LENGTH_LIMIT;
  const bindings = longConditions(most, EXPRESSION_LENGTH_LIMIT);
  assert.equal(read({ version: 3, bindings }).bindings.length, most);
  const beyond = [...bindings, binding([ADA], { expression: 'this is no expression' })];
  assert.equal(
    refusal({ version: 3, bindings: beyond }),
    'The conditions of the policy are too long: together they may have 524,288 characters, ' +
      'a word counting as 8 at the least.',
  );
});

test('as many conditions in a time zone are taken as a policy may name principals (IAM notes 1.2)', () => {
  const hours = "request.time.getHours('Europe/Berlin') >= 9 && request.time.getHours('Europe/Berlin') <= 17";
  const bindings = users(PRINCIPAL_LIMIT).map((user, index) =>
    binding([user], { title: `${index}`, expression: hours }),
  );
  assert.equal(read({ version: 3, bindings }).bindings.length, PRINCIPAL_LIMIT);
});

test('a policy whose conditions have too many words together is refused, however short they are (deviation)', () => {
  const crowded = (index: number) =>
    binding([ADA], { expression: `resource.name in ['${index}'${",'a'".repeat(4000)}]` });
  const bindings = (count: number) => Array.from({ length: count }, (_, index) => crowded(index));
  assert.equal(refusal({ version: 3, bindings: bindings(8) }), 'taken');
  assert.match(refusal({ version: 3, bindings: bindings(9) }), /^The conditions of the policy are too long/);
});

/** A policy that counts how often its conditions are looked at. */
function countingPolicy(bindings: Policy['bindings']) {
  const counts = { looks: 0 };
  const counted = bindings.map(({ role, members, condition }) => ({
    role,
    members,
    get condition() {
      counts.looks += 1;
      return condition ?? EXPIRES;
    },
  }));
  return { counts, policy: { bindings: counted } satisfies Policy };
}

test('a policy is compared with the one before in one pass over each, and not where no deleted member is named', () => {
  const bindings = longConditions(PRINCIPAL_LIMIT, 100);
  const before = countingPolicy(read({ version: 3, bindings }).bindings);
  read({ version: 3, bindings }, before.policy);
  assert.equal(before.counts.looks, 0);
  const gone = 'deleted:user:ada@example.com?uid=1';
  const deleted = [binding([gone], EXPIRES), ...bindings.slice(1)];
  const held = countingPolicy([
    { role: ROLE, members: [gone], condition: EXPIRES },
    ...before.policy.bindings,
  ]);
  assert.equal(read({ version: 3, bindings: deleted }, held.policy).bindings[0]?.members[0], gone);
  assert.ok(held.counts.looks <= 2 * (PRINCIPAL_LIMIT + 2));
});

test('which roles a write changes is found in one pass over both policies, however many members a condition has', () => {
  const members = users(PRINCIPAL_LIMIT);
  const before = countingPolicy([{ role: ROLE, members, condition: EXPIRES }]);
  const after = countingPolicy([{ role: ROLE, members: [...members.slice(1), ADA], condition: EXPIRES }]);
  const changed = { 'iam.googleapis.com/modifiedGrantsByRole': [ROLE] };
  assert.deepEqual(modifiedGrants(before.policy, after.policy), changed);
  assert.deepEqual(modifiedGrants(before.policy, before.policy), {
    'iam.googleapis.com/modifiedGrantsByRole': [],
  });
  assert.ok(before.counts.looks <= 3 && after.counts.looks === 1);
});
