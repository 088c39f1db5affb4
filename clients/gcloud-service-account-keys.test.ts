import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { certify } from '../packages/accredit/src/protocol/iam/service-accounts/certificates.fixture.ts';
import { CREDENTIALS, makeKeeper, runAsKeeper } from './keeper.fixture.ts';
import { missingPrograms } from './programs.ts';
import { printed } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

const ROBOT = 'robot-1@my-project.iam.gserviceaccount.com';

/** A dozen commands of gcloud take forty seconds on two busy cores. */
const SCRIPT_TIMEOUT_MS = 240_000;

/** The keys of an account; the arguments are the certificate and the files to write. */
const KEY_SCRIPT = `
set -eu
accounts() { gcloud iam service-accounts "$@" --quiet; }
robot=${ROBOT}
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

for (const credential of CREDENTIALS) {
  clientSuite(
    'gcloud',
    `gcloud iam service-accounts keys as ${credential}`,
    missingPrograms('gcloud'),
    (cloud) => {
      before(async () => {
        await makeKeeper(cloud, ['roles/iam.serviceAccountKeyAdmin']);
        printed(await cloud.accredit('service-accounts', 'create', 'robot-1'));
      });

      test('keys are made, listed, disabled, enabled, read, uploaded and deleted', async () => {
        const certificate = certify(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey);
        const outcome = await runAsKeeper(
          cloud,
          credential,
          [
            'sh',
            cloud.writeFile('script.sh', KEY_SCRIPT),
            cloud.writeFile('public.pem', certificate),
            cloud.path('key.json'),
            cloud.path('cert.pem'),
          ],
          { timeoutMs: SCRIPT_TIMEOUT_MS },
        );
        assert.deepEqual(printed(outcome).split('\n'), [
          'listed: KEY',
          'of the system: ',
          'disabled: True',
          'enabled: ',
          'uploaded: 2027-11-01T00:00:00Z',
          'left: USER_PROVIDED',
          '',
        ]);
        assert.match(readFileSync(cloud.path('cert.pem'), 'utf8'), /^-----BEGIN CERTIFICATE-----\n/);
      });
    },
  );
}
