import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { certify } from '../packages/accredit/src/protocol/iam/certificates.fixture.ts';
import { missingPrograms } from './programs.ts';
import { printed } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

const ROBOT = 'robot-1@my-project.iam.gserviceaccount.com';
const KEEPER = 'keeper@my-project.iam.gserviceaccount.com';

/** A dozen commands of gcloud take forty seconds on two busy cores. */
const SCRIPT_TIMEOUT_MS = 240_000;

const PRELUDE = `
set -eu
accounts() { gcloud iam service-accounts "$@" --quiet; }
robot=${ROBOT}
state() { accounts describe "$1" --format='value(displayName,description,disabled)'; }
`;

/** The keys of an account; the arguments are the certificate and the files to write. */
const KEY_SCRIPT = `${PRELUDE}
keys() { verb=$1; shift; accounts keys $verb "$@" --iam-account=$robot; }
accounts keys create "$2" --iam-account=$robot
key=$(sed -n 's/.*"private_key_id": "\\(.*\\)".*/\\1/p' "$2")
echo "listed: $(keys list --format='value(KEY_ID)' | sed "s/$key/KEY/")"
echo "of the system: $(keys list --managed-by=system --format='value(KEY_ID)')"
keys disable $key
echo "disabled: $(keys list --format='value(disabled)')"
keys enable $key
echo "enabled: $(keys list --format='value(disabled)')"
gcloud beta iam service-accounts keys get-public-key $key --iam-account=$robot --output-file="$3" --quiet
keys upload "$1" > /dev/null
echo "uploaded: $(keys list --filter=keyOrigin:USER_PROVIDED --format='value(validBeforeTime)')"
keys delete $key
echo "left: $(keys list --format='value(keyOrigin)')"
`;

/** What the account of a key file does. */
const KEY_FILE_SCRIPT = `${PRELUDE}
gcloud auth activate-service-account --key-file="$1" --quiet
echo "as: $(gcloud auth list --filter=status:ACTIVE --format='value(account)')"
accounts disable $robot
echo "disabled: $(accounts describe $robot --format='value(disabled)')"
accounts enable $robot
`;

clientSuite('gcloud', 'gcloud iam service-accounts keys', missingPrograms('gcloud'), (cloud) => {
  const roles = ['--role', 'roles/iam.serviceAccountAdmin', '--role', 'roles/iam.serviceAccountKeyAdmin'];
  const asVm = ['--instance', 'vm-1', ...roles];

  /** Runs a script and returns its lines. */
  async function lines(script: string, files: readonly string[] = [], as: readonly string[] = asVm) {
    const command = ['sh', cloud.writeFile('script.sh', script), ...files];
    const outcome = await cloud.run(as, command, { timeoutMs: SCRIPT_TIMEOUT_MS });
    return printed(outcome).replace(/\n$/, '').split('\n');
  }

  before(async () => {
    for (const account of ['keeper', 'robot-1', 'stranger']) {
      printed(await cloud.accredit('service-accounts', 'create', account));
    }
  });

  test('its keys are made, listed, disabled, enabled, read, uploaded and deleted', async () => {
    const certificate = certify(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey);
    const files = [
      cloud.writeFile('public.pem', certificate),
      cloud.path('key.json'),
      cloud.path('cert.pem'),
    ];
    assert.deepEqual(await lines(KEY_SCRIPT, files), [
      'listed: KEY',
      'of the system: ',
      'disabled: True',
      'enabled: ',
      'uploaded: 2027-11-01T00:00:00Z',
      'left: USER_PROVIDED',
    ]);
    assert.match(readFileSync(cloud.path('cert.pem'), 'utf8'), /^-----BEGIN CERTIFICATE-----\n/);
  });

  test('the account of a key file does the same', async () => {
    const keyFile = cloud.path('keeper.json');
    printed(
      await cloud.accredit('service-accounts', 'keys', 'create', keyFile, '--service-account', 'keeper'),
    );
    await cloud.grant('roles/iam.serviceAccountAdmin', `serviceAccount:${KEEPER}`);
    assert.deepEqual(await lines(KEY_FILE_SCRIPT, [keyFile], ['--service-account', 'stranger']), [
      `as: ${KEEPER}`,
      'disabled: True',
    ]);
  });
});
