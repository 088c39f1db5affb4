import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS } from '../../kernel/timestamps.ts';
import { listTestablePermissions } from '../../protocol/iam/roles/testable-permissions.ts';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import { iam } from './index.ts';

const HOST = 'https://iam.googleapis.com';
const PROJECT = `projects/${PROJECT_ID}`;
const ORGANIZATION = 'organizations/123456789';
const NAME = `${PROJECT}/roles/reader`;
const ROLE = {
  title: 'Reader',
  description: 'Reads objects.',
  includedPermissions: ['storage.objects.list', 'storage.objects.get', 'storage.objects.get'],
  stage: 'GA',
};
const READ = ['storage.objects.get', 'storage.objects.list'];

async function open() {
  const cloud = await openTestCloud([iam]);
  const { organizations } = cloud.services.resources;
  await cloud.services.resources.commit([organizations.put(organizations.draft('123456789', 'a.example'))]);
  const caller = await cloud.account('caller', 'roles/iam.roleAdmin');
  await cloud.grant(ORGANIZATION, 'roles/iam.organizationRoleAdmin', `serviceAccount:${caller}`);
  const token = await cloud.token(caller);
  const send = (verb: string, path: string, body?: unknown) =>
    cloud.send(verb, `${HOST}/v1/${path}`, { token, ...(body === undefined ? {} : { body }) });
  return {
    cloud,
    send,
    create: (roleId: string, role: object = {}, parent = PROJECT) =>
      send('POST', `${parent}/roles`, { roleId, role }),
  };
}

for (const parent of [PROJECT, ORGANIZATION]) {
  test(`a custom role of ${parent} is created, read, listed, changed, deleted and brought back (IAM notes 1.5)`, async () => {
    const { send, create } = await open();
    const name = `${parent}/roles/reader`;
    const created = await create('reader', ROLE, parent);
    assert.equal(created.status, 200, created.text);
    const { etag, ...shown } = created.json;
    const { includedPermissions, ...basic } = { name, ...ROLE, includedPermissions: READ };
    assert.deepEqual(shown, { ...basic, includedPermissions });
    assert.deepEqual((await send('GET', name)).json, created.json);
    assert.deepEqual((await send('GET', `${parent}/roles`)).json, { roles: [{ ...basic, etag }] });
    assert.deepEqual((await send('GET', `${parent}/roles?view=FULL`)).json, { roles: [created.json] });

    const patched = await send('PATCH', `${name}?updateMask=title,stage`, {
      title: 'Lister',
      stage: 'BETA',
      etag,
    });
    assert.equal(patched.status, 200, patched.text);
    assert.deepEqual(patched.json, {
      ...created.json,
      title: 'Lister',
      stage: 'BETA',
      etag: patched.json.etag,
    });
    assert.notEqual(patched.json.etag, etag);

    const deleted = await send('DELETE', name);
    assert.deepEqual(deleted.json, { ...patched.json, deleted: true, etag: deleted.json.etag });
    assert.deepEqual((await send('GET', name)).json, deleted.json);
    assert.deepEqual((await send('GET', `${parent}/roles`)).json, {});
    assert.deepEqual((await send('GET', `${parent}/roles?showDeleted=true&view=FULL`)).json, {
      roles: [deleted.json],
    });

    const back = await send('POST', `${name}:undelete`, { etag: deleted.json.etag });
    assert.deepEqual(back.json, { ...patched.json, etag: back.json.etag });
  });
}

test('a role with the least that can be said has its id, the stage ALPHA, which is left out, and nothing else', async () => {
  const { create, send } = await open();
  const { etag, ...role } = (await create('abc')).json;
  assert.deepEqual(role, { name: `${PROJECT}/roles/abc` });
  assert.deepEqual((await send('GET', `projects/${PROJECT_NUMBER}/roles/abc`)).json, { ...role, etag });
});

