import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../kernel/api-error.ts';
import {
  assertLabels,
  locationTypeOf,
  parsePublicAccessPrevention,
  parseStorageClass,
} from './bucket-settings.ts';

const refuses = (work: () => unknown, message: string) =>
  assert.throws(
    work,
    (error) => error instanceof ApiError && error.message === message && error.detail.reason === 'invalid',
  );

for (const [location, type] of [
  ['US', 'multi-region'],
  ['EUR4', 'dual-region'],
  ['EUROPE-CENTRAL2', 'region'],
  ['NORTHAMERICA-NORTHEAST1', 'region'],
  ['US-CENTRAL1-A', 'zone'],
] as const) {
  test(`the location ${location} is a ${type} (storage notes 1.1)`, () => {
    assert.equal(locationTypeOf(location), type);
  });
}

for (const location of ['', 'MARS', 'US-', 'us-central1', '__PROTO__', 'US-CENTRAL']) {
  test(`'${location}' is no location (storage notes 3.1)`, () => {
    refuses(() => locationTypeOf(location), 'The specified location constraint is not valid.');
  });
}

test('a storage class is kept in upper case, another is refused (storage notes 1.1, 3.1)', () => {
  assert.equal(parseStorageClass('nearline'), 'NEARLINE');
  refuses(() => parseStorageClass('cheap'), 'Invalid storage class "cheap"');
});

const manyLabels = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, 'v']));

const labels: readonly (readonly [Record<string, string>, string | undefined])[] = [
  [{}, undefined],
  [{ a: '1', 'b-c_d': '', ключ: 'значение' }, undefined],
  [{ A: 'x' }, 'Invalid user label: A'],
  [{ '1a': 'x' }, 'Invalid user label: 1a'],
  [{ '': 'x' }, 'Invalid user label: '],
  [{ a: 'X' }, 'Invalid user label: a with value X'],
  [{ a: 'x'.repeat(64) }, `Invalid user label: a with value ${'x'.repeat(64)}`],
  [manyLabels, 'Attempt to create a bucket with 65 labels, maximum is 64'],
];

for (const [given, message] of labels) {
  const shown = JSON.stringify(given).slice(0, 40);
  test(`labels ${shown} are ${message === undefined ? 'taken' : 'refused'} (storage notes 2.3)`, () => {
    if (message === undefined) return assertLabels(given);
    refuses(() => assertLabels(given), message);
  });
}

test('public access prevention: unspecified is inherited, others are refused (storage notes 1.1)', () => {
  assert.equal(parsePublicAccessPrevention('unspecified'), 'inherited');
  assert.equal(parsePublicAccessPrevention('enforced'), 'enforced');
  refuses(() => parsePublicAccessPrevention('on'), 'Invalid value for: on is not a valid value');
});
