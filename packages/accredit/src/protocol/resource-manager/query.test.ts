import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../kernel/api-error.ts';
import {
  type FieldReader,
  matchesQuery,
  NESTING_LIMIT,
  parseQuery,
  QUERY_LIMIT,
  requiredValue,
} from './query.ts';

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  name: ['Howling Wolf'],
  id: ['howl-1'],
  'labels.color': ['Red'],
  'labels.size': [],
  'parent.type': ['folder'],
  'parent.id': ['123'],
  parent: ['folders/123'],
};

const readField: FieldReader = (field) => (Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined);

const matching: readonly (readonly [query: string, matches: boolean])[] = [
  ['', true],
  ['  ', true],
  ['id:howl-1', true],
  ['ID:HOWL-1', true],
  ['id=howl-1', true],
  ['id:howl', false],
  ['id:how*', true],
  ['id:*', true],
  ['name:"Howling Wolf"', true],
  ['name:Howling', false],
  ['labels.color:*', true],
  ['labels.size:*', false],
  ['labels.color:red', true],
  ['labels.color:blue id:howl-1', true],
  ['labels.color:blue labels.size:big', false],
  ['labels.color:blue AND id:howl-1', false],
  ['labels.color:red AND id:howl-1', true],
  ['labels.color:blue OR id:howl-1', true],
  ['NOT (id=howl-1)', false],
  ['NOT id:other', true],
  ['id:howl-1 AND ( name:x OR labels.color:red )', true],
  ['id:x AND name:x OR labels.color:red', true],
  ['parent.type:folder parent.id:123', true],
  ['parent.type:folder parent.id:124', false],
  ['parent:folders/*', true],
  ['parent=folders/123', true],
];

for (const [query, matches] of matching) {
  test(`the query '${query}' ${matches ? 'finds' : 'does not find'} the item (projects.list, projects.search)`, () => {
    assert.equal(matchesQuery(parseQuery(query), readField), matches);
  });
}

const refused: readonly string[] = [
  'id',
  'id:',
  ':x',
  'id:x AND',
  'OR id:x',
  '(id:x',
  'id:x)',
  'NOT',
  'id:"x',
  'unknown:x',
  'id:howl-1 OR unknown:x',
  '__proto__:x',
  `id:${'x'.repeat(QUERY_LIMIT)}`,
  `${'('.repeat(NESTING_LIMIT + 1)}id:x${')'.repeat(NESTING_LIMIT + 1)}`,
  `${'NOT '.repeat(NESTING_LIMIT + 1)}id:x`,
];

for (const query of refused) {
  test(`the query '${query.slice(0, 40)}' is refused`, () => {
    assert.throws(
      () => matchesQuery(parseQuery(query), readField),
      (error) => error instanceof ApiError && error.code === 'INVALID_ARGUMENT',
    );
  });
}

test(`${NESTING_LIMIT} parentheses may be one in another`, () => {
  const query = `${'('.repeat(NESTING_LIMIT)}id:howl-1${')'.repeat(NESTING_LIMIT)}`;
  assert.equal(matchesQuery(parseQuery(query), readField), true);
});

test('a query pins a field where nothing without its value could match', () => {
  assert.equal(requiredValue(parseQuery('parent.type:folder AND parent.id:123'), 'parent.id'), '123');
  assert.equal(requiredValue(parseQuery('parent.type:folder parent.id:123'), 'parent.type'), 'folder');
  assert.equal(requiredValue(parseQuery('id:x AND (id:y AND parent.id:5)'), 'parent.id'), '5');
  assert.equal(requiredValue(parseQuery('parent.id:123 OR id:x'), 'parent.id'), undefined);
  assert.equal(requiredValue(parseQuery('NOT parent.id:123'), 'parent.id'), undefined);
});