const patches: readonly (readonly [string, string, object, object])[] = [
  ['without a mask, what is sent', '', { title: 'New' }, { title: 'New' }],
  [
    'with a mask, only what it names',
    '?updateMask=title',
    { title: 'New', description: 'Not this' },
    { title: 'New' },
  ],
  [
    'what a mask names and the request lacks is cleared',
    '?updateMask=includedPermissions',
    {},
    { includedPermissions: undefined },
  ],
  [
    'in the spelling of protocol buffers',
    '?updateMask=included_permissions',
    { includedPermissions: ['iam.roles.get'] },
    { includedPermissions: ['iam.roles.get'] },
  ],
  ['to the stage ALPHA, which is left out', '?updateMask=stage', { stage: 'ALPHA' }, { stage: undefined }],
  ['with its own name, as a file of gcloud has it', '', { name: NAME, title: 'New' }, { title: 'New' }],
];

for (const [what, query, body, changed] of patches) {
  test(`a patch changes ${what}`, async () => {
    const { send, create } = await open();
    const created = await create('reader', ROLE);
    const patched = await send('PATCH', NAME + query, body);
    assert.equal(patched.status, 200, patched.text);
    const expected = JSON.parse(JSON.stringify({ ...created.json, ...changed, etag: patched.json.etag }));
    assert.deepEqual(patched.json, expected);
  });
}

/** What a role of a project is refused for: the request's role, and the message. */
const ID_TEXT =
  'is invalid. It doesn\'t match pattern "[a-zA-Z0-9_\\.]{3,64}". The role_id must be 3 to 64 characters long and can be a ' +
  'mix of uppercase and lowercase English letters, digits, underscores and periods.';
const tooMany = listTestablePermissions('organization');
const refused: readonly (readonly [string, string, object, string])[] = [
  ['an id with a dash', 'test-1', {}, `The role_id "test-1" ${ID_TEXT}`],
  ['an id that is too short', 'ab', {}, `The role_id "ab" ${ID_TEXT}`],
  ['an id that is too long', 'a'.repeat(65), {}, `The role_id "${'a'.repeat(65)}" ${ID_TEXT}`],
  ['a name', 'abc', { name: NAME }, 'Must not specify role.name.'],
  [
    'an unknown permission',
    'abc',
    { includedPermissions: ['storage.objects.eat'] },
    'Permission storage.objects.eat is not valid.',
  ],
  [
    'a permission for organizations alone',
    'abc',
    { includedPermissions: ['resourcemanager.projects.list'] },
    'Permission resourcemanager.projects.list is not valid.',
  ],
  [
    'a permission of a service that is not known here',
    'abc',
    { includedPermissions: ['aiplatform.models.get'] },
    'Permission aiplatform.models.get is not valid.',
  ],
  ['a wildcard', 'abc', { includedPermissions: ['storage.*'] }, 'Permission storage.* is not valid.'],
  [
    'a title over 100 bytes',
    'abc',
    { title: 'ü'.repeat(51) },
    'The title length (102) is longer than the maximum allowed length 100.',
  ],
  [
    'a description over 300 bytes',
    'abc',
    { description: 'd'.repeat(301) },
    'The description length (301) is longer than the maximum allowed length 300.',
  ],
  [
    'more than 3,000 permissions',
    'abc',
    { includedPermissions: Array.from({ length: 3001 }, (_, index) => `a.b.c${index}`) },
    'The role has 3001 permissions. It may have at most 3000.',
  ],
];

for (const [what, roleId, role, message] of refused) {
  test(`a role with ${what} is refused (IAM notes 1.2 and 1.5)`, async () => {
    const { create, send } = await open();
    assert.deepEqual((await create(roleId, role)).json, {
      error: { code: 400, message, status: 'INVALID_ARGUMENT' },
    });
    assert.deepEqual((await send('GET', `${PROJECT}/roles`)).json, {});
  });
}

test('title, description and names of permissions have 64 KiB together (IAM notes 1.2)', async () => {
  const { create } = await open();
  const size = tooMany.reduce((sum, name) => sum + name.length, 0);
  assert.ok(size > 64 * 1024, 'the permissions that are known are enough for this test');
  const { json } = await create('abc', { includedPermissions: tooMany }, ORGANIZATION);
  assert.equal(json.error.message, `The role has ${size} bytes of text. It may have at most 65536.`);
});

