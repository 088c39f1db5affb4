import type { Readable } from 'node:stream';
import type { Checksums } from '../protocol/storage/checksums.ts';

/** The bytes of an object that were written, and what is known of them. */
export interface WrittenBytes extends Checksums {
  /** Names the bytes; made here, from randomness alone. */
  readonly id: string;
  readonly sizeBytes: number;
}

/** The bytes asked for: first and last one, counted from 0 and both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The bytes of objects, beside the keyspace.
 *
 * Bytes are written before the entry that names them is committed, and removed after the commit that stops naming
 * them. What a crash leaves between the two is named by nothing, and goes with the next sweep.
 *
 * Every implementation passes `object-bytes.contract.ts`.
 */
export interface ObjectBytes {
  /**
   * Writes a stream to its end; the bytes are durable when the promise resolves.
   *
   * Where the stream fails, nothing is left behind and its error is thrown.
   */
  write(chunks: AsyncIterable<Uint8Array>): Promise<WrittenBytes>;
  /**
   * Opens bytes for reading. They can be read to the end even if they are removed meanwhile.
   *
   * @param range - default: all of them
   * @param sizeBytes - how many there are by their record; default: that is not compared
   * @returns `undefined` for bytes that are not there
   * @throws {BytesNotIntact} where there are more or fewer
   */
  read(id: string, range?: ByteRange, sizeBytes?: number): Promise<Readable | undefined>;
  /** Removes bytes; those that are not there are removed already. */
  remove(id: string): Promise<void>;
  /**
   * Removes what was left half-written and what nothing names. Bytes written since this was opened are spared.
   *
   * @returns how many were removed
   */
  sweep(isNamed: (id: string) => Promise<boolean>): Promise<number>;
}

/** The bytes of an object are not what its record says: something else than this program changed them. */
export class BytesNotIntact extends Error {
  override readonly name = 'BytesNotIntact';

  /** @param foundBytes - `undefined` where they are gone */
  constructor(id: string, sizeBytes: number, foundBytes: number | undefined) {
    const found = foundBytes === undefined ? 'none is there' : `${foundBytes} are there`;
    super(`The object bytes '${id}' are damaged: their record says ${sizeBytes} bytes, ${found}.`);
  }
}

/**
 * Compares how many bytes are there with how many their record says.
 *
 * @throws {BytesNotIntact}
 */
export function assertIntact(id: string, sizeBytes: number | undefined, foundBytes: number): void {
  if (sizeBytes !== undefined && sizeBytes !== foundBytes) {
    throw new BytesNotIntact(id, sizeBytes, foundBytes);
  }
}

/** Bytes of randomness in an id. */
const ID_BYTES = 16;

/** Returns a new id: 32 hexadecimal digits. Nothing that a caller chose is ever part of a file's name. */
export function newBytesId(random: { bytes(length: number): Buffer }): string {
  return random.bytes(ID_BYTES).toString('hex');
}
