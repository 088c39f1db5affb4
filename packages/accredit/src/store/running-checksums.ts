import { createHash } from 'node:crypto';
import type { Checksums } from '../protocol/storage/checksums.ts';

/** Computes the checksums of bytes as they pass. */
export interface RunningChecksums {
  readonly sizeBytes: number;
  update(chunk: Uint8Array): void;
  /** To be called once, at the end. */
  digest(): Checksums;
}

/** Starts computing. The native CRC32C is loaded when the first object is written, not when a cloud starts. */
export async function startChecksums(): Promise<RunningChecksums> {
  const { crc32c } = await import('@node-rs/crc32');
  // Etags of objects are MD5 because Google's are; nothing is kept secret with it.
  const md5 = createHash('md5');
  let crc = 0;
  let sizeBytes = 0;
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    update(chunk) {
      md5.update(chunk);
      crc = crc32c(chunk, crc);
      sizeBytes += chunk.length;
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(crc);
      return { md5Base64: md5.digest('base64'), crc32cBase64: bytes.toString('base64') };
    },
  };
}
