import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clip, ECHO_LIMIT, SHORT_ECHO_LIMIT } from './clip.ts';

test('an error repeats 200 characters of a value, 100 of a name, and marks what is left out where it is asked to', () => {
  const long = 'x'.repeat(100_000);
  assert.equal(clip(long), 'x'.repeat(200));
  assert.equal(clip(long, ECHO_LIMIT, '…'), `${'x'.repeat(200)}…`);
  assert.equal(clip(long, SHORT_ECHO_LIMIT), 'x'.repeat(100));
  assert.equal(clip(long, 3, '...'), 'xxx...');
  assert.equal(clip('xxx', 3, '...'), 'xxx');
  assert.equal(clip(''), '');
});
