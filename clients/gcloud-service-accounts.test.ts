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

/** The life of an account; each line of its output is what was seen after a change. */
const ACCOUNT_SCRIPT = `${PRELUDE}
accounts create robot-1 --display-name=Robot --description=Carries > /dev/null
echo "created: $(state $robot)"
echo "listed: $(accounts list --filter=email:robot-1 --format='value(email,displayName,disabled)')"
accounts update $robot --display-name='New name' > /dev/null
echo "updated: $(state $robot)"
accounts disable $robot
echo "disabled: $(state $robot)"
accounts enable $robot
id=$(accounts describe $robot --format='value(uniqueId)')
echo "enabled: $(state $id)"
accounts delete $robot
echo "deleted: $(accounts list --filter=email:robot-1 --format='value(email)')"
accounts undelete $id --format='value(restoredAccount.email)'
echo "undeleted: $(state $robot)"
`;

/** The policy of an account. */
const POLICY_SCRIPT = `${PRELUDE}
show() { accounts get-iam-policy $robot --format='value(bindings.role,bindings.members)'; }
bind() { accounts "$1" $robot --member="serviceAccount:${KEEPER}" --role="$2" > /dev/null; }
echo "unset: $(show)"
bind add-iam-policy-binding roles/iam.serviceAccountUser
bind add-iam-policy-binding roles/iam.serviceAccountTokenCreator
bind remove-iam-policy-binding roles/iam.serviceAccountUser
echo "bound: $(show)"
accounts get-iam-policy $robot --format=json > "$1"
accounts set-iam-policy $robot "$1" > /dev/null
echo "set: $(show)"
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

clientSuite('gcloud', 'gcloud iam service-accounts', missingPrograms('gcloud'), (cloud) => {
  const roles = ['--role', 'roles/iam.serviceAccountAdmin', '--role', 'roles/iam.serviceAccountKeyAdmin'];
  const asVm = ['--instance', 'vm-1', ...roles];

  /** Runs a script and returns its lines. */
  async function lines(script: string, files: readonly string[] = [], as: readonly string[] = asVm) {
    const command = ['sh', cloud.writeFile('script.sh', script), ...files];
    const outcome = await cloud.run(as, command, { timeoutMs: SCRIPT_TIMEOUT_MS });
    return printed(outcome).replace(/\n$/, '').split('\n');
  }

  before(async () => {
    for (const account of ['keeper', 'stranger']) {
      printed(await cloud.accredit('service-accounts', 'create', account));
    }
  });

  test('an account is made, changed, disabled, enabled, deleted and undeleted', async () => {
    assert.deepEqual(await lines(ACCOUNT_SCRIPT), [
      'created: Robot\tCarries\t',
      `listed: ${ROBOT}\tRobot\tFalse`,
      'updated: New name\tCarries\t',
      'disabled: New name\tCarries\tTrue',
      'enabled: New name\tCarries\t',
      'deleted: ',
      ROBOT,
      'undeleted: New name\tCarries\t',
    ]);
  });

  test('its policy is read, changed a binding at a time, and set whole', async () => {
    const bound = `roles/iam.serviceAccountTokenCreator\t['serviceAccount:${KEEPER}']`;
    assert.deepEqual(await lines(POLICY_SCRIPT, [cloud.path('files', 'policy.json')]), [
      'unset: \t',
      `bound: ${bound}`,
      `set: ${bound}`,
    ]);
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

  test('what the account may not do is refused, and the reason is found', async () => {
    const disable = ['gcloud', 'iam', 'service-accounts', 'disable', ROBOT, '--quiet'];
    const outcome = await cloud.run(['--service-account', 'stranger'], disable);
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'iam',
      permission: 'iam.serviceAccounts.disable',
      principal: 'serviceAccount:stranger@my-project.iam.gserviceaccount.com',
      words: /Permission 'iam\.serviceAccounts\.disable' denied/,
    });
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
