import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiError } from './api-error.ts';
import {
  anything,
  boolean,
  bytes,
  type Decoder,
  int32,
  int64,
  list,
  map,
  object,
  oneOf,
  optional,
  string,
} from './decode.ts';

function refusal(decoder: Decoder<unknown>, value: unknown): string {
  try {
    decoder(value, 'field');
  } catch (error) {
    assert.ok(error instanceof ApiError && error.code === 'INVALID_ARGUMENT');
    return error.message;
  }
  return '';
}

const good: readonly (readonly [string, Decoder<unknown>, unknown, unknown])[] = [
  ['a string', string, 'x', 'x'],
  ['a boolean', boolean, true, true],
  ['a boolean of a query', boolean, 'False', false],
  ['an int32', int32, -2_147_483_648, -2_147_483_648],
  ['an int32 as a string', int32, '7', 7],
  ['an int64 stays a string', int64, '9223372036854775807', '9223372036854775807'],
  ['an int64 as a number', int64, 12, '12'],
  ['bytes in either alphabet', bytes, '-_8', Buffer.from([0xfb, 0xff])],
  ['padded bytes', bytes, '+/8=', Buffer.from([0xfb, 0xff])],
  ['one of', oneOf('A', 'B'), 'B', 'B'],
  ['an absent list', list(string), undefined, []],
  ['null is absent', optional(string), null, undefined],
  ['anything', anything, { a: [1] }, { a: [1] }],
];

for (const [name, decoder, value, expected] of good) {
  test(`decode: ${name}`, () => assert.deepEqual(decoder(value, ''), expected));
}

const bad: readonly (readonly [string, Decoder<unknown>, unknown, string])[] = [
  ['a number is no string', string, 123, "Invalid value at 'field' (TYPE_STRING), 123"],
  ['null is no string', string, null, "Invalid value at 'field' (TYPE_STRING), null"],
  ['text is no boolean', boolean, 'yes', `Invalid value at 'field' (TYPE_BOOL), "yes"`],
  ['too large for 32 bits', int32, 2_147_483_648, "Invalid value at 'field' (TYPE_INT32), 2147483648"],
  ['a fraction', int32, 1.5, "Invalid value at 'field' (TYPE_INT32), 1.5"],
  [
    'too large for 64 bits',
    int64,
    '9223372036854775808',
    `Invalid value at 'field' (TYPE_INT64), "9223372036854775808"`,
  ],
  ['not base64', bytes, '*', `Invalid value at 'field' (TYPE_BYTES), "*"`],
  ['none of', oneOf('A'), 'a', `Invalid value at 'field' (TYPE_ENUM), "a"`],
  ['no list', list(string), {}, "Invalid value at 'field' (TYPE_MESSAGE), {}"],
  ['a wrong element', list(string), ['a', 1], "Invalid value at 'field[1]' (TYPE_STRING), 1"],
  ['a wrong member', object({ a: string }), { a: 1 }, "Invalid value at 'field.a' (TYPE_STRING), 1"],
  [
    'an unknown member',
    object({ a: optional(string) }),
    { b: 1 },
    `Invalid JSON payload received. Unknown name "b" at 'field': Cannot find field.`,
  ],
];

for (const [name, decoder, value, message] of bad) {
  test(`decode refuses: ${name} (IAM notes 4.1)`, () => assert.equal(refusal(decoder, value), message));
}

test('names of the prototype are members like any other, or nothing', () => {
  const hostile: unknown = JSON.parse('{"__proto__":"a","constructor":"b"}');
  assert.deepEqual(Object.entries(map(string)(hostile, '')), [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
  assert.deepEqual(object({ a: optional(string) }, 'ignore')(hostile, ''), {});
  assert.equal(
    refusal(object({ toString: string }), {}),
    "Invalid value at 'field.toString' (TYPE_STRING), null",
  );
});

test("a caller's own value is repeated in part only", () => {
  assert.ok(refusal(int32, 'x'.repeat(5000)).length < 300);
});

test('no JSON makes a decoder do anything but decode or refuse', () => {
  const decoder = object({ a: optional(list(map(int64))), b: optional(oneOf('x')), c: optional(bytes) });
  fc.assert(fc.property(fc.jsonValue(), (value) => void refusal(decoder, value)));
});
