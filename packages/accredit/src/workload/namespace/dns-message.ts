/** The little of DNS that a stub resolver asks for: one question in, one address or none out (RFC 1035 §4). */
import type { Zone } from './names.ts';

/** RFC 1035 §4.1.1. */
const HEADER_BYTES = 12;
/** RFC 1035 §2.3.4: with length bytes and the root. */
const MAX_NAME_BYTES = 255;
const TYPE_A = 1;
const CLASS_IN = 1;
const OPCODE_QUERY = 0;
/** RFC 1035 §4.1.1. */
const RCODE = { noError: 0, formatError: 1, nameError: 3, notImplemented: 4, refused: 5 } as const;
/** Long enough to save questions, short enough to be forgotten with the instance. */
const TIME_TO_LIVE_SECONDS = 60;

interface Question {
  /** Lower-case labels joined by dots; undefined where a label has characters that no host name has. */
  readonly name: string | undefined;
  readonly type: number;
  readonly class: number;
  /** The offset of the byte after the question. */
  readonly end: number;
}

/**
 * Answers one DNS message.
 *
 * A known name has its A record and no other (an AAAA question gets an empty answer: the name exists). Any other name
 * is NXDOMAIN, not REFUSED: that is final, so a program fails at once instead of asking again. The answer is
 * authoritative and claims recursion, since Go's resolver takes an empty answer without either for a lame server's.
 *
 * @param query - the message as it came, of any size and content
 * @returns undefined where silence is the only safe answer: to what has no header, and to an answer (two servers would
 *   talk for ever)
 */
export function answerQuery(query: Uint8Array, zone: Zone): Uint8Array | undefined {
  const view = new DataView(query.buffer, query.byteOffset, query.byteLength);
  if (query.length < HEADER_BYTES || isAnswer(view)) return undefined;
  if (((view.getUint8(2) >> 3) & 15) !== OPCODE_QUERY) return renderAnswer(query, RCODE.notImplemented);
  const question = view.getUint16(4) === 1 ? readQuestion(query, view) : undefined;
  if (question === undefined) return renderAnswer(query, RCODE.formatError);
  if (question.class !== CLASS_IN) return renderAnswer(query, RCODE.refused, question);
  const address = question.name === undefined ? undefined : zone(question.name);
  if (address === undefined) return renderAnswer(query, RCODE.nameError, question);
  return renderAnswer(query, RCODE.noError, question, question.type === TYPE_A ? address : undefined);
}

function isAnswer(view: DataView): boolean {
  return (view.getUint8(2) & 0x80) !== 0;
}

/** Undefined for a name that is cut off, too long, or compressed (nothing stands before it that it could repeat). */
function readQuestion(query: Uint8Array, view: DataView): Question | undefined {
  const labels: string[] = [];
  let offset = HEADER_BYTES;
  for (;;) {
    const length = query[offset];
    if (length === undefined || length > 63) return undefined;
    offset += 1;
    if (length === 0) break;
    labels.push(
      Buffer.from(query.subarray(offset, offset + length))
        .toString('latin1')
        .toLowerCase(),
    );
    offset += length;
    if (offset - HEADER_BYTES >= MAX_NAME_BYTES) return undefined;
  }
  if (offset + 4 > query.length) return undefined;
  const isHostName = labels.every((label) => /^[a-z0-9_-]+$/.test(label));
  const name = isHostName ? labels.join('.') : undefined;
  return { name, type: view.getUint16(offset), class: view.getUint16(offset + 2), end: offset + 4 };
}

function renderAnswer(query: Uint8Array, rcode: number, question?: Question, address?: string): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES);
  header.set(query.subarray(0, 2), 0);
  const opcodeAndRecursionDesired = (query[2] ?? 0) & 0b0111_1001;
  header[2] = 0b1000_0100 | opcodeAndRecursionDesired;
  header[3] = 0b1000_0000 | rcode;
  header.writeUInt16BE(question === undefined ? 0 : 1, 4);
  header.writeUInt16BE(address === undefined ? 0 : 1, 6);
  const echoed = question === undefined ? [] : [query.subarray(HEADER_BYTES, question.end)];
  return Buffer.concat([header, ...echoed, ...(address === undefined ? [] : [renderAddress(address)])]);
}

/** An A record for the name of the question, to which the pointer at its start leads. */
function renderAddress(address: string): Uint8Array {
  const record = Buffer.alloc(16);
  record.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  record.writeUInt16BE(TYPE_A, 2);
  record.writeUInt16BE(CLASS_IN, 4);
  record.writeUInt32BE(TIME_TO_LIVE_SECONDS, 6);
  record.writeUInt16BE(4, 10);
  record.set(address.split('.').map(Number), 12);
  return record;
}
