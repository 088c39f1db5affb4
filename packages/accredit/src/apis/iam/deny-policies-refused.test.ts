import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DENY_GROUP_LIMIT,
  DENY_POLICY_LIMIT,
  DENY_PRINCIPAL_LIMIT,
  DENY_RULE_LIMIT,
} from '../../protocol/iam/deny/deny-limits.ts';
import {
  ANNOTATION_LIMIT,
  DISPLAY_NAME_LIMIT,
  RULE_DESCRIPTION_LIMIT,
} from '../../protocol/iam/deny/deny-policy-json.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { attach, denyRule, EVERYONE, POLICIES_URL } from './deny-policy.fixture.ts';
import { iam } from './index.ts';

const GET = 'storage.googleapis.com/objects.get';

async function open() {
  const cloud = await openTestCloud([iam]);
  const token = await cloud.token(await cloud.account('caller', 'roles/iam.denyAdmin'));
  const send = (verb: string, url: string, body?: unknown) => cloud.send(verb, url, { token, body });
  const create = (policyId: string, body: unknown) =>
    send('POST', `${POLICIES_URL}?policyId=${policyId}`, body);
  return { cloud, send, create };
}

const denying = (...deniedPrincipals: readonly string[]) => [denyRule(GET, { deniedPrincipals })];
const sparing = (...exceptionPrincipals: readonly string[]) => [denyRule(GET, { exceptionPrincipals })];
const permissions = (...deniedPermissions: readonly string[]) => [denyRule(GET, { deniedPermissions })];
const conditioned = (denialCondition: unknown) => [denyRule(GET, { denialCondition })];

const principal = (shown: string) => `Invalid principal '${shown}'. Deny policies take IAM v2 principals.`;
const permission = (shown: string) => `Permission '${shown}' is not supported in deny policies.`;
const tooLong = (field: string, limit: number) =>
  `The field '${field}' must not be longer than ${limit} characters.`;

/** What a policy may not say, and the answer. */
const rows: readonly (readonly [string, object, string])[] = [
  ['a member of allow policies', { rules: denying('user:a@b.c') }, principal('user:a@b.c')],
  ['allUsers', { rules: denying('allUsers') }, principal('allUsers')],
  [
    'an account in a project',
    { rules: denying('principal://iam.googleapis.com/projects/p/serviceAccounts/a@b.c') },
    principal('principal://iam.googleapis.com/projects/p/serviceAccounts/a@b.c'),
  ],
  [
    'an account that brings its unique id',
    { rules: denying('principal://iam.googleapis.com/projects/-/serviceAccounts/a@b.c?uid=1') },
    principal('principal://iam.googleapis.com/projects/-/serviceAccounts/a@b.c?uid=1'),
  ],
  ...[
    'deleted:principal://goog/subject/ada@example.com?uid=1',
    'deleted:principal://iam.googleapis.com/projects/-/serviceAccounts/x@p.iam.gserviceaccount.com?uid=3',
  ].flatMap((gone) => [
    [
      `${gone}, who was not in it`,
      { rules: denying(gone) },
      `The principal ${gone} is deleted and cannot be added.`,
    ] as const,
    [
      `${gone} as an exception`,
      { rules: sparing(gone) },
      `The principal ${gone} is deleted and cannot be added.`,
    ] as const,
  ]),
  [
    'an account that does not exist (IAM notes 1.6)',
    {
      rules: denying('principal://iam.googleapis.com/projects/-/serviceAccounts/x@p.iam.gserviceaccount.com'),
    },
    'Service account x@p.iam.gserviceaccount.com does not exist.',
  ],
  [
    'an account among the exceptions that does not exist',
    {
      rules: sparing('principal://iam.googleapis.com/projects/-/serviceAccounts/x@p.iam.gserviceaccount.com'),
    },
    'Service account x@p.iam.gserviceaccount.com does not exist.',
  ],
  [
    'everyone among the exceptions (IAM notes 1.1)',
    { rules: sparing(EVERYONE) },
    `'${EVERYONE}' cannot be an exception principal.`,
  ],
  [
    'a principal that goes on and on',
    { rules: denying(`principal://goog/subject/${'a'.repeat(3000)}@b.c`) },
    principal(`principal://goog/subject/${'a'.repeat(175)}`),
  ],
  ['nobody', { rules: denying() }, 'A deny rule must have deniedPrincipals.'],
  ['nothing', { rules: permissions() }, 'A deny rule must have deniedPermissions.'],
  ['a rule of no kind', { rules: [{ description: 'x' }] }, 'A rule of a deny policy must be a deny rule.'],
  [
    'a permission in the spelling of roles',
    { rules: permissions('storage.objects.get') },
    permission('storage.objects.get'),
  ],
  [
    'a permission that cannot be denied',
    { rules: permissions('iam.googleapis.com/denypolicies.create') },
    permission('iam.googleapis.com/denypolicies.create'),
  ],
  [
    'a permission of a service that is not here',
    { rules: permissions('bigquery.googleapis.com/datasets.get') },
    permission('bigquery.googleapis.com/datasets.get'),
  ],
  [
    'a group of permissions without any',
    { rules: permissions('storage.googleapis.com/objects.get*') },
    permission('storage.googleapis.com/objects.get*'),
  ],
  ['all permissions of all services', { rules: permissions('*') }, permission('*')],
  ['an exception that is none', { rules: [denyRule(GET, { exceptionPermissions: ['x'] })] }, permission('x')],
  [
    'a condition on the time (IAM notes 1.3)',
    { rules: conditioned({ expression: "request.time < timestamp('2030-01-01T00:00:00Z')" }) },
    'The condition of a deny rule may use resource tag functions only.',
  ],
  [
    'a condition without an expression',
    { rules: conditioned({ title: 't' }) },
    'The expression of a condition must not be empty.',
  ],
  [
    'a name that is too long',
    { displayName: 'a'.repeat(DISPLAY_NAME_LIMIT + 1) },
    tooLong('displayName', DISPLAY_NAME_LIMIT),
  ],
  [
    'a description that is too long',
    { rules: [{ ...denyRule(GET), description: 'a'.repeat(RULE_DESCRIPTION_LIMIT + 1) }] },
    tooLong('rules[0].description', RULE_DESCRIPTION_LIMIT),
  ],
  [
    'an annotation that is too long',
    { annotations: { a: 'a'.repeat(ANNOTATION_LIMIT.value + 1) } },
    tooLong('annotations.a', ANNOTATION_LIMIT.value),
  ],
  [
    'the key of an annotation that is too long',
    { annotations: { ['a'.repeat(ANNOTATION_LIMIT.key + 1)]: '' } },
    tooLong('annotations', ANNOTATION_LIMIT.key),
  ],
  ['an authority', { managingAuthority: 'x' }, "The field 'managingAuthority' cannot be set."],
  [
    'a field that policies do not have',
    { bindings: [] },
    'Invalid JSON payload received. Unknown name "bindings": Cannot find field.',
  ],
];

