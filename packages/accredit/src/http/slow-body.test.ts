import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID } from '../apis/api.fixture.ts';
import { cloudResourceManager } from '../apis/cloudresourcemanager/index.ts';
import { withoutMembers } from '../protocol/iam/policies/policy.ts';
import { BODY_DEADLINE_MS } from './bodies.ts';

const PROJECT = `projects/${PROJECT_ID}`;

/** A call whose body comes as slowly as the test likes. */
async function begin(path = `/v1/${PROJECT}:setIamPolicy`) {
  const cloud = await openTestCloud([cloudResourceManager]);
  const email = await cloud.account('caller', 'roles/owner');
  const token = await cloud.token(email, { lifetimeSeconds: 60 });
  const body = new PassThrough();
  const answered = cloud.handle({
    method: 'POST',
    target: path,
    headers: {
      host: 'cloudresourcemanager.googleapis.com',
      authorization: `Bearer ${token}`,
      'transfer-encoding': 'chunked',
    },
    body,
    listener: { kind: 'api' },
  });
  body.write('{"policy":');
  await new Promise(setImmediate);
  return { cloud, email, body, answered };
}

const REST = `{"bindings":[{"role":"roles/owner","members":["user:mallory@example.com"]}]}}`;

test('a grant that is taken away while the body comes is gone when it is there', async () => {
  const { cloud, email, body, answered } = await begin();
  const { policies } = cloud.services.resources;
  const { value } = await policies.get(PROJECT);
  const revoked = withoutMembers(value, 'roles/owner', [`serviceAccount:${email}`]);
  await cloud.services.resources.commit([await policies.put(PROJECT, revoked)]);
  body.end(REST);
  assert.equal((await answered).status, 403);
  assert.deepEqual((await policies.get(PROJECT)).value, revoked);
});

test('a token that expires while the body comes is expired when it is there', async () => {
  const { cloud, body, answered } = await begin();
  cloud.clock.nowMs += 60_000;
  body.end(REST);
  assert.equal((await answered).status, 401);
});

test('a body that does not come to its end is given up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { body, answered } = await begin();
  t.mock.timers.tick(BODY_DEADLINE_MS);
  const response = await answered;
  assert.equal(response.status, 408);
  assert.match(String(response.body), /did not arrive in time/);
  body.destroy();
});