const DENIED = {
  code: 403,
  message: "Permission 'iam.roles.create' denied on resource (or it may not exist).",
  status: 'PERMISSION_DENIED',
};
for (const parent of ['projects/nobodys', 'projects/-', 'organizations/1', 'organizations/x']) {
  test(`a role of ${parent}, which is not there, is refused as if it were not the caller's`, async () => {
    const { create } = await open();
    const { details, ...error } = (await create('abc', {}, parent)).json.error;
    assert.equal(details[0].reason, 'IAM_PERMISSION_DENIED');
    assert.deepEqual(error, DENIED);
  });
}

const ABORTED =
  'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.';
const NOT_THERE = `The role named ${PROJECT}/roles/nobody was not found.`;
const BAD_NAME =
  'The role name must be in the form "roles/{role}", "organizations/{organization_id}/roles/{role}", or "projects/{project_id}/roles/{role}".';
type Answer = readonly [number, string, string];
const changes: readonly (readonly [string, string, string, object | undefined, Answer])[] = [
  ['a get of none', 'GET', `${PROJECT}/roles/nobody`, undefined, [404, 'NOT_FOUND', NOT_THERE]],
  ['a patch of none', 'PATCH', `${PROJECT}/roles/nobody`, {}, [404, 'NOT_FOUND', NOT_THERE]],
  ['a delete of none', 'DELETE', `${PROJECT}/roles/nobody`, undefined, [404, 'NOT_FOUND', NOT_THERE]],
  ['an undelete of none', 'POST', `${PROJECT}/roles/nobody:undelete`, {}, [404, 'NOT_FOUND', NOT_THERE]],
  [
    'a get of what can be no role',
    'GET',
    `${PROJECT}/roles/test-1`,
    undefined,
    [400, 'INVALID_ARGUMENT', BAD_NAME],
  ],
  [
    'a patch with a stale etag',
    'PATCH',
    NAME,
    { title: 'New', etag: 'BwAAAAAAAAE=' },
    [409, 'ABORTED', ABORTED],
  ],
  [
    'a delete with a stale etag',
    'DELETE',
    `${NAME}?etag=BwAAAAAAAAE%3D`,
    undefined,
    [409, 'ABORTED', ABORTED],
  ],
  [
    'a patch with the etag of a predefined role',
    'PATCH',
    NAME,
    { title: 'New', etag: 'AA==' },
    [409, 'ABORTED', ABORTED],
  ],
  [
    'a patch with another name',
    'PATCH',
    NAME,
    { name: 'roles/viewer' },
    [400, 'INVALID_ARGUMENT', `The name of the role must be '${NAME}', or absent.`],
  ],
  [
    'a patch with a mask of no field',
    'PATCH',
    `${NAME}?updateMask=title,size`,
    {},
    [400, 'INVALID_ARGUMENT', "Invalid update mask: a role has no field 'size'."],
  ],
  [
    'a patch with an unknown permission',
    'PATCH',
    NAME,
    { includedPermissions: ['a.b.c'] },
    [400, 'INVALID_ARGUMENT', 'Permission a.b.c is not valid.'],
  ],
  [
    'an undelete of an active one',
    'POST',
    `${NAME}:undelete`,
    {},
    [400, 'FAILED_PRECONDITION', `You can't undelete a role (${NAME}) which is not in a deleted state.`],
  ],
  [
    'a second one with its id',
    'POST',
    `${PROJECT}/roles`,
    { roleId: 'reader' },
    [409, 'ALREADY_EXISTS', `A role named reader in ${PROJECT} already exists.`],
  ],
];

for (const [what, verb, path, body, [code, status, message]] of changes) {
  test(`of a role, ${what} is refused with ${code} and changes nothing`, async () => {
    const { create, send } = await open();
    const created = await create('reader', ROLE);
    assert.deepEqual((await send(verb, path, body)).json, { error: { code, message, status } });
    assert.deepEqual((await send('GET', NAME)).json, created.json);
  });
}

