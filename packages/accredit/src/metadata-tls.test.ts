import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Cloud, startCloud } from './cloud.ts';
import { makePorts } from './http/certificates/authority.fixture.ts';
import { makeClientAuthority } from './http/certificates/client-authority.ts';
import type { Instance } from './resources/instances.ts';

const EMAIL = 'workload@p.iam.gserviceaccount.com';
const V1 = '/computeMetadata/v1';

const root = mkdtempSync(join(tmpdir(), 'amt-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** How a client comes: PEM, a certificate and its key in one text. */
interface Manner {
  readonly clientPem?: string | undefined;
  readonly servername?: string;
  readonly maxVersion?: 'TLSv1.1' | 'TLSv1.2';
  /** To be resumed. */
  readonly session?: Buffer;
}

let cloud: Cloud;

before(async () => {
  cloud = await startCloud({
    xdgRuntimeDirectory: root,
    async configure({ resources }) {
      await resources.commit([
        ...resources.projects.put(resources.projects.draft('p')),
        ...resources.serviceAccounts.put(resources.serviceAccounts.draft('p', EMAIL)),
        ...['vm-1', 'vm-2'].map((name) => resources.instances.put(draft(name))),
      ]);
      function draft(name: string): Instance {
        const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
        const serviceAccounts = [{ email: EMAIL, scopes }];
        return resources.instances.draft({ projectId: 'p', zone: 'us-central1-a', name, serviceAccounts });
      }
    },
  });
});
after(() => cloud.close());

/** What a workload of an instance in a namespace is given. */
async function admit(name: string) {
  const stored = await cloud.services.resources.instances.get('p', 'us-central1-a', name);
  assert.ok(stored !== undefined);
  const { metadataTls, caFile } = await cloud.places(stored.value, 'socket');
  assert.ok(metadataTls?.clientPem !== undefined);
  const files = dirname(caFile);
  const { socket, clientPem } = metadataTls;
  return { socket, clientPem, instance: stored.value, files, ca: readFileSync(caFile, 'utf8') };
}

const read = (directory: string, name: string) => readFileSync(join(directory, name), 'utf8');

type Place = Awaited<ReturnType<typeof admit>>;

function connectAs(
  place: Place,
  { clientPem, servername = 'metadata.google.internal', ...rest }: Manner,
): TLSSocket {
  // Nothing below TLS 1.2 is spoken by OpenSSL at its usual level; a client of long ago has another.
  const old =
    rest.maxVersion === 'TLSv1.1' ? { minVersion: 'TLSv1' as const, ciphers: 'ALL@SECLEVEL=0' } : {};
  const pair = clientPem === undefined ? {} : { cert: clientPem, key: clientPem };
  return connectTls({ socket: connect(place.socket), servername, ca: place.ca, ...pair, ...old, ...rest });
}

/** Without a certificate by an alert, with a wrong one without a word; either may reach a client that still writes. */
const REFUSED = { code: /^(ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED|EPROTO|ECONNRESET|EPIPE)$/ };

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** @throws the error of the handshake; in TLS 1.3 the server's refusal comes after the client's side has succeeded */
function ask(place: Place, path: string, manner: Manner): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'Metadata-Flavor': 'Google', Host: manner.servername ?? 'metadata.google.internal' };
    const createConnection = () => connectAs(place, manner);
    request({ createConnection, path, headers }, (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      text(response).then((body) => resolve({ status, headers: answered, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}

describe('TLS of the metadata server (metadata notes 11)', () => {
  for (const maxVersion of [undefined, 'TLSv1.2'] as const) {
    test(`answers as plain HTTP does to a workload of the instance, by ${maxVersion ?? 'the newest TLS'} (11.5)`, async () => {
      const place = await admit('vm-1');
      const manner = { clientPem: place.clientPem, ...(maxVersion === undefined ? {} : { maxVersion }) };
      const front = await ask(place, '/', manner);
      assert.deepEqual([front.status, front.headers['metadata-flavor']], [200, 'Google']);
      assert.equal((await ask(place, `${V1}/instance/name`, manner)).body, 'vm-1');
      const token = await ask(place, `${V1}/instance/service-accounts/default/token`, manner);
      assert.deepEqual(Object.keys(JSON.parse(token.body) as object), [
        'access_token',
        'expires_in',
        'token_type',
      ]);
    });
  }

  test('redirects stay within TLS; those of plain HTTP do not enter it (metadata notes 5.3)', async () => {
    const place = await admit('vm-1');
    const redirected = await ask(place, `${V1}/instance?alt=json`, { clientPem: place.clientPem });
    assert.equal(redirected.status, 301);
    assert.equal(redirected.headers.location, `https://metadata.google.internal${V1}/instance/?alt=json`);
    const { metadataAddress } = await cloud.places(place.instance);
    const plain = await fetch(`http://${metadataAddress}${V1}/instance`, {
      headers: { 'Metadata-Flavor': 'Google' },
      redirect: 'manual',
    });
    assert.equal(plain.headers.get('location'), `http://${metadataAddress}${V1}/instance/`);
  });

  test('instance/credentials/ is there and lists nothing: no machine has a vTPM here (deviation, 8.1)', async () => {
    const place = await admit('vm-1');
    const manner = { clientPem: place.clientPem };
    const listed = await ask(place, `${V1}/instance/credentials/`, manner);
    assert.deepEqual([listed.status, listed.body], [200, '']);
    const path = `${V1}/instance/credentials/mds-client-certificate`;
    assert.equal((await ask(place, path, manner)).status, 404);
  });

  test('the server’s certificate is the cloud’s, for the names and addresses of the server (11.1)', async () => {
    const place = await admit('vm-1');
    for (const servername of ['metadata.google.internal', 'metadata', 'metadata.goog']) {
      assert.equal((await ask(place, '/', { clientPem: place.clientPem, servername })).status, 200);
    }
    const socket = connectAs(place, { clientPem: place.clientPem });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    const certificate = socket.getPeerX509Certificate();
    socket.destroy();
    for (const address of ['169.254.169.254', 'fd20:ce::254']) {
      assert.equal(certificate?.checkIP(address), address);
    }
    assert.ok(certificate?.verify(new X509Certificate(place.ca).publicKey));
  });

  const strangers: readonly (readonly [who: string, pem: (place: Place) => Promise<string | undefined>])[] = [
    ['a client without a certificate', async () => undefined],
    ['a client of another instance', async () => (await admit('vm-2')).clientPem],
    [
      'a client of an authority that calls itself the same',
      async ({ instance }) => {
        const { certPem, keyPem } = makeClientAuthority(instance, makePorts(Date.now())).issue();
        return certPem + keyPem;
      },
    ],
    [
      'whoever shows the certificate of the cloud’s servers',
      async ({ files }) => read(files, 'leaf.pem') + read(files, 'leaf-key.pem'),
    ],
  ];
  for (const [who, toPem] of strangers) {
    for (const maxVersion of [undefined, 'TLSv1.2'] as const) {
      test(`${who} is not let in, by ${maxVersion ?? 'the newest TLS'} (11.1)`, async () => {
        const place = await admit('vm-1');
        const clientPem = await toPem(place);
        const manner = { clientPem, ...(maxVersion === undefined ? {} : { maxVersion }) };
        await assert.rejects(ask(place, '/', manner), REFUSED);
      });
    }
  }

  test('a session is resumed by who made it, and opens no other instance', async () => {
    const [place, other] = [await admit('vm-1'), await admit('vm-2')];
    const { clientPem } = place;
    const socket = connectAs(place, { clientPem });
    const session = await new Promise<Buffer>((resolve) => socket.once('session', resolve));
    socket.destroy();
    assert.equal((await ask(place, '/', { clientPem, session })).status, 200);
    await assert.rejects(ask(other, '/', { clientPem, session }), REFUSED);
    await assert.rejects(ask(other, '/', { session }), REFUSED);
  });

  test('a fault that resets ends a connection of TLS without an answer, and the next one has one', async () => {
    const place = await admit('vm-1');
    const manner = { clientPem: place.clientPem };
    await cloud.faults.add({ reset: true, times: 1 });
    await assert.rejects(ask(place, '/', manner), { code: 'ECONNRESET', message: 'socket hang up' });
    assert.equal((await ask(place, '/', manner)).status, 200);
  });

  test('a client that speaks no TLS from 1.2 on is not let in', async () => {
    const place = await admit('vm-1');
    const manner = { clientPem: place.clientPem, maxVersion: 'TLSv1.1' } as const;
    await assert.rejects(ask(place, '/', manner), /alert protocol version/);
  });

  test('each workload has a certificate of its own, and all of an instance are let in', async () => {
    const [one, other] = [await admit('vm-1'), await admit('vm-1')];
    assert.equal(one.socket, other.socket);
    assert.notEqual(one.clientPem, other.clientPem);
    for (const { clientPem } of [one, other]) assert.equal((await ask(one, '/', { clientPem })).status, 200);
  });

  test('who asks for a loopback port speaks plain HTTP: nothing is opened or given for TLS (11.6)', async () => {
    const { instance } = await admit('vm-2');
    assert.equal('metadataTls' in (await cloud.places(instance)), false);
  });

  test('a VM with disable-https-mds-setup is given nothing to speak TLS with; who has something is let in (11.7)', async () => {
    const place = await admit('vm-1');
    const { instances } = cloud.services.resources;
    const disabled = { ...place.instance, metadata: [{ key: 'disable-https-mds-setup', value: 'TRUE' }] };
    await cloud.services.resources.commit([instances.put(disabled)]);
    assert.deepEqual((await cloud.places(disabled, 'socket')).metadataTls, { socket: place.socket });
    assert.equal((await ask(place, '/', { clientPem: place.clientPem })).status, 200);
    await cloud.services.resources.commit([instances.put(place.instance)]);
  });

  test('where plain HTTP is refused TLS still answers (the setting httpsOnly)', async () => {
    const place = await admit('vm-1');
    const { instances } = cloud.services.resources;
    await cloud.services.resources.commit([
      instances.put({ ...place.instance, metadataServer: { httpsOnly: true } }),
    ]);
    const { metadataAddress } = await cloud.places(place.instance);
    const url = `http://${metadataAddress}${V1}/instance/name`;
    assert.equal((await fetch(url, { headers: { 'Metadata-Flavor': 'Google' } })).status, 403);
    const { clientPem } = place;
    assert.equal((await ask(place, `${V1}/instance/name`, { clientPem })).body, 'vm-1');
    await cloud.services.resources.commit([instances.put(place.instance)]);
  });

  test('an instance that goes takes its socket with it, and one of its name does not know its workloads', async () => {
    const { instances } = cloud.services.resources;
    const place = await admit('vm-2');
    await cloud.services.resources.commit(instances.remove(place.instance));
    await assert.rejects(ask(place, '/', { clientPem: place.clientPem }), /ENOENT|ECONNREFUSED|ECONNRESET/);
    const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
    const serviceAccounts = [{ email: EMAIL, scopes }];
    const again = instances.draft({ projectId: 'p', zone: 'us-central1-a', name: 'vm-2', serviceAccounts });
    await cloud.services.resources.commit([instances.put(again)]);
    const renewed = await admit('vm-2');
    assert.equal((await ask(renewed, '/', { clientPem: renewed.clientPem })).status, 200);
    await assert.rejects(ask(renewed, '/', { clientPem: place.clientPem }));
  });
});
