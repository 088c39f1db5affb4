import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { missingPrograms } from './programs.ts';
import { EXAMPLES, printed, type SampleCloud, WORKLOAD } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';
import { ENV, NETNS, PROXY } from './ways.fixture.ts';

const WAYS = [NETNS, PROXY, ENV];

const EMAIL = 'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/email';

function vm(isolation: string, name = 'vm-1'): readonly string[] {
  return ['--quiet', '--isolation', isolation, '--instance', name];
}

clientSuite('curl', 'the three ways, with curl', missingPrograms('curl', 'jq', 'bash'), (cloud) => {
  const instances = join(EXAMPLES, 'shell', 'instances.sh');

  for (const { isolation, skip } of WAYS) {
    test(`${isolation}: the program is told how it is reached, and who it is`, { skip }, async () => {
      const script = `curl -sS -H 'Metadata-Flavor: Google' ${EMAIL}; echo " $ACCREDIT_ISOLATION"`;
      const outcome = await cloud.run(vm(isolation), ['sh', '-c', script]);
      assert.equal(printed(outcome), `${WORKLOAD} ${isolation}\n`);
    });

    test(`${isolation}: production URLs lead to the cloud`, { skip }, async () => {
      assert.equal(printed(await cloud.run(vm(isolation), [instances])), 'vm-1 RUNNING\nvm-2 RUNNING\n');
    });

    test(`${isolation}: a refusal is told`, { skip }, async () => {
      const outcome = await cloud.run(vm(isolation, 'vm-2'), [instances]);
      assert.equal(outcome.status, 1);
      await cloud.assertRefused(outcome, {
        refusedBy: 'scopes',
        permission: 'compute.instances.list',
        words: /403: Request had insufficient authentication scopes/,
      });
    });

    test(`${isolation}: a host that is not Google's is not reached`, { skip }, async () => {
      const command = ['curl', '-sS', '--max-time', '10', 'https://example.com/'];
      const outcome = await cloud.run(vm(isolation), command);
      assert.notEqual(outcome.status, 0);
      assert.equal(outcome.stdout, '');
    });

    test(`${isolation}: exit status, standard input and both outputs are the program's own`, {
      skip,
    }, async () => {
      const around = { input: 'in\n' };
      const outcome = await cloud.run(vm(isolation), ['sh', '-c', 'cat; echo err >&2; exit 7'], around);
      assert.deepEqual(
        { status: outcome.status, stdout: outcome.stdout, stderr: outcome.stderr },
        { status: 7, stdout: 'in\n', stderr: 'err\n' },
      );
    });
  }

  test("netns: the machine's own loopback is out of reach, unless it is allowed", {
    skip: NETNS.skip,
  }, async () => {
    const { host, url } = await findApis(cloud);
    assert.equal(
      printed(await cloud.exec(['curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', url])),
      '200',
    );
    const command = ['curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', url];
    const outcome = await cloud.run(vm('netns'), command);
    assert.equal(outcome.status, 7, 'curl: 7 is a failure to connect');
    assert.equal(printed(await cloud.run([...vm('netns'), '--allow', host], command)), '200');
  });

  for (const { isolation, skip } of [PROXY, ENV]) {
    test(`${isolation}: what the way does not catch is said before the program starts`, {
      skip,
    }, async () => {
      const outcome = await cloud.run(['--isolation', isolation, '--instance', 'vm-1'], ['true']);
      assert.equal(printed(outcome), '');
      const first = `accredit: the program is reached by '--isolation ${isolation}'. This way does not catch:\n`;
      assert.ok(outcome.stderr.startsWith(first), outcome.stderr);
    });
  }
});

clientSuite('gcloud', 'the three ways, with gcloud', missingPrograms('gcloud'), (cloud) => {
  for (const { isolation, skip } of WAYS) {
    test(`${isolation}: storage ls and compute instances list`, { skip }, async () => {
      const script = 'gcloud storage ls && gcloud compute instances list --format="value(name)"';
      const outcome = await cloud.run(vm(isolation), ['sh', '-c', script]);
      assert.equal(printed(outcome), 'gs://my-project-inbox/\ngs://my-project-reports/\nvm-1\nvm-2\n');
    });

    test(`${isolation}: a refusal is told`, { skip }, async () => {
      const command = ['gcloud', 'storage', 'rm', 'gs://my-project-reports/hello.txt'];
      const outcome = await cloud.run(vm(isolation), command);
      assert.equal(outcome.status, 1);
      await cloud.assertRefused(outcome, {
        refusedBy: 'iam',
        permission: 'storage.objects.delete',
        words: /does not have storage\.objects\.delete access/,
      });
    });
  }

  test('accredit env points the gcloud of a shell at the cloud', { skip: ENV.skip }, async () => {
    // The line that `npm start` prints, with the command line from source.
    const variables = printed(await cloud.accredit('env', '--instance', 'vm-1'));
    const script = `export CLOUDSDK_CONFIG=$(mktemp -d); eval "$VARIABLES"; gcloud storage ls`;
    const outcome = await cloud.exec(['sh', '-c', script], { env: { VARIABLES: variables } });
    assert.equal(printed(outcome), 'gs://my-project-inbox/\ngs://my-project-reports/\n');
  });
});

async function findApis(cloud: SampleCloud): Promise<{ readonly host: string; readonly url: string }> {
  const status = printed(await cloud.accredit('status', '--format', 'json'));
  const { apiUrl } = JSON.parse(status) as { readonly apiUrl: string };
  return { host: new URL(apiUrl).host, url: `${apiUrl}/healthz` };
}