for (const [name, body, message] of rows) {
  test(`a deny policy is refused whole: ${name}`, async () => {
    const { send, create } = await open();
    const answer = await create('policy-1', { rules: [denyRule(GET)], ...body });
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.json.error.status, 'INVALID_ARGUMENT');
    assert.equal(answer.json.error.message, message);
    assert.deepEqual((await send('GET', POLICIES_URL)).json, {});
    // A condition and the like stop a change as they stop a new policy, and what is there stays.
    const { response } = (await create('policy-1', { rules: [denyRule(GET)] })).json;
    const update = await send('PUT', `${POLICIES_URL}/policy-1`, { rules: [denyRule(GET)], ...body });
    assert.equal(update.json.error.message, message);
    assert.equal((await send('GET', `${POLICIES_URL}/policy-1`)).json.etag, response.etag);
  });
}

test('what stands at the bounds is taken', async () => {
  const { create } = await open();
  const answer = await create(`a${'b'.repeat(62)}`, {
    displayName: 'a'.repeat(DISPLAY_NAME_LIMIT),
    annotations: { ['a'.repeat(ANNOTATION_LIMIT.key)]: 'a'.repeat(ANNOTATION_LIMIT.value) },
    rules: [{ ...denyRule(GET), description: 'a'.repeat(RULE_DESCRIPTION_LIMIT) }],
  });
  assert.equal(answer.status, 200, answer.text);
});

