import { Readable } from 'node:stream';
import type { Random } from '../kernel/ports.ts';
import {
  assertIntact,
  type ByteRange,
  newBytesId,
  type ObjectBytes,
  type WrittenBytes,
} from './object-bytes.ts';
import { startChecksums } from './running-checksums.ts';

/** Bytes in memory: for tests and for `--memory`. */
export class MemoryObjectBytes implements ObjectBytes {
  readonly #random: Random;
  readonly #bytes = new Map<string, Buffer>();

  constructor(random: Random) {
    this.#random = random;
  }

  async write(chunks: AsyncIterable<Uint8Array>): Promise<WrittenBytes> {
    const checksums = await startChecksums();
    const parts: Buffer[] = [];
    for await (const chunk of chunks) {
      checksums.update(chunk);
      parts.push(Buffer.from(chunk));
    }
    const id = newBytesId(this.#random);
    this.#bytes.set(id, Buffer.concat(parts));
    return { id, sizeBytes: checksums.sizeBytes, ...checksums.digest() };
  }

  async read(id: string, range?: ByteRange, sizeBytes?: number): Promise<Readable | undefined> {
    const bytes = this.#bytes.get(id);
    if (bytes === undefined) return undefined;
    assertIntact(id, sizeBytes, bytes.length);
    return Readable.from([range === undefined ? bytes : bytes.subarray(range.first, range.last + 1)], {
      objectMode: false,
    });
  }

  async remove(id: string): Promise<void> {
    this.#bytes.delete(id);
  }

  /** All bytes in memory were written since it was opened. */
  async sweep(): Promise<number> {
    return 0;
  }
}
