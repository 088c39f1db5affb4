/** Where the user's own credentials lie, and whether a program would find them. */
import { existsSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { EnvironmentError } from './errors.ts';

/** What decides where clients look. */
export interface UserPlaces {
  readonly platform: NodeJS.Platform;
  /** The user's environment, before anything is cleared. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The home directory of the user database: Java looks there whatever `HOME` says, Go and Python without `HOME`. */
  readonly homeDirectory: string;
}

/** Google's name of the file in the directory of gcloud. */
const ADC_FILE = 'application_default_credentials.json';

/**
 * The files in which libraries look for default credentials, though `CLOUDSDK_CONFIG` names another directory.
 *
 * Libraries for Go and Ruby do not read that variable, nor does google-auth-library 9, which is inside many clients for
 * Node (gcloud, Python, Java, and google-auth-library 10.9 do).
 */
export function listDefaultCredentialFiles(places: UserPlaces): readonly string[] {
  return listGcloudDirectories(places).map((directory) => pathOf(places).join(directory, ADC_FILE));
}

/**
 * The files and directories with credentials of the user that are hidden where files can be: gcloud's logins, wherever
 * they are, gsutil's configuration and token cache, and the settings of client certificates.
 */
export function listCredentialPlaces(places: UserPlaces): readonly string[] {
  const { join } = pathOf(places);
  const named = places.environment['CLOUDSDK_CONFIG'] ?? '';
  const atHome = listHomes(places).flatMap((home) =>
    ['.boto', '.gsutil', '.secureConnect', '.bigqueryrc'].map((name) => join(home, name)),
  );
  return distinct([...listGcloudDirectories(places), ...(named === '' ? [] : [named]), ...atHome]);
}

/**
 * Refuses to start a program that would find the user's default credentials, in the ways that cannot hide a file.
 *
 * @throws {EnvironmentError} `user-credentials`
 */
export function refuseDefaultCredentials(isolation: 'proxy' | 'env', places: UserPlaces): void {
  const found = listDefaultCredentialFiles(places).find((file) => existsSync(file));
  if (found === undefined) return;
  throw new EnvironmentError(
    'user-credentials',
    `'${found}' holds credentials of your own, and some libraries would take them before those of the VM, which ` +
      `'--isolation ${isolation}' cannot prevent: use '--isolation netns', which hides that file, or move it away.`,
  );
}

function listGcloudDirectories(places: UserPlaces): readonly string[] {
  const { join } = pathOf(places);
  if (places.platform !== 'win32') return listHomes(places).map((home) => join(home, '.config', 'gcloud'));
  const drive = places.environment['SystemDrive'] ?? 'C:';
  const roots = [places.environment['APPDATA'] ?? '', join(drive, '/')];
  return distinct(roots.filter((root) => root !== '').map((root) => join(root, 'gcloud')));
}

function listHomes({ environment, homeDirectory }: UserPlaces): readonly string[] {
  return distinct([environment['HOME'] ?? '', homeDirectory].filter((home) => home !== ''));
}

function distinct(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)];
}

function pathOf({ platform }: UserPlaces) {
  return platform === 'win32' ? win32 : posix;
}
