import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { type Cloud, type CloudOptions, startCloud } from './cloud.ts';
import { withMembers } from './protocol/iam/policies/policy.ts';
import type { Instance } from './resources/instances.ts';
import { StoreUnavailable } from './store/store.ts';

const root = mkdtempSync(join(tmpdir(), 'acl-'));
after(() => rmSync(root, { recursive: true, force: true }));

const EMAIL = 'workload@p.iam.gserviceaccount.com';
const TOKEN = '/computeMetadata/v1/instance/service-accounts/default/token';
const WAIT = '/computeMetadata/v1/instance/name?wait_for_change=true';
const FLAVOR = { 'Metadata-Flavor': 'Google' };

/** Starts a cloud of one project with two instances; closes it when the work is done. */
async function withCloud(options: CloudOptions, work: (cloud: Cloud) => Promise<void>): Promise<void> {
  const cloud = await startCloud({
    xdgRuntimeDirectory: root,
    async configure({ resources }) {
      if ((await resources.projects.get('p')) !== undefined) return;
      const account = resources.serviceAccounts.draft('p', EMAIL);
      const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
      const vm = (name: string) =>
        resources.instances.draft({
          projectId: 'p',
          zone: 'us-central1-a',
          name,
          serviceAccounts: [{ email: EMAIL, scopes }],
        });
      await resources.commit([
        ...resources.projects.put(resources.projects.draft('p')),
        ...resources.serviceAccounts.put(account),
        resources.instances.put(vm('vm-1')),
        resources.instances.put(vm('vm-2')),
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

async function instance(cloud: Cloud, name: string): Promise<Instance> {
  const stored = await cloud.services.resources.instances.get('p', 'us-central1-a', name);
  assert.ok(stored !== undefined);
  return stored.value;
}

/** Waits until so many requests wait for a change. */
async function untilWaiting(cloud: Cloud, count: number): Promise<void> {
  while (cloud.metadataWaiters !== count) await new Promise(setImmediate);
}

/** Asks over a Unix socket. */
function ask(
  socketPath: string,
  path: string,
  headers: Readonly<Record<string, string>> = FLAVOR,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ socketPath, path, headers, agent: false }, (response: IncomingMessage) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    sent.on('error', reject).end();
  });
}

test('a client that waits for a change and leaves is forgotten; one that stays is let go when the cloud ends', async () => {
  await withCloud({}, async (cloud) => {
    const { metadataSocket: socketPath } = await cloud.places(await instance(cloud, 'vm-1'));
    const wait = () =>
      httpRequest({ socketPath, path: WAIT, headers: FLAVOR, agent: false }).on('error', () => undefined);
    const leaving = wait();
    leaving.end();
    await untilWaiting(cloud, 1);
    leaving.destroy();
    await untilWaiting(cloud, 0);
    const staying = ask(socketPath, WAIT);
    await untilWaiting(cloud, 1);
    const startedMs = performance.now();
    await cloud.close();
    assert.equal((await staying).status, 503);
    assert.ok(performance.now() - startedMs < 2_000, 'nobody waits for those who wait');
  });
});

test('who waits at an instance that is deleted is answered 503; nobody is let in any more', async () => {
  await withCloud({}, async (cloud) => {
    const vm = await instance(cloud, 'vm-1');
    const { metadataSocket: socketPath } = await cloud.places(vm);
    const waiting = ask(socketPath, WAIT);
    await untilWaiting(cloud, 1);
    await cloud.services.resources.commit(cloud.services.resources.instances.remove(vm));
    assert.equal((await waiting).status, 503);
    await assert.rejects(ask(socketPath, TOKEN), /ENOENT|ECONNREFUSED/);
  });
});

test('the APIs answer on loopback, with their health', async () => {
  await withCloud({}, async (cloud) => {
    assert.match(cloud.apiUrl, /^http:\/\/127\.0\.0\.1:\d+$/);
    for (const path of ['/healthz', '/readyz']) {
      const answer = await fetch(cloud.apiUrl + path);
      assert.deepEqual([answer.status, await answer.text()], [200, 'ok\n']);
    }
    assert.equal((await fetch(`${cloud.apiUrl}/nothing/here`)).status, 404);
  });
});

test('the socket is the identity: each instance has its own, whatever a header says', async () => {
  await withCloud({}, async (cloud) => {
    for (const name of ['vm-1', 'vm-2']) {
      const { metadataSocket, metadataAddress } = await cloud.places(await instance(cloud, name));
      const headers = { ...FLAVOR, 'X-Instance': 'vm-1', Host: 'metadata.google.internal' };
      assert.equal((await ask(metadataSocket, '/computeMetadata/v1/instance/name', headers)).body, name);
      const overTcp = await fetch(`http://${metadataAddress}/computeMetadata/v1/instance/name`, {
        headers: FLAVOR,
      });
      assert.equal(await overTcp.text(), name);
    }
  });
});

test('who waits at the metadata server is told what a call of Compute Engine writes, over sockets', async () => {
  await withCloud({}, async (cloud) => {
    const { resources } = cloud.services;
    const { value: policy } = await resources.policies.get('projects/p');
    const owner = withMembers(policy, 'roles/owner', [`serviceAccount:${EMAIL}`]);
    await resources.commit([await resources.policies.put('projects/p', owner)]);
    const { metadataAddress } = await cloud.places(await instance(cloud, 'vm-1'));
    const metadata = `http://${metadataAddress}/computeMetadata/v1/instance`;
    const token = (await (await fetch(`http://${metadataAddress}${TOKEN}`, { headers: FLAVOR })).json()) as {
      readonly access_token: string;
    };
    const vm = `${cloud.apiUrl}/compute/v1/projects/p/zones/us-central1-a/instances/vm-1`;
    const headers = { Authorization: `Bearer ${token.access_token}`, 'Content-Type': 'application/json' };
    const waiting = fetch(`${metadata}/attributes/?recursive=true&wait_for_change=true`, { headers: FLAVOR });
    await untilWaiting(cloud, 1);
    const body = JSON.stringify({ items: [{ key: 'enable-guest-attributes', value: 'TRUE' }] });
    const written = await fetch(`${vm}/setMetadata`, { method: 'POST', headers, body });
    assert.equal(((await written.json()) as { readonly status: string }).status, 'DONE');
    assert.deepEqual(await (await waiting).json(), { 'enable-guest-attributes': 'TRUE' });
    const put = { method: 'PUT', headers: FLAVOR, body: 'done' };
    assert.equal((await fetch(`${metadata}/guest-attributes/testing/result`, put)).status, 200);
    const read = await fetch(`${vm}/getGuestAttributes?queryPath=testing/`, { headers });
    assert.deepEqual(await read.json(), {
      kind: 'compute#guestAttributes',
      selfLink:
        'https://www.googleapis.com/compute/v1/projects/p/zones/us-central1-a/instances/vm-1/getGuestAttributes/',
      queryPath: 'testing/',
      queryValue: { items: [{ namespace: 'testing', key: 'result', value: 'done' }] },
    });
  });
});

test('an instance that goes takes its listeners with it', async () => {
  await withCloud({}, async (cloud) => {
    const vm = await instance(cloud, 'vm-1');
    const { metadataSocket, metadataAddress } = await cloud.places(vm);
    assert.equal((await ask(metadataSocket, TOKEN)).status, 200);
    await cloud.services.resources.commit(cloud.services.resources.instances.remove(vm));
    await assert.rejects(ask(metadataSocket, TOKEN), /ENOENT|ECONNREFUSED|ECONNRESET/);
    await assert.rejects(fetch(`http://${metadataAddress}/`));
  });
});

test('TLS ends in the cloud, with a certificate of its own CA, for the names of Google', async () => {
  await withCloud({ dataDirectory: join(root, 'tls') }, async (cloud) => {
    const { tlsSocket, caFile } = await cloud.places(await instance(cloud, 'vm-1'));
    const ca = readFileSync(caFile, 'utf8');
    const status = (servername: string) =>
      new Promise<number>((resolve, reject) => {
        const createConnection = () => connectTls({ socket: connect(tlsSocket), servername, ca });
        httpsRequest({ createConnection, host: servername, path: '/storage/v1/b?project=p' }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .on('error', reject)
          .end();
      });
    assert.equal(await status('storage.googleapis.com'), 401);
    await assert.rejects(status('example.com'), /altnames/);
    assert.equal(statSync(join(dirname(caFile), 'ca-key.pem')).mode & 0o777, 0o600);
  });
});

test('nobody but the owner’s socket reaches the cloud itself', async () => {
  await withCloud({}, async (cloud) => {
    const headers = { Host: 'control.accredit.local' };
    assert.equal((await ask(cloud.ownerSocket, '/v1/status', headers)).status, 200);
    const { port } = new URL(cloud.apiUrl);
    const overTcp = await new Promise<number>((resolve, reject) => {
      httpRequest({ host: '127.0.0.1', port, path: '/v1/status', headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });
    assert.equal(overTcp, 403);
    const { metadataSocket } = await cloud.places(await instance(cloud, 'vm-1'));
    assert.equal((await ask(metadataSocket, '/v1/status', { ...headers, ...FLAVOR })).status, 403);
  });
});

test('tokens, ports and state survive a restart', async () => {
  const dataDirectory = join(root, 'kept');
  let token = '';
  let address = '';
  let apiUrl = '';
  await withCloud({ dataDirectory }, async (cloud) => {
    const places = await cloud.places(await instance(cloud, 'vm-1'));
    address = places.metadataAddress ?? '';
    ({ apiUrl } = cloud);
    token = (JSON.parse((await ask(places.metadataSocket, TOKEN)).body) as { access_token: string })
      .access_token;
    await assert.rejects(startCloud({ dataDirectory, xdgRuntimeDirectory: root }), StoreUnavailable);
  });
  await withCloud({ dataDirectory }, async (cloud) => {
    assert.equal(cloud.apiUrl, apiUrl);
    assert.equal((await cloud.places(await instance(cloud, 'vm-1'))).metadataAddress, address);
    const answer = await fetch(`${cloud.apiUrl}/storage/v1/b?project=p`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    assert.equal(answer.status, 403, 'known, and without a role');
  });
});

test('the mode in force stands in every decision: audit lets authenticated calls pass and records them', async () => {
  await withCloud({ iamMode: 'audit' }, async (cloud) => {
    const { metadataSocket } = await cloud.places(await instance(cloud, 'vm-1'));
    const { access_token: token } = JSON.parse((await ask(metadataSocket, TOKEN)).body) as {
      access_token: string;
    };
    const url = `${cloud.apiUrl}/storage/v1/b?project=p`;
    assert.equal((await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).status, 200);
    assert.equal((await fetch(url)).status, 401, 'nobody is still nobody');
    assert.equal((await fetch(url, { headers: { Authorization: 'Bearer ya29.forged' } })).status, 401);
    const { body } = await ask(cloud.ownerSocket, '/v1/refusals', { Host: 'control.accredit.local' });
    const { refusals } = JSON.parse(body) as {
      refusals: readonly { decision: { mode: string; carriedOut: boolean } }[];
    };
    assert.deepEqual(
      refusals.map(({ decision }) => [decision.mode, decision.carriedOut]),
      [
        ['audit', true],
        ['audit', false],
      ],
    );
  });
});

test('sockets that a killed cloud left are gone at the next start', async () => {
  const dataDirectory = join(root, 'killed');
  let left = '';
  await withCloud({ dataDirectory }, async (cloud) => {
    left = join(dirname(cloud.ownerSocket), 'i-1.sock');
  });
  mkdirSync(dirname(left), { recursive: true });
  writeFileSync(left, '');
  await withCloud({ dataDirectory }, async () => assert.equal(existsSync(left), false));
});

test('a cloud in memory leaves nothing behind', async () => {
  let directory = '';
  await withCloud({}, async (cloud) => {
    directory = dirname(cloud.ownerSocket);
    assert.ok(existsSync(directory));
  });
  assert.equal(existsSync(directory), false);
});
