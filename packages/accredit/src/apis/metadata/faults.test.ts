/** Faults of metadata servers, each over a real socket; the time that a delay takes is the test's. */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { openListener, startTimeouts } from '../../http/listeners.ts';
import { createHttpServer } from '../../http/node-adapter.ts';
import type { Services } from '../../http/services.ts';
import { ApiError } from '../../kernel/api-error.ts';
import { type SetAlarm, silentLog } from '../../kernel/ports.ts';
import { openTestCloud, PROJECT_ID, type TestCloud } from '../api.fixture.ts';
import { FAULT_LIMIT, FaultBook } from './faults.ts';
import { MetadataServer } from './server.ts';

const V1 = '/computeMetadata/v1';
const TOKEN = `${V1}/instance/service-accounts/default/token`;
const ID = `${V1}/instance/id`;
const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];
const nameOf = (vm: string) => `projects/${PROJECT_ID}/zones/us-central1-a/instances/${vm}`;

interface Scene {
  readonly cloud: TestCloud;
  readonly book: FaultBook;
  /** The delays that there were; each passes at once. */
  readonly delaysMs: readonly number[];
  /** Opens the book once more, as a restart does. */
  reopen(): Promise<FaultBook>;
  /** Asks the metadata server of an instance; gives the code of the error where there is no answer. */
  get(vm: string, path: string): Promise<Answer>;
}

