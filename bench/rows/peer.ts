import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild, stopChild, stopChildren } from '../processes.ts';
import type { Row } from '../row.ts';
import { inTurns, rateOf, TOKEN, toTarget } from '../turns.ts';

/** The peer, at one commit: Go checks what it fetches against its own public record of it. */
const PEER = 'github.com/salrashid123/gce_metadata_server/cmd@0c6233eda4ec869e286e87ffe7c08ee3cc6d68d6';

/** How long fetching and building it may take. */
const BUILD_LIMIT_MS = 180_000;

/** A peer that has not answered by then does not run. */
const START_LIMIT_MS = 10_000;

/** What the peer is said to be: just what its token needs. */
const CONFIGURATION = {
  computeMetadata: {
    v1: {
      instance: {
        serviceAccounts: {
          default: { aliases: ['default'], email: 'workload@my-project.iam.gserviceaccount.com', scopes: [] },
        },
      },
      project: { projectId: 'my-project', numericProjectId: 123456789012 },
    },
  },
};

/** A static token: it is no credential of anybody. */
const ENVIRONMENT = {
  GOOGLE_ACCESS_TOKEN: 'static',
  GOOGLE_ID_TOKEN: 'static',
  GOOGLE_PROJECT_ID: 'my-project',
  GOOGLE_NUMERIC_PROJECT_ID: '123456789012',
  GOOGLE_SERVICE_ACCOUNT: 'workload@my-project.iam.gserviceaccount.com',
};

/**
 * Tokens a second beside the peer's, where Go is on the machine and the peer can be had.
 *
 * `ACCREDIT_BENCH_PEER` names a program that was built before, to be used instead of fetching one.
 */
export async function peer(): Promise<readonly Row[]> {
  const root = mkdtempSync(join(tmpdir(), 'accredit-bench-peer-'));
  try {
    const program = process.env.ACCREDIT_BENCH_PEER ?? buildPeer(root);
    return [await measure(program, root, 1), await measure(program, root)];
  } catch (error) {
    const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
    process.stdout.write(`The peer is missing: ${line}\n`);
    return [];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Builds the peer in a Go workspace of its own, which goes with the directory. */
function buildPeer(root: string): string {
  const env = {
    ...process.env,
    GOPATH: join(root, 'go'),
    GOBIN: root,
    GOFLAGS: '-modcacherw',
    GOTOOLCHAIN: 'local',
  };
  const built = spawnSync('go', ['install', PEER], { env, encoding: 'utf8', timeout: BUILD_LIMIT_MS });
  if (built.error !== undefined) throw new Error(`go: ${built.error.message}`);
  const program = join(root, process.platform === 'win32' ? 'cmd.exe' : 'cmd');
  if (built.status !== 0 || !existsSync(program)) throw new Error(built.stderr);
  return program;
}

/** Measures the peer. @param cores - that it may use, as ours uses one; default all, shown without a target */
async function measure(program: string, root: string, cores?: number): Promise<Row> {
  const port = await freePort();
  const configFile = join(root, 'config.json');
  writeFileSync(configFile, JSON.stringify(CONFIGURATION));
  const args = ['-logtostderr', '-interface', '127.0.0.1', '-port', `:${port}`, '-configFile', configFile];
  // It sees nothing of who runs the bench.
  const env = { ...ENVIRONMENT, ...(cores === undefined ? {} : { GOMAXPROCS: String(cores) }) };
  const child = spawn(program, args, { env, stdio: 'ignore' });
  child.on('error', () => undefined);
  const cloud = await startChild('./metadata-cloud.ts');
  try {
    await untilAnswered(child, `http://127.0.0.1:${port}${TOKEN}`);
    const { ours, floor } = await inTurns(toTarget(cloud), { address: `127.0.0.1:${port}` }, TOKEN);
    const requests = { ours: rateOf(ours), floor: rateOf(floor) };
    return {
      name: `cached token, beside the peer on ${cores === undefined ? 'all cores' : 'one core'}`,
      unit: 'requests/s',
      ...requests,
      floorIs: `${PEER.split('@')[0]}, a static token`,
      ...(cores === undefined ? {} : { target: 'ahead of the peer', met: requests.ours > requests.floor }),
    };
  } finally {
    await stopChildren(cloud);
    await stopChild(child);
  }
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function untilAnswered(child: ChildProcess, url: string): Promise<void> {
  const limitMs = performance.now() + START_LIMIT_MS;
  for (;;) {
    const answer = await fetch(url, { headers: { 'Metadata-Flavor': 'Google' } }).catch(() => undefined);
    await answer?.text();
    if (answer?.ok === true) return;
    if (child.pid === undefined || child.exitCode !== null || performance.now() > limitMs)
      throw new Error('it does not answer with a token.');
    await delay(20);
  }
}
