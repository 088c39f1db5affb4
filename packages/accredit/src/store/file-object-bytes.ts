import { constants } from 'node:fs';
import { access, type FileHandle, mkdir, open, opendir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Random } from '../kernel/ports.ts';
import {
  assertIntact,
  type ByteRange,
  newBytesId,
  type ObjectBytes,
  type WrittenBytes,
} from './object-bytes.ts';
import { startChecksums } from './running-checksums.ts';
import { StoreUnavailable } from './store.ts';

/** Name of the folder in the data directory. */
export const OBJECT_BYTES_FOLDER = 'objects';

/** What the name of a file ends in while it is being written. */
const TEMPORARY = '.tmp';

/** The names of our files; whatever else somebody puts into the folder is theirs. */
const FILE_NAME = /^([0-9a-f]{32})(\.tmp)?$/;

/** Bytes as files, one each, in a folder of the data directory. */
export class FileObjectBytes implements ObjectBytes {
  readonly #folder: string;
  readonly #random: Random;
  /** Ids given out until a sweep is through: what is written now may be named only later. */
  #fresh: Set<string> | undefined = new Set();

  private constructor(folder: string, random: Random) {
    this.#folder = folder;
    this.#random = random;
  }

  /**
   * Opens the folder of a data directory, and makes it where it is missing.
   *
   * @param directory - exists, is writable, and is served by this process alone
   * @throws {StoreUnavailable} `unusable` where the folder cannot be had: something else has its name, or it is not ours
   */
  static async open(directory: string, random: Random): Promise<FileObjectBytes> {
    const folder = join(directory, OBJECT_BYTES_FOLDER);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
      await syncFolder(directory);
    } catch (error) {
      throw folderUnusable(error, directory);
    }
    return new FileObjectBytes(folder, random);
  }

  async write(chunks: AsyncIterable<Uint8Array>): Promise<WrittenBytes> {
    const checksums = await startChecksums();
    const id = newBytesId(this.#random);
    this.#fresh?.add(id);
    const temporary = this.#path(id) + TEMPORARY;
    const file = await open(temporary, 'wx', 0o600);
    try {
      for await (const chunk of chunks) {
        checksums.update(chunk);
        await writeWhole(file, chunk);
      }
      await file.sync();
      await file.close();
      await rename(temporary, this.#path(id));
      await syncFolder(this.#folder);
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(temporary, { force: true });
      await rm(this.#path(id), { force: true });
      throw error;
    }
    return { id, sizeBytes: checksums.sizeBytes, ...checksums.digest() };
  }

  async read(id: string, range?: ByteRange, sizeBytes?: number): Promise<Readable | undefined> {
    // Opened here and not by the stream: what is removed later can still be read to its end.
    const file = await openExisting(this.#path(id));
    if (file === undefined) return undefined;
    try {
      assertIntact(id, sizeBytes, (await file.stat()).size);
    } catch (error) {
      await file.close();
      throw error;
    }
    return file.createReadStream(range === undefined ? {} : { start: range.first, end: range.last });
  }

  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  async sweep(isNamed: (id: string) => Promise<boolean>): Promise<number> {
    let removed = 0;
    for await (const { name } of await opendir(this.#folder)) {
      const [, id, temporary] = FILE_NAME.exec(name) ?? [];
      if (id === undefined || this.#fresh?.has(id) === true) continue;
      if (temporary === undefined && (await isNamed(id))) continue;
      await rm(join(this.#folder, name), { force: true });
      removed += 1;
    }
    this.#fresh = undefined;
    return removed;
  }

  /** @throws {RangeError} for an id that was not made here: always a bug of ours */
  #path(id: string): string {
    if (!FILE_NAME.test(id) || id.endsWith(TEMPORARY)) throw new RangeError('This is no id of object bytes.');
    return join(this.#folder, id);
  }
}

async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, written);
    written += bytesWritten;
  }
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function folderUnusable(error: unknown, directory: string): StoreUnavailable {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
  const reason = error instanceof Error ? error.message : String(error);
  const why = isTaken ? `'${OBJECT_BYTES_FOLDER}' in it is not a directory` : reason;
  return new StoreUnavailable('unusable', `The data directory '${directory}' cannot be used: ${why}.`, error);
}

/** Makes a name in a folder as durable as the content behind it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
