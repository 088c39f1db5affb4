import type { MetadataItem } from './instance-metadata.ts';
import type { MetadataSettings } from './settings.ts';
import { isSwitchedOn } from './switches.ts';

/** The guest attributes of one instance: namespace, then key, then value. */
export type GuestAttributeValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Why guest attributes are not written. */
export type GuestAttributeProblem =
  | 'bad-name'
  | 'value-too-large'
  | 'too-many-bytes'
  | 'too-many-keys'
  | 'no-instance';

/** The attribute of an instance or its project that turns guest attributes on (metadata notes 8.5.1). */
const ENABLING_ATTRIBUTE = 'enable-guest-attributes';

/** How much an instance may write (metadata notes 14). */
export type GuestAttributeLimits = Pick<
  MetadataSettings,
  'guestAttributeValueBytes' | 'guestAttributesBytes' | 'guestAttributeKeys'
>;

/**
 * A namespace or a key: what can be one segment of a path without encoding.
 *
 * Guess: keys of custom metadata, and dots, which file and package names bring; not in front, where `.` and `..` would
 * be steps of a path (metadata notes 8.5.7).
 */
const NAME = /^[a-zA-Z0-9_-][a-zA-Z0-9._-]{0,127}$/;

/**
 * Says whether guest attributes are on for an instance.
 *
 * Guess: the attribute of the instance goes before that of the project, as clients merge them (metadata notes 8.3).
 */
export function hasGuestAttributesEnabled(
  attributes: readonly MetadataItem[],
  projectAttributes: readonly MetadataItem[],
): boolean {
  return isSwitchedOn(ENABLING_ATTRIBUTE, attributes, projectAttributes);
}

/** Returns a value; `undefined` where there is none, also for the names of what every object has. */
export function findGuestAttribute(
  values: GuestAttributeValues,
  namespace: string,
  key: string,
): string | undefined {
  const keys = keysOf(values, namespace);
  return Object.hasOwn(keys, key) ? keys[key] : undefined;
}

function keysOf(values: GuestAttributeValues, namespace: string): Readonly<Record<string, string>> {
  return (Object.hasOwn(values, namespace) ? values[namespace] : undefined) ?? {};
}

/** Returns the attributes with one more, or with a new value of one; or why that cannot be. */
export function withGuestAttribute(
  values: GuestAttributeValues,
  namespace: string,
  key: string,
  value: string,
  { guestAttributeValueBytes, guestAttributesBytes, guestAttributeKeys }: GuestAttributeLimits,
): GuestAttributeValues | GuestAttributeProblem {
  if (!NAME.test(namespace) || !NAME.test(key)) return 'bad-name';
  if (Buffer.byteLength(value) > guestAttributeValueBytes) return 'value-too-large';
  // A computed name makes a member of its own, `__proto__` too.
  const changed = { ...values, [namespace]: { ...keysOf(values, namespace), [key]: value } };
  if (countOf(changed) > guestAttributeKeys) return 'too-many-keys';
  return sizeOf(changed) > guestAttributesBytes ? 'too-many-bytes' : changed;
}

/** Returns the attributes without one; a namespace goes with its last key. `undefined` where there is no such one. */
export function withoutGuestAttribute(
  values: GuestAttributeValues,
  namespace: string,
  key: string,
): GuestAttributeValues | undefined {
  if (findGuestAttribute(values, namespace, key) === undefined) return undefined;
  const left = without(keysOf(values, namespace), key);
  return Object.keys(left).length === 0 ? without(values, namespace) : { ...values, [namespace]: left };
}

function without<T>(record: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));
}

function countOf(values: GuestAttributeValues): number {
  return Object.values(values).reduce((count, keys) => count + Object.keys(keys).length, 0);
}

/** Bytes of all names and values; a namespace counts once. */
function sizeOf(values: GuestAttributeValues): number {
  let bytes = 0;
  for (const [namespace, keys] of Object.entries(values)) {
    bytes += namespace.length;
    for (const [key, value] of Object.entries(keys)) bytes += key.length + Buffer.byteLength(value);
  }
  return bytes;
}
