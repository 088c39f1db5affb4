import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import type { ByteRange, ObjectBytes } from './object-bytes.ts';

/** Gives each text as one chunk. */
export async function* chunksOf(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

/** Reads a stream whole, as text. */
export async function readAll(stream: Readable | undefined): Promise<string | undefined> {
  if (stream === undefined) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/**
 * The behaviour that every implementation has; each runs it.
 *
 * @param name - of the implementation, for the test names
 * @param open - opens an empty one
 */
export function testObjectBytesContract(name: string, open: () => Promise<ObjectBytes>): void {
  const it = (behaviour: string, body: (bytes: ObjectBytes) => Promise<void>) =>
    void test(`${name}: ${behaviour}`, async () => body(await open()));

  it('what is written reads back, with its size and checksums (storage notes 1.2)', async (bytes) => {
    const written = await bytes.write(chunksOf('hello ', 'world'));
    assert.deepEqual(written, {
      id: written.id,
      sizeBytes: 11,
      md5Base64: 'XrY7u+Ae7tCTyyK7j1rNww==',
      crc32cBase64: 'yZRlqg==',
    });
    assert.match(written.id, /^[0-9a-f]{32}$/);
    assert.equal(await readAll(await bytes.read(written.id)), 'hello world');
  });

  it('nothing at all can be written (storage notes 5.2)', async (bytes) => {
    const written = await bytes.write(chunksOf());
    assert.deepEqual(written, {
      id: written.id,
      sizeBytes: 0,
      md5Base64: '1B2M2Y8AsgTpgAmY7PhCfg==',
      crc32cBase64: 'AAAAAA==',
    });
    assert.equal(await readAll(await bytes.read(written.id)), '');
  });

  it('a range includes its first and last byte', async (bytes) => {
    const { id } = await bytes.write(chunksOf('hello ', 'world'));
    const ranges: readonly (readonly [ByteRange, string])[] = [
      [{ first: 0, last: 4 }, 'hello'],
      [{ first: 6, last: 10 }, 'world'],
      [{ first: 4, last: 6 }, 'o w'],
      [{ first: 10, last: 10 }, 'd'],
    ];
    for (const [range, text] of ranges) assert.equal(await readAll(await bytes.read(id, range)), text);
  });

  it('bytes that are more or fewer than their record says are refused, whatever range is asked for', async (bytes) => {
    const { id } = await bytes.write(chunksOf('abc'));
    assert.equal(await readAll(await bytes.read(id, undefined, 3)), 'abc');
    for (const sizeBytes of [0, 2, 10]) {
      const message = `The object bytes '${id}' are damaged: their record says ${sizeBytes} bytes, 3 are there.`;
      for (const range of [undefined, { first: 0, last: 0 }]) {
        await assert.rejects(bytes.read(id, range, sizeBytes), { name: 'BytesNotIntact', message });
      }
    }
  });

  it('each write has bytes of its own', async (bytes) => {
    const [a, b] = await Promise.all([bytes.write(chunksOf('a')), bytes.write(chunksOf('b'))]);
    assert.notEqual(a.id, b.id);
    assert.equal(await readAll(await bytes.read(a.id)), 'a');
    assert.equal(await readAll(await bytes.read(b.id)), 'b');
  });

  it('bytes that are not there are undefined, and can be removed again', async (bytes) => {
    const { id } = await bytes.write(chunksOf('x'));
    await bytes.remove(id);
    await bytes.remove(id);
    assert.equal(await bytes.read(id), undefined);
  });

  it('what is being read can be removed and is read to its end', async (bytes) => {
    const text = 'x'.repeat(300_000);
    const { id } = await bytes.write(chunksOf(text));
    const stream = await bytes.read(id);
    await bytes.remove(id);
    assert.equal(await readAll(stream), text);
  });

  it('a stream that fails leaves nothing and its error is thrown', async (bytes) => {
    async function* failing() {
      yield Buffer.from('half');
      throw new Error('the connection broke');
    }
    await assert.rejects(bytes.write(failing()), { message: 'the connection broke' });
    assert.equal(await bytes.sweep(async () => false), 0);
  });

  it('what was written since it was opened is not swept', async (bytes) => {
    const { id } = await bytes.write(chunksOf('x'));
    assert.equal(await bytes.sweep(async () => false), 0);
    assert.equal(await readAll(await bytes.read(id)), 'x');
  });
}
