import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  findGuestAttribute,
  type GuestAttributeValues,
  hasGuestAttributesEnabled,
  withGuestAttribute as withGuestAttributeWithin,
  withoutGuestAttribute,
} from './guest-attributes.ts';
import { settingsOf } from './settings.ts';

const LIMITS = settingsOf();

function withGuestAttribute(values: GuestAttributeValues, namespace: string, key: string, value: string) {
  return withGuestAttributeWithin(values, namespace, key, value, LIMITS);
}

const item = (value: string) => [{ key: 'enable-guest-attributes', value }];

/** Attribute of the instance, of the project, and whether the feature is on. */
const switches: readonly (readonly [string | undefined, string | undefined, boolean])[] = [
  [undefined, undefined, false],
  ['TRUE', undefined, true],
  ['true', undefined, true],
  ['FALSE', undefined, false],
  ['', undefined, false],
  [undefined, 'TRUE', true],
  ['FALSE', 'TRUE', false],
  ['TRUE', 'FALSE', true],
];

for (const [instance, project, expected] of switches) {
  test(`guest attributes with ${instance} on the instance and ${project} on the project: ${expected} (metadata notes 8.5.1)`, () => {
    const items = (word: string | undefined) => (word === undefined ? [] : item(word));
    assert.equal(hasGuestAttributesEnabled(items(instance), items(project)), expected);
  });
}

test('an attribute is added, changed and taken away, the others stay (metadata notes 8.5)', () => {
  const one = withGuestAttribute({}, 'hostkeys', 'ssh-rsa', 'A');
  assert.deepEqual(one, { hostkeys: { 'ssh-rsa': 'A' } });
  const both = withGuestAttribute(one, 'hostkeys', 'ssh-ed25519', '');
  assert.deepEqual(both, { hostkeys: { 'ssh-rsa': 'A', 'ssh-ed25519': '' } });
  const changed = withGuestAttribute(both, 'hostkeys', 'ssh-rsa', 'B');
  assert.deepEqual(changed, { hostkeys: { 'ssh-rsa': 'B', 'ssh-ed25519': '' } });
  const left = withoutGuestAttribute(changed, 'hostkeys', 'ssh-rsa');
  assert.deepEqual(left, { hostkeys: { 'ssh-ed25519': '' } });
  assert.deepEqual(withoutGuestAttribute(left ?? {}, 'hostkeys', 'ssh-ed25519'), {});
});

test('what is not there is not found and not taken away', () => {
  const values = { ns: { k: 'v' } };
  for (const [namespace, key] of [
    ['ns', 'other'],
    ['other', 'k'],
    ['toString', 'length'],
    ['ns', 'constructor'],
    ['__proto__', 'toString'],
  ] as const) {
    assert.equal(findGuestAttribute(values, namespace, key), undefined);
    assert.equal(withoutGuestAttribute(values, namespace, key), undefined);
  }
});

test('names that every object has are names like others', () => {
  const changed = withGuestAttribute({}, '__proto__', 'constructor', 'v') as GuestAttributeValues;
  assert.equal(findGuestAttribute(changed, '__proto__', 'constructor'), 'v');
  assert.equal(JSON.stringify(changed), '{"__proto__":{"constructor":"v"}}');
  assert.deepEqual(Object.keys(withoutGuestAttribute(changed, '__proto__', 'constructor') ?? { a: {} }), []);
  assert.equal(findGuestAttribute({}, '__proto__', 'constructor'), undefined);
});

const badNames = ['', '.', '..', '.hidden', 'a/b', 'a b', 'a%2Fb', 'ä', 'a\n', 'a'.repeat(129)];

for (const name of badNames) {
  test(`the name ${JSON.stringify(name.slice(0, 10))} of ${name.length} characters is refused`, () => {
    assert.equal(withGuestAttribute({}, name, 'k', 'v'), 'bad-name');
    assert.equal(withGuestAttribute({}, 'ns', name, 'v'), 'bad-name');
  });
}

test('names may have 128 characters, and those that clients use (metadata notes 8.5.6)', () => {
  for (const name of ['a'.repeat(128), 'guestInventory', 'ssh-ed25519', 'v1.2_x', '-', '0']) {
    assert.deepEqual(withGuestAttribute({}, name, name, 'v'), { [name]: { [name]: 'v' } });
  }
});

test('a value has at most 256 KiB, in UTF-8, where the settings say nothing else', () => {
  const longest = 'ä'.repeat(LIMITS.guestAttributeValueBytes / 2);
  assert.deepEqual(withGuestAttribute({}, 'ns', 'k', longest), { ns: { k: longest } });
  assert.equal(withGuestAttribute({}, 'ns', 'k', `${longest}a`), 'value-too-large');
});

test('all attributes of an instance have at most 512 KB, names counted', () => {
  const half = 'a'.repeat(LIMITS.guestAttributesBytes / 2);
  const values = { ns: { a: half } };
  const room = half.length - 'nsab'.length;
  assert.equal(typeof withGuestAttribute(values, 'ns', 'b', 'a'.repeat(room)), 'object');
  assert.equal(withGuestAttribute(values, 'ns', 'b', 'a'.repeat(room + 1)), 'too-many-bytes');
});

test('how large a value and all of them may be is a matter of settings (metadata notes 14)', () => {
  const limits = { guestAttributeValueBytes: 2, guestAttributesBytes: 6, guestAttributeKeys: 1 };
  assert.deepEqual(withGuestAttributeWithin({}, 'ns', 'k', 'ä', limits), { ns: { k: 'ä' } });
  assert.equal(withGuestAttributeWithin({}, 'ns', 'k', 'äa', limits), 'value-too-large');
  const two = { ...limits, guestAttributeKeys: 2 };
  assert.equal(withGuestAttributeWithin({ ns: { k: 'ä' } }, 'ns', 'l', 'a', two), 'too-many-bytes');
  assert.equal(withGuestAttributeWithin({ ns: { k: 'ä' } }, 'ns', 'l', '', limits), 'too-many-keys');
  assert.deepEqual(withGuestAttributeWithin({ ns: { k: 'ä' } }, 'ns', 'k', '', limits), { ns: { k: '' } });
});
