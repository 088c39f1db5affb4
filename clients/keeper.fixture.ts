/** An account that changes things, with either credential that an account has: a VM that is its own, or a key file. */
import type { CaptureOptions, Outcome } from './capture.ts';
import { printed, type SampleCloud } from './sample-cloud.fixture.ts';

/** The account that acts. */
export const KEEPER = 'keeper@my-project.iam.gserviceaccount.com';

/** With what it acts. */
export const CREDENTIALS = ['the account of a VM', 'the account of a key file'] as const;
export type Credential = (typeof CREDENTIALS)[number];

/** Whose VM the key file is used on: an account that may do nothing. */
const STRANGER = 'stranger';

const KEY_FILE = 'keeper.json';

/** Does what its arguments say, as the account of the key file that is its name. */
const WITH_KEY_FILE =
  'gcloud auth activate-service-account --key-file="$0" --quiet 2> /dev/null && exec "$@"';

/** A role, and the options that say where; without any, on the project. */
export type KeeperGrant = readonly [role: string, ...where: readonly string[]];

/** Makes the account, a key file of it, and the stranger. */
export async function makeKeeper(cloud: SampleCloud, ...grants: readonly KeeperGrant[]): Promise<void> {
  for (const account of ['keeper', STRANGER]) {
    printed(await cloud.accredit('service-accounts', 'create', account));
  }
  const create = ['keys', 'create', cloud.path(KEY_FILE), '--service-account', 'keeper'];
  printed(await cloud.accredit('service-accounts', ...create));
  for (const [role, ...where] of grants) await cloud.grant(role, `serviceAccount:${KEEPER}`, ...where);
}

/** Runs a command as the keeper. */
export function runAsKeeper(
  cloud: SampleCloud,
  credential: Credential,
  command: readonly string[],
  around?: CaptureOptions,
): Promise<Outcome> {
  return credential === 'the account of a VM'
    ? cloud.run(['--service-account', 'keeper'], command, around)
    : cloud.run(
        ['--service-account', STRANGER],
        ['sh', '-c', WITH_KEY_FILE, cloud.path(KEY_FILE), ...command],
        around,
      );
}
