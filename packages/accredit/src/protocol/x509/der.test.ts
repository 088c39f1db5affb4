import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as der from './der.ts';

const hex = (value: der.Der) => Buffer.from(value).toString('hex');
const bytes = (text: string) => Buffer.from(text, 'hex');

const CASES: readonly (readonly [behaviour: string, written: der.Der, expected: string])[] = [
  [
    'a length below 128 is one byte (X.690 §8.1.3.4)',
    der.octetString(Buffer.alloc(127)),
    `047f${'00'.repeat(127)}`,
  ],
  [
    'a length from 128 on says how long it is (X.690 §8.1.3.5)',
    der.octetString(Buffer.alloc(128)),
    `048180${'00'.repeat(128)}`,
  ],
  ['a length of two bytes', der.octetString(Buffer.alloc(256)), `04820100${'00'.repeat(256)}`],
  ['a sequence holds its parts in order', der.sequence(der.booleanTrue(), der.sequence()), '30050101ff3000'],
  ['a set of one', der.setOf(der.booleanTrue()), '31030101ff'],
  ['zero is one byte (X.690 §8.3.1)', der.unsignedInteger(bytes('0000')), '020100'],
  ['an integer loses its leading zeros (X.690 §8.3.2)', der.unsignedInteger(bytes('00007f')), '02017f'],
  [
    'an integer with its highest bit set stays positive (X.690 §8.3.3)',
    der.unsignedInteger(bytes('80')),
    '02020080',
  ],
  [
    'a bit string says how many bits do not count (X.690 §8.6.2.2)',
    der.bitString(bytes('06'), 1),
    '03020106',
  ],
  ['an object identifier: the example of X.690 §8.19.5', der.objectIdentifier('2.999.3'), '0603883703'],
  [
    'an object identifier with arcs of several bytes',
    der.objectIdentifier('1.2.840.10045.4.3.2'),
    '06082a8648ce3d040302',
  ],
  ['text is UTF-8', der.utf8String('é'), '0c02c3a9'],
  ['a code of a country is a PrintableString', der.printableString('US'), '13025553'],
  [
    'a time to 2049 is a UTCTime (RFC 5280 §4.1.2.5.1)',
    der.time(Date.UTC(2049, 11, 31, 23, 59, 59, 999)),
    `170d${hex(Buffer.from('491231235959Z'))}`,
  ],
  [
    'a time from 2050 on is a GeneralizedTime (RFC 5280 §4.1.2.5.2)',
    der.time(Date.UTC(2050, 0, 1)),
    `180f${hex(Buffer.from('20500101000000Z'))}`,
  ],
  ['an explicit tag', der.contextConstructed(3, der.sequence()), 'a3023000'],
  ['an implicit tag of a plain value', der.contextPrimitive(2, Buffer.from('a')), '820161'],
];

for (const [behaviour, written, expected] of CASES) {
  test(behaviour, () => assert.equal(hex(written), expected));
}
