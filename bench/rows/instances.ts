import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { askForToken, buildPackage, DIST, ownerSocketOf } from '../built-cloud.ts';
import { residentMegabytes, stopChild } from '../processes.ts';
import { median, type Row } from '../row.ts';

const INSTANCES = 10_000;
const ROUNDS = 3;
const MEMORY_LIMIT_MB = 250;

/** Which of the instances are asked. */
const ASKED = [0, 1, 2] as const;

/** Until what a start has left behind is collected. */
const SETTLE_MS = 1000;

/** Of one region each: a region's subnetwork has room for 4,092 instances. */
const ZONES = ['us-central1-a', 'us-east1-b', 'europe-west1-b', 'asia-east1-a'] as const;

/** What a start took, and what the cloud takes then. */
interface Started {
  readonly ms: number;
  readonly residentMb: number;
}

/** What ten thousand declared instances take of which a few are asked: their listeners open on first use. */
export async function instances(): Promise<readonly Row[]> {
  buildPackage();
  return [...(await rowsOf('in memory', true)), ...(await rowsOf('in SQLite', false))];
}

async function rowsOf(where: string, inMemory: boolean): Promise<readonly Row[]> {
  const measured = { ours: [] as Started[], floor: [] as Started[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    measured.ours.push(await start(INSTANCES, inMemory));
    measured.floor.push(await start(ASKED.length, inMemory));
  }
  const medians = (of: (started: Started) => number) => ({
    ours: median(measured.ours.map(of)),
    floor: median(measured.floor.map(of)),
    floorIs: 'a cloud with three instances',
  });
  const memory = medians(({ residentMb }) => residentMb);
  const target = `under ${MEMORY_LIMIT_MB} MB`;
  const name = `${INSTANCES} instances ${where}`;
  return [
    { name: `${name}, resident`, unit: 'MB', ...memory, target, met: memory.ours < MEMORY_LIMIT_MB },
    { name: `${name}, from start to tokens`, unit: 'ms', ...medians(({ ms }) => ms) },
  ];
}

async function start(count: number, inMemory: boolean): Promise<Started> {
  const root = mkdtempSync(join(tmpdir(), 'accredit-bench-'));
  try {
    writeFileSync(join(root, 'accredit.yaml'), declare(count));
    const startedMs = performance.now();
    const child = serve(root, inMemory);
    try {
      const socket = ownerSocketOf(await dataDirectoryOf(child));
      for (const index of ASKED) await askForToken(socket, nameOf(index));
      const ms = performance.now() - startedMs;
      await delay(SETTLE_MS);
      return { ms, residentMb: residentMegabytes(child.pid ?? 0) ?? Number.NaN };
    } finally {
      await stopChild(child);
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function serve(root: string, inMemory: boolean): ChildProcess {
  const place = inMemory ? ['--memory'] : ['--data', join(root, 'data')];
  const args = [DIST, 'up', ...place, '--config', join(root, 'accredit.yaml'), '--format', 'json'];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Reads where a cloud keeps its files from what it prints once it is ready. */
async function dataDirectoryOf({ stdout }: ChildProcess): Promise<string> {
  let printed = '';
  for await (const chunk of stdout as Readable) {
    printed += String(chunk);
    const [, directory] = /"dataDirectory": "([^"]+)"/.exec(printed) ?? [];
    if (directory !== undefined) return directory;
  }
  throw new Error('The cloud did not start.');
}

function nameOf(index: number): string {
  return `vm-${index}`;
}

function declare(count: number): string {
  const instances = Array.from(
    { length: count },
    (_, index) =>
      `{ name: ${nameOf(index)}, zone: ${ZONES[index % ZONES.length]}, serviceAccount: workload }`,
  );
  return `projects:
  - projectId: my-project
    serviceAccounts: [{ accountId: workload }]
    instances:
${instances.map((instance) => `      - ${instance}\n`).join('')}`;
}
