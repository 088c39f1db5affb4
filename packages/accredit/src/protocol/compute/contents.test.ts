import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLabels, checkMetadataItems, checkTags } from './contents.ts';

const TAIL =
  'can only contain lowercase letters, numeric characters, underscores and dashes. The value can be at most 63 ' +
  'characters long. International characters are allowed.';

test('labels: an empty value, international letters and 64 of them are taken (compute notes 2)', () => {
  const many = Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`k${index}`, 'v']));
  for (const labels of [{ env: '' }, { straße: 'größe', 名: '前' }, { 'a_b-c': '1_-' }, many]) {
    checkLabels('resource.labels', labels);
  }
});

const wrongLabels: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
  [
    { at: '2020-07-31T19:20:20Z' },
    `Label value '2020-07-31T19:20:20Z' violates format constraints. The value ${TAIL}`,
  ],
  [{ a: 'x'.repeat(64) }, `Label value '${'x'.repeat(64)}' violates format constraints. The value ${TAIL}`],
  [
    { Env: 'x' },
    "Label key 'Env' violates format constraints. The key must start with a lowercase character, can only contain " +
      'lowercase letters, numeric characters, underscores and dashes. The key can be at most 63 characters long. ' +
      'International characters are allowed.',
  ],
];

for (const [labels, text] of wrongLabels) {
  test(`the labels ${JSON.stringify(labels)} are refused in Google's words (compute notes 1.9)`, () => {
    assert.throws(() => checkLabels('resource.labels', labels), {
      message: `Invalid value for field 'resource.labels': ''. ${text}`,
    });
  });
}

test('65 labels are refused (compute notes 2)', () => {
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, 'v']));
  assert.throws(() => checkLabels('resource.labels', many), /^ApiError: Invalid value/);
});

test('tags are kept once and in order; a bad one is named by its place (compute notes 2)', () => {
  assert.deepEqual(checkTags('resource.tags.items', ['b', 'a', 'b']), ['b', 'a']);
  assert.throws(() => checkTags('resource.tags.items', ['ok', 'Bad']), {
    message:
      "Invalid value for field 'resource.tags.items[1]': 'Bad'. Must be a match of regex " +
      "'(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'",
  });
  assert.throws(() =>
    checkTags(
      'resource.tags.items',
      Array.from({ length: 65 }, (_, index) => `t${index}`),
    ),
  );
});

test('metadata keeps its order and its bytes; an absent value is empty (compute notes 2)', () => {
  const items = [
    { key: 'startup-script', value: '#!/bin/sh\r\necho "ü"\n' },
    { key: 'B_1', value: '' },
    { key: 'a' },
  ];
  assert.deepEqual(checkMetadataItems('resource.metadata', items), [
    items[0],
    items[1],
    { key: 'a', value: '' },
  ]);
  checkMetadataItems('resource.metadata', [{ key: 'k', value: 'x'.repeat(262_144) }]);
});

const wrongMetadata: readonly (readonly [
  string,
  readonly { readonly key?: string; readonly value?: string }[],
  string,
])[] = [
  ['no key', [{ value: 'x' }], "Required field 'resource.metadata.items[0].key' not specified"],
  [
    'a bad key',
    [{ key: 'a b', value: 'x' }],
    "Invalid value for field 'resource.metadata.items[0].key': 'a b'. Must be a match of regex '[a-zA-Z0-9-_]{1,128}'",
  ],
  [
    'a key twice',
    [{ key: 'a' }, { key: 'a' }],
    "Invalid value for field 'resource.metadata': ''. Metadata has duplicate key: a",
  ],
  [
    'a value of 262,145 bytes, counted in UTF-8',
    [{ key: 'a', value: `${'x'.repeat(262_143)}ü` }],
    "Value for field 'resource.metadata.items[0].value' is too large: maximum size 262144 character(s); actual size 262145.",
  ],
  [
    'more than 512 KB in all',
    ['a', 'b', 'c'].map((key) => ({ key, value: 'x'.repeat(200_000) })),
    "Value for field 'resource.metadata' is too large: maximum size 524288 character(s).",
  ],
];

for (const [name, items, message] of wrongMetadata) {
  test(`metadata is refused: ${name} (compute notes 2)`, () => {
    assert.throws(() => checkMetadataItems('resource.metadata', items), { message });
  });
}
