/** The little of the protocol buffer wire format that Storage's etags and page tokens are made of. */

/** Wire types of the format. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** Returns a field that holds an unsigned number. */
export function varintField(field: number, value: bigint): Buffer {
  return Buffer.concat([varint(BigInt((field << 3) | VARINT)), varint(value)]);
}

/** Returns a field that holds text as UTF-8. */
export function textField(field: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([
    varint(BigInt((field << 3) | LENGTH_DELIMITED)),
    varint(BigInt(bytes.length)),
    bytes,
  ]);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Buffer.from([...bytes, Number(rest)]);
}

/** One field of a message. */
export type Field = { readonly field: number; readonly value: bigint | Buffer };

/**
 * Returns the fields of a message in their order.
 *
 * @returns `undefined` for bytes that are no message of numbers and byte strings alone
 */
export function parseFields(message: Buffer): readonly Field[] | undefined {
  const fields: Field[] = [];
  let position = 0;
  while (position < message.length) {
    const tag = readVarint(message, position);
    if (tag === undefined) return undefined;
    const read = readVarint(message, tag.next);
    if (read === undefined) return undefined;
    const field = Number(tag.value >> 3n);
    const wireType = Number(tag.value & 7n);
    if (wireType === VARINT) {
      fields.push({ field, value: read.value });
      position = read.next;
    } else if (wireType === LENGTH_DELIMITED && read.value <= BigInt(message.length - read.next)) {
      position = read.next + Number(read.value);
      fields.push({ field, value: message.subarray(read.next, position) });
    } else return undefined;
  }
  return fields;
}

/** The longest number: 64 bits in groups of 7. */
const VARINT_LIMIT_BYTES = 10;

function readVarint(
  message: Buffer,
  from: number,
): { readonly value: bigint; readonly next: number } | undefined {
  let value = 0n;
  for (let index = 0; index < VARINT_LIMIT_BYTES; index += 1) {
    const byte = message[from + index];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value, next: from + index + 1 };
  }
  return undefined;
}
