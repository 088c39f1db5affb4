import { createReadStream, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Readable } from 'node:stream';

/** What a configuration holds: a text of the file itself, or another file below `directory`. */
export type DeclaredContent =
  | { readonly text: string }
  | { readonly directory: string; readonly file: string };

/** Says whether there is a file, and it is below the directory also when links are followed. */
export function isReadable(content: DeclaredContent): boolean {
  if ('text' in content) return true;
  try {
    const file = realpathSync(join(content.directory, content.file));
    return file.startsWith(realpathSync(content.directory) + sep) && statSync(file).isFile();
  } catch {
    return false;
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
  if (!isReadable(content) || statSync(path).size > limitBytes) return undefined;
  return readFileSync(path, 'utf8');
}
