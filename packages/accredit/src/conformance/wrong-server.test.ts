import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { httpServer } from './raw-server.fixture.ts';
import { type CheckResult, runChecks } from './run-checks.ts';
import { selectChecks } from './select-checks.ts';
import { CHECKS } from './suite.ts';

/** What the small server does wrong. */
type Mistake =
  | 'no flavor'
  | 'chunked'
  | 'charset'
  | 'newline'
  | 'redirect without query'
  | 'answers without the header'
  | 'compresses'
  | 'quoted ETag'
  | 'a fresh token each time'
  | 'tags as text'
  | 'unsorted'
  | 'serves POST';

/** Which checks, of those that the small server passes, tell it of each mistake. */
const expected: Readonly<Record<Mistake, readonly number[]>> = {
  'no flavor': [
    2, 3, 8, 37, 43, 58, 115, 119, 143, 146, 150, 157, 169, 254, 256, 264, 265, 266, 267, 268, 269, 270, 271,
  ],
  chunked: [1, 12, 17, 36, 43, 57, 157, 158],
  charset: [68, 85, 118],
  newline: [59, 60, 61, 115, 143, 150, 204],
  'redirect without query': [166],
  'answers without the header': [21, 26, 27, 28, 34, 41, 163, 164, 165],
  compresses: [15],
  'quoted ETag': [13],
  'a fresh token each time': [120, 123, 232],
  'tags as text': [68],
  unsorted: [79],
  'serves POST': [53],
};

const KEYS: Readonly<Record<string, string>> = {
  'project/project-id': 'my-project',
  'project/numeric-project-id': '123456789012',
  'instance/id': '1234567890123456789',
  'instance/name': 'vm',
  'instance/zone': 'projects/123456789012/zones/us-central1-a',
  'instance/service-accounts/default/email': 'vm@my-project.iam.gserviceaccount.com',
};

const LISTINGS: Readonly<Record<string, string>> = {
  '/': 'computeMetadata/\n',
  '/computeMetadata/': 'v1/\n',
  '/computeMetadata/v1/': 'instance/\nproject/\n',
  '/computeMetadata/v1/project/': 'numeric-project-id\nproject-id\n',
  '/computeMetadata/v1/instance/': 'id\nname\nservice-accounts/\ntags\nzone\n',
  '/computeMetadata/v1/instance/service-accounts/': 'default/\nvm@my-project.iam.gserviceaccount.com/\n',
};

const RECURSIVE = JSON.stringify({ instance: { id: 1 }, project: { projectId: 'my-project' } });

/** A small metadata server that makes one mistake, or none. */
function smallServer(mistake: Mistake | undefined) {
  let tokens = 0;
  const isWrong = (one: Mistake) => mistake === one;

  const send = (response: ServerResponse, status: number, type: string, body: string, more: object = {}) => {
    const charset = isWrong('charset') && type === 'application/json' ? '; charset=utf-8' : '';
    const headers = {
      ...(isWrong('no flavor') ? {} : { 'Metadata-Flavor': 'Google' }),
      'Content-Type': type + charset,
      ...more,
      Date: new Date(0).toUTCString(),
      Server: 'Metadata Server for VM',
      ...(isWrong('chunked') ? {} : { 'Content-Length': Buffer.byteLength(body) }),
      'X-XSS-Protection': '0',
      'X-Frame-Options': 'SAMEORIGIN',
      ...(isWrong('compresses') ? { 'Content-Encoding': 'identity' } : {}),
    };
    response.writeHead(status, headers).end(body);
  };

  const value = (response: ServerResponse, body: string, type = 'application/text') => {
    const etag = '0123456789abcdef';
    const ETag = isWrong('quoted ETag') ? `"${etag}"` : etag;
    send(response, 200, type, isWrong('newline') && type === 'application/text' ? `${body}\n` : body, {
      ETag,
    });
  };

  const token = (response: ServerResponse) => {
    tokens += 1;
    const text = isWrong('a fresh token each time') ? `token-${tokens}` : 'token';
    const json = { access_token: text, expires_in: 3599, token_type: 'Bearer' };
    send(response, 200, 'application/json', JSON.stringify(json));
  };

  const listing = (response: ServerResponse, path: string, body: string) => {
    const text = isWrong('unsorted') ? body.split('\n').slice(0, -1).reverse().join('\n').concat('\n') : body;
    if (path.startsWith('/computeMetadata/v1/'))
      send(response, 200, 'application/text', text, { ETag: 'fedcba9876543210' });
    else send(response, 200, 'application/text', text);
  };

  const redirect = (response: ServerResponse, host: string, path: string, query: string) => {
    const kept = isWrong('redirect without query') || query === '' ? '' : `?${query}`;
    send(response, 301, 'text/html', `${path}/\n`, { Location: `http://${host}${path}/${kept}` });
  };

  return (request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const page = 'text/html; charset=UTF-8';
    const hasFlavor =
      request.headers['metadata-flavor'] === 'Google' || isWrong('answers without the header');
    if (path !== '/' && !hasFlavor) send(response, 403, page, '403');
    else if (request.method === 'POST' && isWrong('serves POST')) send(response, 200, 'application/text', '');
    else if (request.method !== 'GET' && request.method !== 'HEAD') send(response, 405, page, '405');
    else if (query.includes('recursive=true') && LISTINGS[path] !== undefined) {
      send(response, 200, 'application/json', RECURSIVE);
    } else if (LISTINGS[path] !== undefined) listing(response, path, LISTINGS[path]);
    else if (LISTINGS[`${path}/`] !== undefined) redirect(response, request.headers.host ?? '', path, query);
    else answerKey(response, path.replace('/computeMetadata/v1/', ''));
  };

  function answerKey(response: ServerResponse, key: string): void {
    const known = KEYS[key];
    if (known !== undefined) value(response, known);
    else if (key === 'instance/tags')
      value(response, '["web"]', isWrong('tags as text') ? 'text/plain' : 'application/json');
    else if (key.endsWith('/default/token')) token(response);
    else send(response, 404, 'text/html; charset=UTF-8', '404');
  }
}

const ALL = selectChecks(CHECKS, 'gce', undefined);

/** Asks the small server everything: it is small enough for that. */
async function ask(t: TestContext, mistake: Mistake | undefined): Promise<readonly CheckResult[]> {
  return runChecks(ALL, await httpServer(t, smallServer(mistake)));
}

/** How many checks a server passes that has six keys, a token and listings; the others ask for more. */
const PASSED_AT_LEAST = 130;

test('a small server that makes no mistake passes what can be asked of it, and one mistake is seen by some', async (t) => {
  const right = await ask(t, undefined);
  const passed = new Set(right.filter(({ outcome }) => outcome === 'pass').map(({ number }) => number));
  assert.ok(passed.size >= PASSED_AT_LEAST, String(passed.size));
  for (const [mistake, numbers] of Object.entries(expected)) {
    await t.test(
      `a server whose mistake is '${mistake}' is told so by ${numbers.length} checks`,
      async (u) => {
        // The keys of the table are the mistakes.
        const results = await ask(u, mistake as Mistake);
        const told = results.filter(({ number, outcome }) => passed.has(number) && outcome !== 'pass');
        assert.deepEqual(
          told.map(({ number }) => number),
          numbers,
          JSON.stringify(told, undefined, 1),
        );
        for (const { expected: wanted, seen } of told) assert.ok(wanted !== '' && seen !== '');
      },
    );
  }
});
