import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeCertificate } from './certificate.fixture.ts';
import { PEM_LIMIT_BYTES } from './metadata-rules.ts';
import { ConfigurationError } from './problems.ts';
import { openState } from './state.fixture.ts';

const SPIFFE_ID = 'spiffe://pool.global.1.workload.id.goog/ns/default/sa/web';
const DOMAIN = 'pool.global.1.workload.id.goog';
const web = makeCertificate('web');
const other = makeCertificate('other');

const directory = mkdtempSync(join(tmpdir(), 'accredit-certificates-'));
const outside = mkdtempSync(join(tmpdir(), 'accredit-outside-'));
writeFileSync(join(directory, 'web.pem'), web.certificatePem);
writeFileSync(join(directory, 'web.key'), web.privateKeyPem);
writeFileSync(join(directory, 'other.key'), other.privateKeyPem);
writeFileSync(join(directory, 'long.pem'), web.certificatePem.padEnd(PEM_LIMIT_BYTES + 1));
writeFileSync(join(outside, 'web.key'), web.privateKeyPem);
symlinkSync(join(outside, 'web.key'), join(directory, 'link.key'));
after(() => {
  for (const path of [directory, outside]) rmSync(path, { recursive: true });
});

/** JSON is YAML too. */
function file(workloadCertificates: unknown): string {
  const instances = [{ name: 'vm', zone: 'us-central1-a', workloadCertificates }];
  return JSON.stringify({ projects: [{ projectId: 'my-project', instances }] });
}

async function apply(workloadCertificates: unknown, state = openState()) {
  await state.apply(file(workloadCertificates), {}, directory);
  return (await state.resources.instances.get('my-project', 'us-central1-a', 'vm'))?.value
    .workloadCertificates;
}

async function problemsOf(workloadCertificates: unknown): Promise<readonly string[]> {
  try {
    await apply(workloadCertificates);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ path, message }) => `${path.split('.').slice(2).join('.')}: ${message}`);
  }
  return [];
}

const GOOD = {
  identities: [{ spiffeId: SPIFFE_ID, ...web }],
  trustAnchors: [{ trustDomain: DOMAIN, trustAnchorsPem: other.certificatePem }],
};

test('certificates and keys come from the configuration, or from files beside it, and are the same', async () => {
  const state = openState();
  const shown = await apply({ ...GOOD, status: 'OK', errors: { 'trust-config': 'is missing' } }, state);
  assert.deepEqual(shown, { ...GOOD, status: 'OK', errors: { 'trust-config': 'is missing' } });
  const beside = {
    identities: [{ spiffeId: SPIFFE_ID, certificateFile: 'web.pem', privateKeyFile: 'web.key' }],
    trustAnchors: [{ trustDomain: DOMAIN, trustAnchorsFile: 'web.pem' }],
  };
  assert.deepEqual(await apply(beside, state), {
    ...GOOD,
    trustAnchors: [{ trustDomain: DOMAIN, trustAnchorsPem: web.certificatePem }],
  });
  const commits = state.store.commits;
  await apply(beside, state);
  assert.equal(state.store.commits, commits, 'applying it twice changes nothing');
});

const [FIRST, ANCHORS] = ['workloadCertificates.identities[0]', 'workloadCertificates.trustAnchors[0]'];

const wrong: readonly (readonly [name: string, declared: unknown, ...problems: string[]])[] = [
  [
    'a SPIFFE ID alone: nothing is made up',
    { identities: [{ spiffeId: SPIFFE_ID }] },
    `${FIRST}: expected either 'certificatePem' or 'certificateFile' in it, got a mapping.`,
    `${FIRST}: expected either 'privateKeyPem' or 'privateKeyFile' in it, got a mapping.`,
  ],
  [
    'a certificate both here and in a file',
    { identities: [{ spiffeId: SPIFFE_ID, ...web, certificateFile: 'web.pem' }] },
    `${FIRST}: expected either 'certificatePem' or 'certificateFile' in it, got a mapping.`,
  ],
  [
    'no SPIFFE ID',
    { identities: [{ spiffeId: 'spiffe://a/../b', ...web }] },
    `${FIRST}.spiffeId: expected a SPIFFE ID, such as 'spiffe://example.com/ns/default/sa/web', got 'spiffe://a/../b'.`,
  ],
  [
    'no certificate',
    { identities: [{ spiffeId: SPIFFE_ID, ...web, certificatePem: 'x' }] },
    `${FIRST}.certificatePem: expected certificates in PEM, got 'x'.`,
  ],
  [
    'what may be a private key, and is not repeated',
    { identities: [{ spiffeId: SPIFFE_ID, ...web, privateKeyPem: 'nearly-a-key' }] },
    `${FIRST}.privateKeyPem: expected a private key in PEM, without a passphrase, got another text.`,
  ],
  [
    'the private key of another certificate',
    { identities: [{ spiffeId: SPIFFE_ID, ...web, privateKeyPem: other.privateKeyPem }] },
    `${FIRST}: expected the private key of the certificate of '${SPIFFE_ID}', got another one.`,
  ],
  [
    'files that are not there, outside, or something else',
    { identities: [{ spiffeId: SPIFFE_ID, certificateFile: 'none.pem', privateKeyFile: 'link.key' }] },
    `${FIRST}.certificateFile: expected a file inside this directory with certificates in PEM, got 'none.pem', which does not exist.`,
    `${FIRST}.privateKeyFile: expected a file inside this directory with a private key in PEM, without a passphrase, got 'link.key', which is outside of it.`,
  ],
  [
    'a file that is too long',
    { trustAnchors: [{ trustDomain: DOMAIN, trustAnchorsFile: 'long.pem' }] },
    `${ANCHORS}.trustAnchorsFile: expected a file inside this directory with certificates in PEM, got 'long.pem'.`,
  ],
  [
    'the same twice',
    {
      identities: [...GOOD.identities, ...GOOD.identities],
      trustAnchors: [...GOOD.trustAnchors, ...GOOD.trustAnchors],
    },
    'workloadCertificates.identities: expected each spiffeId once, got a list.',
    'workloadCertificates.trustAnchors: expected each trustDomain once, got a list.',
  ],
  [
    'too many',
    {
      trustAnchors: Array.from({ length: 65 }, (_, index) => ({
        ...GOOD.trustAnchors[0],
        trustDomain: `d${index}`,
      })),
    },
    'workloadCertificates.trustAnchors: expected at most 64 trust domains, got a list.',
  ],
  [
    'anchors of nobody',
    { trustAnchors: [{ trustDomain: 'A B', trustAnchorsPem: web.certificatePem }] },
    `${ANCHORS}.trustDomain: expected a trust domain (1 to 255 letters a-z, digits, '.', '_' and '-'), got 'A B'.`,
  ],
];

for (const [name, declared, ...problems] of wrong) {
  test(`workload certificates are refused with ${name}`, async () =>
    assert.deepEqual(await problemsOf(declared), problems));
}