interface Answer {
  readonly status: number | string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Two instances with metadata servers on loopback. */
async function open(t: TestContext): Promise<Scene> {
  const delaysMs: number[] = [];
  const setAlarm: SetAlarm = (delayMs, ring) => {
    delaysMs.push(delayMs);
    const soon = setImmediate(ring);
    return () => clearImmediate(soon);
  };
  const cloud = await openTestCloud([], { setAlarm });
  const { services } = cloud;
  const email = await cloud.account('vm');
  for (const name of ['vm-1', 'vm-2']) await putInstance(services, name, email);
  const parts = { resources: services.resources, random: services.random, log: silentLog };
  const book = await FaultBook.open(parts);
  const metadata = new MetadataServer(services, book);
  const server = createHttpServer((request) => {
    assert.ok(request.listener.kind === 'metadata');
    return metadata.handle(request, request.listener.instance);
  }, silentLog);
  startTimeouts(server);
  const ports = new Map<string, number>();
  for (const vm of ['vm-1', 'vm-2']) {
    const listener = { kind: 'metadata', instance: nameOf(vm) } as const;
    const opened = await openListener(server, listener, { host: '127.0.0.1', port: 0 });
    ports.set(vm, opened.port);
    t.after(() => opened.close());
  }
  return {
    cloud,
    book,
    delaysMs,
    reopen: () => FaultBook.open(parts),
    get: (vm, path) => ask(ports.get(vm) ?? 0, path),
  };
}

async function putInstance({ resources }: Services, name: string, email: string): Promise<void> {
  const place = { projectId: PROJECT_ID, zone: 'us-central1-a', name };
  const instance = resources.instances.draft({ ...place, serviceAccounts: [{ email, scopes: SCOPES }] });
  await resources.commit([resources.instances.put(instance)]);
}

function ask(port: number, path: string): Promise<Answer> {
  return new Promise((resolve) => {
    const headers = { 'Metadata-Flavor': 'Google' };
    httpRequest({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      const { statusCode: status = 0, headers: got } = response;
      void text(response).then((body) => resolve({ status, headers: got, body }));
    })
      .on('error', (error: NodeJS.ErrnoException) =>
        resolve({ status: error.code ?? '', headers: {}, body: '' }),
      )
      .end();
  });
}

function tokenOf({ body }: Answer): { readonly access_token: string; readonly expires_in: number } {
  return JSON.parse(body) as { access_token: string; expires_in: number };
}

function isApiError(code: ApiError['code']): (error: unknown) => boolean {
  return (error) => error instanceof ApiError && error.code === code;
}

test('a status is answered with a page, as the server sends errors, as often as it was asked for', async (t) => {
  const { book, get } = await open(t);
  await book.add({ status: 503, times: 2, path: 'instance/id' });
  const { status, headers, body } = await get('vm-1', ID);
  assert.equal(status, 503);
  assert.equal(headers['metadata-flavor'], 'Google');
  assert.equal(headers['content-type'], 'text/html; charset=UTF-8');
  assert.equal(headers.server, 'Metadata Server for VM');
  assert.equal(headers['content-length'], String(Buffer.byteLength(body)));
  assert.match(body, /<h1>503 Service Unavailable<\/h1>/);
  assert.equal((await get('vm-1', `${V1}/instance/name`)).status, 200, 'other paths are as they are');
  assert.equal((await get('vm-1', ID)).status, 503);
  assert.equal((await get('vm-1', ID)).status, 200);
  assert.deepEqual(book.list(), []);
});

test('of 50 requests at once exactly two meet a fault of two times', async (t) => {
  const { book, get, reopen } = await open(t);
  await book.add({ status: 503, times: 2 });
  const answers = await Promise.all(Array.from({ length: 50 }, () => get('vm-1', ID)));
  const counts = Map.groupBy(answers, ({ status }) => status);
  assert.deepEqual([counts.get(503)?.length, counts.get(200)?.length], [2, 48]);
  await book.settled();
  assert.deepEqual((await reopen()).list(), []);
});

test('a reset is no answer, and the next connection has one', async (t) => {
  const { book, get } = await open(t);
  await book.add({ reset: true, times: 1 });
  assert.equal((await get('vm-1', ID)).status, 'ECONNRESET');
  assert.equal((await get('vm-1', ID)).status, 200);
});

test('a latency delays the true answer, and goes with other faults', async (t) => {
  const { book, delaysMs, get } = await open(t);
  await book.add({ latencyMs: 2000, times: 1 });
  assert.equal((await get('vm-1', ID)).status, 200);
  assert.deepEqual(delaysMs, [2000]);
  await book.add({ latencyMs: 500, status: 500, times: 1 });
  await book.add({ latencyMs: 7, times: 1 });
  assert.equal((await get('vm-1', ID)).status, 500);
  assert.equal((await get('vm-1', ID)).status, 200);
  assert.deepEqual(delaysMs, [2000, 507]);
});

test('a client that leaves in a delay frees what was kept for it', async () => {
  const { services, alarms } = await openTestCloud([]);
  const { resources, random } = services;
  const book = await FaultBook.open({ resources, random, log: silentLog });
  await putInstance(services, 'vm-1', 'vm@x.iam.gserviceaccount.com');
  await book.add({ latencyMs: 600_000 });
  let leave = () => {};
  const listener = { kind: 'metadata', instance: nameOf('vm-1') } as const;
  const headers = { 'metadata-flavor': 'Google' };
  const onGone = (gone: () => void) => {
    leave = gone;
  };
  const server = new MetadataServer(services, book);
  await server.handle({ method: 'GET', target: '/nothing', headers: {}, listener }, nameOf('vm-1'));
  const answer = server.handle({ method: 'GET', target: ID, headers, listener, onGone }, nameOf('vm-1'));
  assert.deepEqual(alarms.delaysMs, [600_000]);
  leave();
  assert.deepEqual(alarms.delaysMs, []);
  assert.equal((await answer).reset, true);
});

test('an expired token is answered as if it were fresh, and is no good from the start', async (t) => {
  const { book, cloud, get } = await open(t);
  const { issuer } = cloud.services;
  await book.add({ token: 'expired', times: 1 });
  assert.equal((await get('vm-1', ID)).status, 200, 'what is no token does not count');
  const answer = await get('vm-1', TOKEN);
  const spoilt = tokenOf(answer);
  assert.equal(answer.headers['content-length'], String(answer.body.length));
  assert.deepEqual(Object.keys(spoilt), ['access_token', 'expires_in', 'token_type']);
  assert.equal(spoilt.expires_in, 3600);
  const verified = issuer.verifyAccessToken(spoilt.access_token);
  assert.ok(verified.outcome === 'expired');
  const good = tokenOf(await get('vm-1', TOKEN));
  const fresh = issuer.verifyAccessToken(good.access_token);
  assert.ok(fresh.outcome === 'good', 'the next one is good: an expired one is not kept');
  const { principal, scopes, instance } = verified.claims;
  assert.deepEqual({ principal, scopes, instance }, pickClaims(fresh.claims));
});

function pickClaims({
  principal,
  scopes,
  instance,
}: Readonly<Record<'principal' | 'scopes', unknown>> & { instance?: string }) {
  return { principal, scopes, instance };
}

test('a token that dies early claims to live as long as any, in either form', async (t) => {
  const { book, cloud, get } = await open(t);
  const { issuer } = cloud.services;
  await book.add({ tokenLifetimeSeconds: 30 });
  const { access_token: token, expires_in: claimed } = tokenOf(await get('vm-1', TOKEN));
  assert.equal(claimed, 3600);
  const [line = ''] = (await get('vm-1', `${TOKEN}?alt=text`)).body.split('\n');
  const asText = line.replace('access_token ', '');
  cloud.clock.nowMs += 29_000;
  assert.equal(issuer.verifyAccessToken(token).outcome, 'good');
  assert.equal(issuer.verifyAccessToken(asText).outcome, 'good');
  cloud.clock.nowMs += 1000;
  assert.equal(issuer.verifyAccessToken(token).outcome, 'expired');
  assert.equal(issuer.verifyAccessToken(asText).outcome, 'expired');
});

test('a request that is refused anyway meets no fault', async (t) => {
  const { book, cloud } = await open(t);
  await book.add({ status: 503, times: 1 });
  const server = new MetadataServer(cloud.services, book);
  const listener = { kind: 'metadata', instance: nameOf('vm-1') } as const;
  const response = await server.handle({ method: 'GET', target: ID, headers: {}, listener }, nameOf('vm-1'));
  assert.equal(response.status, 403);
  assert.equal(book.list().length, 1);
});

test('a fault is of one instance, of the instances of a project, or of all', async (t) => {
  const { book, get } = await open(t);
  const status = async () => [(await get('vm-1', ID)).status, (await get('vm-2', ID)).status];
  const one = await book.add({ status: 500, instance: nameOf('vm-2') });
  assert.deepEqual(await status(), [200, 500]);
  await book.remove(one.id);
  const project = await book.add({ status: 501, project: PROJECT_ID });
  assert.deepEqual(await status(), [501, 501]);
  await book.remove(project.id);
  await book.add({ status: 502 });
  assert.deepEqual(await status(), [502, 502]);
  assert.equal(await book.removeAll(), 1);
  assert.deepEqual(await status(), [200, 200]);
});

test('an instance and a project must be there', async (t) => {
  const { book } = await open(t);
  for (const instance of [nameOf('vm-3'), 'vm-1', '', `${nameOf('vm-1')}/x`]) {
    await assert.rejects(book.add({ status: 500, instance }), isApiError('NOT_FOUND'));
  }
  await assert.rejects(book.add({ status: 500, project: 'nothing' }), isApiError('NOT_FOUND'));
  await assert.rejects(book.remove('nothing'), isApiError('NOT_FOUND'));
});

test('an instance that is deleted takes its faults with it, and a namesake has none', async (t) => {
  const { book, cloud, reopen } = await open(t);
  const { resources } = cloud.services;
  await book.add({ status: 500, instance: nameOf('vm-1') });
  const kept = await book.add({ status: 500, instance: nameOf('vm-2') });
  const gone = { projectId: PROJECT_ID, zone: 'us-central1-a', name: 'vm-1' };
  await resources.commit(resources.instances.remove(gone));
  await putInstance(cloud.services, 'vm-1', 'vm@x.iam.gserviceaccount.com');
  assert.deepEqual(book.list(), [kept]);
  assert.equal(book.take(nameOf('vm-1'), ID), undefined);
  await book.settled();
  assert.deepEqual((await reopen()).list(), [kept]);
});

test('faults survive a restart in their order, with what is left of their count', async (t) => {
  const { book, reopen, cloud } = await open(t);
  for (const status of [500, 501, 502]) await book.add({ status, times: 3 });
  book.take(nameOf('vm-1'), ID);
  await book.settled();
  const again = await reopen();
  assert.deepEqual(
    again.list().map(({ status, times }) => [status, times]),
    [
      [500, 2],
      [501, 3],
      [502, 3],
    ],
  );
  // A crash came between the end of an instance and that of its faults.
  const orphan = { id: 'o', order: 9, instance: nameOf('vm-3'), path: '*', latencyMs: 0 };
  const { faults } = cloud.services.resources;
  await cloud.services.resources.commit([faults.put({ ...orphan, effect: { kind: 'reset' } })]);
  assert.deepEqual((await reopen()).list(), again.list());
  assert.equal((await faults.all()).length, 3);
});

test('a fault that is removed while its count is being written stays removed', async (t) => {
  const { book, reopen } = await open(t);
  const { id } = await book.add({ status: 500, times: 10 });
  book.take(nameOf('vm-1'), ID);
  const removing = book.remove(id);
  assert.equal(book.take(nameOf('vm-1'), ID), undefined);
  await removing;
  await book.settled();
  assert.deepEqual((await reopen()).list(), []);
});

test(`a cloud has at most ${FAULT_LIMIT} faults`, async (t) => {
  const { book } = await open(t);
  const added = await Promise.allSettled(
    Array.from({ length: FAULT_LIMIT + 1 }, () => book.add({ status: 500, times: 1 })),
  );
  const [refused, another] = added.filter((one) => one.status === 'rejected');
  assert.ok(refused !== undefined && another === undefined);
  assert.ok(isApiError('RESOURCE_EXHAUSTED')(refused.reason));
  book.take(nameOf('vm-1'), ID);
  await book.add({ status: 500 });
});
