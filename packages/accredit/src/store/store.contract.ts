import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChangeEvent, type Json, PreconditionFailed, type Store } from './store.ts';

/**
 * The behaviour that every store has; each implementation runs it.
 *
 * @param name - of the implementation, for the test names
 * @param open - opens an empty store; `close` is called by each test
 */
export function testStoreContract(name: string, open: () => Store): void {
  const it = (behaviour: string, body: (store: Store) => Promise<void>) =>
    void test(`${name}: ${behaviour}`, async () => {
      const store = open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });

  it('an absent key is undefined', async (store) => {
    assert.equal(await store.get('a'), undefined);
  });

  it('a written value reads back with the revision of its commit', async (store) => {
    const revision = await store.commit([{ key: 'a', value: { n: 1, nested: [true, null, 'ü'] } }]);
    assert.deepEqual(await store.get('a'), {
      key: 'a',
      value: { n: 1, nested: [true, null, 'ü'] },
      revision,
    });
  });

  it('revisions only grow, also after the newest entry is deleted', async (store) => {
    const first = await store.commit([{ key: 'a', value: 1 }]);
    const second = await store.commit([{ key: 'a', value: undefined }]);
    const third = await store.commit([{ key: 'a', value: 1 }]);
    assert.ok(first < second && second < third);
  });

  it('nobody shares an object with the store', async (store) => {
    const value = { list: [1] };
    await store.commit([{ key: 'a', value }]);
    value.list.push(2);
    assert.deepEqual((await store.get('a'))?.value, { list: [1] });
  });

  it('a list is the range under the prefix in UTF-8 byte order', async (store) => {
    const keys = ['a/b', 'a/', 'a/B', 'a/\u{1F600}', 'a/\uFFFD', 'a/ä', 'a0', 'a', 'b/', 'a/b/c'];
    await store.commit(keys.map((key) => ({ key, value: key })));
    const listed = (await store.list({ prefix: 'a/' })).map((entry) => entry.key);
    const expected = keys
      .filter((key) => key.startsWith('a/'))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.deepEqual(listed, expected);
    assert.deepEqual(listed.at(-1), 'a/\u{1F600}');
  });

  it('the keys of a range are those that a list of it has', async (store) => {
    await store.commit(['a/1', 'a/2', 'a/3', 'b/1'].map((key) => ({ key, value: key })));
    assert.deepEqual(await store.keys({ prefix: 'a/' }), ['a/1', 'a/2', 'a/3']);
    assert.deepEqual(await store.keys({ prefix: 'a/', after: 'a/1', limit: 1 }), ['a/2']);
    assert.equal((await store.keys({ prefix: '' })).length, 4);
  });

  it('a list pages: after a key, at most so many', async (store) => {
    await store.commit(['p/1', 'p/2', 'p/3', 'p/4', 'q'].map((key) => ({ key, value: 0 })));
    const page = async (after?: string) =>
      (await store.list({ prefix: 'p/', limit: 2, ...(after === undefined ? {} : { after }) })).map(
        (e) => e.key,
      );
    assert.deepEqual(await page(), ['p/1', 'p/2']);
    assert.deepEqual(await page('p/2'), ['p/3', 'p/4']);
    assert.deepEqual(await page('p/4'), []);
    assert.deepEqual(await page('p/2\u0000'), ['p/3', 'p/4']);
    assert.deepEqual(await page('a'), ['p/1', 'p/2'], 'a start before the prefix is the prefix');
  });

  it('the empty prefix is everything, and U+10FFFF has no end', async (store) => {
    await store.commit([
      { key: '\u{10FFFF}x', value: 1 },
      { key: 'a', value: 1 },
    ]);
    assert.equal((await store.list({ prefix: '' })).length, 2);
    assert.equal((await store.list({ prefix: '\u{10FFFF}' })).length, 1);
    assert.equal((await store.list({ prefix: '\uD7FF' })).length, 0);
  });

  it('a commit writes all or nothing', async (store) => {
    const revision = await store.commit([{ key: 'a', value: 1 }]);
    await assert.rejects(
      store.commit(
        [
          { key: 'b', value: 1 },
          { key: 'a', value: 2 },
        ],
        [{ key: 'a', revision: revision + 1 }],
      ),
      (error) => error instanceof PreconditionFailed && error.key === 'a',
    );
    assert.equal(await store.get('b'), undefined);
    assert.deepEqual((await store.get('a'))?.value, 1);
  });

  it('the changes of a commit are made, and told, in their order: what is removed may be written anew', async (store) => {
    await store.commit([{ key: 'a', value: 1 }]);
    const told: (Json | undefined)[] = [];
    store.watch('a', (events) => told.push(...events.map(({ entry }) => entry?.value)));
    await store.commit([
      { key: 'a', value: undefined },
      { key: 'a', value: 2 },
    ]);
    assert.equal((await store.get('a'))?.value, 2);
    assert.deepEqual(told, [undefined, 2]);
  });

  it('revision 0 as a precondition means that the key is absent', async (store) => {
    await store.commit([{ key: 'a', value: 1 }], [{ key: 'a', revision: 0 }]);
    await assert.rejects(
      store.commit([{ key: 'a', value: 2 }], [{ key: 'a', revision: 0 }]),
      PreconditionFailed,
    );
  });

  it('of two writers that read the same revision one wins', async (store) => {
    const revision = await store.commit([{ key: 'a', value: 0 }]);
    const attempts = [1, 2, 3].map((value) => store.commit([{ key: 'a', value }], [{ key: 'a', revision }]));
    const outcomes = await Promise.allSettled(attempts);
    assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1);
  });

  it('a watcher is told of its prefix alone, in order, before the commit resolves', async (store) => {
    const seen: ChangeEvent[] = [];
    const stop = store.watch('a/', (events) => seen.push(...events));
    const first = await store.commit([
      { key: 'a/1', value: 'x' },
      { key: 'b/1', value: 'y' },
    ]);
    assert.deepEqual(seen, [{ key: 'a/1', entry: { key: 'a/1', value: 'x', revision: first } }]);
    await store.commit([{ key: 'a/1', value: undefined }]);
    assert.deepEqual(seen.at(-1), { key: 'a/1', entry: undefined });
    stop();
    await store.commit([{ key: 'a/2', value: 1 }]);
    assert.equal(seen.length, 2);
  });

  it('a failed commit tells nobody', async (store) => {
    let told = 0;
    store.watch('', () => {
      told += 1;
    });
    await assert.rejects(store.commit([{ key: 'a', value: 1 }], [{ key: 'a', revision: 7 }]));
    assert.equal(told, 0);
  });

  it('keys that cannot be kept in order are refused', async (store) => {
    for (const key of ['', 'x'.repeat(2049), '\uD800']) {
      await assert.rejects(store.commit([{ key, value: 1 }]), RangeError);
    }
  });
}
