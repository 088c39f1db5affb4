/** Time that is moved and faults that are asked for, in a whole cloud: in process and over its own API. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { type Cloud, type CloudOptions, startCloud } from './cloud.ts';
import { OWNER_EMAIL } from './http/authenticate.ts';
import { DAY_MS } from './kernel/timestamps.ts';

const root = mkdtempSync(join(tmpdir(), 'atf-'));
after(() => rmSync(root, { recursive: true, force: true }));

const EMAIL = 'workload@p.iam.gserviceaccount.com';
const ACCOUNT = '/computeMetadata/v1/instance/service-accounts/default';
const VM = 'projects/p/zones/us-central1-a/instances/vm-1';
const OWNER = { role: 'roles/owner', members: [`user:${OWNER_EMAIL}`] };
const MINUTE_SECONDS = 60;
const DAY_SECONDS = DAY_MS / 1000;

/** Starts a cloud with one instance; closes it when the work is done. */
async function withCloud(options: CloudOptions, work: (cloud: Cloud) => Promise<void>): Promise<void> {
  const cloud = await startCloud({
    xdgRuntimeDirectory: root,
    async configure({ resources }) {
      if ((await resources.projects.get('p')) !== undefined) return;
      const place = { projectId: 'p', zone: 'us-central1-a', name: 'vm-1' };
      const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
      const serviceAccounts = [{ email: EMAIL, scopes }];
      await resources.commit([
        ...resources.projects.put(resources.projects.draft('p')),
        ...resources.serviceAccounts.put(resources.serviceAccounts.draft('p', EMAIL)),
        resources.instances.put(resources.instances.draft({ ...place, serviceAccounts })),
        await resources.policies.put('projects/p', { bindings: [OWNER] }),
      ]);
    },
    ...options,
  });
  try {
    await work(cloud);
  } finally {
    await cloud.close();
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks over a Unix socket. */
function ask(
  socketPath: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: object,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpRequest({ socketPath, method, path, headers, agent: false }, (response) => {
      text(response).then((got) => resolve({ status: response.statusCode ?? 0, body: got }), reject);
    })
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Asks the metadata server of the instance. */
async function metadata(cloud: Cloud, path: string): Promise<Answer> {
  const stored = await cloud.services.resources.instances.get('p', 'us-central1-a', 'vm-1');
  assert.ok(stored !== undefined);
  const { metadataSocket } = await cloud.places(stored.value, 'socket');
  return ask(metadataSocket, 'GET', path, { 'Metadata-Flavor': 'Google' });
}

async function token(cloud: Cloud): Promise<{ readonly access_token: string; readonly expires_in: number }> {
  return JSON.parse((await metadata(cloud, `${ACCOUNT}/token`)).body) as {
    access_token: string;
    expires_in: number;
  };
}

/** Calls an API with a token: 403 where it is good, as the account has no role; 401 where it is not. */
async function callApi(cloud: Cloud, accessToken: string): Promise<number> {
  const headers = { Authorization: `Bearer ${accessToken}` };
  return (await fetch(`${cloud.apiUrl}/storage/v1/b?project=p`, { headers })).status;
}

/** Calls the cloud's own API as its owner. */
async function control(cloud: Cloud, method: string, path: string, body?: object) {
  const headers = { Host: 'control.accredit.local', 'Content-Type': 'application/json' };
  const answer = await ask(cloud.ownerSocket, method, path, headers, body);
  return { status: answer.status, json: JSON.parse(answer.body) };
}

test('56 minutes later the next token is a fresh one, and after its hour the old one has expired', async () => {
  await withCloud({}, async (cloud) => {
    const first = await token(cloud);
    await cloud.clock.advance({ seconds: 54 * MINUTE_SECONDS });
    const same = await token(cloud);
    assert.equal(same.access_token, first.access_token);
    assert.ok(same.expires_in <= 6 * MINUTE_SECONDS);
    await cloud.clock.advance({ seconds: 2 * MINUTE_SECONDS });
    const second = await token(cloud);
    assert.notEqual(second.access_token, first.access_token);
    assert.ok(second.expires_in > 3590);
    assert.equal(await callApi(cloud, first.access_token), 403, 'it is still good');
    await cloud.clock.advance({ seconds: 4 * MINUTE_SECONDS });
    assert.equal(await callApi(cloud, first.access_token), 401);
    assert.equal(await callApi(cloud, second.access_token), 403);
  });
});

test('60 days later the keys have changed, and what is issued verifies against those that are published', async () => {
  await withCloud({}, async (cloud) => {
    const old = await token(cloud);
    const identity = async () => (await metadata(cloud, `${ACCOUNT}/identity?audience=https://x.y`)).body;
    const keys = async () => {
      const headers = { Host: 'www.googleapis.com' };
      const { port } = new URL(cloud.apiUrl);
      return new Promise<JSONWebKeySet>((resolve, reject) => {
        httpRequest({ host: '127.0.0.1', port, path: '/oauth2/v3/certs', headers }, (response) => {
          text(response).then((body) => resolve(JSON.parse(body) as JSONWebKeySet), reject);
        })
          .on('error', reject)
          .end();
      });
    };
    const before = await keys();
    const oldIdentity = await identity();
    await cloud.clock.advance({ seconds: 60 * DAY_SECONDS });
    const verify = async (jwt: string) =>
      jwtVerify(jwt, createLocalJWKSet(await keys()), { currentDate: new Date(cloud.clock.now()) });
    const { payload, protectedHeader } = await verify(await identity());
    assert.ok(Math.abs((payload.iat ?? 0) - cloud.clock.now() / 1000) < 60, "the cloud's time");
    const [firstKey] = before.keys;
    assert.notEqual(protectedHeader.kid, firstKey?.kid);
    assert.ok(
      (await keys()).keys.every(({ kid }) => kid !== firstKey?.kid),
      'the old key is retired',
    );
    await assert.rejects(verify(oldIdentity));
    assert.equal(await callApi(cloud, old.access_token), 401);
    assert.equal(await callApi(cloud, (await token(cloud)).access_token), 403);
  });
});

test('an operation that would take an hour is done when the hour has been skipped, and who waits for it is told', async () => {
  await withCloud({ operationDelayMs: 3_600_000 }, async (cloud) => {
    const headers = { Host: 'compute.googleapis.com', 'Content-Type': 'application/json' };
    const zone = '/compute/v1/projects/p/zones/us-central1-a';
    const call = async (method: string, path: string) =>
      JSON.parse((await ask(cloud.ownerSocket, method, zone + path, headers)).body);
    const operation = await call('DELETE', '/instances/vm-1');
    assert.equal(operation.status, 'RUNNING');
    const waiting = call('POST', `/operations/${operation.name}/wait`);
    assert.equal((await call('GET', `/operations/${operation.name}`)).status, 'RUNNING');
    await cloud.clock.advance({ seconds: 3600 });
    assert.equal((await call('GET', `/operations/${operation.name}`)).status, 'DONE');
    assert.equal((await waiting).status, 'DONE');
  });
});

test('the date of an answer is that of real time, however far the cloud is ahead', async () => {
  await withCloud({}, async (cloud) => {
    await cloud.clock.advance({ seconds: DAY_SECONDS });
    const { headers } = await fetch(`${cloud.apiUrl}/healthz`);
    assert.ok(Math.abs(Date.parse(headers.get('date') ?? '') - Date.now()) < 60_000);
  });
});

test('time that was moved survives a restart', async () => {
  const dataDirectory = join(root, 'clock');
  let latestMs = 0;
  await withCloud({ dataDirectory }, async (cloud) => {
    await cloud.clock.advance({ seconds: DAY_SECONDS });
    latestMs = cloud.clock.now();
  });
  await withCloud({ dataDirectory }, async (cloud) => {
    assert.ok(cloud.clock.now() >= latestMs);
    assert.ok(cloud.clock.now() - Date.now() > DAY_MS - 60_000);
  });
});

test('the clock has an API of its own', async () => {
  await withCloud({}, async (cloud) => {
    const shown = await control(cloud, 'GET', '/v1/clock');
    assert.deepEqual([shown.status, Object.keys(shown.json)], [200, ['time', 'aheadSeconds']]);
    assert.equal(shown.json.aheadSeconds, 0);
    const moved = await control(cloud, 'POST', '/v1/clock:advance', { seconds: 90 });
    assert.deepEqual([moved.status, moved.json.aheadSeconds], [200, 90]);
    assert.ok(Math.abs(Date.parse(moved.json.time) - cloud.clock.now()) < 60_000);
    const wrong = [{}, { seconds: 0 }, { seconds: -5 }, { seconds: 1.5 }, { seconds: 315_360_000 }];
    for (const body of wrong) {
      const refused = await control(cloud, 'POST', '/v1/clock:advance', body);
      assert.deepEqual([refused.status, refused.json.error.status], [400, 'INVALID_ARGUMENT']);
    }
    assert.equal((await control(cloud, 'GET', '/v1/clock')).json.aheadSeconds, 90);
  });
});

test('faults have an API of their own', async () => {
  await withCloud({}, async (cloud) => {
    const request = { instance: VM, path: 'instance/*', status: 503, latencyMs: 1, times: 2 };
    const made = await control(cloud, 'POST', '/v1/faults', request);
    assert.equal(made.status, 200);
    assert.deepEqual(made.json, { id: made.json.id, ...request, path: '/computeMetadata/v1/instance/*' });
    assert.deepEqual((await control(cloud, 'GET', '/v1/faults')).json, { faults: [made.json] });
    assert.equal((await metadata(cloud, '/computeMetadata/v1/instance/id')).status, 503);
    const [left] = (await control(cloud, 'GET', '/v1/faults')).json.faults;
    assert.equal(left.times, 1, 'counted at once');
    assert.equal((await control(cloud, 'DELETE', `/v1/faults/${made.json.id}`)).status, 200);
    assert.equal((await control(cloud, 'DELETE', `/v1/faults/${made.json.id}`)).status, 404);
    await control(cloud, 'POST', '/v1/faults', { reset: true });
    const expired = await control(cloud, 'POST', '/v1/faults', { token: 'expired', project: 'p' });
    assert.equal(expired.json.token, 'expired');
    assert.deepEqual((await control(cloud, 'DELETE', '/v1/faults')).json, { removed: 2 });
    for (const body of [
      {},
      { status: 200 },
      { status: 503, reset: true },
      { token: 'other' },
      { reset: 'x' },
    ]) {
      assert.equal((await control(cloud, 'POST', '/v1/faults', body)).status, 400, JSON.stringify(body));
    }
    assert.equal((await control(cloud, 'POST', '/v1/faults', { reset: true, instance: 'x' })).status, 404);
  });
});

test('a fault that is asked for in process is read as strictly as over the API', async () => {
  await withCloud({}, async (cloud) => {
    // What TypeScript would refuse, and JavaScript does not.
    const misspelled = { status: 503, tmies: 2 } as object;
    await assert.rejects(cloud.faults.add(misspelled), /tmies/);
    await assert.rejects(cloud.faults.add({ token: 'expired', path: 'instance/id' }), /for a token alone/);
    assert.deepEqual(cloud.faults.list(), []);
  });
});

test('nobody but the owner moves time or asks for faults', async () => {
  await withCloud({}, async (cloud) => {
    const { access_token: mine } = await token(cloud);
    const calls = [
      ['GET', '/v1/clock', undefined],
      ['POST', '/v1/clock:advance', { seconds: 1 }],
      ['GET', '/v1/faults', undefined],
      ['POST', '/v1/faults', { reset: true }],
      ['DELETE', '/v1/faults/x', undefined],
      ['DELETE', '/v1/faults', undefined],
    ] as const;
    for (const [method, path, body] of calls) {
      assert.equal(await overTcp(cloud, method, path, mine, body), 403, `${method} ${path}`);
    }
    assert.deepEqual([cloud.faults.list(), cloud.clock.now() - Date.now() < 1000], [[], true]);
  });
});

/** Calls the cloud's own API where anybody on the machine may, with a token of the instance. */
function overTcp(
  { apiUrl }: Cloud,
  method: string,
  path: string,
  accessToken: string,
  body?: object,
): Promise<number> {
  const headers = {
    Host: 'control.accredit.local',
    Authorization: `Bearer ${accessToken}`,
    'Content-Type': 'application/json',
  };
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port: new URL(apiUrl).port, method, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}

test('an expired token of a fault is refused by the APIs, and one that dies early when it has died', async () => {
  await withCloud({}, async (cloud) => {
    await cloud.faults.add({ token: 'expired', times: 1 });
    const expired = await token(cloud);
    assert.ok(expired.expires_in > 3590);
    assert.equal(await callApi(cloud, expired.access_token), 401);
    await cloud.faults.add({ tokenLifetimeSeconds: 300, times: 1 });
    const short = await token(cloud);
    assert.ok(short.expires_in > 3590);
    assert.equal(await callApi(cloud, short.access_token), 403);
    await cloud.clock.advance({ seconds: 300 });
    assert.equal(await callApi(cloud, short.access_token), 401);
    assert.equal(await callApi(cloud, (await token(cloud)).access_token), 403);
  });
});

test('faults survive a restart, with what is left of their count', async () => {
  const dataDirectory = join(root, 'faults');
  await withCloud({ dataDirectory }, async (cloud) => {
    await cloud.faults.add({ status: 503, times: 3 });
    assert.equal((await metadata(cloud, '/')).status, 503);
  });
  await withCloud({ dataDirectory }, async (cloud) => {
    assert.deepEqual(
      cloud.faults.list().map(({ status, times }) => [status, times]),
      [[503, 2]],
    );
    assert.equal((await metadata(cloud, '/')).status, 503);
    assert.equal((await metadata(cloud, '/')).status, 503);
    assert.equal((await metadata(cloud, '/')).status, 200);
  });
  await withCloud({ dataDirectory }, async (cloud) => assert.deepEqual(cloud.faults.list(), []));
});