test('an id has 3 to 63 characters and begins with a letter (IAM notes 1.3)', async () => {
  const { create } = await open();
  for (const id of ['', 'ab', 'Abc', '1bc', '-bc', 'a_c', 'a%2Fc', `a${'b'.repeat(63)}`]) {
    const answer = await create(id, { rules: [] });
    assert.equal(answer.status, 400, id);
    assert.match(answer.json.error.message, /^Invalid policy ID '/);
  }
  for (const id of ['abc', 'a.b-c.1']) assert.equal((await create(id, { rules: [] })).status, 200, id);
});

test('only rules and displayName can be changed (IAM notes 1.3)', async () => {
  const { send, create } = await open();
  const made = (await create('policy-1', { annotations: { a: 'b' }, rules: [] })).json.response;
  const changes = {
    uid: 'other',
    kind: 'AccessBoundaryPolicy',
    annotations: { a: 'c' },
    name: made.name.replace('policy-1', 'policy-2'),
  };
  for (const [field, value] of Object.entries(changes)) {
    const answer = await send('PUT', `${POLICIES_URL}/policy-1`, { [field]: value });
    assert.equal(answer.status, 400);
    const message = `The field '${field}' of a policy cannot be changed. Only 'rules' and 'displayName' can.`;
    assert.equal(answer.json.error.message, message);
  }
  const { name, uid, kind, annotations } = made;
  const same = await send('PUT', `${POLICIES_URL}/policy-1`, { name, uid, kind, annotations });
  assert.equal(same.status, 200, same.text);
});

test('a kind of policy or a place that is not served is 400', async () => {
  const { send } = await open();
  for (const url of [
    POLICIES_URL.replace('denypolicies', 'principalaccessboundarypolicies'),
    POLICIES_URL.replace('cloudresourcemanager', 'storage'),
    POLICIES_URL.replace('projects', 'buckets'),
    POLICIES_URL.replace(`projects%2F${PROJECT_ID}`, 'folders%2Fx'),
  ]) {
    const answer = await send('GET', url);
    assert.equal(answer.status, 400, url);
    assert.match(answer.json.error.message, /^Invalid name '/);
  }
});

function principals(count: number, prefix: string, kind = 'principal://goog/subject/'): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}${prefix}${index}@example.com`);
}

/** Rules that stand at a limit, one more that goes beyond it, and what is said then. */
const limits: readonly (readonly [string, readonly object[], object, string])[] = [
  [
    `${DENY_RULE_LIMIT} rules on a resource`,
    Array.from({ length: DENY_RULE_LIMIT }, () => denyRule(GET)),
    denyRule(GET),
    'The number of rules in the deny policies of the resource (501) is larger than the maximum allowed size 500.',
  ],
  [
    `${DENY_GROUP_LIMIT} groups on a resource`,
    denying(...principals(DENY_GROUP_LIMIT, 'g', 'principalSet://goog/group/')),
    denyRule(GET, { deniedPrincipals: ['principalSet://goog/cloudIdentityCustomerId/C01'] }),
    'The number of groups and domains in the deny policies of the resource (501) is larger than the maximum allowed size 500.',
  ],
  [
    `${DENY_PRINCIPAL_LIMIT} principals on a resource`,
    denying(...principals(DENY_PRINCIPAL_LIMIT, 'p')),
    denyRule(GET, { deniedPrincipals: ['principal://goog/subject/p0@example.com'] }),
    'The number of principals in the deny policies of the resource (2,501) is larger than the maximum allowed size 2,500.',
  ],
];

for (const [name, rules, more, message] of limits) {
  test(`a resource has at most ${name}, in all its policies together (IAM notes 1.2)`, async () => {
    const { send, create } = await open();
    const full = await create('policy-1', { rules });
    assert.equal(full.status, 200, full.text);
    const refused = await create('policy-2', { rules: [more] });
    assert.equal(refused.status, 400);
    assert.equal(refused.json.error.message, message);
    assert.equal((await create('policy-2', { rules: [] })).status, 200);
    const grown = await send('PUT', `${POLICIES_URL}/policy-2`, { rules: [more] });
    assert.equal(grown.json.error?.message, message);
    const same = await send('PUT', `${POLICIES_URL}/policy-1`, { rules });
    assert.equal(same.status, 200, 'what a policy holds counts once when it is changed');
  });
}

test(`a policy has at most ${DENY_RULE_LIMIT} rules (IAM notes 1.2)`, async () => {
  const { create } = await open();
  const rules = Array.from({ length: DENY_RULE_LIMIT + 1 }, () => denyRule(GET));
  const answer = await create('policy-1', { rules });
  const message = 'The number of rules in the policy (501) is larger than the maximum allowed size 500.';
  assert.equal(answer.json.error.message, message);
});

test(`a resource has at most ${DENY_POLICY_LIMIT} deny policies, also of writers at once (IAM notes 1.2)`, async () => {
  const { cloud, create } = await open();
  for (let index = 2; index < DENY_POLICY_LIMIT; index += 1) {
    await attach(cloud.services.resources, `projects/${PROJECT_ID}`, `policy-${index}`);
  }
  const ids = ['new-1', 'new-2', 'new-3', 'new-4'];
  const answers = await Promise.all(ids.map((id) => create(id, { rules: [] })));
  assert.deepEqual(
    answers.map(({ status }) => status).sort((a, b) => a - b),
    [200, 200, 400, 400],
  );
  const refused = answers.find(({ status }) => status === 400);
  assert.equal(
    refused?.json.error.message,
    'The number of deny policies of the resource (501) is larger than the maximum allowed size 500.',
  );
});
