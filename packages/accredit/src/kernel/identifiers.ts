import { createHash } from 'node:crypto';
import type { Random } from './ports.ts';

/** Bits of a uniform random number that decides a decimal identifier; the bias of a modulo is then below 2^-60. */
const DECIMAL_ENTROPY_BYTES = 16;

/** Returns `digits` random decimal digits, the first of them not zero. */
export function randomDigits(random: Random, digits: number): string {
  const low = 10n ** BigInt(digits - 1);
  const value = BigInt(`0x${random.bytes(DECIMAL_ENTROPY_BYTES).toString('hex')}`);
  return (low + (value % (9n * low))).toString();
}

/** Returns lower-case hexadecimal of `bytes` random bytes. */
export function randomHex(random: Random, bytes: number): string {
  return random.bytes(bytes).toString('hex');
}

/**
 * Returns lower-case hexadecimal that depends on the text alone; for identifiers that must not change between runs.
 *
 * @param digits - at most 64
 */
export function hexOf(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

/** Returns `digits` decimal digits that depend on the text alone; for identifiers that must not change between runs. */
export function digitsOf(text: string, digits: number): string {
  const low = 10n ** BigInt(digits - 1);
  const value = BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
  return (low + (value % (9n * low))).toString();
}

/** Returns a random UUID, version 4 (RFC 9562 §5.4). */
export function randomUuid(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
