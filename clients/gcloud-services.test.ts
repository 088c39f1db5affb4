/** gcloud lists, disables and enables services, and meets one that is disabled. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { describeOutcome } from './capture.ts';
import { missingPrograms } from './programs.ts';
import { printed, WORKLOAD } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

const VM_1 = ['--instance', 'vm-1'];
const MEMBER = `serviceAccount:${WORKLOAD}`;
const IAM = 'iam.googleapis.com';

clientSuite('gcloud', 'gcloud services', missingPrograms('gcloud'), (cloud) => {
  const gcloud = (...args: readonly string[]) => cloud.run(VM_1, ['gcloud', ...args]);
  const listed = async (...args: readonly string[]) =>
    printed(await gcloud('services', 'list', '--format=value(config.name,state)', ...args)).split('\n');
  const accounts = () => gcloud('iam', 'service-accounts', 'list', '--format=value(email)', '--quiet');

  before(async () => {
    for (const role of ['roles/serviceusage.serviceUsageAdmin', 'roles/iam.serviceAccountViewer']) {
      await cloud.grant(role, MEMBER);
    }
  });

  test('list shows what is enabled, and what there is', async () => {
    const enabled = await listed();
    assert.ok(enabled.includes('compute.googleapis.com\tENABLED'), enabled.join(', '));
    assert.deepEqual(await listed('--available'), enabled);
  });

  test('a service that is disabled is refused in words that gcloud knows, until it is enabled again', async () => {
    assert.match(printed(await accounts()), new RegExp(WORKLOAD));
    printed(await gcloud('services', 'disable', IAM));
    assert.ok(!(await listed()).some((line) => line.startsWith(IAM)));
    assert.ok((await listed('--available')).includes(`${IAM}\tDISABLED`));
    const refused = await accounts();
    assert.equal(refused.status, 1, describeOutcome(refused));
    assert.match(refused.stderr, /API \[iam\.googleapis\.com\] not enabled on project|SERVICE_DISABLED/);
    printed(await gcloud('services', 'enable', IAM));
    assert.match(printed(await accounts()), new RegExp(WORKLOAD));
  });

  test('several services are enabled at once, and one that others need is not disabled without --force', async () => {
    const osLogin = 'oslogin.googleapis.com';
    const refused = await gcloud('services', 'disable', osLogin);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /is depended on by the following active service: compute\.googleapis\.com/);
    assert.match(refused.stderr, /Provide the --force flag/);
    printed(await gcloud('services', 'disable', osLogin, '--force'));
    printed(await gcloud('services', 'enable', 'compute.googleapis.com', osLogin));
    assert.ok((await listed()).includes('compute.googleapis.com\tENABLED'));
  });

  test('a quota project is one that the account may use', async () => {
    const describe = ['projects', 'describe', 'my-project', '--format=value(projectId)'];
    assert.equal(printed(await gcloud(...describe, '--billing-project=my-project')), 'my-project\n');
    const refused = await gcloud(...describe, '--billing-project=somebody-elses');
    assert.equal(refused.status, 1);
    await cloud.assertRefused(refused, {
      refusedBy: 'iam',
      permission: 'serviceusage.services.use',
      words: /Caller does not have required permission to use project somebody-elses\./,
    });
  });

  test('services enable is refused without the role', async () => {
    printed(await cloud.accredit('iam', 'revoke', 'roles/serviceusage.serviceUsageAdmin', MEMBER));
    const outcome = await gcloud('services', 'enable', IAM);
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'iam',
      permission: 'serviceusage.services.enable',
      words: /Permission denied to enable service \[iam\.googleapis\.com\]/,
    });
  });
});
