/** What the life of an account and its keys does to tokens: IAM changes it, the token endpoint and the APIs see it. */
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import {
  NOT_AFTER_MS,
  NOT_BEFORE_MS,
  RSA_CERTIFICATE,
  RSA_KEYS,
  toPublicKeyData,
} from '../protocol/iam/service-accounts/certificates.fixture.ts';
import { openTestCloud, PROJECT_ID, type TestResponse } from './api.fixture.ts';
import { cloudResourceManager } from './cloudresourcemanager/index.ts';
import { iam } from './iam/index.ts';
import { assertionOf, claimsOf, exchange } from './oauth2/assertion.fixture.ts';
import { oauth2 } from './oauth2/index.ts';

const IAM_URL = 'https://iam.googleapis.com/v1';
const PROJECT_URL = `https://cloudresourcemanager.googleapis.com/v1/projects/${PROJECT_ID}`;
const NOT_FOUND = 'Invalid grant: account not found';
const BAD_SIGNATURE = 'Invalid JWT Signature.';

async function open() {
  const clock = { nowMs: 1_795_410_000_000, now: () => clock.nowMs };
  const cloud = await openTestCloud([iam, oauth2, cloudResourceManager], { realClock: clock });
  const roles = ['roles/iam.serviceAccountKeyAdmin', 'roles/iam.serviceAccountAdmin'];
  const admin = await cloud.token(await cloud.account('admin', ...roles));
  const email = await cloud.account('robot-1', 'roles/browser');
  const name = `projects/${PROJECT_ID}/serviceAccounts/${email}`;
  const manage = async (method: string, path: string, body?: unknown) => {
    const request = { token: admin, ...(body === undefined ? {} : { body }) };
    const response = await cloud.send(method, `${IAM_URL}/${path}`, request);
    assert.equal(response.status, 200, response.text);
    return response.json;
  };
  const created = await manage('POST', `${name}/keys`, {});
  const file = JSON.parse(Buffer.from(created.privateKeyData, 'base64').toString());
  const assertion = assertionOf(claimsOf({ email }), createPrivateKey(file.private_key));
  const read = (token: string) => cloud.send('GET', PROJECT_URL, { token });
  return { clock, cloud, email, name, manage, keyName: created.name, assertion, read };
}

/** Asserts that the account of a token is not good (IAM notes 4.2). */
function assertBadAccount(response: TestResponse, email: string): void {
  assert.equal(response.status, 401);
  assert.deepEqual(response.json.error.details, [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'ACCOUNT_STATE_INVALID',
      domain: 'googleapis.com',
      metadata: {
        service: 'cloudresourcemanager.googleapis.com',
        method: response.json.error.details[0].metadata.method,
        email,
      },
    },
  ]);
}

test('tokens of a disabled account are refused at once, and are good again when it is enabled (IAM notes 1.8)', async () => {
  const { assertion, cloud, email, manage, name, read } = await open();
  const { access_token: token } = (await exchange(cloud, assertion)).json;
  assert.equal((await read(token)).status, 200);
  await manage('POST', `${name}:disable`, {});
  assertBadAccount(await read(token), email);
  assert.equal((await exchange(cloud, assertion)).json.error_description, NOT_FOUND);
  await manage('POST', `${name}:enable`, {});
  assert.equal((await read(token)).status, 200);
  assert.equal((await exchange(cloud, assertion)).status, 200);
});

test('tokens and keys of a deleted account are no good, and are again when it is undeleted (IAM notes 1.8)', async () => {
  const { assertion, cloud, email, manage, name, read } = await open();
  const { access_token: token } = (await exchange(cloud, assertion)).json;
  const { uniqueId } = await manage('GET', name);
  await manage('DELETE', name);
  assertBadAccount(await read(token), email);
  assert.equal((await exchange(cloud, assertion)).json.error_description, NOT_FOUND);
  await manage('POST', `projects/-/serviceAccounts/${uniqueId}:undelete`, {});
  assert.equal((await read(token)).status, 200);
  assert.equal((await exchange(cloud, assertion)).status, 200);
});

test('a namesake of a deleted account has neither its tokens nor its keys (IAM notes 1.8)', async () => {
  const { assertion, cloud, email, manage, name, read } = await open();
  const { access_token: token } = (await exchange(cloud, assertion)).json;
  await manage('DELETE', name);
  await manage('POST', `projects/${PROJECT_ID}/serviceAccounts`, { accountId: 'robot-1' });
  assertBadAccount(await read(token), email);
  assert.equal((await exchange(cloud, assertion)).json.error_description, BAD_SIGNATURE);
  assert.deepEqual(await manage('GET', `${name}/keys`), {});
});

test('a disabled or deleted key signs in no more; tokens that it has got live on (IAM notes 1.8)', async () => {
  const { assertion, cloud, keyName, manage, read } = await open();
  const { access_token: token } = (await exchange(cloud, assertion)).json;
  await manage('POST', `${keyName}:disable`, {});
  assert.equal((await exchange(cloud, assertion)).json.error_description, BAD_SIGNATURE);
  assert.equal((await read(token)).status, 200);
  await manage('POST', `${keyName}:enable`, {});
  assert.equal((await exchange(cloud, assertion)).status, 200);
  await manage('DELETE', keyName);
  assert.equal((await exchange(cloud, assertion)).json.error_description, BAD_SIGNATURE);
  assert.equal((await read(token)).status, 200);
});

test('an uploaded key signs in from the begin of its certificate to the end', async () => {
  const { clock, cloud, email, keyName, manage, name } = await open();
  await manage('DELETE', keyName);
  await manage('POST', `${name}/keys:upload`, { publicKeyData: toPublicKeyData(RSA_CERTIFICATE) });
  const signIn = async (realMs: number) => {
    clock.nowMs = realMs;
    const seconds = Math.floor(realMs / 1000);
    const claims = { ...claimsOf({ email }), iat: seconds, exp: seconds + 60 };
    return (await exchange(cloud, assertionOf(claims, RSA_KEYS.privateKey))).json;
  };
  assert.equal((await signIn(NOT_BEFORE_MS - 1)).error_description, BAD_SIGNATURE);
  assert.equal((await signIn(NOT_BEFORE_MS)).token_type, 'Bearer');
  assert.equal((await signIn(NOT_AFTER_MS - 1)).token_type, 'Bearer');
  assert.equal((await signIn(NOT_AFTER_MS)).error_description, BAD_SIGNATURE);
});

test('an uploaded key is published in the certificate that it came in', async () => {
  const { cloud, email, manage, name } = await open();
  const uploaded = await manage('POST', `${name}/keys:upload`, {
    publicKeyData: toPublicKeyData(RSA_CERTIFICATE),
  });
  const address = `https://www.googleapis.com/robot/v1/metadata/x509/${encodeURIComponent(email)}`;
  const { json } = await cloud.send('GET', address);
  assert.equal(json[uploaded.name.slice(-40)], RSA_CERTIFICATE);
});
