import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { answerQuery } from './dns-message.ts';
import { createZone } from './names.ts';

const zone = createZone(new Map([['db.internal', '127.1.0.1']]));
const TYPES = { A: 1, SOA: 6, PTR: 12, AAAA: 28, HTTPS: 65, ANY: 255 } as const;

interface QueryForm {
  readonly flags?: number;
  readonly questions?: number;
  readonly type?: number;
  readonly class?: number;
  /** What follows the question, such as an OPT record. */
  readonly rest?: Uint8Array;
}

function encodeName(name: string): Uint8Array {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}

/** A query with id 0x1234 that asks for recursion (0x0100), as stub resolvers do. */
function encodeQuery(name: Uint8Array, form: QueryForm = {}): Uint8Array {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(0x1234, 0);
  header.writeUInt16BE(form.flags ?? 0x0100, 2);
  header.writeUInt16BE(form.questions ?? 1, 4);
  const tail = Buffer.alloc(4);
  tail.writeUInt16BE(form.type ?? TYPES.A, 0);
  tail.writeUInt16BE(form.class ?? 1, 2);
  return Buffer.concat([header, name, tail, form.rest ?? Buffer.alloc(0)]);
}

/** What a resolver reads from an answer, and whether the question came back byte by byte. */
function readAnswer(query: Uint8Array): unknown {
  const answer = answerQuery(query, zone);
  if (answer === undefined) return 'silence';
  const view = Buffer.from(answer);
  const questions = view.readUInt16BE(4);
  const answers = view.readUInt16BE(6);
  const end = view.length - answers * 16;
  const echoed = view.subarray(12, end).equals(query.subarray(12, end));
  assert.deepEqual([view.readUInt16BE(0), view.readUInt32BE(8), echoed], [0x1234, 0, true]);
  const address = answers === 0 ? undefined : view.subarray(-4).join('.');
  return {
    flags: view.readUInt16BE(2).toString(16),
    questions,
    ...(address === undefined ? {} : { address }),
  };
}

