import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { SAMPLE_OS_LOGIN } from '../../protocol/metadata/os-login/os-login.fixture.ts';
import { ATTEMPT_LIMIT } from '../../protocol/metadata/os-login/os-login-sessions.ts';
import type { Instance } from '../../resources/instances.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { SESSION_LIFETIME_MS, SESSION_LIMIT } from './os-login-sessions.ts';
import { MetadataServer } from './server.ts';

const SESSIONS = '/computeMetadata/v1/oslogin/authenticate/sessions';
const ALL_TYPES = ['INTERNAL_TWO_FACTOR', 'SECURITY_KEY_OTP', 'AUTHZEN', 'TOTP', 'IDV_PREREGISTERED_PHONE'];
const ADA = 'ada@example.com';

function nameOf(instance: string): string {
  return `projects/${PROJECT_ID}/zones/us-central1-a/instances/${instance}`;
}

async function open(change: Partial<Instance> = {}) {
  const cloud = await openTestCloud([]);
  const { resources } = cloud.services;
  const project = await resources.projects.get(PROJECT_ID);
  assert.ok(project !== undefined);
  await resources.commit(resources.projects.put({ ...project.value, osLogin: SAMPLE_OS_LOGIN }));
  for (const name of ['vm-1', 'vm-2']) {
    const metadata = [{ key: 'enable-oslogin', value: 'TRUE' }];
    const given = { projectId: PROJECT_ID, zone: 'us-central1-a', name, metadata, ...change };
    await resources.commit([resources.instances.put(resources.instances.draft(given))]);
  }
  const server = new MetadataServer(cloud.services);
  const send = async (
    path: string,
    body: unknown,
    { instance = 'vm-1', method = 'POST' }: { readonly instance?: string; readonly method?: string } = {},
  ) => {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const response = await server.handle(
      {
        method,
        target: path,
        headers: { 'metadata-flavor': 'Google' },
        listener: { kind: 'metadata', instance: nameOf(instance) },
        body: Readable.from([bytes]),
      },
      nameOf(instance),
    );
    return response;
  };
  const start = async (email = ADA, supportedChallengeTypes: readonly string[] = ALL_TYPES) => {
    const response = await send(`${SESSIONS}/start`, { email, supportedChallengeTypes });
    assert.equal(response.status, 200);
    assert.equal(response.headers['Content-Type'], 'application/json');
    return JSON.parse(String(response.body)) as { status: string; sessionId: string; challenges: unknown };
  };
  const respond = async (sessionId: string, answer: object, instance = 'vm-1') => {
    const body = { email: ADA, action: 'RESPOND', challengeId: 1, ...answer };
    const response = await send(`${SESSIONS}/${sessionId}/continue`, body, { instance });
    return response.status === 200 ? (JSON.parse(String(response.body)) as unknown) : response.status;
  };
  return { ...cloud, send, start, respond };
}

const WRONG = { status: 'REJECTED', rejectionReason: 'Wrong code.' };
const right = { proposalResponse: { credential: '123456' } };
const wrong = { proposalResponse: { credential: '654321' } };

test('a session asks for the second factors of the user, and the right code ends it (metadata notes 8.7)', async () => {
  const { start, respond } = await open();
  const { sessionId, ...started } = await start();
  assert.match(sessionId, /^[0-9a-f]{32}$/);
  assert.deepEqual(started, {
    status: 'CHALLENGE_REQUIRED',
    challenges: [
      { challengeId: 1, challengeType: 'TOTP', status: 'READY' },
      { challengeId: 2, challengeType: 'AUTHZEN', status: 'PROPOSED' },
    ],
  });
  assert.deepEqual(await respond(sessionId, wrong), WRONG);
  assert.deepEqual(await respond(sessionId, {}), WRONG);
  assert.deepEqual(await respond(sessionId, right), { status: 'AUTHENTICATED' });
  assert.equal(await respond(sessionId, right), 404, 'it is over');
});

test('a client may choose another challenge, which is then the one to answer', async () => {
  const { start, respond } = await open();
  const { sessionId } = await start();
  assert.equal(await respond(sessionId, { challengeId: 2 }), 400, 'not ready');
  assert.deepEqual(await respond(sessionId, { challengeId: 2, action: 'START_ALTERNATE' }), {
    status: 'CHALLENGE_REQUIRED',
    sessionId,
    challenges: [
      { challengeId: 1, challengeType: 'TOTP', status: 'PROPOSED' },
      { challengeId: 2, challengeType: 'AUTHZEN', status: 'READY' },
    ],
  });
  assert.equal(await respond(sessionId, right), 400, 'not ready any more');
  assert.deepEqual(await respond(sessionId, { challengeId: 2 }), { status: 'AUTHENTICATED' });
});

