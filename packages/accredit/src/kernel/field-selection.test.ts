import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiError } from './api-error.ts';
import { parseFieldSelection, selectFields } from './field-selection.ts';

const answer = {
  kind: 'x#list',
  items: [
    { id: '1', name: 'a', metadata: { k: 'v', l: 'w' } },
    { id: '2', name: 'b' },
  ],
  nextPageToken: 't',
};

const rows: readonly (readonly [string, unknown])[] = [
  ['kind,nextPageToken', { kind: 'x#list', nextPageToken: 't' }],
  ['items/id', { items: [{ id: '1' }, { id: '2' }] }],
  ['items(id,metadata/k)', { items: [{ id: '1', metadata: { k: 'v' } }, { id: '2' }] }],
  [
    'items/id,items/name',
    {
      items: [
        { id: '1', name: 'a' },
        { id: '2', name: 'b' },
      ],
    },
  ],
  ['items.id', { items: [{ id: '1' }, { id: '2' }] }],
  ['items/metadata,items/metadata/k', { items: [{ metadata: { k: 'v', l: 'w' } }, {}] }],
  ['*/id', { items: [{ id: '1' }, { id: '2' }] }],
  ['*', answer],
  ['items', { items: answer.items }],
  ['nothing', {}],
  ['kind/deeper', {}],
];

for (const [fields, expected] of rows) {
  test(`fields=${fields} (IAM notes 4.7)`, () => {
    assert.deepEqual(selectFields(answer, parseFieldSelection(fields)), expected);
  });
}

for (const fields of [
  ',',
  'a,',
  '(a)',
  'a(',
  'a(b',
  'a(b))',
  'a b',
  'a//b',
  '/a',
  'a/',
  '('.repeat(50),
  'a('.repeat(30),
  'x'.repeat(9000),
]) {
  test(`fields=${fields.slice(0, 20)} is an invalid selection`, () => {
    assert.throws(
      () => parseFieldSelection(fields),
      (error) => error instanceof ApiError && error.message.startsWith('Invalid field selection '),
    );
  });
}

test('a selection never adds anything and never throws', () => {
  const selection = parseFieldSelection('a/b,c(*),*/d');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const before = JSON.stringify(value);
      assert.ok(JSON.stringify(selectFields(value, selection)).length <= before.length);
    }),
  );
});
