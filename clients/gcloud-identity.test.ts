import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingPrograms } from './programs.ts';
import { assertAccessToken, printed, WORKLOAD } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

const STRANGER = 'stranger@my-project.iam.gserviceaccount.com';

clientSuite('gcloud', 'gcloud as the account of its VM', missingPrograms('gcloud'), (cloud) => {
  const gcloud = (...args: readonly string[]) => cloud.run(['--instance', 'vm-1'], ['gcloud', ...args]);

  test('auth list shows the account of the VM', async () => {
    const listed = await gcloud('auth', 'list', '--format=json');
    assert.deepEqual(JSON.parse(printed(listed)), [{ account: WORKLOAD, status: 'ACTIVE' }]);
  });

  test('auth print-access-token prints a token of the VM', async () => {
    assertAccessToken(printed(await gcloud('auth', 'print-access-token')));
  });

  test('auth print-access-token survives a 503 and a 429 at first contact, and for the token', async () => {
    await cloud.failNext('vm-1', 'project/numeric-project-id', 503, 429);
    await cloud.failNext('vm-1', `instance/service-accounts/${WORKLOAD}/token`, 503, 429);
    assertAccessToken(printed(await gcloud('auth', 'print-access-token')));
    await cloud.assertNoFaultLeft();
  });

  test('auth print-identity-token prints one that can be verified, after a 503 and a 429', async () => {
    await cloud.failNext('vm-1', 'instance/service-accounts/default/identity', 503, 429);
    const audience = 'https://gcloud.example';
    const token = printed(await gcloud('auth', 'print-identity-token', `--audiences=${audience}`));
    const claims = await cloud.owner().verifyIdentityToken(token, audience);
    assert.equal(claims.sub, await cloud.owner().accountId(WORKLOAD));
    await cloud.assertNoFaultLeft();
  });

  test('the project is that of the VM', async () => {
    assert.equal(printed(await gcloud('config', 'get', 'project')), 'my-project\n');
  });

  test('the next command sees that its VM has another account', async () => {
    printed(await cloud.accredit('service-accounts', 'create', 'stranger'));
    await cloud.owner().replaceAccount('vm-2', STRANGER, []);
    const list = ['gcloud', 'auth', 'list', '--format=value(account)'];
    assert.equal(printed(await cloud.run(['--instance', 'vm-2'], list)), `${STRANGER}\n`);
  });
});
