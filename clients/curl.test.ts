import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { missingPrograms } from './programs.ts';
import { assertAccessToken, EXAMPLES, printed, WORKLOAD } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

const VM_1 = ['--instance', 'vm-1'];
const METADATA = 'http://metadata.google.internal/computeMetadata/v1';
/** What a client shows for TLS of the metadata server, and believes (metadata notes 11.3). */
const MTLS_ROOT = ['--cacert', '/run/google-mds-mtls/root.crt'];
const MTLS_CLIENT = ['--cert', '/run/google-mds-mtls/client.key', '--key', '/run/google-mds-mtls/client.key'];
const MTLS = [...MTLS_ROOT, ...MTLS_CLIENT];
const FLAVOR = ['-H', 'Metadata-Flavor: Google'];

clientSuite('curl', 'curl and jq', missingPrograms('curl', 'jq', 'bash'), (cloud) => {
  const curl = (...args: readonly string[]) => cloud.run(VM_1, ['curl', '-sS', ...args]);
  const inShell = (script: string, options = VM_1) => cloud.run(options, ['bash', '-c', script]);

  test('the metadata server says who the program is', async () => {
    const email = await curl(...FLAVOR, `${METADATA}/instance/service-accounts/default/email`);
    assert.equal(printed(email), WORKLOAD);
    const greeting = await curl(...FLAVOR, `${METADATA}/instance/attributes/greeting`);
    assert.equal(printed(greeting), 'hello');
  });

  test('without the header the metadata server answers nobody', async () => {
    const answer = await curl('-o', '/dev/null', '-w', '%{http_code}', `${METADATA}/project/project-id`);
    assert.equal(printed(answer), '403');
  });

  for (const host of ['metadata.google.internal', '169.254.169.254']) {
    test(`https://${host} answers who shows the certificate of the VM (metadata notes 11)`, async () => {
      const url = `https://${host}/computeMetadata/v1/instance`;
      assert.equal(printed(await curl(...MTLS, ...FLAVOR, `${url}/name`)), 'vm-1');
      const followed = await curl(...MTLS, ...FLAVOR, '-L', '-o', '/dev/null', '-w', '%{url_effective}', url);
      assert.equal(printed(followed), `${url}/`);
    });

    test(`https://${host} ends the handshake of who shows none (metadata notes 11.1)`, async () => {
      const outcome = await curl(...MTLS_ROOT, ...FLAVOR, `https://${host}/`);
      // CURLE_SSL_CONNECT_ERROR, or CURLE_RECV_ERROR where its own side of the handshake was done before.
      assert.ok([35, 56].includes(outcome.status ?? -1), outcome.stderr);
      assert.equal(outcome.stdout, '');
    });
  }

  test('the certificate of one VM is of no use to another (metadata notes 11.1)', async () => {
    const pem = printed(await inShell('cat /run/google-mds-mtls/client.key'));
    const file = cloud.writeFile('client.key', pem);
    const stolen = [...MTLS_ROOT, '--cert', file, '--key', file];
    const ask = (vm: string) =>
      cloud.run(
        ['--instance', vm],
        ['curl', '-sS', ...stolen, ...FLAVOR, `https://metadata/computeMetadata/v1/instance/name`],
      );
    assert.equal(printed(await ask('vm-1')), 'vm-1');
    const refused = await ask('vm-2');
    assert.notEqual(refused.status, 0);
    assert.equal(refused.stdout, '');
  });

  test('jq cuts the token out of the answer', async () => {
    assertAccessToken(printed(await cloud.run(VM_1, [join(EXAMPLES, 'shell', 'token.sh')])));
  });

  test('a token fetched by hand lists buckets at www.googleapis.com', async () => {
    const names = await inShell(`
      token=$(${join(EXAMPLES, 'shell', 'token.sh')})
      curl -sS -H "Authorization: Bearer $token" 'https://www.googleapis.com/storage/v1/b?project=my-project' |
        jq -r '.items[].name'`);
    assert.equal(printed(names), 'my-project-inbox\nmy-project-reports\n');
  });

  test('the instances of a zone are listed with "Authorization":"Bearer …", without a space', async () => {
    const instances = await cloud.run(VM_1, [join(EXAMPLES, 'shell', 'instances.sh')]);
    assert.equal(printed(instances), 'vm-1 RUNNING\nvm-2 RUNNING\n');
  });

  test('what the roles do not allow is refused by IAM', async () => {
    const outcome = await cloud.run(VM_1, [join(EXAMPLES, 'shell', 'refused.sh')]);
    const denied = "Permission 'iam.serviceAccounts.list' denied on resource \\(or it may not exist\\)\\.";
    assert.match(printed(outcome), new RegExp(`^service accounts: 403 ${denied}$`, 'm'));
    assert.match(outcome.stdout, /^buckets, without a token: 401 Anonymous caller does not have/m);
    // The newest refusal is the call without a token: nobody was granted to everyone.
    await cloud.assertRefused(outcome, {
      refusedBy: 'iam',
      permission: 'storage.buckets.list',
      principal: 'allUsers',
      words: /Anonymous caller does not have storage\.buckets\.list access/,
    });
  });

  test('what the scopes of the VM do not allow is refused, whatever the roles say', async () => {
    const outcome = await cloud.run(['--instance', 'vm-2'], [join(EXAMPLES, 'shell', 'instances.sh')]);
    assert.equal(outcome.status, 1);
    const refusal = await cloud.assertRefused(outcome, {
      refusedBy: 'scopes',
      permission: 'compute.instances.list',
      words: /^Compute Engine says 403: Request had insufficient authentication scopes\.$/m,
    });
    assert.equal(refusal.instance, 'projects/my-project/zones/us-central1-a/instances/vm-2');
  });

  test('a token that nobody issued is 401', async () => {
    const url = 'https://storage.googleapis.com/storage/v1/b?project=my-project';
    const answer = await inShell(
      `curl -sS -H 'Authorization: Bearer ya29.c.forged' '${url}' | jq -r '.error | "\\(.code) \\(.message)"'`,
    );
    assert.equal(printed(answer), '401 Invalid Credentials\n');
  });

  test('nothing else can be reached from the VM', async () => {
    const outcome = await curl('--max-time', '5', 'https://example.com/');
    assert.notEqual(outcome.status, 0);
    assert.equal(outcome.stdout, '');
  });
});
