/** Libraries that sign a JWT for an API with a key file, and ask no token endpoint (AIP-4111). */
import assert from 'node:assert/strict';
import process from 'node:process';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findGoProgram } from './go-program.ts';
import { type Client, missingPrograms } from './programs.ts';
import { findPython } from './python-environment.ts';
import { printed } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

const READER = 'reader@my-project.iam.gserviceaccount.com';
const BUCKETS = '["my-project-inbox","my-project-reports"]';

const python = findPython();
const go = findGoProgram();

/** The libraries, the programs that use them, and why one cannot be had. */
const LIBRARIES: readonly (readonly [Client, string, readonly string[], string | undefined])[] = [
  [
    'node',
    'google-auth-library',
    [process.execPath, fileURLToPath(new URL('node/self-signed.ts', import.meta.url))],
    undefined,
  ],
  [
    'python',
    'google-auth',
    [python ?? '', fileURLToPath(new URL('python/self_signed.py', import.meta.url))],
    python === undefined ? 'pip did not bring the packages of clients/python-requirements.txt' : undefined,
  ],
  [
    'go',
    'x/oauth2/google',
    [go ?? '', 'self-signed'],
    go === undefined ? (missingPrograms('go') ?? 'Go could not build clients/go') : undefined,
  ],
];

for (const [client, library, program, missing] of LIBRARIES) {
  clientSuite(client, `${library} with a key file, signing for the API itself`, missing, (cloud) => {
    const run = () => cloud.run(['--service-account', 'stranger'], [...program, cloud.path('key.json')]);

    before(async () => {
      for (const account of ['stranger', 'reader']) {
        printed(await cloud.accredit('service-accounts', 'create', account));
      }
      const create = ['keys', 'create', 'key.json', '--service-account', 'reader'];
      printed(await cloud.accredit('service-accounts', ...create));
    });

    test('what the account may not do is refused', async () => {
      const outcome = await run();
      assert.equal(outcome.status, 1);
      await cloud.assertRefused(outcome, {
        refusedBy: 'iam',
        permission: 'storage.buckets.list',
        principal: `serviceAccount:${READER}`,
        words: /403/,
      });
    });

    test('the account of the key lists buckets, signing for the API and with scopes', async () => {
      await cloud.grant('roles/storage.bucketViewer', `serviceAccount:${READER}`);
      const lines = printed(await run())
        .trimEnd()
        .split('\n');
      assert.deepEqual(
        lines.map((line) => JSON.stringify(JSON.parse(line))),
        [BUCKETS, BUCKETS],
      );
    });

    test('a key that is gone signs nothing', async () => {
      const keys = ['service-accounts', 'keys'];
      const listed = await cloud.accredit(...keys, 'list', '--service-account', 'reader', '--format', 'json');
      const [key] = JSON.parse(printed(listed)) as readonly { readonly name: string }[];
      const id = key?.name.split('/').at(-1) ?? '';
      printed(await cloud.accredit(...keys, 'delete', id, '--service-account', 'reader'));
      const outcome = await run();
      assert.equal(outcome.status, 1);
      assert.match(`${outcome.stdout}${outcome.stderr}`, /401/);
    });
  });
}
