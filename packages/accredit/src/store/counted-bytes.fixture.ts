import { MemoryObjectBytes } from './memory-object-bytes.ts';
import type { WrittenBytes } from './object-bytes.ts';

/** Bytes in memory that say which of them are there. */
export class CountedBytes extends MemoryObjectBytes {
  readonly present = new Set<string>();

  override async write(chunks: AsyncIterable<Uint8Array>): Promise<WrittenBytes> {
    const written = await super.write(chunks);
    this.present.add(written.id);
    return written;
  }

  override async remove(id: string): Promise<void> {
    this.present.delete(id);
    await super.remove(id);
  }
}
