import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { request as forward } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type CliScene, makeScene } from '../cli.fixture.ts';
import { serve, withInstance } from './conformance.fixture.ts';

/** The attributes of the instance, where it has any. */
async function itemsOf(scene: CliScene): Promise<unknown> {
  const { stdout } = await scene.run(['instances', 'describe', 'vm-1', '--format', 'json']);
  // What `describe` prints of any instance.
  return (JSON.parse(stdout) as { readonly metadata: { readonly items?: unknown } }).metadata.items;
}

/** A proxy before the metadata server of the instance. @param onPath - called with the path of each request */
async function withProxy(t: TestContext, scene: CliScene, onPath: (path: string) => void): Promise<string> {
  const { stdout } = await scene.run(['env', '--instance', 'vm-1', '--format', 'json']);
  const [, host] = /"GCE_METADATA_HOST": "([^"]+)"/.exec(stdout) ?? [];
  assert.ok(host !== undefined, stdout);
  return serve(t, (request, response) => {
    const { method, headers, url = '' } = request;
    onPath(url);
    const onward = forward({ host: '127.0.0.1', port: host.split(':')[1], path: url, method, headers });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
}

test('a run that is asked to stop puts back what it changed, shows what is done, and ends with 130', async (t) => {
  const scene = makeScene(t);
  await withInstance(scene);
  let stop: (signal: NodeJS.Signals) => void = () => {};
  const url = await withProxy(t, scene, (path) => {
    if (path.endsWith('accredit-conformance-text')) stop('SIGINT');
  });
  const { status, stdout, stderr } = await scene.run(
    ['conformance', url, '--instance', 'vm-1', '--only', '1,76,77'],
    {
      onStopSignal(listener) {
        stop = (signal) => {
          stop = () => {};
          listener(signal);
        };
        return () => {};
      },
    },
  );
  assert.deepEqual(
    { status, stdout, stderr },
    {
      status: 130,
      stdout:
        '   1  pass  GET / is exactly computeMetadata/ and has no ETag\n' +
        '\n1 passed, 0 failed, 0 warnings, 0 skipped.\n',
      stderr:
        'accredit: stopping: what was changed is put back; a second signal ends it at once\n' +
        'accredit: Stopped: 1 of 3 checks were done.\n',
    },
  );
  assert.equal(await itemsOf(scene), undefined);
});

test('a second signal ends a run at once', async (t) => {
  const scene = makeScene(t);
  const exits: number[] = [];
  let listen: (signal: NodeJS.Signals) => void = () => {};
  const url = await serve(t, ({ url: path }, response) => {
    if (path === '/') response.end();
    else listen('SIGTERM');
  });
  const { status, stderr } = await scene.run(['conformance', url, '--only', '60'], {
    onStopSignal(listener) {
      listen = (signal) => {
        listener(signal);
        listener(signal);
      };
      return () => {};
    },
    exit: (code) => void exits.push(code),
  });
  assert.deepEqual([status, exits], [130, [130]]);
  assert.match(stderr, /accredit: Ended by a second SIGTERM; what was changed may not be put back\.\n$/);
});

test('a control program that goes wrong fails the run', async (t) => {
  const scene = makeScene(t);
  writeFileSync(join(scene.directory, 'control'), '#!/bin/sh\necho no rights >&2\nexit 1\n', { mode: 0o700 });
  const url = await serve(t, (_, response) => response.writeHead(200).end('x'));
  const { status, stdout, stderr } = await scene.run([
    'conformance',
    url,
    '--control',
    './control',
    '--only',
    '151',
  ]);
  assert.deepEqual([status, stderr], [1, 'accredit: 1 of 1 checks failed.\n']);
  assert.match(stdout, /saw +the control failed at clear-faults \(1\): no rights\n/);
});

test('a server that falls silent in the middle is said to, after what was found', async (t) => {
  const scene = makeScene(t);
  let count = 0;
  const url = await serve(t, (request, response) => {
    count += 1;
    if (count > 2) request.socket.destroy();
    else response.end('computeMetadata/\n');
  });
  const { status, stdout, stderr } = await scene.run([
    'conformance',
    url,
    '--only',
    '1,2,3,4',
    '--json',
    'r.json',
  ]);
  assert.equal(status, 1);
  assert.match(stdout, /\n0 passed, \d failed|\n1 passed, \d failed/);
  assert.match(
    stderr,
    /^accredit: No metadata server answers at http:.* \d of 4 checks were done before\.\n$/,
  );
  const report = readFileSync(join(scene.directory, 'r.json'), 'utf8');
  assert.match(report, /"endedEarly": "No metadata server answers/);
});

test('a report that cannot be written is said to be so', async (t) => {
  const url = await serve(t, (_, response) => response.writeHead(404).end());
  const scene = makeScene(t);
  const { status, stderr } = await scene.run([
    'conformance',
    url,
    '--only',
    '4',
    '--json',
    'no/such/report.json',
  ]);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `accredit: The report '${join(scene.directory, 'no/such/report.json')}' cannot be written.\n`,
  );
});