const GONE: Answer = [404, 'NOT_FOUND', `The role named ${NAME} was not found.`];
const DELETED_ID: Answer = [
  400,
  'FAILED_PRECONDITION',
  "You can't create a role with role_id (reader) where there is an existing role with that role_id in a deleted state.",
];
const RESERVED_ID: Answer = [
  400,
  'FAILED_PRECONDITION',
  "You can't create a role_id (reader) which has been marked for deletion.",
];
const lives: readonly (readonly [number, string, string, object | undefined, Answer])[] = [
  [
    0,
    'PATCH',
    NAME,
    { title: 'New' },
    [400, 'FAILED_PRECONDITION', `You can't update a role (${NAME}) which is in a deleted state.`],
  ],
  [
    0,
    'DELETE',
    NAME,
    undefined,
    [400, 'FAILED_PRECONDITION', `You can't delete a role (${NAME}) which is in a deleted state.`],
  ],
  [7 * DAY_MS - 1, 'POST', `${PROJECT}/roles`, { roleId: 'reader' }, DELETED_ID],
  [7 * DAY_MS, 'POST', `${NAME}:undelete`, {}, GONE],
  [7 * DAY_MS, 'GET', NAME, undefined, GONE],
  [7 * DAY_MS, 'POST', `${PROJECT}/roles`, { roleId: 'reader' }, RESERVED_ID],
  [37 * DAY_MS - 1, 'POST', `${PROJECT}/roles`, { roleId: 'reader' }, RESERVED_ID],
];

for (const [afterMs, verb, path, body, [code, status, message]] of lives) {
  test(`${afterMs / DAY_MS} days after its deletion, ${verb} ${path} of a role is ${code} (IAM notes 1.5)`, async () => {
    const { cloud, create, send } = await open();
    await create('reader', ROLE);
    await send('DELETE', NAME);
    cloud.clock.nowMs += afterMs;
    const token = await cloud.token('caller@lab-project.iam.gserviceaccount.com');
    const answer = await cloud.send(verb, `${HOST}/v1/${path}`, {
      token,
      ...(body === undefined ? {} : { body }),
    });
    assert.deepEqual(answer.json, { error: { code, message, status } });
  });
}

test('a project has 300 roles at most, of which deleted ones are some; a page has 300 of them (IAM notes 1.2)', async () => {
  const { cloud, create, send } = await open();
  const { roles } = cloud.services.resources;
  const base = { parent: PROJECT, title: '', description: '', stage: 'GA', permissions: [] } as const;
  for (let index = 0; index < 300; index += 1) {
    await roles.create({ ...base, roleId: `role${String(index).padStart(3, '0')}` });
  }
  await send('DELETE', `${PROJECT}/roles/role000`);
  const refusal = await create('oneMore');
  assert.deepEqual(refusal.json, {
    error: {
      code: 429,
      message: `Maximum number of roles reached on ${PROJECT}. Maximum is: 300`,
      status: 'RESOURCE_EXHAUSTED',
    },
  });
  const whole = await send('GET', `${PROJECT}/roles`);
  assert.equal(whole.json.roles.length, 299);
  assert.equal(whole.json.nextPageToken, undefined);
  const first = await send('GET', `${PROJECT}/roles?pageSize=200`);
  assert.equal(first.json.roles.length, 200);
  const second = await send('GET', `${PROJECT}/roles?pageSize=200&pageToken=${first.json.nextPageToken}`);
  assert.deepEqual([...first.json.roles, ...second.json.roles], whole.json.roles);
  assert.equal(second.json.nextPageToken, undefined);
});

test('of two who create one role at once, one is told that it is there', async () => {
  const { create } = await open();
  const answers = await Promise.all([create('reader', { title: 'a' }), create('reader', { title: 'b' })]);
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 409]));
});

test('of two who change one role with its etag, one is told to read it again', async () => {
  const { create, send } = await open();
  const { etag } = (await create('reader', ROLE)).json;
  const answers = await Promise.all(['a', 'b'].map((title) => send('PATCH', NAME, { title, etag })));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 409]));
});
