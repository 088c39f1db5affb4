import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../kernel/api-error.ts';
import { assertBucketName, assertObjectName } from './names.ts';

const bucketNames: readonly (readonly [string, boolean, string])[] = [
  ['abc', true, 'three characters'],
  ['ab', false, 'two characters'],
  ['a'.repeat(63), true, '63 characters'],
  ['a'.repeat(64), false, '64 characters without dots'],
  [`${'a'.repeat(63)}.${'b'.repeat(63)}`, true, 'dotted parts of 63'],
  [`${'a'.repeat(64)}.bcd`, false, 'a dotted part of 64'],
  ['abcde.'.repeat(37).slice(0, 221), true, '221 characters with dots'],
  ['abcde.'.repeat(38).slice(0, 223), false, '223 characters with dots'],
  ['a_b-c.d', true, 'underscore, hyphen, dot'],
  ['Bad_Upper', false, 'upper case'],
  ['-abc', false, 'begins with a hyphen'],
  ['abc-', false, 'ends with a hyphen'],
  ['a..b', false, 'two dots'],
  ['a.-b', false, 'dot and hyphen'],
  ['192.168.5.4', false, 'an IPv4 address'],
  ['goog-bucket', false, 'begins with goog'],
  ['my-google', false, 'contains google'],
  ['my-g00gle', false, 'contains a look-alike'],
  ['bücket', false, 'not ASCII'],
  ['a/b', false, 'a slash'],
  ['abc\n', false, 'a line feed'],
  ['', false, 'empty'],
];

for (const [name, valid, why] of bucketNames) {
  test(`a bucket name is ${valid ? 'taken' : 'refused'}: ${why} (storage notes 2.1)`, () => {
    if (valid) return assertBucketName(name);
    assert.throws(
      () => assertBucketName(name),
      (error) =>
        error instanceof ApiError &&
        error.message === `Invalid bucket name: '${name}'` &&
        error.detail.reason === 'invalid',
    );
  });
}

const long = `${'é'.repeat(512)}x`;

const objectNames: readonly (readonly [string, string | undefined])[] = [
  ['dir/a b.txt', undefined],
  ['../../etc/passwd', undefined],
  ['a/..', undefined],
  ['...', undefined],
  ['%2F', undefined],
  ['/', undefined],
  ['\u00e9', undefined],
  ['e\u0301', undefined],
  ['#?[]*\t\u0000', undefined],
  ['x'.repeat(1024), undefined],
  ['é'.repeat(512), undefined],
  ['', 'Required'],
  ['.', "Invalid object name: '.'"],
  ['..', "Invalid object name: '..'"],
  ['.well-known/acme-challenge/x', "Invalid object name: '.well-known/acme-challenge/x'"],
  ['a\nb', "Disallowed unicode characters present in object name 'a\nb'"],
  ['a\rb', "Disallowed unicode characters present in object name 'a\rb'"],
  ['a\uD800', "Disallowed unicode characters present in object name 'a\uFFFD'"],
  [
    long,
    `The maximum object length is 1024 characters, but got a name with 513 characters: '${'é'.repeat(100)}...'`,
  ],
];

for (const [name, message] of objectNames) {
  const shown = JSON.stringify(name.length > 30 ? `${name.slice(0, 10)}… of ${name.length}` : name);
  test(`the object name ${shown} is ${message === undefined ? 'kept' : 'refused'} (storage notes 2.2)`, () => {
    if (message === undefined) return assertObjectName(name);
    assert.throws(
      () => assertObjectName(name),
      (error) => error instanceof ApiError && error.message === message && error.httpStatus === 400,
    );
  });
}
