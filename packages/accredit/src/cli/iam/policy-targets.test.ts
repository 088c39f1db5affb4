import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallFailed, type OwnerRequest } from '../owner-client.ts';
import { changePolicy } from './policy-changes.ts';
import { findTarget, type PolicyAnswer, type TargetOptions } from './policy-targets.ts';

const EMAIL = 'reader@p.iam.gserviceaccount.com';

/** The target of some options, in a cloud whose default project is `p`. */
function targetOf(options: TargetOptions) {
  // The members that `findTarget` looks at.
  const context = { env: {} } as Parameters<typeof findTarget>[0];
  const session = { status: { defaultProject: 'p' } } as Parameters<typeof findTarget>[1];
  return findTarget(context, session, options);
}

/** A policy behind an API: an etag that moves with each write, and rivals that write in between. */
function policyServer(first: PolicyAnswer, rivals: readonly number[] = []) {
  let policy = first;
  const failures = [...rivals];
  const calls: OwnerRequest[] = [];
  return {
    calls,
    bindings: () => policy.bindings,
    async call(request: OwnerRequest): Promise<unknown> {
      calls.push(request);
      const isRead = request.method === 'GET' || request.path.endsWith(':getIamPolicy');
      if (isRead) return policy;
      const status = failures.shift();
      if (status !== undefined) throw new CallFailed(status, 'There were concurrent policy changes.');
      const body = request.body as PolicyAnswer & { readonly policy?: PolicyAnswer };
      policy = body.policy ?? body;
      return policy;
    },
  };
}

const targets: readonly (readonly [string, TargetOptions, string, OwnerRequest, OwnerRequest])[] = [
  [
    'a project',
    {},
    "project 'p'",
    {
      method: 'POST',
      host: 'cloudresourcemanager.googleapis.com',
      path: '/v1/projects/p:getIamPolicy',
      body: { options: { requestedPolicyVersion: 3 } },
    },
    {
      method: 'POST',
      host: 'cloudresourcemanager.googleapis.com',
      path: '/v1/projects/p:setIamPolicy',
      body: { policy: { bindings: [], etag: 'E', version: 3 } },
    },
  ],
  [
    'a bucket',
    { bucket: 'gs://b/' },
    "bucket 'b'",
    {
      method: 'GET',
      host: 'storage.googleapis.com',
      path: '/storage/v1/b/b/iam',
      query: { optionsRequestedPolicyVersion: 3 },
    },
    {
      method: 'PUT',
      host: 'storage.googleapis.com',
      path: '/storage/v1/b/b/iam',
      body: { bindings: [], etag: 'E', version: 3 },
    },
  ],
  [
    'a service account',
    { serviceAccount: 'reader' },
    `service account '${EMAIL}'`,
    {
      method: 'POST',
      host: 'iam.googleapis.com',
      path: `/v1/projects/p/serviceAccounts/${encodeURIComponent(EMAIL)}:getIamPolicy`,
      query: { 'options.requestedPolicyVersion': 3 },
    },
    {
      method: 'POST',
      host: 'iam.googleapis.com',
      path: `/v1/projects/p/serviceAccounts/${encodeURIComponent(EMAIL)}:setIamPolicy`,
      body: { policy: { bindings: [], etag: 'E', version: 3 } },
    },
  ],
  ...(['folder', 'organization'] as const).map(
    (kind) =>
      [
        `a ${kind}`,
        { [kind]: '12' },
        `${kind} '12'`,
        {
          method: 'POST',
          host: 'cloudresourcemanager.googleapis.com',
          path: `/v3/${kind}s/12:getIamPolicy`,
          body: { options: { requestedPolicyVersion: 3 } },
        },
        {
          method: 'POST',
          host: 'cloudresourcemanager.googleapis.com',
          path: `/v3/${kind}s/12:setIamPolicy`,
          body: { policy: { bindings: [], etag: 'E', version: 3 } },
        },
      ] as const,
  ),
  [
    'an instance',
    { instance: 'vm', zone: 'z' },
    "instance 'vm'",
    {
      method: 'GET',
      host: 'compute.googleapis.com',
      path: '/compute/v1/projects/p/zones/z/instances/vm/getIamPolicy',
      query: { optionsRequestedPolicyVersion: 3 },
    },
    {
      method: 'POST',
      host: 'compute.googleapis.com',
      path: '/compute/v1/projects/p/zones/z/instances/vm/setIamPolicy',
      body: { policy: { bindings: [], etag: 'E', version: 3 } },
    },
  ],
];
for (const [name, options, text, read, write] of targets) {
  test(`the policy of ${name} is read and written through its own API`, async () => {
    const target = await targetOf(options);
    assert.equal(target.name, text);
    assert.deepEqual(target.read, read);
    assert.deepEqual(target.write({ bindings: [], etag: 'E' }), write);
  });
}

test('an account whose address names no project is found in whichever it is in (IAM notes 1.8)', async () => {
  const target = await targetOf({ serviceAccount: '123-compute@developer.gserviceaccount.com' });
  assert.equal(target.read.path.startsWith('/v1/projects/-/serviceAccounts/'), true);
});

test('one policy at a time', async () => {
  await assert.rejects(targetOf({ bucket: 'b', serviceAccount: 'a' }), { name: 'CliError', status: 2 });
  await assert.rejects(targetOf({ folder: '1', organization: '2' }), { name: 'CliError', status: 2 });
  await assert.rejects(targetOf({ zone: 'z' }), { name: 'CliError', status: 2 });
});

