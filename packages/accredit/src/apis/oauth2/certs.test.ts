import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { makeKeyHolder, openOAuthCloud } from './assertion.fixture.ts';

const HOST = 'https://www.googleapis.com';

test('the key set has what verifiers read, and may be kept for an hour (metadata notes 9.4.9)', async () => {
  const cloud = await openOAuthCloud();
  await cloud.services.issuer.prepare();
  const response = await cloud.send('GET', `${HOST}/oauth2/v3/certs`);
  assert.equal(response.status, 200);
  assert.deepEqual(response.headers, {
    'Content-Type': 'application/json; charset=UTF-8',
    'Cache-Control': 'public, max-age=3600, must-revalidate, no-transform',
    Server: 'ESF',
  });
  const keys = await cloud.services.issuer.publicKeys();
  assert.equal(keys.length, 2, 'the next key is there before it signs');
  assert.deepEqual(response.json, {
    keys: keys.map(({ id, publicKey }) => ({
      ...publicKey.export({ format: 'jwk' }),
      alg: 'RS256',
      kid: id,
      use: 'sig',
    })),
  });
  for (const key of response.json.keys) {
    assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use'], 'no private part');
  }
});

test('the certificates hold the same keys, signed by themselves, and do not change', async () => {
  const cloud = await openOAuthCloud();
  await cloud.services.issuer.prepare();
  const response = await cloud.send('GET', `${HOST}/oauth2/v1/certs`);
  assert.equal(response.headers['Cache-Control'], 'public, max-age=3600, must-revalidate, no-transform');
  assert.equal(response.headers.Pragma, undefined);
  const keys = await cloud.services.issuer.publicKeys();
  assert.deepEqual(Object.keys(response.json).sort(), keys.map(({ id }) => id).sort());
  for (const { id, publicKey, activeFromMs } of keys) {
    const certificate = new X509Certificate(response.json[id]);
    assert.ok(certificate.publicKey.equals(publicKey));
    assert.ok(certificate.verify(publicKey), 'self-signed');
    assert.equal(certificate.subject, 'CN=federated-signon.system.gserviceaccount.com');
    assert.equal(certificate.ca, false);
    assert.equal(certificate.validToDate.toISOString(), '9999-12-31T23:59:59.000Z');
    assert.equal(certificate.validFromDate.getTime(), Math.floor(activeFromMs / 1000) * 1000 - 86_400_000);
    assert.match(certificate.serialNumber, /^[4-7][0-9A-F]{15}$/);
  }
  const again = await cloud.send('GET', `${HOST}/oauth2/v1/certs`);
  assert.equal(again.text, response.text);
});

test('the keys of a service account are published at the address that its key file names (IAM notes 1.8)', async () => {
  const cloud = await openOAuthCloud();
  const first = await makeKeyHolder(cloud, 'robot-1');
  await makeKeyHolder(cloud, 'robot-2');
  const { serviceAccounts, commit } = cloud.services.resources;
  const off = { ...first.key, keyId: 'f'.repeat(40), disabled: true };
  await commit([serviceAccounts.keys.put(off)]);
  const publicKey = createPublicKey(first.privateKey);
  for (const path of ['robot/v1/metadata/x509', 'service_accounts/v1/metadata/x509']) {
    const response = await cloud.send('GET', `${HOST}/${path}/${encodeURIComponent(first.email)}`);
    assert.equal(response.status, 200);
    assert.deepEqual(Object.keys(response.json), [first.key.keyId]);
    const certificate = new X509Certificate(response.json[first.key.keyId]);
    assert.ok(certificate.publicKey.equals(publicKey));
    assert.equal(certificate.subject, `CN=${first.uniqueId}`);
    assert.equal(certificate.issuer, 'CN=federated-signon.system.gserviceaccount.com');
  }
  for (const path of ['robot/v1/metadata/jwk', 'service_accounts/v1/jwk']) {
    const response = await cloud.send('GET', `${HOST}/${path}/${first.email}`);
    assert.deepEqual(response.json, {
      keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'RS256', kid: first.key.keyId, use: 'sig' }],
    });
  }
});

test('the keys of an account that is not there are 404', async () => {
  const cloud = await openOAuthCloud();
  for (const account of ['nobody@lab-project.iam.gserviceaccount.com', '..%2Fx', '1']) {
    for (const path of ['robot/v1/metadata/x509', 'robot/v1/metadata/jwk']) {
      const response = await cloud.send('GET', `${HOST}/${path}/${account}`);
      assert.deepEqual(response.json, {
        error: { code: 404, message: 'Service account not found.', status: 'NOT_FOUND' },
      });
    }
  }
});
