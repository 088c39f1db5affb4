import { digitsOf } from '../../kernel/identifiers.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';

/**
 * The codes of public licenses, as published answers of `images.get`, `licenses.list` and metadata servers have them.
 *
 * @see https://github.com/GoogleCloudPlatform/guest-test-infra, imagetest/test_suites/imagevalidation (debian-11)
 */
const CODES: ReadonlyMap<ResourceName, string> = new Map([
  ['projects/debian-cloud/global/licenses/debian-11-bullseye', '3853522013536123851'],
  ['projects/debian-cloud/global/licenses/debian-12-bookworm', '2147286739765738111'],
  ['projects/ubuntu-os-cloud/global/licenses/ubuntu-2204-lts', '5511465778777431107'],
  ['projects/ubuntu-os-cloud/global/licenses/ubuntu-2404-lts', '3242930272766215801'],
  ['projects/rhel-cloud/global/licenses/rhel-9-server', '7883559014960410759'],
  ['projects/windows-cloud/global/licenses/windows-server-2022-dc', '4079807029871201927'],
]);

/** Digits of a code of our own: it stays below 2^63, as codes are int64. */
const DERIVED_DIGITS = 18;

/**
 * Returns the code of a license, decimal digits: what the metadata server lists and an identity token names.
 *
 * Guess: the code of a license whose code was not found is made from its name, always the same.
 */
export function licenseCodeOf(license: ResourceName): string {
  return CODES.get(license) ?? digitsOf(license, DERIVED_DIGITS);
}
