import { createReadStream, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Readable } from 'node:stream';

/** What a configuration holds: a text of the file itself, or another file below `directory`. */
export type DeclaredContent =
  | { readonly text: string }
  | { readonly directory: string; readonly file: string };

/**
 * Says what is wrong with the place of a content: there must be a file, and it is below the directory also when links
 * are followed.
 *
 * @returns `, which does not exist`, for the end of a sentence; `undefined` where nothing is
 */
export function findFlaw(content: DeclaredContent): string | undefined {
  if ('text' in content) return undefined;
  try {
    const file = realpathSync(join(content.directory, content.file));
    if (!file.startsWith(realpathSync(content.directory) + sep)) return ', which is outside of it';
    return statSync(file).isFile() ? undefined : ', which is no file';
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isMissing ? ', which does not exist' : ', which cannot be read';
  }
}

export function openContent(content: DeclaredContent): Readable {
  if ('text' in content) return Readable.from([Buffer.from(content.text)]);
  return createReadStream(join(content.directory, content.file));
}

/** Returns a short content whole; `undefined` where it cannot be read, or is longer than the limit. */
export function readContent(content: DeclaredContent, limitBytes: number): string | undefined {
  if ('text' in content) return content.text;
  const path = join(content.directory, content.file);
  if (findFlaw(content) !== undefined || statSync(path).size > limitBytes) return undefined;
  return readFileSync(path, 'utf8');
}
