import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GCE, SAMPLE_INSTANCE } from '../instance-metadata.fixture.ts';
import { refuse } from '../refusal.ts';
import { resolve } from '../resolve.ts';
import { buildTree } from './tree.ts';
import type { WorkloadCertificates } from './workload-certificates.ts';

const INSTANCE = '/computeMetadata/v1/instance/';
const DOMAIN = 'pool.global.123456789012.workload.id.goog';
const SPIFFE_ID = `spiffe://${DOMAIN}/ns/default/sa/web`;

const CERTIFICATES: WorkloadCertificates = {
  identities: [{ spiffeId: SPIFFE_ID, certificatePem: 'CERTIFICATE\n', privateKeyPem: 'KEY\n' }],
  trustAnchors: [{ trustDomain: DOMAIN, trustAnchorsPem: 'ANCHORS\n' }],
};

const CONFIG_STATUS = '{\n "partnerMetadataConfigsErrors": {}\n}';
const IDENTITIES = `{
 "workloadCredentials": {
  "${SPIFFE_ID}": {
   "certificatePem": "CERTIFICATE\\n",
   "privateKeyPem": "KEY\\n"
  }
 }
}`;
const ANCHORS = `{
 "trustAnchors": {
  "${DOMAIN}": {
   "trustAnchorsPem": "ANCHORS\\n"
  }
 }
}`;

function ask(key: string, query = '', certificates: WorkloadCertificates | undefined = CERTIFICATES) {
  const tree = buildTree({ ...SAMPLE_INSTANCE, workloadCertificates: certificates }, GCE);
  return resolve(tree, INSTANCE + key, query, GCE);
}

const bodies: readonly (readonly [key: string, body: string])[] = [
  ['gce-workload-certificates/config-status', CONFIG_STATUS],
  ['gce-workload-certificates/workload-identities', IDENTITIES],
  ['gce-workload-certificates/trust-anchors', ANCHORS],
  ['workload-certificates-config-status', CONFIG_STATUS],
  ['workload-identities', IDENTITIES],
  ['workload-trusted-root-certs', ANCHORS],
];

for (const [key, body] of bodies) {
  test(`${key} is JSON, one space a level, whatever alt is (metadata notes 8.1, 8.6)`, () => {
    for (const query of ['', 'alt=json', 'alt=text', 'recursive=true']) {
      const shown = { kind: 'value', status: 200, contentType: 'application/json', body };
      assert.deepEqual(ask(key, query), shown, query);
    }
  });

  test(`${key} of a VM that was never configured is 412 (metadata notes 4.5)`, () => {
    const tree = buildTree(SAMPLE_INSTANCE, GCE);
    assert.deepEqual(resolve(tree, INSTANCE + key, '', GCE), refuse('workload-certificates-not-configured'));
  });
}

test('a status and errors are shown where they are declared (metadata notes 8.6)', () => {
  const declared = {
    identities: [],
    trustAnchors: [],
    status: 'OK',
    errors: { 'trust-config': 'is missing' },
  };
  const bodyOf = (key: string) => {
    const shown = ask(key, '', declared);
    assert.ok(shown.kind === 'value');
    return JSON.parse(shown.body) as unknown;
  };
  assert.deepEqual(bodyOf('gce-workload-certificates/config-status'), {
    partnerMetadataConfigsErrors: { 'trust-config': 'is missing' },
  });
  assert.deepEqual(bodyOf('workload-identities'), { status: 'OK', workloadCredentials: {} });
  assert.deepEqual(bodyOf('workload-trusted-root-certs'), { status: 'OK', trustAnchors: {} });
});

test('private keys stand in no listing and in no recursive output', () => {
  const bare = buildTree(SAMPLE_INSTANCE, GCE);
  for (const [path, query] of [
    ['', ''],
    ['gce-workload-certificates/', ''],
    ['', 'recursive=true'],
    ['', 'recursive=true&alt=text'],
  ] as const) {
    assert.deepEqual(ask(path, query), resolve(bare, INSTANCE + path, query, GCE));
  }
});
