import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { capture, describeOutcome, type Outcome } from './capture.ts';
import { findProgram } from './programs.ts';
import { findPython } from './python-environment.ts';
import { NETNS, PROXY } from './ways.fixture.ts';

const TOUR: readonly string[] = [
  process.execPath,
  '--conditions=accredit-source',
  '--disable-warning=ExperimentalWarning',
  fileURLToPath(new URL('../scripts/tour.ts', import.meta.url)),
];

/** No output holds more of a token than its first 8 characters. */
const MORE_OF_A_TOKEN = /ya29\.[\w.~+/=-]{4}/;

describe('npm start', () => {
  let directory = '';
  let environment: NodeJS.ProcessEnv = {};

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'accredit-tour-test-'));
    for (const name of ['home', 'tmp', 'runtime', 'bare', 'broken']) {
      mkdirSync(join(directory, name), { mode: 0o700 });
    }
    environment = {
      PATH: process.env.PATH,
      HOME: join(directory, 'home'),
      TMPDIR: join(directory, 'tmp'),
      XDG_RUNTIME_DIR: join(directory, 'runtime'),
      LANG: 'C.UTF-8',
      // Which cloud is meant is the tour's to say.
      ACCREDIT_DATA: join(directory, 'not-this'),
    };
    symlinkSync(findProgram('sh') ?? '/bin/sh', join(directory, 'bare', 'sh'));
    symlinkSync(process.execPath, join(directory, 'bare', 'node'));
    writeFileSync(join(directory, 'broken', 'curl'), '#!/bin/sh\necho "not what was asked for"\n');
    chmodSync(join(directory, 'broken', 'curl'), 0o755);
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  const tour = (path: string, ...options: readonly string[]): Promise<Outcome> =>
    capture([...TOUR, '--data', join(directory, 'data'), ...options], {
      env: { ...environment, PATH: path },
    });
  const bare = () => join(directory, 'bare');

  test('the five steps, with what this machine has', async () => {
    const outcome = await tour(withPython(process.env.PATH ?? ''), '--once');
    assertComplete(outcome);
    for (const [program, shown] of [
      ['curl', '-- curl -s -H "Authorization":"Bearer $TOKEN"'],
      ['gcloud', '-- gcloud storage ls'],
    ] as const) {
      if (findProgram(program) !== undefined) assert.ok(outcome.stdout.includes(shown), `${program} is used`);
    }
    if (findPython() !== undefined) assert.match(outcome.stdout, /-- python3 python\/list_buckets\.py$/m);
    assert.ok(!existsSync(join(directory, 'not-this')));
  });

  test('a second time on the same directory, with nothing but Node', async () => {
    const outcome = await tour(bare(), '--once');
    assertComplete(outcome);
    assert.match(outcome.stdout, /-- node node\/list-buckets\.js$/m);
    assert.doesNotMatch(outcome.stdout, /curl|jq -r|python3|gcloud storage ls/);
  });

  test('through the proxy, which it says', { skip: PROXY.skip }, async () => {
    const outcome = await tour(bare(), '--once', '--isolation', 'proxy');
    assertComplete(outcome);
    assert.match(outcome.stdout, /on 'vm-1', through a proxy \(as asked for\)/);
    assert.match(outcome.stdout, /accredit run --quiet --isolation proxy --instance vm-1 -- /);
  });

  test('the way that was not asked for is the best that works here', async () => {
    const outcome = await tour(bare(), '--once');
    const expected =
      NETNS.skip === false ? /in a network namespace/ : /through a proxy \(no network namespaces here\)/;
    assert.match(outcome.stdout, expected);
  });

  test('a step that does not behave as it should shows what it printed, and the status is 1', async () => {
    const path = [join(directory, 'broken'), bare()].join(delimiter);
    const outcome = await tour(path, '--once');
    assert.equal(outcome.status, 1, describeOutcome(outcome));
    assert.match(
      outcome.stdout,
      /^ {3}not what was asked for\n {3}✗ It ended with 0, and should have printed /m,
    );
    assert.match(outcome.stdout, /✗ \d of 5 steps not as they should be/);
    assert.match(outcome.stdout, /^ {3}my-project-inbox$/m, 'the other steps go on');
  });

  test("a user's own credentials stop the proxy way before anything starts", async () => {
    const file = join(directory, 'home', '.config', 'gcloud', 'application_default_credentials.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '{}');
    const outcome = await tour(bare(), '--once', '--isolation', 'proxy');
    rmSync(file);
    assert.equal(outcome.status, 1);
    assert.equal(outcome.stdout, '');
    assert.ok(outcome.stderr.startsWith(`'${file}' holds credentials of your own`), outcome.stderr);
  });

  test('without --once it keeps serving, says how to go on, and Ctrl-C ends it', async (t) => {
    const child = spawn(TOUR[0] ?? '', [...TOUR.slice(1), '--data', join(directory, 'data')], {
      env: { ...environment, PATH: bare() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // A tour that fails here must not keep this process waiting.
    t.after(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    let printed = '';
    let apiUrl: string | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      printed += `${line}\n`;
      apiUrl = /keeps serving at (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1] ?? apiUrl;
      if (line.startsWith('Ctrl-C stops it')) break;
    }
    assert.match(printed, /alias accredit='node .*scripts\/enter\.js accredit'$/m);
    assert.match(printed, /^ {3}eval "\$\(accredit env --instance vm-1\)" /m);
    const health = await fetch(`${apiUrl}/healthz`);
    assert.equal(health.status, 200);
    // A terminal's Ctrl-C comes twice: to the tour, and to the entry, which passes it on.
    child.kill('SIGINT');
    child.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
    await assert.rejects(fetch(`${apiUrl}/healthz`), 'nobody listens any more');
  });

  test('Ctrl-C in the middle of the tour ends it, and nothing stays', async (t) => {
    const child = spawn(TOUR[0] ?? '', [...TOUR.slice(1), '--data', join(directory, 'data'), '--once'], {
      env: { ...environment, PATH: bare() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // A tour that fails here must not keep this process waiting.
    t.after(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('2  Buckets')) break;
    }
    child.kill('SIGINT');
    assert.deepEqual(await ended, [130, null]);
    // The directory can be served again: nobody holds it.
    assertComplete(await tour(bare(), '--once'));
  });

  test('an option that there is not is said', async () => {
    const outcome = await tour(bare(), '--isolation', 'env');
    assert.equal(outcome.status, 2);
    assert.match(outcome.stderr, /^npm start \[-- OPTIONS\]\n/);
  });
});

function withPython(path: string): string {
  const python = findPython();
  return python === undefined ? path : [dirname(python), path].join(delimiter);
}

/** Asserts that every step was taken, showed what it should, and no token. */
function assertComplete(outcome: Outcome): void {
  assert.equal(outcome.status, 0, describeOutcome(outcome));
  const { stdout } = outcome;
  const headings = stdout.split('\n').filter((line) => /^\d {2}/.test(line));
  assert.equal(headings.length, 5);
  assert.match(stdout, /^ {3}\{"access_token":"ya29\.\S{3}…","expires_in":\d+,"token_type":"Bearer"\}$/m);
  assert.match(stdout, /does not have storage\.buckets\.delete access/);
  assert.match(
    stdout,
    /^ {3}IAM: closed\. No policy grants storage\.buckets\.delete to serviceAccount:workload@/m,
  );
  assert.match(stdout, /^ {3}401 Anonymous caller does not have storage\.buckets\.list access/m);
  assert.match(stdout, /^✓ 5 steps as they should be, in \d+\.\d s\.$/m);
  assert.doesNotMatch(stdout, MORE_OF_A_TOKEN);
  assert.equal(outcome.stderr, '');
}
