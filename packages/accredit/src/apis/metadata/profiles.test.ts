/** How the metadata servers of GKE and Cloud Run differ from that of Compute Engine in all that is not their tree. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import type { ProfileName } from '../../protocol/metadata/settings.ts';
import { PROJECT_ID } from '../api.fixture.ts';
import { openServer, V1 } from './metadata.fixture.ts';

const ACCOUNT = `${V1}/instance/service-accounts/default`;
const FLAVOR = { 'metadata-flavor': 'Google' };
const DATE = 'Mon, 23 Nov 2026 05:00:00 GMT';

async function open(profile: ProfileName) {
  const change = {
    metadata: [{ key: 'enable-guest-attributes', value: 'TRUE' }],
    metadataServer: { profile },
  };
  const { email, server, ask } = await openServer(change, [CLOUD_PLATFORM]);
  const get = (target: string, headers: Record<string, string> = FLAVOR, method = 'GET') =>
    ask(target, { method, headers });
  const claims = async (query: string) => {
    const { body } = await get(`${ACCOUNT}/identity?audience=a&${query}`);
    const [, payload = ''] = String(body).split('.');
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  };
  return { email, server, get, claims };
}

test('a value of GKE has the headers of its transcript, and no others (metadata notes 13.1.1)', async () => {
  const { get } = await open('gke');
  const { body, headers } = await get(`${V1}/project/project-id`);
  assert.equal(body, PROJECT_ID);
  assert.deepEqual(Object.entries(headers), [
    ['Metadata-Flavor', 'Google'],
    ['Content-Type', 'application/text'],
    ['Date', DATE],
    ['Server', 'GKE Metadata Server'],
    ['Content-Length', String(PROJECT_ID.length)],
  ]);
});

test('GKE refuses what has no header, at / too, in its own words (metadata notes 13.1.2, check 155)', async () => {
  const { get } = await open('gke');
  for (const target of ['/', `${V1}/project/project-id`]) {
    const { status, headers, body } = await get(target, {});
    assert.equal(status, 403);
    assert.equal(
      body,
      'GKE Metadata Server encountered an error: Missing required header "Metadata-Flavor": "Google"\n',
    );
    assert.deepEqual(Object.entries(headers), [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['X-Content-Type-Options', 'nosniff'],
      ['Date', DATE],
      ['Server', 'GKE Metadata Server'],
      ['Content-Length', '94'],
    ]);
  }
  assert.equal((await get('/')).body, 'computeMetadata/\n');
});

test('GKE does not take the older header (metadata notes 13.1.3)', async () => {
  const { get } = await open('gke');
  assert.equal((await get(`${V1}/project/project-id`, { 'x-google-metadata-request': 'True' })).status, 403);
});

test('a refusal of Cloud Run for want of the header has none itself; its others do (metadata notes 13.2.2)', async () => {
  const { get } = await open('cloud-run');
  const { status, headers } = await get(`${V1}/project/project-id`, {});
  assert.deepEqual(
    [status, headers['Metadata-Flavor'], headers.Server],
    [403, undefined, 'Metadata Server for VM'],
  );
  assert.equal((await get(`${V1}/nosuch`)).headers['Metadata-Flavor'], 'Google');
});

test('scopes count on GKE and Cloud Run, and not on Compute Engine (metadata notes 9.3.7, 13.1.6, 13.2.3)', async () => {
  const scope = encodeURIComponent('https://www.googleapis.com/auth/devstorage.read_only');
  for (const [profile, isOther] of [
    ['gce', false],
    ['gke', true],
    ['cloud-run', true],
  ] as const) {
    const { get } = await open(profile);
    const [all, one] = [await get(`${ACCOUNT}/token`), await get(`${ACCOUNT}/token?scopes=${scope}`)];
    const tokenOf = ({ body }: { readonly body?: unknown }) =>
      (JSON.parse(String(body)) as { access_token: string }).access_token;
    assert.equal(tokenOf(all) !== tokenOf(one), isOther, profile);
  }
});

test('an identity token of Cloud Run names the account and no VM in either format (metadata notes 13.2.4)', async () => {
  const { claims, email } = await open('cloud-run');
  for (const query of ['', 'format=full&licenses=TRUE']) {
    const { email: named, email_verified: isVerified, google } = await claims(query);
    assert.deepEqual([named, isVerified, google], [email, true, undefined], query);
  }
});

test('an identity token of Compute Engine names account and VM in format full alone (metadata notes 9.4.5)', async () => {
  const { claims, email } = await open('gce');
  const standard = await claims('');
  assert.deepEqual([standard.email, standard.google], [undefined, undefined]);
  const full = await claims('format=full');
  assert.equal(full.email, email);
  assert.deepEqual(Object.keys(full.google as object), ['compute_engine']);
});

test('nobody waits on Cloud Run (metadata notes 13.2.6)', async () => {
  const { get, server } = await open('cloud-run');
  const target = `${V1}/project/project-id`;
  assert.equal((await get(`${target}?wait_for_change=true`)).body, PROJECT_ID);
  assert.equal(server.waiterCount, 0);
});

test('programs write guest attributes on Compute Engine alone (metadata notes 13.1.4, 13.2.6)', async () => {
  for (const [profile, status] of [
    ['gce', 200],
    ['gke', 405],
    ['cloud-run', 405],
  ] as const) {
    const { get } = await open(profile);
    const response = await get(`${V1}/instance/guest-attributes/testing/result`, FLAVOR, 'PUT');
    assert.equal(response.status, status, profile);
  }
});

test('scopes that a client chooses are counted where their token is not found again, and take nobody’s token away', async () => {
  const { get } = await open('gke');
  const own = (await get(`${ACCOUNT}/token`)).body;
  const statuses: number[] = [];
  for (let count = 0; count < 60; count += 1)
    statuses.push((await get(`${ACCOUNT}/token?scopes=https://a/${count}`)).status);
  assert.deepEqual([...new Set(statuses.slice(0, 50))], [200]);
  assert.deepEqual([...new Set(statuses.slice(50))], [429]);
  assert.equal((await get(`${ACCOUNT}/token?scopes=https://a/49`)).status, 200, 'it is found again');
  assert.equal((await get(`${ACCOUNT}/token`)).body, own);
});
