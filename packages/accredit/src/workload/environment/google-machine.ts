/** Whether this machine is one of Google's, found without any network. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from './errors.ts';

/** Where Linux shows what the firmware says of the machine. */
const DMI_DIRECTORY = '/sys/class/dmi/id';

/**
 * What says that a machine is a VM of Compute Engine. These are the marks that the client libraries look for
 * (metadata notes 12): the product by Python, Go and Java, the vendor of the firmware by Node.
 */
const MARKS: readonly (readonly [file: string, isGoogles: (text: string) => boolean])[] = [
  ['product_name', (text) => text.startsWith('Google')],
  ['bios_vendor', (text) => text.includes('Google')],
];

/** Variables that Google's services without a VM of one's own set (gcp-metadata, `gcp-residency`; GAE: its runtime). */
const SERVICE_VARIABLES: readonly string[] = [
  'K_SERVICE',
  'CLOUD_RUN_JOB',
  'CLOUD_RUN_WORKER_POOL',
  'FUNCTION_NAME',
  'GAE_SERVICE',
];

/**
 * Says by which mark this machine is known as one of Google's, or undefined.
 *
 * A machine without that directory is taken for none. So a VM of Google's that runs Windows is not recognized: there,
 * the marks are in the registry.
 *
 * @param environment - that of `accredit` itself
 */
export function findGoogleMark(
  environment: Readonly<Record<string, string | undefined>>,
  dmiDirectory = DMI_DIRECTORY,
): string | undefined {
  for (const [file, isGoogles] of MARKS) {
    const path = join(dmiDirectory, file);
    const text = readIfPresent(path);
    if (text !== undefined && isGoogles(text)) return `'${path}' says '${text}'`;
  }
  const variable = SERVICE_VARIABLES.find((name) => (environment[name] ?? '') !== '');
  return variable === undefined ? undefined : `the variable '${variable}' is set`;
}

/** A file that cannot be read says nothing: the firmware's serial numbers are for root, the product's name is not. */
function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * Refuses the ways that leave the real network within reach: a program that ignores a variable would get the
 * credentials of the real machine.
 *
 * @throws {EnvironmentError} `google-machine`
 */
export function refuseOnGoogleMachine(
  isolation: 'proxy' | 'env',
  environment: Readonly<Record<string, string | undefined>>,
  dmiDirectory = DMI_DIRECTORY,
): void {
  const mark = findGoogleMark(environment, dmiDirectory);
  if (mark === undefined) return;
  throw new EnvironmentError(
    'google-machine',
    `This machine is one of Google Cloud's (${mark}), so a program that ignores the '${isolation}' variables ` +
      `would get the credentials of the real machine: only '--isolation netns' is safe here.`,
  );
}
