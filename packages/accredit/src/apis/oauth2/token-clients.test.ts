/** Libraries that know nothing of us, against the endpoints in process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JWT, OAuth2Client } from 'google-auth-library';
import { createLocalJWKSet, importPKCS8, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { FixedClock, type TestCloud } from '../api.fixture.ts';
import { claimsOf, exchange, makeKeyHolder, openOAuthCloud, TOKEN_URL } from './assertion.fixture.ts';

/** Google's library takes the time from the machine, so this cloud does too. */
async function openCloudOfToday(): Promise<TestCloud> {
  const cloud = await openOAuthCloud({ realClock: { now: () => Date.now() } });
  cloud.clock.nowMs = Date.now();
  return cloud;
}

/** Sends what the library sends to the cloud and nowhere else. */
function transporterOptions(cloud: TestCloud) {
  const fetchImplementation = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const request = new Request(String(input), init);
    const body = Buffer.from(await request.arrayBuffer());
    const response = await cloud.send(request.method, request.url, {
      headers: Object.fromEntries(request.headers),
      ...(body.length === 0 ? {} : { body }),
    });
    return new Response(response.text, { status: response.status, headers: response.headers });
  };
  return { transporterOptions: { fetchImplementation: fetchImplementation as typeof fetch } };
}

async function keySetOf(cloud: TestCloud) {
  const response = await cloud.send('GET', 'https://www.googleapis.com/oauth2/v3/certs');
  const keySet: JSONWebKeySet = response.json;
  return createLocalJWKSet(keySet);
}

test("google-auth-library's JWT class gets an access token, and its tokeninfo agrees", async () => {
  const cloud = await openCloudOfToday();
  const { email, uniqueId, privateKeyPem } = await makeKeyHolder(cloud, 'robot-1');
  const scopes = [CLOUD_PLATFORM, 'https://www.googleapis.com/auth/userinfo.email'];
  const client = new JWT({ email, key: privateKeyPem, scopes, ...transporterOptions(cloud) });
  const { token } = await client.getAccessToken();
  assert.ok(typeof token === 'string' && token.startsWith('ya29.'));
  const info = await new OAuth2Client(transporterOptions(cloud)).getTokenInfo(token);
  assert.deepEqual(
    [info.aud, info.azp, info.email, info.scopes, info.access_type],
    [uniqueId, uniqueId, email, scopes, 'online'],
  );
});

test('google-auth-library gets an ID token and verifies it with our certificates', async () => {
  const cloud = await openCloudOfToday();
  const { email, uniqueId, privateKeyPem } = await makeKeyHolder(cloud, 'robot-1');
  const client = new JWT({ email, key: privateKeyPem, ...transporterOptions(cloud) });
  const idToken = await client.fetchIdToken('https://service.example');
  const verifier = new OAuth2Client(transporterOptions(cloud));
  const ticket = await verifier.verifyIdToken({ idToken, audience: 'https://service.example' });
  const payload = ticket.getPayload();
  assert.deepEqual([payload?.email, payload?.sub, payload?.azp], [email, uniqueId, email]);
});

test("google-auth-library shows Google's words when it is refused", async () => {
  const cloud = await openCloudOfToday();
  const { email } = await makeKeyHolder(cloud, 'robot-1');
  const { privateKeyPem } = await makeKeyHolder(cloud, 'robot-2');
  const client = new JWT({
    email,
    key: privateKeyPem,
    scopes: [CLOUD_PLATFORM],
    ...transporterOptions(cloud),
  });
  await assert.rejects(client.getAccessToken(), /invalid_grant: Invalid JWT Signature\./);
});

test('an assertion that jose signs is taken, and jose verifies the ID token with the published key set (metadata notes 9.4.9)', async () => {
  const cloud = await openOAuthCloud();
  const holder = await makeKeyHolder(cloud, 'robot-1');
  const { iss, aud, iat, exp } = claimsOf(holder);
  const assertion = await new SignJWT({
    iss: String(iss),
    aud: String(aud),
    iat: Number(iat),
    exp: Number(exp),
    target_audience: 'https://service.example',
  })
    .setProtectedHeader({ alg: 'RS256', kid: holder.key.keyId, typ: 'JWT' })
    .sign(await importPKCS8(holder.privateKeyPem, 'RS256'));
  const response = await exchange(cloud, assertion);
  assert.deepEqual(Object.keys(response.json), ['id_token']);
  const { payload, protectedHeader } = await jwtVerify(response.json.id_token, await keySetOf(cloud), {
    issuer: 'https://accounts.google.com',
    audience: 'https://service.example',
    algorithms: ['RS256'],
    currentDate: new Date(cloud.clock.nowMs),
  });
  assert.deepEqual(payload, {
    aud: 'https://service.example',
    azp: holder.email,
    email: holder.email,
    email_verified: true,
    exp: Number(iat) + 3600,
    iat,
    iss: 'https://accounts.google.com',
    sub: holder.uniqueId,
  });
  assert.deepEqual(Object.keys(protectedHeader), ['alg', 'kid', 'typ']);
});

test('a scope that nobody knows gives an ID token for it (IAM notes 4.5)', async () => {
  const cloud = await openOAuthCloud();
  const holder = await makeKeyHolder(cloud, 'robot-1');
  const claims = { ...claimsOf(holder), scope: `${CLOUD_PLATFORM} https://service.example` };
  const assertion = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256' })
    .sign(await importPKCS8(holder.privateKeyPem, 'RS256'));
  const { json } = await exchange(cloud, assertion, TOKEN_URL);
  assert.deepEqual(Object.keys(json), ['id_token']);
  const { payload } = await jwtVerify(json.id_token, await keySetOf(cloud), {
    currentDate: new Date(cloud.clock.nowMs),
  });
  assert.equal(payload.aud, claims.scope);
});

test('ID tokens verify across a rotation of the keys: the next key is published before it signs', async () => {
  const cloud = await openOAuthCloud();
  const { issuer } = cloud.services;
  await issuer.prepare();
  const early = await keySetOf(cloud);
  const clock = new FixedClock(cloud.clock.nowMs);
  for (let day = 0; day < 15; day += 1) {
    cloud.clock.nowMs = clock.nowMs + day * 86_400_000;
    const token = await issuer.signIdToken({ aud: 'a', iat: Math.floor(cloud.clock.nowMs / 1000) });
    await jwtVerify(token, early);
  }
  const keyIds = new Set((await issuer.publicKeys()).map(({ id }) => id));
  assert.ok(keyIds.size >= 2);
});
