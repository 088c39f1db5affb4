import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Profile } from '../../conformance/check.ts';
import { CHECKS } from '../../conformance/suite.ts';
import { OWNER_EMAIL } from '../../http/authenticate.ts';
import { ensureProject } from '../../resources/new-project.ts';
import { makeScene } from '../cli.fixture.ts';
import { serve, withInstance } from '../conformance/conformance.fixture.ts';

test('the server of an instance is found, asked, changed and judged; the status is 0', async (t) => {
  const scene = makeScene(t);
  await withInstance(scene);
  const args = ['conformance', '--instance', 'vm-1', '--only', '1,76,121,127,132,137,151'];
  const { status, stdout, stderr } = await scene.run(args);
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(
    stdout,
    '   1  pass  GET / is exactly computeMetadata/ and has no ETag\n' +
      '  76  pass  an attribute of several lines is returned byte for byte\n' +
      ' 121  pass  a token is the old one with 5 minutes and 10 seconds left, and a fresh one with less than 5 minutes\n' +
      ' 127  pass  a VM without a service account lists none, and default is 404\n' +
      ' 132  pass  the signature of an identity token verifies with the published keys\n' +
      ' 137  pass  PUT is exactly 200, and GET gives what was put\n' +
      ' 151  pass  one 503, and the next attempt of a client succeeds\n' +
      '\n7 passed, 0 failed, 0 warnings, 0 skipped.\n',
  );
  const left = JSON.parse(
    (await scene.run(['instances', 'describe', 'vm-1', '--format', 'json'])).stdout,
  ) as {
    readonly metadata: { readonly items?: unknown };
  };
  assert.equal(left.metadata.items, undefined, 'attributes are as they were');
  assert.doesNotMatch((await scene.run(['instances', 'list'])).stdout, /conformance-/);
  assert.deepEqual(JSON.parse((await scene.run(['faults', 'list', '--format', 'json'])).stdout), []);
});

test('without a control nothing is written, and what is skipped says so', async (t) => {
  const methods: string[] = [];
  const url = await serve(t, ({ method = '' }, response) => {
    methods.push(method);
    response.writeHead(404).end();
  });
  const { stdout } = await makeScene(t).run(['conformance', url, '--only', '76,136-142,149,151,244-253']);
  assert.deepEqual([...new Set(methods)], ['GET']);
  assert.match(
    stdout,
    /^ {2}76 {2}skip {2}.*\n +skipped: {2}needs a control that can do this: set-attribute, remove-attribute$/m,
  );
  assert.match(
    stdout,
    /^ 137 {2}skip {2}.*\n +skipped: {2}writes guest attributes, which was not allowed \(--writes\)$/m,
  );
});

