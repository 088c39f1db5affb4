/** The roots that this system trusts, and a bundle of them with ours. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';

/** Where systems keep the bundle of trusted roots. The same list as Go's, `crypto/x509/root_linux.go` and its siblings. */
const SYSTEM_BUNDLE_FILES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch, Alpine
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL
  '/etc/ssl/ca-bundle.pem', // openSUSE
  '/etc/pki/tls/cacert.pem', // OpenELEC
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // RHEL 7 and later
  '/etc/ssl/cert.pem', // Alpine, macOS, FreeBSD
  '/usr/local/etc/ssl/cert.pem', // FreeBSD
];

/**
 * Reads the first bundle that is there and holds a certificate, else takes the roots that Node carries.
 *
 * @returns PEM, ending in a newline
 */
export async function readSystemRoots(files: readonly string[] = SYSTEM_BUNDLE_FILES): Promise<string> {
  for (const file of files) {
    const content = await readFile(file, 'utf8').catch(() => '');
    if (content.includes('-----BEGIN CERTIFICATE-----')) return `${content.trimEnd()}\n`;
  }
  return `${rootCertificates.join('\n')}\n`;
}

/**
 * Writes the system's roots and our authority into one file, for clients whose trust variable replaces the roots.
 *
 * It is written for one run, whole or not at all; it need not outlast a loss of power. Mode 0600: its reader is the
 * workload, which has its owner's uid.
 */
export async function writeCaBundle(path: string, caPem: string, systemRoots?: string): Promise<void> {
  const temporary = `${path}.new`;
  await rm(temporary, { force: true });
  await writeFile(temporary, (systemRoots ?? (await readSystemRoots())) + caPem, { mode: 0o600, flag: 'wx' });
  await rename(temporary, path);
}