test('who has no second factor in common with the client is told so', async () => {
  const { start } = await open();
  assert.deepEqual(await start('bob@example.com'), { status: 'NO_AVAILABLE_CHALLENGES' });
  assert.deepEqual(await start(ADA, ['SECURITY_KEY_OTP']), { status: 'NO_AVAILABLE_CHALLENGES' });
  assert.deepEqual(await start(ADA, []), { status: 'NO_AVAILABLE_CHALLENGES' });
});

test('a session ends with too many wrong codes, with its time, and with too many other sessions', async () => {
  const { start, respond, clock } = await open();
  const guessed = await start();
  for (let count = 1; count < ATTEMPT_LIMIT; count += 1)
    assert.deepEqual(await respond(guessed.sessionId, wrong), WRONG);
  assert.deepEqual(await respond(guessed.sessionId, wrong), {
    status: 'REJECTED',
    rejectionReason: 'Wrong code, and too many before it.',
  });
  assert.equal(await respond(guessed.sessionId, right), 404);
  const slow = await start();
  clock.nowMs += SESSION_LIFETIME_MS - 1;
  assert.deepEqual(await respond(slow.sessionId, wrong), WRONG);
  clock.nowMs += 1;
  assert.equal(await respond(slow.sessionId, right), 404);
  const first = await start();
  for (let count = 0; count < SESSION_LIMIT - 1; count += 1) await start();
  assert.deepEqual(await respond(first.sessionId, wrong), WRONG);
  await start();
  assert.equal(await respond(first.sessionId, right), 404);
});

test('an instance that begins many sessions ends its own, and no other instance’s', async () => {
  const { start, send, respond } = await open();
  const other = await send(
    `${SESSIONS}/start`,
    { email: ADA, supportedChallengeTypes: ALL_TYPES },
    { instance: 'vm-2' },
  );
  const { sessionId } = JSON.parse(String(other.body)) as { sessionId: string };
  for (let count = 0; count < SESSION_LIMIT + 1; count += 1) await start();
  assert.deepEqual(await respond(sessionId, right, 'vm-2'), { status: 'AUTHENTICATED' });
});

test('a session belongs to its user and its instance', async () => {
  const { start, respond } = await open();
  const { sessionId } = await start();
  assert.equal(await respond(sessionId, { ...right, email: 'bob@example.com' }), 404);
  assert.equal(await respond(sessionId, right, 'vm-2'), 404);
  assert.deepEqual(await respond(sessionId, right), { status: 'AUTHENTICATED' });
});

test('what is asked amiss is refused, and nothing is repeated', async () => {
  const { send, start } = await open();
  const { sessionId } = await start();
  const cases: readonly (readonly [path: string, body: unknown, status: number, method?: string])[] = [
    [`${SESSIONS}/start`, '', 400],
    [`${SESSIONS}/start`, '{', 400],
    [`${SESSIONS}/start`, { email: ADA, supportedChallengeTypes: [5] }, 400],
    [`${SESSIONS}/start`, `{"email":"${'x'.repeat(20_000)}"}`, 400],
    [`${SESSIONS}/start`, { email: 'dora@example.com', supportedChallengeTypes: ALL_TYPES }, 404],
    [`${SESSIONS}/none/continue`, { email: ADA, challengeId: 1, action: 'RESPOND' }, 404],
    [`${SESSIONS}/${sessionId}/continue`, { email: ADA, challengeId: 9, action: 'RESPOND' }, 400],
    [`${SESSIONS}/${sessionId}/continue`, { email: ADA, challengeId: 1, action: 'GIVE_UP' }, 400],
    [`${SESSIONS}/${sessionId}`, {}, 405],
    [`${SESSIONS}/start`, '', 404, 'GET'],
    [`${SESSIONS}/start`, '', 405, 'PUT'],
  ];
  for (const [path, body, status, method = 'POST'] of cases) {
    const response = await send(path, body, { method });
    assert.equal(response.status, status, `${method} ${path} ${JSON.stringify(body).slice(0, 80)}`);
    assert.ok(!String(response.body).includes(ADA));
  }
});

test('a session begins where OS Login is on, on Compute Engine alone', async () => {
  const request = { email: ADA, supportedChallengeTypes: ALL_TYPES };
  const off = await open({ metadata: [] });
  assert.equal((await off.send(`${SESSIONS}/start`, request)).status, 404);
  const pod = await open({ metadataServer: { profile: 'gke' } });
  assert.equal((await pod.send(`${SESSIONS}/start`, request)).status, 405);
});