describe('answerQuery', () => {
  const found = (address: string) => ({ flags: '8580', questions: 1, address });
  const empty = { flags: '8580', questions: 1 };
  const unknown = { flags: '8583', questions: 1 };
  const cases: readonly { readonly name: string; readonly form?: QueryForm; readonly expected: unknown }[] = [
    { name: 'metadata.google.internal', expected: found('169.254.169.254') },
    { name: 'METADATA.Google.Internal', expected: found('169.254.169.254') },
    { name: 'metadata.goog', expected: found('169.254.169.254') },
    { name: 'metadata', expected: found('169.254.169.254') },
    { name: 'storage.googleapis.com', expected: found('127.0.0.2') },
    { name: 'bucket.with.dots.storage.googleapis.com', expected: found('127.0.0.2') },
    { name: 'accounts.google.com', expected: found('127.0.0.2') },
    { name: 'localhost', expected: found('127.0.0.1') },
    { name: 'db.internal', expected: found('127.1.0.1') },
    // EDNS(0), RFC 6891: what we do not know of is left unanswered, as from a server before its time.
    {
      name: 'metadata',
      form: { rest: Buffer.from('0000291000000000000000', 'hex') },
      expected: found('169.254.169.254'),
    },
    { name: 'metadata', form: { flags: 0 }, expected: { ...found('169.254.169.254'), flags: '8480' } },
    ...[TYPES.AAAA, TYPES.HTTPS, TYPES.SOA, TYPES.ANY, 0, 65535].map((type) => ({
      name: 'metadata',
      form: { type },
      expected: empty,
    })),
    ...[
      'googleapis.com',
      'notgoogleapis.com',
      'googleapis.com.evil.test',
      'google.com',
      'evil.metadata',
      'x',
      '',
      '__proto__',
      'constructor',
    ].map((name) => ({ name, expected: unknown })),
    { name: '254.169.254.169.in-addr.arpa', form: { type: TYPES.PTR }, expected: unknown },
    { name: 'example.com', form: { type: TYPES.AAAA }, expected: unknown },
    { name: 'metadata', form: { class: 3 }, expected: { flags: '8585', questions: 1 } },
    { name: 'metadata', form: { class: 255 }, expected: { flags: '8585', questions: 1 } },
    { name: 'metadata', form: { flags: 0x2900 }, expected: { flags: 'ad84', questions: 0 } },
    { name: 'metadata', form: { questions: 0 }, expected: { flags: '8581', questions: 0 } },
    { name: 'metadata', form: { questions: 2 }, expected: { flags: '8581', questions: 0 } },
    { name: 'metadata', form: { flags: 0x8180 }, expected: 'silence' },
  ];
  for (const { name, form, expected } of cases) {
    test(`'${name}' ${JSON.stringify(form ?? {})}`, () =>
      assert.deepEqual(readAnswer(encodeQuery(encodeName(name), form)), expected));
  }

  const question = Buffer.from('0000010001', 'hex');
  const header = '123401000001000000000000';
  const hostile = [
    { what: 'nothing', bytes: '', expected: 'silence' },
    { what: 'a header cut off', bytes: header.slice(0, -2), expected: 'silence' },
    { what: 'a header alone', bytes: header, expected: { flags: '8581', questions: 0 } },
    {
      what: 'a pointer to itself',
      bytes: `${header}c00c00010001`,
      expected: { flags: '8581', questions: 0 },
    },
    {
      what: 'a pointer behind a label',
      bytes: `${header}0161c00c00010001`,
      expected: { flags: '8581', questions: 0 },
    },
    {
      what: 'an extended label (RFC 6891 §5)',
      bytes: `${header}410000010001`,
      expected: { flags: '8581', questions: 0 },
    },
    { what: 'a label that is cut off', bytes: `${header}3f6161`, expected: { flags: '8581', questions: 0 } },
    { what: 'a name without its end', bytes: `${header}0161`, expected: { flags: '8581', questions: 0 } },
    {
      what: 'a question without its class',
      bytes: `${header}0161000001`,
      expected: { flags: '8581', questions: 0 },
    },
    {
      what: 'a name of 256 bytes',
      bytes: `${header}${'0161'.repeat(127)}0162000001`,
      expected: { flags: '8581', questions: 0 },
    },
    {
      what: 'labels without end',
      bytes: `${header}${'3f'.repeat(60_000)}`,
      expected: { flags: '8581', questions: 0 },
    },
    {
      what: 'a dot inside a label',
      bytes: `${header}16${Buffer.from('storage.googleapis.com').toString('hex')}0000010001`,
      expected: { flags: '8583', questions: 1 },
    },
    {
      what: 'a zero byte inside a label',
      bytes: `${header}096d6574616461746100${question.toString('hex')}`,
      expected: { flags: '8583', questions: 1 },
    },
  ];
  for (const { what, bytes, expected } of hostile) {
    test(`${what} gets ${JSON.stringify(expected)}`, () =>
      assert.deepEqual(readAnswer(Buffer.from(bytes, 'hex')), expected));
  }

  test('a name of 255 bytes is read (RFC 1035 §2.3.4)', () => {
    const name = encodeName(`${'a.'.repeat(118)}bc.googleapis.com`);
    assert.equal(name.length, 255);
    assert.deepEqual(readAnswer(encodeQuery(name)), found('127.0.0.2'));
  });

  test('whatever comes, an answer fits a datagram and is never itself answered', () => {
    const anything = fc.uint8Array({ maxLength: 700 });
    const almost = fc
      .uint8Array({ maxLength: 300 })
      .map((rest) => Buffer.concat([Buffer.from(header, 'hex'), rest]));
    fc.assert(
      fc.property(fc.oneof(anything, almost), (query) => {
        const answer = answerQuery(query, zone);
        if (answer === undefined) return;
        // RFC 1035 §4.2.1.
        assert.ok(answer.length <= 512);
        assert.equal(answerQuery(answer, zone), undefined);
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });
});
