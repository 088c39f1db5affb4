/** The files that a workload's clients read in place of the user's own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCaBundle } from '../../http/certificates/system-roots.ts';
import type { TrustFiles } from './trust-variables.ts';

/** Where a workload's own files are, as absolute paths. */
export interface PrivateFiles extends TrustFiles {
  /** gcloud's settings, logins and caches: of this instance only, as gcloud keeps what it learned of its VM there. */
  readonly gcloudDirectory: string;
  /** gsutil's settings. */
  readonly botoFile: string;
  /** wget's settings. */
  readonly wgetFile: string;
  /** Where curl finds its settings, where a way writes any. */
  readonly curlDirectory: string;
}

/**
 * Lays out the files in a directory of the run.
 *
 * @param directory - exists, mode 0700, and is seen by the program
 * @param caPem - our authority
 * @param systemRoots - PEM; default: those of this system
 */
export async function writePrivateFiles(
  directory: string,
  caPem: string,
  systemRoots?: string,
): Promise<PrivateFiles> {
  const files = {
    bundleFile: join(directory, 'ca-bundle.pem'),
    caFile: join(directory, 'ca.pem'),
    gcloudDirectory: join(directory, 'gcloud'),
    botoFile: join(directory, 'boto.cfg'),
    wgetFile: join(directory, 'wgetrc'),
    curlDirectory: join(directory, 'curl'),
  };
  const gsutilDirectory = join(directory, 'gsutil');
  await Promise.all([
    writeCaBundle(files.bundleFile, caPem, systemRoots),
    writeFile(files.caFile, caPem, { mode: 0o600 }),
    writeFile(files.botoFile, renderBotoConfig(files.bundleFile, gsutilDirectory), { mode: 0o600 }),
    // wget has no variable for its roots where it is built on GnuTLS, as on Debian; the user's settings are not read then.
    writeFile(files.wgetFile, `ca_certificate = ${files.bundleFile}\n`, { mode: 0o600 }),
    ...[files.gcloudDirectory, gsutilDirectory, files.curlDirectory].map((path) =>
      mkdir(path, { recursive: true, mode: 0o700 }),
    ),
  ]);
  return files;
}

/**
 * gsutil's settings. The account is that of the VM, which gcloud says on its own where it starts gsutil; the state is
 * not the user's, whose directory keeps tokens; and nothing looks for a newer version.
 */
function renderBotoConfig(bundleFile: string, stateDirectory: string): string {
  return `[Boto]
ca_certificates_file = ${bundleFile}
[GSUtil]
state_dir = ${stateDirectory}
software_update_check_period = 0
[GoogleCompute]
service_account = default
`;
}