test('a grant joins its role, and the etag that was read goes back (IAM notes 1.2)', async () => {
  const server = policyServer({ etag: 'E', bindings: [{ role: 'roles/r', members: ['user:a@b.c'] }] });
  const change = { kind: 'grant', role: 'roles/r', member: 'user:D@E.f' } as const;
  assert.equal(await changePolicy(server, await targetOf({}), change), true);
  assert.deepEqual(server.calls[1]?.body, {
    policy: { etag: 'E', bindings: [{ role: 'roles/r', members: ['user:a@b.c', 'user:d@e.f'] }], version: 3 },
  });
});

test('a revoked binding that has nobody left goes', async () => {
  const server = policyServer({ etag: 'E', bindings: [{ role: 'roles/r', members: ['user:a@b.c'] }] });
  const change = { kind: 'revoke', role: 'roles/r', member: 'user:A@B.c' } as const;
  assert.equal(await changePolicy(server, await targetOf({}), change), true);
  assert.deepEqual(server.bindings(), []);
});

test('what is so already is not written', async () => {
  const held = policyServer({ etag: 'E', bindings: [{ role: 'roles/r', members: ['user:a@b.c'] }] });
  const grant = { kind: 'grant', role: 'roles/r', member: 'user:a@b.c' } as const;
  assert.equal(await changePolicy(held, await targetOf({}), grant), false);
  const revoke = { kind: 'revoke', role: 'roles/x', member: 'user:a@b.c' } as const;
  assert.equal(await changePolicy(held, await targetOf({}), revoke), false);
  assert.equal(held.calls.length, 2);
});

for (const status of [409, 412]) {
  test(`a write that lost a race with ${status} is done again from the reading (IAM notes 1.2)`, async () => {
    const server = policyServer({ etag: 'E', bindings: [] }, [status, status]);
    const change = { kind: 'grant', role: 'roles/r', member: 'user:a@b.c' } as const;
    assert.equal(await changePolicy(server, await targetOf({}), change), true);
    assert.equal(server.calls.length, 6);
  });
}

test('any other error, and a race that is lost again and again, is said', async () => {
  const change = { kind: 'grant', role: 'roles/r', member: 'user:a@b.c' } as const;
  const refused = policyServer({ etag: 'E', bindings: [] }, [403]);
  await assert.rejects(changePolicy(refused, await targetOf({}), change), { httpStatus: 403 });
  const busy = policyServer(
    { etag: 'E', bindings: [] },
    Array.from({ length: 20 }, () => 409),
  );
  await assert.rejects(changePolicy(busy, await targetOf({}), change), { httpStatus: 409 });
  assert.equal(busy.calls.length, 20);
});

const REPORTS = { title: 'reports', expression: 'resource.name.endsWith("/reports")' };

/** A policy in which a member has a role without a condition, and on one. */
function conditionalServer() {
  const member = 'user:a@b.c';
  return policyServer({
    etag: 'E',
    bindings: [
      { role: 'roles/r', members: [member] },
      { role: 'roles/r', members: [member, 'user:d@e.f'], condition: REPORTS },
    ],
  });
}

test('a change of another grant leaves conditions as they are', async () => {
  const server = conditionalServer();
  const change = { kind: 'grant', role: 'roles/x', member: 'user:a@b.c' } as const;
  assert.equal(await changePolicy(server, await targetOf({}), change), true);
  assert.deepEqual(server.bindings(), [
    ...conditionalServer().bindings(),
    { role: 'roles/x', members: ['user:a@b.c'] },
  ]);
});

const revocations = [
  ['the grant without a condition', {}, [['user:a@b.c', 'user:d@e.f']]],
  ['the grant on a condition', { condition: REPORTS }, [['user:a@b.c'], ['user:d@e.f']]],
  ['the role on every condition', { all: true }, [['user:d@e.f']]],
] as const;
for (const [what, more, left] of revocations) {
  test(`a revocation takes ${what} and no other`, async () => {
    const server = conditionalServer();
    const change = { kind: 'revoke', role: 'roles/r', member: 'user:A@b.c', ...more } as const;
    assert.equal(await changePolicy(server, await targetOf({}), change), true);
    assert.deepEqual(
      server.bindings().map(({ members }) => members),
      left,
    );
  });
}

test('a condition is another one where any part of it differs', async () => {
  const server = conditionalServer();
  const condition = { ...REPORTS, title: 'other' };
  const change = { role: 'roles/r', member: 'user:a@b.c', condition } as const;
  const target = await targetOf({});
  assert.equal(await changePolicy(server, target, { kind: 'revoke', ...change }), false);
  assert.equal(await changePolicy(server, target, { kind: 'grant', ...change }), true);
  assert.equal(server.bindings().length, 3);
});

test('a grant leaves the conditions of others as they are, and is another binding than a conditional one', async () => {
  const condition = { title: 'past', description: 'd', expression: 'false' };
  const conditional = { role: 'roles/r', members: ['user:a@b.c'], condition };
  const server = policyServer({ etag: 'E', bindings: [conditional] });
  const target = await targetOf({});
  const change = { kind: 'grant', role: 'roles/r', member: 'user:a@b.c' } as const;
  assert.equal(await changePolicy(server, target, change), true);
  assert.deepEqual(server.bindings(), [conditional, { role: 'roles/r', members: ['user:a@b.c'] }]);
  assert.equal(await changePolicy(server, target, { ...change, kind: 'revoke' }), true);
  assert.deepEqual(server.bindings(), [conditional]);
});
