import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ListingQuery, type ReadNames, walkListing } from './listing.ts';
import type { ListingPosition } from './page-tokens.ts';

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** A bucket of these names, which counts the names that it gives out. */
function bucketOf(names: readonly string[], prefix = '') {
  const sorted = names.filter((name) => name.startsWith(prefix)).sort(compare);
  const counter = { read: 0 };
  const read: ReadNames<string> = async (start, limit) => {
    const given = sorted
      .filter((name) => {
        if (start === undefined) return true;
        return 'from' in start ? compare(name, start.from) >= 0 : compare(name, start.after) > 0;
      })
      .slice(0, limit);
    counter.read += given.length;
    return given.map((name) => ({ name, value: name }));
  };
  return { read, counter };
}

const query = (given: Partial<ListingQuery>): ListingQuery => ({
  prefix: '',
  delimiter: '',
  includeTrailingDelimiter: false,
  limit: 1000,
  ...given,
});

const NAMES = ['a/b', 'a/c', 'd', 'e', 'e/f', 'e/g/h'];

const cases: readonly (readonly [string, readonly string[], Partial<ListingQuery>, object])[] = [
  ['everything', NAMES, {}, { items: NAMES, prefixes: [] }],
  ['nothing', [], {}, { items: [], prefixes: [] }],
  ['a delimiter', NAMES, { delimiter: '/' }, { items: ['d', 'e'], prefixes: ['a/', 'e/'] }],
  ['delimiter and prefix', NAMES, { delimiter: '/', prefix: 'e/' }, { items: ['e/f'], prefixes: ['e/g/'] }],
  ['a prefix that is a name', NAMES, { delimiter: '/', prefix: 'e' }, { items: ['e'], prefixes: ['e/'] }],
  ['startOffset is included', NAMES, { startOffset: 'd' }, { items: NAMES.slice(2), prefixes: [] }],
  ['endOffset is not', NAMES, { endOffset: 'e' }, { items: NAMES.slice(0, 3), prefixes: [] }],
  [
    'startOffset inside a group',
    NAMES,
    { delimiter: '/', startOffset: 'a/c' },
    { items: ['d', 'e'], prefixes: ['a/', 'e/'] },
  ],
  [
    'startOffset behind a group',
    NAMES,
    { delimiter: '/', startOffset: 'a/d' },
    { items: ['d', 'e'], prefixes: ['e/'] },
  ],
  [
    'endOffset that is a group',
    NAMES,
    { delimiter: '/', endOffset: 'e/' },
    { items: ['d', 'e'], prefixes: ['a/'] },
  ],
  [
    'a folder object is hidden by its prefix',
    ['a/', 'a/b'],
    { delimiter: '/' },
    { items: [], prefixes: ['a/'] },
  ],
  [
    'a folder object under its own prefix',
    ['a/', 'a/b'],
    { delimiter: '/', prefix: 'a/' },
    { items: ['a/', 'a/b'], prefixes: [] },
  ],
  [
    'includeTrailingDelimiter',
    ['a/', 'a/b', 'c/d'],
    { delimiter: '/', includeTrailingDelimiter: true },
    { items: ['a/'], prefixes: ['a/', 'c/'] },
  ],
  [
    'two trailing delimiters are not one',
    ['a//'],
    { delimiter: '/', includeTrailingDelimiter: true },
    { items: [], prefixes: ['a/'] },
  ],
  ['a long delimiter', ['x--y', 'x-y'], { delimiter: '--' }, { items: ['x-y'], prefixes: ['x--'] }],
  [
    'UTF-8 order, not UTF-16',
    ['\u{1F600}', '\uFFFD', 'z'],
    {},
    { items: ['z', '\uFFFD', '\u{1F600}'], prefixes: [] },
  ],
  [
    'offsets compare bytes',
    ['\u{1F600}', '\uFFFD'],
    { endOffset: '\u{1F600}' },
    { items: ['\uFFFD'], prefixes: [] },
  ],
  [
    'a full last page has no token',
    NAMES,
    { delimiter: '/', limit: 4 },
    { items: ['d', 'e'], prefixes: ['a/', 'e/'] },
  ],
  [
    'items and prefixes share a page',
    NAMES,
    { delimiter: '/', limit: 3 },
    { items: ['d', 'e'], prefixes: ['a/'], next: { name: 'e' } },
  ],
  [
    'a page may hold prefixes alone',
    NAMES,
    { delimiter: '/', limit: 1 },
    { items: [], prefixes: ['a/'], next: { name: 'a/' } },
  ],
  [
    'after a prefix comes what does not begin with it',
    NAMES,
    { delimiter: '/', after: { name: 'a/' } },
    { items: ['d', 'e'], prefixes: ['e/'] },
  ],
  [
    'a token of a name that is gone',
    NAMES,
    { after: { name: 'd0' } },
    { items: NAMES.slice(3), prefixes: [] },
  ],
  [
    'startOffset and a token before it',
    NAMES,
    { after: { name: 'a/b' }, startOffset: 'e' },
    { items: NAMES.slice(3), prefixes: [] },
  ],
];

for (const [name, names, given, page] of cases) {
  test(`listing: ${name} (storage notes 7.1, 7.2)`, async () => {
    const { read } = bucketOf(names, given.prefix);
    assert.deepEqual(await walkListing(query(given), read), page);
  });
}

/** Lists everything in pages, as a client does. */
async function listAll(names: readonly string[], given: Partial<ListingQuery>) {
  const { read } = bucketOf(names, given.prefix);
  const items: string[] = [];
  const prefixes: string[] = [];
  let after: ListingPosition | undefined;
  do {
    const page = await walkListing(query({ ...given, after }), read);
    items.push(...page.items);
    prefixes.push(...page.prefixes);
    after = page.next;
  } while (after !== undefined);
  return { items, prefixes };
}

test('pages of any size make up the same listing, each name once', async () => {
  const name = fc.array(fc.constantFrom('a', 'b', '/', '\uFFFD', '\u{1F600}', '\u{10FFFF}'), {
    minLength: 1,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(
        name.map((parts) => parts.join('')),
        { maxLength: 60 },
      ),
      fc.constantFrom('', '/'),
      fc.boolean(),
      fc.integer({ min: 1, max: 7 }),
      async (names, delimiter, includeTrailingDelimiter, limit) => {
        const given = { delimiter, includeTrailingDelimiter };
        const whole = await listAll(names, given);
        assert.deepEqual(await listAll(names, { ...given, limit }), whole);
        const plain = names.filter((each) => delimiter === '' || !each.includes('/')).sort(compare);
        assert.deepEqual(
          whole.items.filter((each) => delimiter === '' || !each.includes('/')),
          plain,
        );
      },
    ),
    { seed: 20261123, numRuns: 300 },
  );
});

test('a page does not read what its prefixes hide (architecture, rule 4)', async () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `folder-${index % 4}/${index}`);
  const { read, counter } = bucketOf(names);
  const page = await walkListing(query({ delimiter: '/' }), read);
  assert.deepEqual(page.prefixes, ['folder-0/', 'folder-1/', 'folder-2/', 'folder-3/']);
  assert.ok(counter.read < 200, `${counter.read} names were read`);
});

test('a plain page reads one name more than it shows', async () => {
  const { read, counter } = bucketOf(Array.from({ length: 5000 }, (_, index) => `o${index}`));
  const page = await walkListing(query({ limit: 1000 }), read);
  assert.equal(page.items.length, 1000);
  assert.equal(counter.read, 1001);
});
