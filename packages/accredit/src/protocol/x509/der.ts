/** Writes DER (ITU-T X.690): as much of it as a certificate takes. Nothing here reads. */

/** One or more encoded values. */
export type Der = Uint8Array;

/** Tag bytes of the universal types (X.690 §8.1.2, X.680 §8.6). */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The first year that UTCTime cannot say; RFC 5280 §4.1.2.5 wants GeneralizedTime from here on. */
const FIRST_GENERALIZED_YEAR = 2050;

function encode(tag: number, content: Der): Der {
  return Buffer.concat([Uint8Array.of(tag), encodeLength(content.length), content]);
}

/** Short form below 128, else the number of bytes and then the bytes (X.690 §8.1.3, the shortest as §10.1 wants). */
function encodeLength(length: number): Der {
  if (length < 0x80) return Uint8Array.of(length);
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) digits.unshift(rest & 0xff);
  return Uint8Array.of(0x80 | digits.length, ...digits);
}

export function sequence(...parts: readonly Der[]): Der {
  return encode(TAG.sequence, Buffer.concat(parts));
}

/** A set of one: more would have to be sorted (X.690 §11.6). */
export function setOf(part: Der): Der {
  return encode(TAG.set, part);
}

/** True only: DER leaves a default out, and every BOOLEAN of a certificate is false by default (X.690 §11.5). */
export function booleanTrue(): Der {
  return encode(TAG.boolean, Uint8Array.of(0xff));
}

/**
 * An INTEGER that is not negative.
 *
 * @param bytes - big-endian; leading zeros are dropped, and one is put back where the number would look negative
 */
export function unsignedInteger(bytes: Der): Der {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  const sign = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return encode(TAG.integer, Uint8Array.of(...sign, ...digits));
}

/** @param unusedBits - how many bits at the end of the last byte do not count; 0 where whole bytes are meant */
export function bitString(bytes: Der, unusedBits = 0): Der {
  return encode(TAG.bitString, Uint8Array.of(unusedBits, ...bytes));
}

export function octetString(content: Der): Der {
  return encode(TAG.octetString, content);
}

export function utf8String(text: string): Der {
  return encode(TAG.utf8String, Buffer.from(text, 'utf8'));
}

/** @param text - letters, digits and some punctuation of ASCII (X.680 §41.4) */
export function printableString(text: string): Der {
  return encode(TAG.printableString, Buffer.from(text, 'ascii'));
}

/** @param dotted - such as `2.5.29.17`; the first two arcs share a byte (X.690 §8.19.4) */
export function objectIdentifier(dotted: string): Der {
  const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number);
  return encode(TAG.objectIdentifier, Uint8Array.from([first * 40 + second, ...arcs].flatMap(toBase128)));
}

/** Seven bits a byte, the highest bit set in all but the last. */
function toBase128(arc: number): readonly number[] {
  const digits = [arc & 0x7f];
  for (let rest = arc >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

/** @param timeMs - Unix milliseconds; what is below a second is dropped */
export function time(timeMs: number): Der {
  const digits = new Date(timeMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  const isGeneralized = Number(digits.slice(0, 4)) >= FIRST_GENERALIZED_YEAR;
  return isGeneralized
    ? encode(TAG.generalizedTime, Buffer.from(digits, 'ascii'))
    : encode(TAG.utcTime, Buffer.from(digits.slice(2), 'ascii'));
}

/** `[number] EXPLICIT`, and `[number] IMPLICIT` of what is made of parts. */
export function contextConstructed(number: number, ...parts: readonly Der[]): Der {
  return encode(0xa0 | number, Buffer.concat(parts));
}

/** `[number] IMPLICIT` of a plain value: the content without its own tag. */
export function contextPrimitive(number: number, content: Der): Der {
  return encode(0x80 | number, content);
}
