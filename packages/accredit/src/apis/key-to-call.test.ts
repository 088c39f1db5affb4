/** The way of a key: made by IAM, exchanged at the token endpoint, used at an API; and nothing of it in any log. */
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { Log } from '../kernel/ports.ts';
import { openTestCloud, PROJECT_ID, type TestResponse } from './api.fixture.ts';
import { cloudResourceManager } from './cloudresourcemanager/index.ts';
import { iam } from './iam/index.ts';
import { assertionOf, claimsOf, exchange, part, postForm } from './oauth2/assertion.fixture.ts';
import { oauth2 } from './oauth2/index.ts';

/** A log that keeps every line as it would be printed, to any depth. */
function keepingLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (fields: object, message: string) => {
    lines.push(`${message} ${JSON.stringify(fields)} ${inspect(fields, { depth: 20 })}`);
  };
  return { log: { debug: keep, info: keep, warn: keep, error: keep }, lines };
}

async function open() {
  const { log, lines } = keepingLog();
  const cloud = await openTestCloud([iam, oauth2, cloudResourceManager], { log });
  const admin = await cloud.token(await cloud.account('admin', 'roles/iam.serviceAccountKeyAdmin'));
  const email = await cloud.account('robot-1', 'roles/browser');
  const created = await cloud.send(
    'POST',
    `https://iam.googleapis.com/v1/projects/-/serviceAccounts/${email}/keys`,
    { token: admin, body: {} },
  );
  const file = JSON.parse(Buffer.from(created.json.privateKeyData, 'base64').toString());
  return { cloud, lines, admin, email, file, created };
}

test('a key file that IAM gave out gets a token that an API takes', async () => {
  const { cloud, email, file } = await open();
  const header = { alg: 'RS256', typ: 'JWT', kid: file.private_key_id };
  const assertion = assertionOf(claimsOf({ email }), createPrivateKey(file.private_key), header);
  const { json } = await exchange(cloud, assertion, file.token_uri);
  const project = `https://cloudresourcemanager.googleapis.com/v1/projects/${PROJECT_ID}`;
  const read = await cloud.send('GET', project, { token: json.access_token });
  assert.equal(read.json.projectId, PROJECT_ID);
});

test('no key, assertion or token reaches a log line, an error body or a kept refusal', async () => {
  const { cloud, lines, admin, email, file, created } = await open();
  const privateKey = createPrivateKey(file.private_key);
  const assertion = assertionOf(claimsOf({ email }), privateKey);
  const stale = assertionOf({ ...claimsOf({ email }), exp: 1 }, privateKey);
  const forged = `${part({ alg: 'none' })}.${part(claimsOf({ email }))}.c2VjcmV0LXNpZ25hdHVyZQ`;
  const selfSigned = assertionOf({ ...claimsOf({ email }), aud: undefined }, privateKey, {
    alg: 'RS256',
    typ: 'JWT',
    kid: file.private_key_id,
  });
  const token = (await exchange(cloud, assertion)).json.access_token;
  const tokenInfo = 'https://oauth2.googleapis.com/tokeninfo';
  const project = `https://cloudresourcemanager.googleapis.com/v1/projects/${PROJECT_ID}`;
  const refused: readonly TestResponse[] = [
    await exchange(cloud, stale),
    await exchange(cloud, forged),
    await postForm(cloud, { grant_type: assertion, assertion }),
    await postForm(cloud, { grant_type: file.private_key, assertion: token }),
    await postForm(cloud, `assertion=${assertion}&assertion=${assertion}`),
    await postForm(cloud, `${assertion}=1&${assertion}=2`),
    await cloud.send('POST', 'https://oauth2.googleapis.com/token', { body: `{"assertion":"${assertion}` }),
    await cloud.send('POST', 'https://oauth2.googleapis.com/token', { body: assertion }),
    await cloud.send('POST', 'https://oauth2.googleapis.com/token', { body: { assertion: [assertion] } }),
    await cloud.send('GET', `${tokenInfo}?access_token=${token}x`),
    await cloud.send('GET', `${tokenInfo}?id_token=${assertion}`),
    await cloud.send('GET', project, { token: `${token}x` }),
    await cloud.send('GET', `${project}?access_token=${assertion}`),
    await cloud.send('GET', project, { token: assertion }),
    await cloud.send('GET', project, { token: forged }),
    await cloud.send('POST', `${project}:setIamPolicy`, { token: selfSigned, body: { policy: {} } }),
    await cloud.send('POST', `${project}:setIamPolicy`, { token, body: { policy: {} } }),
    await cloud.send('POST', `https://iam.googleapis.com/v1/projects/${PROJECT_ID}/serviceAccounts`, {
      token,
      body: {},
    }),
  ];
  for (const response of refused) assert.ok(response.status >= 400, response.text);
  await cloud.send('GET', `${tokenInfo}?access_token=${token}`);

  const kept = inspect(await cloud.audit.refusals(100), { depth: 20 });
  const places = [lines.join('\n'), refused.map(({ text }) => text).join('\n'), kept];
  const pem = file.private_key.split('\n').slice(1, -2);
  const secrets: readonly string[] = [
    ...pem,
    created.json.privateKeyData.slice(100, 160),
    ...[assertion, selfSigned, stale, forged].flatMap((text) => text.split('.').slice(1)),
    assertion.slice(0, 20),
    token.slice(0, 20),
    token.slice(-20),
    admin.slice(-20),
  ];
  assert.ok(lines.length >= refused.length + 3, 'every call left its line');
  assert.match(kept, /resourcemanager\.projects\.setIamPolicy/, 'refusals were kept');
  for (const place of places) {
    for (const [index, secret] of secrets.entries()) {
      assert.equal(place.includes(secret), false, `secret ${index} of ${secrets.length}`);
    }
  }
});
