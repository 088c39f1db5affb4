import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { CREDENTIALS, KEEPER, makeKeeper, runAsKeeper } from './keeper.fixture.ts';
import { missingPrograms } from './programs.ts';
import { printed } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

const ROBOT = 'robot-1@my-project.iam.gserviceaccount.com';

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

for (const credential of CREDENTIALS) {
  clientSuite(
    'gcloud',
    `gcloud iam service-accounts as ${credential}`,
    missingPrograms('gcloud'),
    (cloud) => {
      /** Runs a script and returns its lines. */
      async function lines(script: string, ...args: readonly string[]) {
        const command = ['sh', cloud.writeFile('script.sh', script), ...args];
        const outcome = await runAsKeeper(cloud, credential, command, { timeoutMs: SCRIPT_TIMEOUT_MS });
        return printed(outcome).replace(/\n$/, '').split('\n');
      }

      before(() => makeKeeper(cloud, ['roles/iam.serviceAccountAdmin']));

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
        assert.deepEqual(await lines(POLICY_SCRIPT, cloud.path('files', 'policy.json')), [
          'unset: \t',
          `bound: ${bound}`,
          `set: ${bound}`,
        ]);
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
    },
  );
}