test('a server that breaks rules is shown what was expected, seen, and how that is known; the status is 1', async (t) => {
  const scene = makeScene(t);
  const url = await serve(t, (_, response) => response.writeHead(200, { Server: 'other' }).end('hello'));
  const report = ['--json', 'report.json', '--junit', 'report.xml'];
  const { status, stdout, stderr } = await scene.run(['conformance', url, '--only', '1,4', ...report]);
  assert.deepEqual([status, stderr], [1, 'accredit: 1 of 2 checks failed.\n']);
  assert.equal(
    stdout,
    '   1  FAIL  GET / is exactly computeMetadata/ and has no ETag\n' +
      "            expected  body: 'computeMetadata/\\n'\n" +
      "            saw       'hello'\n" +
      '            source    published transcript of a real VM: the root, April 2023 (transcript)\n' +
      '   4  WARN  GET /computeMetadata is redirected to /computeMetadata/\n' +
      '            expected  status 301\n' +
      '            saw       200\n' +
      '            source    every other directory is (inferred)\n' +
      '\n0 passed, 1 failed, 1 warnings, 0 skipped.\n',
  );
  const json = JSON.parse(readFileSync(join(scene.directory, 'report.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  assert.deepEqual([json.server, json.profile], [url, 'gce']);
  assert.deepEqual(json.counts, { pass: 0, fail: 1, warn: 1, skip: 0 });
  assert.match(
    readFileSync(join(scene.directory, 'report.xml'), 'utf8'),
    /<failure message="expected body: /,
  );
});

test('warnings alone are no failure', async (t) => {
  const url = await serve(t, (_, response) => response.writeHead(200).end('hello'));
  const { status } = await makeScene(t).run(['conformance', url, '--only', '4,6']);
  assert.equal(status, 0);
});

test('a run is JSON for programs, and coloured and counted on a terminal alone', async (t) => {
  const scene = makeScene(t);
  const url = await serve(t, (_, response) => response.writeHead(200).end('hello'));
  const { stdout } = await scene.run(['conformance', url, '--only', '1,4', '--format', 'json']);
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly Readonly<Record<string, unknown>>[] };
  assert.deepEqual(
    checks.map(({ number, outcome, evidence }) => [number, outcome, evidence]),
    [
      [1, 'fail', 'transcript'],
      [4, 'warn', 'inferred'],
    ],
  );
  const terminal = { isTerminal: true, write() {} };
  const seen = await scene.run(['conformance', url, '--only', '1,4'], { out: terminal, err: terminal });
  assert.ok(seen.stdout.includes('\u001b[31mFAIL  \u001b[0m'));
  assert.ok(seen.stderr.startsWith('\r1 of 2 checks\r2 of 2 checks\r\u001b[K'));
});

test('the guide says how many checks there are, and for whom', () => {
  const guide = readFileSync(new URL('../../../../../docs/guide/conformance.md', import.meta.url), 'utf8');
  const countOf = (profile: Profile) => CHECKS.filter(({ profiles }) => profiles.includes(profile)).length;
  const counts =
    `There are ${CHECKS.length} checks: ${countOf('gce')} of them for Compute Engine (\`gce\`), ` +
    `${countOf('gke')} for GKE (\`gke\`) and ${countOf('cloud-run')} for Cloud Run (\`cloud-run\`)`;
  assert.ok(guide.includes(counts), counts);
});

test('the checks of a profile are listed, where one is named', async (t) => {
  const { stdout } = await makeScene(t).run(['conformance', '--list', '--profile', 'gke']);
  const lines = stdout.trimEnd().split('\n').slice(1);
  assert.equal(lines.length, CHECKS.filter(({ profiles }) => profiles.includes('gke')).length);
  assert.ok(lines.every((line) => line.includes('gke')));
});

test('the checks are listed without a server', async (t) => {
  const scene = makeScene(t);
  const { status, stdout } = await scene.run(['conformance', '--list']);
  assert.equal(status, 0);
  assert.equal(stdout.trimEnd().split('\n').length, CHECKS.length + 1);
  assert.match(stdout, /^NUMBER {2}EVIDENCE +PROFILES +EXPECTED\n1 +transcript +gce +GET \/ is exactly/);
  const listed: unknown = JSON.parse((await scene.run(['conformance', '--list', '--format', 'json'])).stdout);
  assert.ok(Array.isArray(listed) && listed.length === CHECKS.length);
});

test('an instance is checked as what it is; another profile is refused', async (t) => {
  const scene = makeScene(t);
  await scene.startCloud({
    async configure({ resources }) {
      await ensureProject(resources, 'local-project', OWNER_EMAIL);
      const node = resources.instances.draft({
        projectId: 'local-project',
        zone: 'us-central1-a',
        name: 'node',
        metadataServer: { profile: 'gke' },
      });
      await resources.commit([resources.instances.put(node)]);
    },
  });
  const args = ['conformance', '--instance', 'node'];
  const { status, stdout } = await scene.run([...args, '--only', '155,274,275', '--format', 'json']);
  assert.equal(status, 0, stdout);
  assert.match(stdout, /"profile": "gke"/);
  assert.equal((await scene.run([...args, '--profile', 'gke', '--only', '274'])).status, 0);
  assert.deepEqual(await scene.run([...args, '--profile', 'gce']), {
    status: 2,
    stdout: '',
    stderr:
      "accredit: Instance 'node' has the metadata server of 'gke', not 'gce': leave --profile out, or declare " +
      'another one for it in accredit.yaml.\n',
  });
});

test('a fault that meets the instance already is said before the run', async (t) => {
  const scene = makeScene(t);
  await withInstance(scene);
  await scene.run(['instances', 'create', 'vm-2']);
  const path = '/computeMetadata/v1/project/project-id';
  const args = ['conformance', '--instance', 'vm-1', '--only', '1'];
  const addFault = async (...where: readonly string[]) => {
    const { status, stderr } = await scene.run([
      'faults',
      'add',
      '--path',
      path,
      '--status',
      '503',
      ...where,
    ]);
    assert.deepEqual([status, stderr], [0, '']);
  };
  await addFault('--instance', 'vm-2');
  assert.equal((await scene.run(args)).stderr, '');
  await addFault('--instance', 'vm-1');
  const one = "accredit: 1 fault is in force, so checks may fail: see 'accredit faults list'.\n";
  assert.equal((await scene.run(args)).stderr, one);
  await addFault();
  assert.match((await scene.run(args)).stderr, /^accredit: 2 faults are in force/);
});

test('with a URL and an instance, the URL is asked and the instance is controlled', async (t) => {
  const scene = makeScene(t);
  await withInstance(scene);
  const asked: string[] = [];
  const url = await serve(t, ({ url: path = '' }, response) => {
    asked.push(path);
    response.end('computeMetadata/\n');
  });
  const { status, stdout } = await scene.run([
    'conformance',
    url,
    '--instance',
    'vm-1',
    '--only',
    '1',
    '--jwks',
    'nofile',
  ]);
  assert.deepEqual([status, stdout], [2, ''], 'the keys of a file go before those of the cloud');
  await scene.run(['conformance', url, '--instance', 'vm-1', '--only', '1']);
  assert.ok(asked.length > 1 && asked.every((path) => path === '/'));
});

test('identity tokens are verified with the keys of a file', async (t) => {
  const scene = makeScene(t);
  const url = await serve(t, (_, response) => response.writeHead(404).end());
  writeFileSync(join(scene.directory, 'keys.json'), '{"keys":[]}');
  const args = ['conformance', url, '--only', '132'];
  assert.match((await scene.run(args)).stdout, /needs the published keys \(--jwks FILE\)/);
  assert.match((await scene.run([...args, '--jwks', 'keys.json'])).stdout, /the VM has no identity tokens/);
});

const refused: readonly (readonly [readonly string[], number, string])[] = [
  [[], 2, 'Say which server: its URL, http://HOST or http://HOST:PORT, or --instance NAME.'],
  [
    ['https://127.0.0.1'],
    2,
    'HTTPS is not checked: it needs a client certificate. Name the server with http://; it serves the same there.',
  ],
  [
    ['http://127.0.0.1:1/x'],
    2,
    "'http://127.0.0.1:1/x' says more than where the server is: it is written http://HOST or http://HOST:PORT.",
  ],
  [
    ['http://127.0.0.1:1', '--only', 'x'],
    2,
    `--only: 'x' names no checks: it is written 7 or 12-20, from 1 to ${CHECKS.length}.`,
  ],
  [
    ['--instance', 'vm-1', '--control', 'x'],
    2,
    'An instance of the cloud is controlled by its name: leave --instance or --control out.',
  ],
  [
    ['http://127.0.0.1:1', '--zone', 'us-central1-a'],
    2,
    'Without --instance no cloud is asked: leave --zone out.',
  ],
  [['http://127.0.0.1:1', '--project', 'p'], 2, 'Without --instance no cloud is asked: leave --project out.'],
  [['http://127.0.0.1:1', '--control', './nosuch'], 2, "--control: there is no program './nosuch'."],
  [['--list', '--json', 'x'], 2, '--list asks no server: leave --json out.'],
  [['--list', 'http://127.0.0.1:1'], 2, '--list asks no server: leave the URL out.'],
  [['http://127.0.0.1:1', '--jwks', 'nofile'], 2, "'nofile' cannot be read as a JSON Web Key Set."],
  [
    ['http://127.0.0.1:1'],
    1,
    'No metadata server answers at http://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1.',
  ],
];
for (const [args, status, sentence] of refused) {
  test(`'accredit conformance ${args.join(' ')}' is refused with ${status}`, async (t) => {
    const result = await makeScene(t).run(['conformance', ...args]);
    assert.deepEqual(result, { status, stdout: '', stderr: `accredit: ${sentence}\n` });
  });
}
