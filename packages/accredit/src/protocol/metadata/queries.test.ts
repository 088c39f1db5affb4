import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GCE } from './instance-metadata.fixture.ts';
import { parseBoolean, parseQuery, parseView, TIMEOUT_LIMIT_SECONDS } from './queries.ts';
import { refuse } from './refusal.ts';

const words: readonly (readonly [word: string | undefined, value: boolean | undefined])[] = [
  ...['true', 't', 'yes', 'y', '1', 'on', 'True', 'TRUE', 'T', 'YES', 'On'].map(
    (word) => [word, true] as const,
  ),
  ...['false', 'f', 'no', 'n', '0', 'off', 'False', 'FALSE', 'OFF'].map((word) => [word, false] as const),
  ...['', 'xyz', 'tru', '2', ' true', undefined].map((word) => [word, undefined] as const),
];

for (const [word, value] of words) {
  test(`the boolean parameter '${word ?? '(absent)'}' is ${value ?? 'neither'} (metadata notes 6.2)`, () => {
    assert.equal(parseBoolean(word), value);
  });
}

const queries: readonly (readonly [raw: string, decoded: readonly (readonly [string, string])[]])[] = [
  ['', []],
  [
    'a=1&b',
    [
      ['a', '1'],
      ['b', ''],
    ],
  ],
  ['a=1&a=2', [['a', '1']]],
  ['audience=https://x.y/z:1', [['audience', 'https://x.y/z:1']]],
  ['audience=https%3A%2F%2Fx.y%2Fz+%20', [['audience', 'https://x.y/z  ']]],
  ['a=%zz', [['a', '%zz']]],
  [
    '__proto__=1&constructor=2',
    [
      ['__proto__', '1'],
      ['constructor', '2'],
    ],
  ],
];

for (const [raw, decoded] of queries) {
  test(`the query '${raw}' decodes; the first of a repeated parameter counts (metadata notes 5.2.7)`, () => {
    assert.deepEqual([...parseQuery(raw)], decoded);
  });
}

const plain = { kind: 'view', recursive: false, alt: undefined };
const views: readonly (readonly [raw: string, view: unknown])[] = [
  ['', plain],
  ['nonsense=1&last_etag=0&timeout_sec=60', plain],
  ['recursive', plain],
  ['recursive=xyz', plain],
  ['recursive=False&alt=', plain],
  ['recursive=True', { ...plain, recursive: true }],
  ['alt=json', { ...plain, alt: 'json' }],
  ['alt=text&recursive=1', { ...plain, recursive: true, alt: 'text' }],
  ['alt=xml', refuse('unknown-alt')],
  ['alt=JSON', refuse('unknown-alt')],
  ['wait_for_change=true', { ...plain, wait: { lastEtag: undefined, timeoutSeconds: undefined } }],
  ['wait_for_change=on&last_etag=0', { ...plain, wait: { lastEtag: '0', timeoutSeconds: undefined } }],
  [
    'alt=json&last_etag=NONE&recursive=true&timeout_sec=60&wait_for_change=true',
    { ...plain, recursive: true, alt: 'json', wait: { lastEtag: 'NONE', timeoutSeconds: 60 } },
  ],
  ['wait_for_change=t&timeout_sec=1e3', refuse('timeout-not-integer')],
  [
    `wait_for_change=1&timeout_sec=${TIMEOUT_LIMIT_SECONDS + 1}`,
    { ...plain, wait: { lastEtag: undefined, timeoutSeconds: TIMEOUT_LIMIT_SECONDS } },
  ],
  ['wait_for_change=false', plain],
];

test('a fraction of seconds is refused, ignored, or an error, as the settings say (metadata notes 14)', () => {
  const query = parseQuery('wait_for_change=1&timeout_sec=1.5');
  const waits = { ...plain, wait: { lastEtag: undefined, timeoutSeconds: undefined } };
  assert.deepEqual(parseView(query, { ...GCE, nonIntegerTimeout: 'ignored' }), waits);
  assert.deepEqual(parseView(query, { ...GCE, nonIntegerTimeout: 'error' }), {
    kind: 'refused',
    status: 500,
    reason: 'timeout-error',
  });
});

for (const [raw, view] of views) {
  test(`the query '${raw}' asks for ${JSON.stringify(view)} (metadata notes 6.3, 7.10)`, () => {
    assert.deepEqual(parseView(parseQuery(raw), GCE), view);
  });
}
