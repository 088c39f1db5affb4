import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeDirectory, makePorts, runTool, skipWithout } from './authority.fixture.ts';
import { type ClientIdentity, makeClientAuthority } from './client-authority.ts';
import { DAY_MS } from './issue.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const HOUR_MS = 3_600_000;
const VM: ClientIdentity = { name: 'vm-1', hostname: 'vm-1.us-central1-a.c.p.internal' };

const noOpenssl = await skipWithout('openssl', 'version');

test('a client certificate is shaped as Google’s: issuer, subject, name, key, purpose (metadata notes 11.4)', () => {
  const authority = makeClientAuthority(VM, makePorts(NOW_MS));
  const { certPem, keyPem } = authority.issue();
  const certificate = new X509Certificate(certPem);
  const { issuer, subject, subjectAltName, keyUsage, publicKey, ca } = certificate;
  assert.deepEqual(
    { issuer, subject, subjectAltName, keyUsage, ca, curve: publicKey.asymmetricKeyDetails?.namedCurve },
    {
      issuer: 'C=US\nO=Google Compute Internal\nCN=google.internal',
      subject: 'CN=vm-1',
      subjectAltName: 'DNS:vm-1.us-central1-a.c.p.internal',
      // id-kp-clientAuth, which is all that X509Certificate calls the usage of the key.
      keyUsage: ['1.3.6.1.5.5.7.3.2'],
      ca: false,
      curve: 'prime256v1',
    },
  );
  assert.ok(certificate.checkPrivateKey(createPrivateKey(keyPem)));
  const root = new X509Certificate(authority.certPem);
  assert.ok(certificate.checkIssued(root) && certificate.verify(root.publicKey));
});

test('a client certificate lives 7 days and is not renewed (metadata notes 11.4)', () => {
  const ports = makePorts(NOW_MS);
  const authority = makeClientAuthority(VM, ports);
  const first = new X509Certificate(authority.issue().certPem);
  assert.equal(first.validFromDate.getTime(), NOW_MS - HOUR_MS);
  assert.equal(first.validToDate.getTime(), NOW_MS - HOUR_MS + 7 * DAY_MS);
  ports.nowMs += DAY_MS;
  const second = new X509Certificate(authority.issue().certPem);
  assert.equal(second.validFromDate.getTime() - first.validFromDate.getTime(), DAY_MS);
  assert.notEqual(second.fingerprint256, first.fingerprint256);
});

test('two instances of one name have authorities that do not believe each other’s certificates', () => {
  const ports = makePorts(NOW_MS);
  const [one, other] = [makeClientAuthority(VM, ports), makeClientAuthority(VM, ports)];
  const certificate = new X509Certificate(one.issue().certPem);
  assert.ok(!certificate.verify(new X509Certificate(other.certPem).publicKey));
});

test('openssl believes a client by the strict rules, for any host name, and not as a server', {
  skip: noOpenssl,
}, async (t) => {
  const directory = makeDirectory(t);
  const authority = makeClientAuthority({ ...VM, hostname: 'vm.example.com' }, makePorts(Date.now()));
  const [root, client] = [join(directory, 'root.pem'), join(directory, 'client.pem')];
  writeFileSync(root, authority.certPem);
  writeFileSync(client, authority.issue().certPem);
  const how = ['-x509_strict', '-no-CApath', '-no-CAstore', '-CAfile', root];
  const verify = async (purpose: string) =>
    (await runTool('openssl', ['verify', ...how, '-purpose', purpose, client])).status;
  assert.deepEqual([await verify('sslclient'), await verify('sslserver')], [0, 2]);
});
