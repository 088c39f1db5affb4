/** Reading and writing the small private files of a data directory. */
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { CertificateWithKey } from './issue.ts';

/** Nobody but the owner reads or writes. */
const PRIVATE_MODE = 0o600;
const OTHERS_MASK = 0o077;

/** Where a certificate and its key are kept. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** What is stored: a pair, nothing at all, or something that cannot be one and why. */
export type StoredPair =
  | { readonly kind: 'pair'; readonly pair: CertificateWithKey }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unusable'; readonly reason: string };

/** @param name - such as `ca`, for `ca.pem` and `ca-key.pem` */
export function nameFiles(directory: string, name: string): CertificateFiles {
  return { certFile: join(directory, `${name}.pem`), keyFile: join(directory, `${name}-key.pem`) };
}

/**
 * Reads a certificate and its key.
 *
 * @throws {Error} of the file system where the files are there but cannot be read: that is not ours to mend
 */
export function readPair({ certFile, keyFile }: CertificateFiles): StoredPair {
  const certPem = readIfPresent(certFile);
  const keyPem = readIfPresent(keyFile);
  if (certPem === undefined && keyPem === undefined) return { kind: 'absent' };
  if (certPem === undefined) return { kind: 'unusable', reason: 'the key has no certificate' };
  if (keyPem === undefined) return { kind: 'unusable', reason: 'the certificate has no key' };
  // Windows keeps rights elsewhere and shows 0666 for every file.
  if (process.platform !== 'win32' && (statSync(keyFile).mode & OTHERS_MASK) !== 0)
    return { kind: 'unusable', reason: 'others than the owner had rights to the key' };
  return { kind: 'pair', pair: { certPem, keyPem } };
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes the key first: a certificate that is there says that its key is, too. */
export function writePair(
  { certFile, keyFile }: CertificateFiles,
  { certPem, keyPem }: CertificateWithKey,
): void {
  writePrivateFile(keyFile, keyPem);
  writePrivateFile(certFile, certPem);
}

/**
 * Writes a file of mode 0600 that is there whole or not at all, whenever the power goes.
 *
 * The temporary name is always the same, so that what a crash leaves behind is used up by the next attempt.
 */
function writePrivateFile(path: string, content: string): void {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'wx', PRIVATE_MODE);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

/** A rename lasts once its directory is on the disk. Windows opens no directories and keeps a journal instead. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
