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
   * @returns `undefined` for bytes that are not there
   */
  read(id: string, range?: ByteRange): Promise<Readable | undefined>;
  /** Removes bytes; those that are not there are removed already. */
  remove(id: string): Promise<void>;
  /**
   * Removes what was left half-written and what nothing names. Bytes written since this was opened are spared.
   *
   * @returns how many were removed
   */
  sweep(isNamed: (id: string) => Promise<boolean>): Promise<number>;
}

/** Bytes of randomness in an id. */
const ID_BYTES = 16;

/** Returns a new id: 32 hexadecimal digits. Nothing that a caller chose is ever part of a file's name. */
export function newBytesId(random: { bytes(length: number): Buffer }): string {
  return random.bytes(ID_BYTES).toString('hex');
}
