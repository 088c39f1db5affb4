import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { findPython } from './python-environment.ts';
import { EXAMPLES, type ExpectedRefusal, printed, WORKLOAD } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';
import { PROXY } from './ways.fixture.ts';

const python = findPython();

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

  before(async () => printed(await cloud.accredit('service-accounts', 'create', 'stranger')));

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
