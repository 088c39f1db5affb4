import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID } from '../apis/api.fixture.ts';
import { cloudResourceManager } from '../apis/cloudresourcemanager/index.ts';
import { oauth2 } from '../apis/oauth2/index.ts';
import { FORM_BODY_LIMIT_BYTES, JSON_BODY_LIMIT_BYTES } from './bodies.ts';

const POLICY_URL = `https://cloudresourcemanager.googleapis.com/v1/projects/${PROJECT_ID}:getIamPolicy`;
const TOKEN_URL = 'https://oauth2.googleapis.com/token';

async function open() {
  const cloud = await openTestCloud([cloudResourceManager, oauth2]);
  const token = await cloud.token(await cloud.account('caller', 'roles/owner'));
  return { cloud, token };
}

test('a JSON body up to the limit is read, one beyond it is 413, stated or not', async () => {
  const { cloud, token } = await open();
  const padded = (length: number) => `{}${' '.repeat(length - 2)}`;
  const fits = await cloud.send('POST', POLICY_URL, { token, body: padded(JSON_BODY_LIMIT_BYTES) });
  assert.equal(fits.status, 200);
  const stated = await cloud.send('POST', POLICY_URL, { token, body: padded(JSON_BODY_LIMIT_BYTES + 1) });
  assert.equal(stated.status, 413);
  assert.equal(
    stated.json.error.message,
    `Request payload size exceeds the limit: ${JSON_BODY_LIMIT_BYTES} bytes.`,
  );
  const response = await cloud.handle({
    method: 'POST',
    target: `/v1/projects/${PROJECT_ID}:getIamPolicy`,
    headers: {
      host: 'cloudresourcemanager.googleapis.com',
      authorization: `Bearer ${token}`,
      'transfer-encoding': 'chunked',
    },
    body: Readable.from([Buffer.alloc(JSON_BODY_LIMIT_BYTES, 0x20), Buffer.from('  ')]),
    listener: { kind: 'api' },
  });
  assert.equal(response.status, 413);
});

test('a form beyond its limit is 413', async () => {
  const { cloud } = await open();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = `assertion=${'x'.repeat(FORM_BODY_LIMIT_BYTES)}`;
  assert.equal((await cloud.send('POST', TOKEN_URL, { headers, body })).status, 413);
});

for (const body of ['{', '[1,2', 'nonsense', '{"a":}', '\u0000']) {
  test(`malformed JSON is 400 and does not quote the body: ${JSON.stringify(body)}`, async () => {
    const { cloud, token } = await open();
    const response = await cloud.send('POST', POLICY_URL, { token, body });
    assert.equal(response.status, 400);
    assert.equal(response.json.error.status, 'INVALID_ARGUMENT');
    assert.doesNotMatch(response.json.error.message, /nonsense/);
  });
}
