/** That a cloud's OpenID tokens and what is published about them name one issuer, also another than Google's. */
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { assertionOf } from './apis/oauth2/assertion.fixture.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { makeServiceAccountKey } from './identity/service-account-keys.ts';
import { toUnixSeconds } from './kernel/timestamps.ts';

const root = mkdtempSync(join(tmpdir(), 'aoi-'));
after(() => rmSync(root, { recursive: true, force: true }));

const EMAIL = 'workload@p.iam.gserviceaccount.com';
const ISSUER = 'https://issuer.example';
const AUDIENCE = 'https://service.example';
const PLACE = { projectId: 'p', zone: 'us-central1-a', name: 'vm-1' };

/** Starts a cloud with an issuer of its own, one account and one instance with it. */
function start(): Promise<Cloud> {
  return startCloud({
    xdgRuntimeDirectory: root,
    issuer: ISSUER,
    async configure({ resources }) {
      const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
      await resources.commit([
        ...resources.projects.put(resources.projects.draft('p')),
        ...resources.serviceAccounts.put(resources.serviceAccounts.draft('p', EMAIL)),
        resources.instances.put(
          resources.instances.draft({ ...PLACE, serviceAccounts: [{ email: EMAIL, scopes }] }),
        ),
      ]);
    },
  });
}

async function identityToken(cloud: Cloud): Promise<string> {
  const stored = await cloud.services.resources.instances.get('p', PLACE.zone, PLACE.name);
  assert.ok(stored);
  const { metadataAddress } = await cloud.places(stored.value);
  const path = `/computeMetadata/v1/instance/service-accounts/default/identity?audience=${AUDIENCE}`;
  const answer = await fetch(`http://${metadataAddress}${path}`, {
    headers: { 'Metadata-Flavor': 'Google' },
  });
  return answer.text();
}

/** Returns the ID token that the account gets for an assertion. */
async function idToken({ apiUrl, services }: Cloud): Promise<string> {
  const account = await services.resources.serviceAccounts.find(EMAIL);
  assert.ok(account);
  const { key, privateKeyPem } = await makeServiceAccountKey(account.value, 'KEY_ALG_RSA_2048', services);
  await services.resources.commit([services.resources.serviceAccounts.keys.put(key)]);
  const iat = toUnixSeconds(services.realClock.now());
  const aud = 'https://oauth2.googleapis.com/token';
  const claims = { iss: EMAIL, aud, target_audience: AUDIENCE, iat, exp: iat + 600 };
  const assertion = assertionOf(claims, createPrivateKey(privateKeyPem.reveal()));
  const grant = { assertion, grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' };
  const answer = await fetch(`${apiUrl}/token`, { method: 'POST', body: new URLSearchParams(grant) });
  const { id_token: token } = (await answer.json()) as { id_token: string };
  return token;
}

test("all OpenID tokens name the cloud's issuer, and so does what is published of it (metadata notes 9.4.9)", async (t) => {
  const cloud = await start();
  t.after(() => cloud.close());
  const published = await fetch(`${cloud.apiUrl}/.well-known/openid-configuration`);
  const configuration = (await published.json()) as { issuer: string; jwks_uri: string };
  assert.equal(configuration.issuer, ISSUER);
  for (const token of [await identityToken(cloud), await idToken(cloud)]) {
    const keys = (await (await fetch(configuration.jwks_uri)).json()) as JSONWebKeySet;
    const expected = { issuer: ISSUER, audience: AUDIENCE };
    assert.equal((await jwtVerify(token, createLocalJWKSet(keys), expected)).payload.iss, ISSUER);
    const info = await fetch(`${cloud.apiUrl}/tokeninfo?id_token=${token}`);
    assert.equal(((await info.json()) as { iss: string }).iss, ISSUER);
  }
});
