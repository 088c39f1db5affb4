import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalJWKSet, exportJWK, jwtVerify } from 'jose';
import type { HttpResponse } from '../../http/message.ts';
import type { Instance } from '../../resources/instances.ts';
import { NOW_MS, PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import { FLAVOR, NAME, openServer, SCOPES, V1 } from './metadata.fixture.ts';

const TOKEN = `${V1}/instance/service-accounts/default/token`;

/** What the documentation of Compute Engine gives. */
const UNCACHED_REQUESTS_PER_SECOND = 50;

async function open(change: Partial<Instance> = {}) {
  const opened = await openServer(change);
  const get = (target: string, headers: Record<string, string> = FLAVOR, method = 'GET') =>
    opened.ask(target, { method, headers });
  return { ...opened, get };
}

function tokenOf(response: HttpResponse): { access_token: string; expires_in: number; token_type: string } {
  assert.equal(response.status, 200);
  return JSON.parse(String(response.body)) as {
    access_token: string;
    expires_in: number;
    token_type: string;
  };
}

test('a scalar has the headers of published transcripts, in their order (metadata notes 4.1)', async () => {
  const { get, instance } = await open();
  const response = await get(`${V1}/instance/id`);
  assert.equal(response.body, instance.id);
  assert.deepEqual(Object.entries(response.headers), [
    ['Metadata-Flavor', 'Google'],
    ['Content-Type', 'application/text'],
    ['ETag', response.headers.ETag],
    ['Date', 'Mon, 23 Nov 2026 05:00:00 GMT'],
    ['Server', 'Metadata Server for VM'],
    ['Content-Length', String(instance.id.length)],
    ['X-XSS-Protection', '0'],
    ['X-Frame-Options', 'SAMEORIGIN'],
  ]);
  assert.match(response.headers.ETag ?? '', /^[0-9a-f]{16}$/);
});

test('what is asked without being answered has its status and its page (metadata notes 3 and 4)', async () => {
  const { get } = await open();
  const cases: readonly (readonly [string, Record<string, string>, string, number])[] = [
    [`${V1}/instance/name`, {}, 'GET', 403],
    [`${V1}/instance/name`, { 'metadata-flavor': 'google' }, 'GET', 403],
    [`${V1}/instance/name`, { 'metadata-flavor': '' }, 'GET', 403],
    [`${V1}/instance/name`, { 'metadata-flavor': 'Google, Google' }, 'GET', 403],
    [`${V1}/instance/name`, { ...FLAVOR, 'x-forwarded-for': '1.2.3.4' }, 'GET', 403],
    [`${V1}/instance/name`, { ...FLAVOR, 'x-forwarded-for': '' }, 'GET', 403],
    ['/', { 'x-forwarded-for': '1.2.3.4' }, 'GET', 403],
    [`${V1}/instance/name`, { ...FLAVOR, host: 'evil.example' }, 'GET', 403],
    [`${V1}/instance/name`, { ...FLAVOR, host: 'metadata.google.internal.evil.example' }, 'GET', 403],
    ['/', { host: 'evil.example:80' }, 'GET', 403],
    [`${V1}/instance`, {}, 'GET', 403],
    [`${V1}/instance/name`, FLAVOR, 'POST', 405],
    [`${V1}/instance/name`, FLAVOR, 'OPTIONS', 405],
    [`${V1}/instance/nosuch`, FLAVOR, 'GET', 404],
    ['/latest/meta-data/', FLAVOR, 'GET', 404],
  ];
  for (const [target, headers, method, status] of cases) {
    const response = await get(target, headers, method);
    assert.equal(response.status, status, `${method} ${target} ${JSON.stringify(headers)}`);
    assert.equal(response.headers['Metadata-Flavor'], 'Google');
    assert.equal(response.headers['Content-Type'], 'text/html; charset=UTF-8');
    assert.equal(response.headers.ETag, undefined);
    assert.equal(response.headers['Content-Length'], String(Buffer.byteLength(String(response.body))));
  }
});

test('a missing header is named in the page, with the path (metadata notes 4.4)', async () => {
  const { get } = await open();
  const { body, headers } = await get(`${V1}/instance/name`, {});
  assert.match(String(body), /<code>\/computeMetadata\/v1\/instance\/name<\/code>/);
  assert.match(String(body), /Missing Metadata-Flavor:Google header\./);
  assert.equal(headers.Connection, 'close');
});

test('the root answers without the header, and so do all of its own names (metadata notes 3.2, 1.4)', async () => {
  const { get } = await open();
  const hosts = [
    'metadata.google.internal',
    'METADATA.google.internal',
    'metadata.google.internal.',
    'metadata',
    '169.254.169.254',
    '[fd20:ce::254]:80',
    'localhost:8080',
    '127.0.0.1:1',
    '[::1]:8080',
  ];
  for (const host of hosts) {
    const response = await get('/', { host });
    assert.deepEqual([response.status, response.body], [200, 'computeMetadata/\n'], host);
  }
  assert.equal(
    (await get(`${V1}/project/project-id`, { 'x-google-metadata-request': 'True' })).body,
    PROJECT_ID,
  );
});

test('a directory without its slash is redirected to the host that was asked, its query kept (metadata notes 5.3)', async () => {
  const { get } = await open();
  const response = await get(`${V1}/instance/attributes?recursive=true`, {
    ...FLAVOR,
    host: '127.0.0.1:8080',
  });
  assert.equal(response.status, 301);
  assert.equal(response.headers.Location, `http://127.0.0.1:8080${V1}/instance/attributes/?recursive=true`);
  assert.equal(response.body, `${V1}/instance/attributes/\n`);
  assert.equal(response.headers['Content-Type'], 'text/html');
});

test('a token has three keys, and its account and scopes are the instance’s (metadata notes 9.3)', async () => {
  const { get, services, email } = await open();
  const response = await get(TOKEN);
  assert.equal(response.headers['Content-Type'], 'application/json');
  assert.equal(response.headers.ETag, undefined);
  const token = tokenOf(response);
  assert.deepEqual(Object.keys(token), ['access_token', 'expires_in', 'token_type']);
  assert.deepEqual([token.expires_in, token.token_type], [3600, 'Bearer']);
  const verified = services.issuer.verifyAccessToken(token.access_token);
  assert.ok(verified.outcome === 'good');
  assert.deepEqual(
    [verified.claims.principal.email, verified.claims.scopes, verified.claims.instance],
    [email, SCOPES, NAME],
  );
  assert.deepEqual(
    tokenOf(await get(TOKEN.replace('default', email))),
    token,
    'by e-mail it is the same (check 122)',
  );
});

test('the same token until five minutes of its life remain, with the true remainder (checks 120, 121)', async () => {
  const { get, clock } = await open();
  const first = tokenOf(await get(TOKEN));
  clock.nowMs = NOW_MS + 3_299_000;
  assert.deepEqual(tokenOf(await get(TOKEN)), { ...first, expires_in: 301 });
  clock.nowMs = NOW_MS + 3_300_000;
  const second = tokenOf(await get(TOKEN));
  assert.notEqual(second.access_token, first.access_token);
  assert.equal(second.expires_in, 3600);
});

test('concurrent requests that miss get one token', async () => {
  const { get } = await open();
  const tokens = await Promise.all(
    Array.from({ length: 50 }, async () => tokenOf(await get(TOKEN)).access_token),
  );
  assert.equal(new Set(tokens).size, 1);
});

test('a token that cannot be cached is fresh each time, at most 50 times a second', async () => {
  const { get, clock } = await open({ tokenLifetimeSeconds: 300 });
  const seen = new Set<string>();
  for (let count = 0; count < UNCACHED_REQUESTS_PER_SECOND; count += 1)
    seen.add(tokenOf(await get(TOKEN)).access_token);
  assert.equal(seen.size, UNCACHED_REQUESTS_PER_SECOND);
  assert.equal((await get(TOKEN)).status, 429);
  assert.equal((await get(`${V1}/instance/id`)).status, 200, 'only uncached tokens are limited');
  clock.nowMs += 999;
  assert.equal((await get(TOKEN)).status, 429);
  clock.nowMs += 1;
  assert.equal((await get(TOKEN)).status, 200);
});

test('a token that can be cached is never limited', async () => {
  const { get } = await open({ tokenLifetimeSeconds: 301 });
  for (let count = 0; count < 200; count += 1) assert.equal((await get(TOKEN)).status, 200);
});

test('an account that is disabled, deleted, unknown or without scopes has no token', async () => {
  const { get, services, email } = await open();
  const { serviceAccounts, instances } = services.resources;
  const account = await serviceAccounts.find(email);
  assert.ok(account !== undefined);
  assert.equal((await get(TOKEN)).status, 200);
  await services.resources.commit(serviceAccounts.put({ ...account.value, disabled: true }));
  assert.equal((await get(TOKEN)).status, 404);
  await services.resources.commit(serviceAccounts.put(account.value));
  assert.equal((await get(TOKEN)).status, 200);
  await services.resources.commit(await serviceAccounts.remove(account.value));
  assert.equal((await get(TOKEN)).status, 404);
  await services.resources.commit(serviceAccounts.put(account.value));
  const stored = await instances.get(PROJECT_ID, 'us-central1-a', 'vm');
  assert.ok(stored !== undefined);
  await services.resources.commit([
    instances.put({ ...stored.value, serviceAccounts: [{ email, scopes: [] }] }),
  ]);
  assert.equal((await get(TOKEN)).status, 404);
  await services.resources.commit([instances.put({ ...stored.value, serviceAccounts: [] })]);
  assert.equal((await get(TOKEN)).status, 404);
  assert.equal((await get(`${V1}/instance/service-accounts/`)).body, '');
});

test('an identity token of either format verifies against the published keys (metadata notes 9.4)', async () => {
  const { get, services, instance, email } = await open();
  const path = `${V1}/instance/service-accounts/default/identity`;
  const missing = await get(path);
  assert.equal(missing.status, 400);
  assert.match(String(missing.body), /non-empty audience parameter required/);
  const keys = await Promise.all(
    (await services.issuer.publicKeys()).map(async ({ id, publicKey }) => ({
      ...(await exportJWK(publicKey)),
      kid: id,
    })),
  );
  const verify = async (query: string) => {
    const response = await get(`${path}?${query}`);
    assert.equal(response.headers['Content-Type'], 'application/text');
    const options = {
      currentDate: new Date(NOW_MS),
      issuer: 'https://accounts.google.com',
      audience: 'https://x.y/z',
    };
    return (await jwtVerify(String(response.body), createLocalJWKSet({ keys }), options)).payload;
  };
  const account = await services.resources.serviceAccounts.find(email);
  const standard = await verify('audience=https://x.y/z');
  assert.deepEqual(Object.keys(standard), ['aud', 'azp', 'exp', 'iat', 'iss', 'sub']);
  assert.deepEqual([standard.sub, standard.azp], [account?.value.uniqueId, account?.value.uniqueId]);
  assert.equal((standard.exp ?? 0) - (standard.iat ?? 0), 3600);
  const full = await verify('format=full&audience=https%3A%2F%2Fx.y%2Fz');
  assert.deepEqual([full.email, full.email_verified], [email, true]);
  const engine = {
    instance_creation_timestamp: NOW_MS / 1000,
    instance_id: instance.id,
    instance_name: 'vm',
    project_id: PROJECT_ID,
    project_number: Number(PROJECT_NUMBER),
    zone: 'us-central1-a',
  };
  assert.deepEqual(full.google, { compute_engine: engine });
  const licensed = await verify('format=full&licenses=TRUE&audience=https://x.y/z');
  const license = (await get(`${V1}/instance/licenses/0/id`)).body;
  assert.match(String(license), /^\d+$/);
  assert.deepEqual(licensed.google, { compute_engine: { ...engine, license_id: [license] } });
  assert.equal((await verify('licenses=TRUE&audience=https://x.y/z')).google, undefined);
});

test('what is written to the instance or the project shows at once', async () => {
  const { get, services, instance } = await open();
  assert.equal((await get(`${V1}/instance/attributes/greeting`)).body, 'hello\n');
  const { instances, projects } = services.resources;
  await services.resources.commit([
    instances.put({ ...instance, metadata: [{ key: 'greeting', value: 'bye' }] }),
  ]);
  assert.equal((await get(`${V1}/instance/attributes/greeting`)).body, 'bye');
  const project = await projects.get(PROJECT_ID);
  assert.ok(project !== undefined);
  await services.resources.commit(
    projects.put({ ...project.value, commonInstanceMetadata: [{ key: 'k', value: 'v' }] }),
  );
  assert.equal((await get(`${V1}/project/attributes/k`)).body, 'v');
  await services.resources.commit(instances.remove(instance));
  assert.equal((await get(`${V1}/instance/name`)).status, 503);
});

test('the server of a stopped instance still answers who asks it (deviation)', async () => {
  const { get, change } = await open();
  await change({ status: 'TERMINATED' });
  assert.equal((await get(`${V1}/instance/name`)).body, 'vm');
  assert.equal((await get(TOKEN)).status, 200);
});
