import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findService, KNOWN_SERVICES, withDependents, withNeeded } from './known-services.ts';

test('services are known by their names, each once, in the order of the names', () => {
  const names = KNOWN_SERVICES.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)].sort());
  for (const name of names) {
    assert.match(name, /^[a-z-]+\.googleapis\.com$/);
    assert.equal(findService(name)?.name, name);
  }
  for (const name of ['', 'compute', 'constructor', 'nothing.googleapis.com']) {
    assert.equal(findService(name), undefined, name);
  }
});

test('what a service needs is known itself', () => {
  for (const { needs } of KNOWN_SERVICES) {
    for (const name of needs) assert.ok(findService(name) !== undefined, name);
  }
});

test('Compute Engine needs OS Login, which cannot go before it', () => {
  const [compute, osLogin] = ['compute.googleapis.com', 'oslogin.googleapis.com'];
  assert.deepEqual([...withNeeded([compute])], [compute, osLogin]);
  assert.deepEqual([...withNeeded([osLogin])], [osLogin]);
  assert.deepEqual([...withDependents([osLogin])], [osLogin, compute]);
  assert.deepEqual([...withDependents([compute])], [compute]);
});
