import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBinding, PROFILES } from './check.ts';
import { CHECKS } from './suite.ts';

test('each check has a number of its own, and they come in that order; one that is withdrawn leaves a gap', () => {
  const numbers = CHECKS.map(({ number }) => number);
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].sort((one, other) => one - other),
  );
  for (const number of numbers) assert.ok(Number.isInteger(number) && number >= 1, String(number));
});

test('there are more than 180 checks, and at least 30 for each profile', () => {
  assert.ok(CHECKS.length >= 185, String(CHECKS.length));
  for (const profile of PROFILES) {
    assert.ok(CHECKS.filter(({ profiles }) => profiles.includes(profile)).length >= 30, profile);
  }
});

test('each check says what it expects, where, and how that is known', () => {
  for (const { number, title, source, profiles } of CHECKS) {
    assert.match(title, /^\S.{8,}[^.]$/, `title of ${number}`);
    assert.doesNotMatch(title, /\n/);
    assert.match(source, /^\S.{5,}[^.]$/, `source of ${number}`);
    assert.doesNotMatch(source, /notes/, 'a source that users can look up');
    assert.ok(profiles.length > 0, `profiles of ${number}`);
  }
  assert.equal(new Set(CHECKS.map(({ title }) => title)).size, CHECKS.length);
});

test('only what is documented, in the code of clients or in transcripts is held against a server', () => {
  const binding = new Set(CHECKS.filter(isBinding).map(({ evidence }) => evidence));
  const others = new Set(CHECKS.filter((check) => !isBinding(check)).map(({ evidence }) => evidence));
  assert.deepEqual([...binding].sort(), ['client code', 'documented', 'transcript']);
  assert.deepEqual([...others].sort(), ['emulator', 'inferred']);
});
