import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOneLine, withoutControls } from './controls.ts';

test('what steers a terminal is marked, in every text of a value', () => {
  const hostile = 'a\u001b[31m\u202e\u0085\u009b\r\u0007b\ud800';
  assert.deepEqual(withoutControls({ list: [hostile, 1, null, true], inner: { text: 'a\n\tb — ü' } }), {
    list: ['a\ufffd[31m\ufffd\ufffd\ufffd\ufffd\ufffdb\ufffd', 1, null, true],
    inner: { text: 'a\n\tb — ü' },
  });
});

test('a line holds no end of a line', () => {
  assert.equal(asOneLine('a\nb\r\u2028c\td'), 'a\ufffdb\ufffd\ufffdc\ufffdd');
});
