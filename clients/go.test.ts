import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { findGoProgram } from './go-program.ts';
import { missingPrograms } from './programs.ts';
import { assertAccessToken, told, WORKLOAD } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';
import { assertSeesChanges } from './watch.fixture.ts';
import { NETNS, PROXY } from './ways.fixture.ts';

const program = findGoProgram();
const TOKEN = 'instance/service-accounts/default/token';
const IDENTITY = 'instance/service-accounts/default/identity';

const missing =
  program === undefined ? (missingPrograms('go') ?? 'Go could not build clients/go') : undefined;

clientSuite('go', 'Go', missing, (cloud) => {
  const go = [program ?? ''];

  before(() => cloud.owner().setProjectAttribute('team', 'finance'));

  for (const { isolation, skip } of [NETNS, PROXY]) {
    const vm1 = ['--instance', 'vm-1', '--quiet', '--isolation', isolation];

    test(`compute/metadata knows its VM, project, account and tokens (${isolation})`, { skip }, async () => {
      const outcome = await cloud.run(vm1, [...go, 'facts']);
      const { token, idToken, instanceId, internalIp, ...facts } = told(outcome);
      assert.deepEqual(facts, {
        onGCE: true,
        // In a namespace OnGCE finds the VM by itself.
        toldWhere: isolation === 'proxy',
        projectId: 'my-project',
        projectNumber: '123456789012',
        instanceName: 'vm-1',
        zone: 'us-central1-a',
        hostname: 'vm-1.us-central1-a.c.my-project.internal',
        tags: ['web'],
        attributes: ['greeting'],
        projectAttributes: ['team'],
        greeting: 'hello',
        team: 'finance',
        email: WORKLOAD,
        scopes: ['https://www.googleapis.com/auth/cloud-platform'],
        missingIsNotDefined: true,
      });
      assert.equal(instanceId, await cloud.owner().instanceId('vm-1'));
      assert.match(String(internalIp), /^10\.(\d+\.){2}\d+$/);
      assertAccessToken((JSON.parse(String(token)) as { readonly access_token: string }).access_token);
      const claims = await cloud.owner().verifyIdentityToken(String(idToken), 'https://go.example');
      assert.equal(claims.sub, await cloud.owner().accountId(WORKLOAD));
    });

    test(`default credentials of x/oauth2 list buckets (${isolation})`, { skip }, async () => {
      assert.deepEqual(told(await cloud.run(vm1, [...go, 'credentials'])), CREDENTIALS);
    });
  }

  test('a 503 and a 429 for a token are survived', async () => {
    await cloud.failNext('vm-1', TOKEN, 503, 429);
    const outcome = await cloud.run(['--instance', 'vm-1'], [...go, 'credentials']);
    assert.deepEqual(told(outcome), CREDENTIALS);
    await cloud.assertNoFaultLeft();
  });

  test('a 503 and a 429 for an identity token and for an attribute are survived', async () => {
    await cloud.failNext('vm-1', IDENTITY, 503, 429);
    await cloud.failNext('vm-1', 'instance/attributes/greeting', 429, 503);
    const outcome = await cloud.run(['--instance', 'vm-1'], [...go, 'facts']);
    assert.equal(told(outcome).greeting, 'hello');
    await cloud.assertNoFaultLeft();
  });

  test('Subscribe is told of a change, of an empty value, and of the end of an attribute', () =>
    assertSeesChanges(cloud, [...go, 'watch']));
});

/** What `credentials` prints on a VM of the sample. */
const CREDENTIALS = {
  projectId: 'my-project',
  universe: 'googleapis.com',
  buckets: ['my-project-inbox', 'my-project-reports'],
};
