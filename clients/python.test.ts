import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findPython } from './python-environment.ts';
import {
  assertAccessToken,
  EXAMPLES,
  type ExpectedRefusal,
  printed,
  told,
  WORKLOAD,
} from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';
import { assertSeesChanges } from './watch.fixture.ts';
import { PROXY } from './ways.fixture.ts';

const python = findPython();
const METADATA = [python ?? '', fileURLToPath(new URL('python/metadata.py', import.meta.url))];
const SERVICE_ACCOUNT = 'instance/service-accounts/default';

const BUCKETS = 'my-project-inbox\nmy-project-reports\n';

/** What each program prints as the sample's workload, and how the library words a refusal. */
const PROGRAMS: readonly (readonly [program: string, output: string, prefix: string])[] = [
  [
    'list_buckets.py',
    BUCKETS,
    'Cloud Storage says 403: GET https://storage\\.googleapis\\.com/storage/v1/b\\?\\S+: ',
  ],
  ['list_buckets_requests.py', BUCKETS, 'Cloud Storage says 403: '],
  [
    'google_auth_default.py',
    `project: my-project\naccount: ${WORKLOAD}\nbuckets: 2\n`,
    'Cloud Storage says 403: ',
  ],
  ['list_buckets_discovery.py', BUCKETS, 'Cloud Storage says 403: '],
];

/**
 * Finds the account and a token as google-auth does, and prints the schemes by which it asked the metadata server.
 *
 * By `Request` and not by `AuthorizedSession`: in google-auth 2.62.2 the session hides its own from what would put the
 * client certificate on it, so it cannot speak TLS with a metadata server, not even with Google's.
 */
const STRICT_PROGRAM = `
import google.auth, requests
from google.auth.transport.requests import Request
schemes = set()
send = requests.Session.send
def tell(session, request, **options):
    schemes.add(request.url.split(':')[0])
    return send(session, request, **options)
requests.Session.send = tell
request = Request()
credentials, project = google.auth.default(request=request)
credentials.refresh(request)
print(project, credentials.service_account_email, len(credentials.token) > 40, *schemes)
`;

const STRANGER = 'stranger@my-project.iam.gserviceaccount.com';

const missing =
  python === undefined ? 'pip did not bring the packages of clients/python-requirements.txt' : undefined;

clientSuite('python', 'Python', missing, (cloud) => {
  const run = (options: readonly string[], program: string, ...args: readonly string[]) =>
    cloud.run(options, [python ?? '', join(EXAMPLES, 'python', program), ...args]);

  before(async () => {
    printed(await cloud.accredit('service-accounts', 'create', 'stranger'));
    await cloud.owner().setProjectAttribute('team', 'finance');
  });

  for (const [program, output, prefix] of PROGRAMS) {
    test(`${program} finds its project and its account by itself`, async () => {
      assert.equal(printed(await run(['--instance', 'vm-1'], program)), output);
    });

    test(`${program} does so through a proxy`, { skip: PROXY.skip }, async () => {
      const options = ['--instance', 'vm-1', '--quiet', '--isolation', 'proxy'];
      assert.equal(printed(await run(options, program)), output);
    });

    test(`${program} is refused by IAM where the account has no role`, async () => {
      const words = `${prefix}${STRANGER} does not have storage\\.buckets\\.list access to the Google Cloud project\\.`;
      const outcome = await run(['--service-account', 'stranger'], program);
      assert.equal(outcome.status, 1);
      await cloud.assertRefused(outcome, {
        ...listing('iam', words),
        principal: `serviceAccount:${STRANGER}`,
      });
    });

    test(`${program} is refused by the scopes of a VM without one for Storage`, async () => {
      const outcome = await run(['--scopes', 'compute-ro'], program);
      assert.equal(outcome.status, 1);
      await cloud.assertRefused(
        outcome,
        listing('scopes', `${prefix}Provided scope\\(s\\) are not authorized`),
      );
    });
  }

  test('google-auth knows its VM, its project and its account, although it is answered 503 and 429 first', async () => {
    await cloud.failNext('vm-1', 'instance/', 503, 429);
    assert.deepEqual(told(await cloud.run(['--instance', 'vm-1'], [...METADATA, 'facts'])), {
      ping: true,
      onGce: true,
      projectId: 'my-project',
      team: 'finance',
      instanceId: await cloud.owner().instanceId('vm-1'),
      zone: 'projects/123456789012/zones/us-central1-a',
      tags: ['web'],
      attributes: { greeting: 'hello' },
      account: {
        aliases: ['default'],
        email: WORKLOAD,
        scopes: ['https://www.googleapis.com/auth/cloud-platform'],
      },
      missing: null,
      universe: 'googleapis.com',
    });
    await cloud.assertNoFaultLeft();
  });

  test('google-auth has access tokens and identity tokens, although it is answered 503 and 429 first', async () => {
    await cloud.failNext('vm-1', `${SERVICE_ACCOUNT}/token`, 503, 429);
    await cloud.failNext('vm-1', `${SERVICE_ACCOUNT}/identity`, 429, 503);
    const outcome = await cloud.run(['--instance', 'vm-1'], [...METADATA, 'credentials']);
    const { projectId, email, token, idToken, fetchedIdToken } = told(outcome);
    assert.deepEqual({ projectId, email }, { projectId: 'my-project', email: WORKLOAD });
    assertAccessToken(String(token));
    for (const issued of [idToken, fetchedIdToken]) {
      const claims = await cloud.owner().verifyIdentityToken(String(issued), 'https://python.example');
      assert.equal(claims.sub, await cloud.owner().accountId(WORKLOAD));
    }
    await cloud.assertNoFaultLeft();
  });

  test('google-auth sees a change, an empty value, and the end of an attribute', () =>
    assertSeesChanges(cloud, [...METADATA, 'watch']));

  test('google-auth speaks TLS alone with the metadata server where it is told to (metadata notes 11.6)', async () => {
    const strict = ['env', 'GCE_METADATA_MTLS_MODE=strict', python ?? '', '-c', STRICT_PROGRAM];
    const outcome = await cloud.run(['--instance', 'vm-1'], strict);
    assert.equal(printed(outcome), `my-project ${WORKLOAD} True https\n`);
  });

  test('a project may be named on the command line', async () => {
    const outcome = await run(['--instance', 'vm-1'], 'list_buckets.py', 'my-project');
    assert.equal(printed(outcome), BUCKETS);
  });
});

function listing(refusedBy: 'iam' | 'scopes', words: string): ExpectedRefusal {
  return { refusedBy, permission: 'storage.buckets.list', words: new RegExp(words) };
}
