import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LaunchRequest, LaunchResult } from './launch.fixture.ts';

const LAUNCHER = fileURLToPath(new URL('./launch.fixture.ts', import.meta.url));
const API = 'https://storage.googleapis.com/storage/v1/b';
const BY_NAME = 'http://metadata.google.internal/computeMetadata/v1/project/project-id';
const BY_ADDRESS = 'http://169.254.169.254/computeMetadata/v1/project/project-id';
const REFUSED = 'https://example.com/';
const SENTENCE =
  "'example.com:443' is nothing that the cloud answers for: --allow example.com:443 would let it through.";
const BODY = '{"kind": "storage#buckets"}';

/** Three requests of a program that is reached, as the stand-in cloud sees them. */
const SEEN = [
  'api GET storage.googleapis.com /storage/v1/b',
  'socket GET metadata.google.internal /computeMetadata/v1/project/project-id',
  'socket GET 169.254.169.254 /computeMetadata/v1/project/project-id',
];

/** `ip` is often where only root looks. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

/** Runs a command in a network namespace of its own, which has loopback and nothing else. */
function runOffline(command: readonly string[]) {
  const up = 'ip link set lo up && exec "$@"';
  const args = ['--user', '--map-root-user', '--net', 'sh', '-c', up, 'sh', ...command];
  return promisify(execFile)('unshare', args, { env: { PATH }, timeout: 90_000 });
}

/** False where a program works in there, else the line that a skipped test shows. */
async function skipWithout(...command: readonly string[]): Promise<string | false> {
  return await runOffline(command).then(
    () => false,
    () => `'${command.join(' ')}' does not work in a network namespace here`,
  );
}

async function launch(
  t: TestContext,
  isolation: LaunchRequest['isolation'],
  command: readonly string[],
): Promise<LaunchResult> {
  const directory = mkdtempSync(join(tmpdir(), 'accredit-clients-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const request: LaunchRequest = { isolation, command, directory };
  const { stdout } = await runOffline([
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    LAUNCHER,
    JSON.stringify(request),
  ]);
  return JSON.parse(stdout);
}

const node = (script: string) => [process.execPath, '--input-type=module', '--eval', script];

const noNamespace = await skipWithout('true');
const [noCurl, noWget, noPython, noRequests] =
  noNamespace !== false
    ? [noNamespace, noNamespace, noNamespace, noNamespace]
    : await Promise.all([
        skipWithout('curl', '--version'),
        skipWithout('wget', '--version'),
        skipWithout('python3', '-c', 'import ssl'),
        skipWithout('python3', '-c', 'import requests'),
      ]);

describe('a program by the proxy way', () => {
  test('curl', { skip: noCurl }, async (t) => {
    const options = ['--silent', '--show-error', '--write-out', '\n'];
    const { stdout, stderr, status, requests } = await launch(t, 'proxy', [
      'curl',
      ...options,
      API,
      BY_NAME,
      BY_ADDRESS,
      REFUSED,
    ]);
    assert.equal(stdout, `${BODY}\nlocal-project\nlocal-project\n\n`);
    // The sentence goes by unseen here: curl shows the status of a CONNECT and no more.
    assert.deepEqual([status, stderr], [56, 'curl: (56) CONNECT tunnel failed, response 403\n']);
    assert.deepEqual(requests, SEEN);
  });

  test('wget', { skip: noWget }, async (t) => {
    const { stdout, requests } = await launch(t, 'proxy', [
      'wget',
      '--quiet',
      '--output-document=-',
      API,
      BY_NAME,
      BY_ADDRESS,
    ]);
    assert.equal(stdout, `${BODY}local-projectlocal-project`);
    assert.deepEqual(requests, SEEN);
  });

  test('Python urllib', { skip: noPython }, async (t) => {
    const program = `
import sys, urllib.error, urllib.request
for url in sys.argv[1:]:
    try:
        print(urllib.request.urlopen(url).read().decode())
    except urllib.error.URLError as error:
        print(error.reason)
`;
    const { stdout, stderr, requests } = await launch(t, 'proxy', [
      'python3',
      '-c',
      program,
      API,
      BY_NAME,
      BY_ADDRESS,
      REFUSED,
    ]);
    assert.deepEqual(
      [stdout, stderr],
      [`${BODY}\nlocal-project\nlocal-project\nTunnel connection failed: 403 ${SENTENCE}\n`, ''],
    );
    assert.deepEqual(requests, SEEN);
  });

  test('Python requests', { skip: noRequests }, async (t) => {
    const program = `
import requests, sys
for url in sys.argv[1:]:
    try:
        print(requests.get(url).text)
    except requests.exceptions.ProxyError as error:
        print(error)
`;
    const { stdout, stderr, requests } = await launch(t, 'proxy', [
      'python3',
      '-c',
      program,
      API,
      BY_NAME,
      BY_ADDRESS,
      REFUSED,
    ]);
    assert.equal(stderr, '');
    assert.ok(
      stdout.startsWith(`${BODY}\nlocal-project\nlocal-project\n`) && stdout.includes(SENTENCE),
      stdout,
    );
    assert.deepEqual(requests, SEEN);
  });

  test('Node fetch', { skip: noNamespace }, async (t) => {
    const urls = JSON.stringify([API, BY_NAME, BY_ADDRESS, REFUSED]);
    const program = `for (const url of ${urls}) console.log(await fetch(url).then((r) => r.text(), (e) => e.message));`;
    const { stdout, requests } = await launch(t, 'proxy', node(program));
    assert.equal(stdout, `${BODY}\nlocal-project\nlocal-project\nfetch failed\n`);
    assert.deepEqual(requests, SEEN);
  });

  test('Node google-auth-library finds the metadata port past the proxy, and the API by it', {
    skip: noNamespace,
  }, async (t) => {
    const library = createRequire(import.meta.url).resolve('google-auth-library');
    const program = `
      import { createRequire } from 'node:module';
      const { Compute, gcpMetadata } = createRequire(${JSON.stringify(library)})(${JSON.stringify(library)});
      const client = new Compute();
      client.setCredentials({ access_token: 'token', expiry_date: Date.now() + 3_600_000 });
      console.log(await gcpMetadata.project('project-id'), (await client.request({ url: ${JSON.stringify(API)} })).status);
    `;
    const { stdout, stderr, requests } = await launch(t, 'proxy', node(program));
    assert.deepEqual([stdout, stderr], ['local-project 200\n', '']);
    assert.deepEqual(requests, ['port GET 127.0.0.1:PORT /computeMetadata/v1/project/project-id', SEEN[0]]);
  });
});

describe('a program by the env way', () => {
  test('curl, with the URLs of production and TLS', { skip: noCurl }, async (t) => {
    const options = ['--silent', '--show-error', '--write-out', '\n'];
    const { stdout, stderr, status, requests } = await launch(t, 'env', [
      'curl',
      ...options,
      API,
      BY_NAME,
      BY_ADDRESS,
      REFUSED,
    ]);
    assert.equal(stdout, `${BODY}\nlocal-project\nlocal-project\n\n`);
    // What is not the cloud's does not leave the machine: it meets a certificate that is not for it.
    assert.equal(status, 60);
    assert.match(stderr, /example\.com/);
    assert.deepEqual(
      requests,
      SEEN.map((one) => one.replace('socket', 'port')),
    );
  });
});
