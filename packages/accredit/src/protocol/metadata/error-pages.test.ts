import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderRefusal } from './error-pages.ts';
import { REFUSAL_REASONS, type RefusalReason, refuse } from './refusal.ts';

const request = { method: 'GET', path: '/computeMetadata/v1/instance/name' };
const NO_PERMISSION =
  'Your client does not have permission to get URL <code>/computeMetadata/v1/instance/name</code> from this server.';

const pages: readonly (readonly [reason: RefusalReason, source: string, heading: string, message: string])[] =
  [
    [
      'not-found',
      '4.3',
      '404 Not Found',
      'The requested URL <code>/computeMetadata/v1/instance/name</code> was not found on this server.',
    ],
    [
      'missing-flavor',
      '4.4, check 23',
      '403 Forbidden',
      `${NO_PERMISSION} Missing Metadata-Flavor:Google header.`,
    ],
    [
      'legacy-endpoint',
      '4.4, check 154',
      '403 Forbidden',
      `${NO_PERMISSION} Legacy metadata endpoint accessed: /computeMetadata/v1/instance/name\n` +
        'Legacy metadata endpoints are disabled. Please use the /v1/ endpoint.',
    ],
    ['forwarded-for', '4.4, check 30', '403 Forbidden', NO_PERMISSION],
    [
      'forwarded-for-named',
      '14',
      '403 Forbidden',
      `${NO_PERMISSION} Requests with an X-Forwarded-For header are not allowed.`,
    ],
    [
      'foreign-host',
      '1.4',
      '403 Forbidden',
      `${NO_PERMISSION} The Host header does not name this metadata server.`,
    ],
    ['audience-missing', '9.4.1, check 128', '400 Invalid Request', 'non-empty audience parameter required'],
    [
      'invalid-parameter',
      '8.7',
      '400 Invalid Request',
      'A parameter of the request is missing, or has a value that it cannot have.',
    ],
    ['unknown-format', '9.4.2', '400 Invalid Request', 'The format parameter must be standard or full.'],
    ['unknown-alt', '6.3.11', '400 Invalid Request', 'The alt parameter must be json or text.'],
    [
      'alt-without-recursive',
      '6.3.9',
      '400 Invalid Request',
      'The alt parameter applies to a value, or to a directory together with recursive=true.',
    ],
    [
      'wait-on-listing',
      '7.2',
      '400 Invalid Request',
      'The wait_for_change parameter applies to a value, or to a directory together with recursive=true.',
    ],
    [
      'wait-on-token',
      '7.3',
      '400 Invalid Request',
      'The wait_for_change parameter does not apply to tokens.',
    ],
    [
      'timeout-not-integer',
      '7.9',
      '400 Invalid Request',
      'The timeout_sec parameter must be a whole number of seconds.',
    ],
    ['timeout-error', '14', '500 Internal Server Error', 'The timeout_sec parameter is no whole number.'],
    [
      'scopes-forbidden',
      '14',
      '403 Forbidden',
      `${NO_PERMISSION} The scopes parameter names a scope that the instance does not have.`,
    ],
    ['https-only', '14', '403 Forbidden', `${NO_PERMISSION} This metadata server answers HTTPS alone.`],
    [
      'guest-attribute-name',
      '8.5.7',
      '400 Invalid Request',
      'A guest attribute has a namespace and a key of letters, digits, dots, underscores and hyphens.',
    ],
    [
      'guest-attribute-not-text',
      '8.5.7',
      '400 Invalid Request',
      'The value of a guest attribute must be UTF-8 text.',
    ],
    [
      'guest-attribute-too-large',
      '8.5.7',
      '413 Content Too Large',
      'The guest attributes of an instance may not grow that large.',
    ],
    [
      'too-many-writes',
      '8.5.7',
      '429 Too Many Requests',
      'Too many guest attributes are written. Retry with exponential backoff.',
    ],
    [
      'too-many-waiters',
      '10.5',
      '503 Service Unavailable',
      'Too many requests wait for a change of this instance already.',
    ],
    [
      'scopes-not-enforceable',
      '9.3.8',
      '400 Invalid Request',
      'The enforce_scopes parameter must be true where it is given.',
    ],
    [
      'scopes-not-granted',
      '9.3.8',
      '400 Invalid Request',
      'The scopes parameter names a scope that the instance does not have.',
    ],
    [
      'method-not-allowed',
      '2.5',
      '405 Method Not Allowed',
      'The request method <code>GET</code> is inappropriate for the URL <code>/computeMetadata/v1/instance/name</code>.',
    ],
    ['bad-request', '4.5', '400 Bad Request', 'Your client has sent what is no valid HTTP request.'],
    ['request-timeout', '4.5', '408 Request Timeout', 'The request did not come to its end in time.'],
    ['uri-too-long', '4.5', '414 URI Too Long', 'The requested URL is longer than this server reads.'],
    [
      'headers-too-large',
      '4.5',
      '431 Request Header Fields Too Large',
      'The headers of the request are larger than this server reads.',
    ],
    [
      'workload-certificates-not-configured',
      '4.5',
      '412 Precondition Failed',
      'This instance is not configured for managed workload identity.',
    ],
    [
      'rate-limited',
      '10.2',
      '429 Too Many Requests',
      'Too many requests for access tokens that cannot be cached. Retry with exponential backoff.',
    ],
    [
      'unavailable',
      '10.3',
      '503 Service Unavailable',
      'The metadata server is temporarily unavailable. Retry in a second.',
    ],
  ];

