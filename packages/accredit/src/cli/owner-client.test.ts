import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import {
  CallFailed,
  ConnectionLost,
  NobodyListens,
  OwnerClient,
  type OwnerRequest,
  path,
  WatchedOwnerClient,
} from './owner-client.ts';

/** A server on a socket of its own that answers what the test says. */
async function serve(t: TestContext, listener: RequestListener): Promise<OwnerClient> {
  const directory = mkdtempSync(join(tmpdir(), 'aown-'));
  const server = createServer(listener);
  const socketPath = join(directory, 's');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return new OwnerClient(socketPath);
}

const GET = { method: 'GET' as const, host: 'iam.googleapis.com', path: '/v1/x' };

test('a call goes to the host of its API, with its query and its body as JSON', async (t) => {
  const seen: object[] = [];
  const owner = await serve(t, (request, response) => {
    const { method, url, headers } = request;
    void text(request).then((body) => {
      seen.push({ method, url, host: headers.host, type: headers['content-type'], body });
      response.end('{"ok":true}');
    });
  });
  const request = { method: 'POST' as const, host: 'storage.googleapis.com', path: path`/b/${'a/b c'}/iam` };
  const query = { project: 'p&q', n: 3, pageToken: undefined };
  assert.deepEqual(await owner.call({ ...request, query, body: { é: 1 } }), { ok: true });
  assert.deepEqual(seen, [
    {
      method: 'POST',
      url: '/b/a%2Fb%20c/iam?project=p%26q&n=3',
      host: 'storage.googleapis.com',
      type: 'application/json',
      body: '{"é":1}',
    },
  ]);
});

const errors: readonly (readonly [string, number, string, string])[] = [
  ['of Google', 403, '{"error":{"code":403,"message":"No access.","errors":[]}}', 'No access.'],
  ['of OAuth, which has a code alone', 400, '{"error":"invalid_grant"}', 'invalid_grant'],
  [
    'that is a page',
    404,
    '<!DOCTYPE html>',
    'The cloud answered 404 to GET iam.googleapis.com/v1/x; is it of another version than this program?',
  ],
  [
    'without a message',
    500,
    '{"error":{"code":500}}',
    'The cloud answered 500 to GET iam.googleapis.com/v1/x; is it of another version than this program?',
  ],
];
for (const [name, status, body, message] of errors) {
  test(`an error ${name} becomes one sentence`, async (t) => {
    const owner = await serve(t, (_, response) => void response.writeHead(status).end(body));
    await assert.rejects(owner.call(GET), (error) => {
      assert.ok(error instanceof CallFailed);
      assert.deepEqual([error.httpStatus, error.message], [status, message]);
      return true;
    });
  });
}

test('an answer without a body is nothing', async (t) => {
  const owner = await serve(t, (_, response) => void response.writeHead(204).end());
  assert.equal(await owner.call(GET), undefined);
});

test('where nobody listens, that is said', async () => {
  await assert.rejects(new OwnerClient(join(tmpdir(), 'no-such-directory', 's')).call(GET), NobodyListens);
});

test('a cloud that goes away in the middle of a call is told from one that is not there', async (t) => {
  const before = await serve(t, (request) => void request.socket.destroy());
  await assert.rejects(before.call(GET), ConnectionLost);
  const amid = await serve(t, (request, response) => {
    response.writeHead(200, { 'Content-Length': '100' });
    response.write('{', () => request.socket.destroy());
  });
  await assert.rejects(amid.call(GET), ConnectionLost);
});

const watched: readonly (readonly [
  OwnerRequest['method'],
  path: string,
  status: number,
  isWrite: boolean,
])[] = [
  ['GET', '/v1/projects/p', 200, false],
  ['POST', '/v1/projects/p:getIamPolicy', 200, false],
  ['POST', '/v1/projects/p:setIamPolicy', 200, true],
  ['POST', '/v1/projects/p:setIamPolicy', 500, true],
  ['DELETE', '/v1/projects/p', 200, true],
];
for (const [method, pathname, status, isWrite] of watched) {
  test(`${method} ${pathname} that ends with ${status} ${isWrite ? 'may have' : 'has not'} written`, async (t) => {
    const { socketPath } = await serve(t, (_, response) => void response.writeHead(status).end('{}'));
    let count = 0;
    const client = new WatchedOwnerClient(socketPath, () => void (count += 1));
    await client.call({ method, host: 'example.googleapis.com', path: pathname }).catch(() => undefined);
    assert.equal(count, isWrite ? 1 : 0);
  });
}

test('where nobody listens nothing was written; where the connection is lost, something may have been', async (t) => {
  let count = 0;
  const request = { method: 'POST', host: 'example.googleapis.com', path: '/v1/x' } as const;
  const nobody = new WatchedOwnerClient('/nowhere/owner.sock', () => void (count += 1));
  await assert.rejects(nobody.call(request), { name: 'NobodyListens' });
  assert.equal(count, 0);
  const { socketPath } = await serve(t, ({ socket }) => void socket.destroy());
  const lost = new WatchedOwnerClient(socketPath, () => void (count += 1));
  await assert.rejects(lost.call(request), { name: 'ConnectionLost' });
  assert.equal(count, 1);
});
