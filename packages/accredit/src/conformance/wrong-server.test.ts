import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { httpServer } from './raw-server.fixture.ts';
import { runChecks } from './run-checks.ts';
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

/** The checks that the small server passes where it makes no mistake. */
const PASSED =
  '1,2,3,5,7,8,9,10,11,12,13,14,15,16,18,20,21,25,26,27,28,33,34,35,36,37,40,41,43,53,54,55,58,59,60,61,68,' +
  '78,79,85,118,119,120,126,143,150,157,158,166,169,187';

const expected: Readonly<Record<Mistake, readonly number[]>> = {
  'no flavor': [2, 3, 8, 37, 43, 58, 119, 143, 150, 157, 169],
  chunked: [1, 12, 36, 43, 157, 158],
  charset: [68, 85, 118],
  newline: [59, 60, 61, 143, 150],
  'redirect without query': [166],
  'answers without the header': [21, 26, 27, 28, 34, 41],
  compresses: [15],
  'quoted ETag': [13],
  'a fresh token each time': [120],
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

async function broken(t: Parameters<typeof httpServer>[0], mistake: Mistake | undefined) {
  const target = await httpServer(t, smallServer(mistake));
  const results = await runChecks(selectChecks(CHECKS, 'gce', PASSED), target);
  return results.filter(({ outcome }) => outcome !== 'pass');
}

test('a small server that makes no mistake passes', async (t) => {
  assert.deepEqual(await broken(t, undefined), []);
});

for (const [mistake, numbers] of Object.entries(expected)) {
  test(`a server whose mistake is '${mistake}' is told so by checks ${numbers.join(', ')}`, async (t) => {
    // The keys of the table are the mistakes.
    const results = await broken(t, mistake as Mistake);
    assert.deepEqual(
      results.map(({ number }) => number),
      numbers,
      JSON.stringify(results, undefined, 1),
    );
    for (const { expected, seen } of results) assert.ok(expected !== '' && seen !== '');
  });
}