for (const [reason, source, heading, message] of pages) {
  test(`the page of ${reason} is plain HTML with the essential sentence (metadata notes ${source})`, () => {
    assert.deepEqual(renderRefusal(refuse(reason), request), {
      status: Number(heading.slice(0, 3)),
      contentType: 'text/html; charset=UTF-8',
      body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${heading}</title>
<h1>${heading}</h1>
<p>${message}</p>
</html>
`,
    });
  });
}

test('guest attributes that are disabled are refused in one plain sentence (metadata notes 4.4, check 136)', () => {
  assert.deepEqual(renderRefusal(refuse('guest-attributes-disabled'), request), {
    status: 403,
    contentType: 'application/text',
    body: 'Guest attributes endpoint access is disabled.',
  });
});

test('an account that is not annotated is told so in plain text (metadata notes 13.1.5)', () => {
  const { status, contentType, body } = renderRefusal(refuse('account-not-annotated'), request);
  assert.deepEqual([status, contentType], [404, 'application/text']);
  assert.match(
    body,
    /^Your Kubernetes service account \(default\/default\) is not annotated with a target Google service account, /,
  );
  assert.match(body, /\nPlease add the iam\.gke\.io\/gcp-service-account=/);
});

test('no upcoming maintenance is the JSON that the SAP agent expects (metadata notes 4.5)', () => {
  assert.deepEqual(renderRefusal(refuse('no-upcoming-maintenance'), request), {
    status: 503,
    contentType: 'application/json',
    body: '{ "error": "no notifications have been received yet, try again later" }',
  });
});

test('each reason has its text tested here', () => {
  const tested = [
    ...pages.map(([reason]) => reason),
    'guest-attributes-disabled',
    'no-upcoming-maintenance',
    'account-not-annotated',
  ];
  assert.deepEqual(tested.toSorted(), REFUSAL_REASONS.toSorted());
});

test('method and path are escaped (metadata notes, check 52)', () => {
  const hostile = { method: '<b>', path: `/<script>alert("1"+'2')&amp;` };
  const escaped = '/&lt;script&gt;alert(&quot;1&quot;+&#39;2&#39;)&amp;amp;';
  for (const reason of REFUSAL_REASONS) {
    assert.doesNotMatch(renderRefusal(refuse(reason), hostile).body, /<script>|<b>|"1"|'2'/);
  }
  const { body } = renderRefusal(refuse('method-not-allowed'), hostile);
  assert.ok(
    body.includes(
      `<p>The request method <code>&lt;b&gt;</code> is inappropriate for the URL <code>${escaped}</code>.</p>`,
    ),
  );
});
