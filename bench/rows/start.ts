import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ask, askForToken, buildPackage, DIST, ownerSocketOf } from '../built-cloud.ts';
import { residentMegabytes, stopChild } from '../processes.ts';
import { median, type Row } from '../row.ts';

/** Starts of which the median counts. */
const WARM_STARTS = 31;
const COLD_STARTS = 5;

/** A start that has not answered by then has failed. */
const START_LIMIT_MS = 20_000;

/** What an idle cloud may take beside an empty Node process. */
const IDLE_ALLOWANCE_MB = 50;

const BARE = fileURLToPath(new URL('../bare-start.ts', import.meta.url));

const CONFIGURATION = `projects:
  - projectId: my-project
    serviceAccounts: [{ accountId: workload }]
    instances: [{ name: vm-1, zone: us-central1-a, serviceAccount: workload }]
`;

/** From the start of the built program to the first token of a VM, and what it takes when it is idle. */
export async function start(): Promise<readonly Row[]> {
  buildPackage();
  const root = mkdtempSync(join(tmpdir(), 'accredit-bench-'));
  try {
    writeFileSync(join(root, 'accredit.yaml'), CONFIGURATION);
    const cold: number[] = [];
    for (let count = 0; count < COLD_STARTS; count += 1)
      cold.push((await timeStart(root, `cold-${count}`)).ms);
    const warm: number[] = [];
    const floor: number[] = [];
    await timeStart(root, 'warm');
    for (let count = 0; count < WARM_STARTS; count += 1) {
      warm.push((await timeStart(root, 'warm')).ms);
      floor.push(await timeBareStart(root));
    }
    const idle = await timeStart(root, 'warm', true);
    return toRows(median(cold), median(warm), median(floor), idle.idleMb, await bareIdle(root));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function toRows(cold: number, warm: number, floor: number, idleMb: number, bareMb: number): readonly Row[] {
  const floorIs = 'a bare Node process that answers one request';
  const names = {
    warm: `process start to first token, warm, median of ${WARM_STARTS}`,
    cold: 'the same in a new directory',
  };
  return [
    { name: names.warm, unit: 'ms', ours: warm, floor, floorIs, target: 'under 300 ms', met: warm < 300 },
    { name: names.cold, unit: 'ms', ours: cold, floor, floorIs, target: 'under 1,500 ms', met: cold < 1500 },
    {
      name: 'idle memory',
      unit: 'MB',
      ours: idleMb,
      floor: bareMb,
      floorIs: 'the same bare process',
      target: `the floor and ${IDLE_ALLOWANCE_MB} MB`,
      met: idleMb <= bareMb + IDLE_ALLOWANCE_MB,
    },
  ];
}

async function timeStart(
  root: string,
  name: string,
  stayIdle = false,
): Promise<{ readonly ms: number; readonly idleMb: number }> {
  const data = join(root, name);
  const startedMs = performance.now();
  const args = [DIST, 'up', '--data', data, '--config', join(root, 'accredit.yaml'), '--log-level', 'error'];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const socket = await readyOwnerSocket(data, child);
  await askForToken(socket, 'vm-1');
  const ms = performance.now() - startedMs;
  if (stayIdle) await delay(2000);
  const idleMb = residentMegabytes(child.pid ?? 0) ?? Number.NaN;
  await stopChild(child);
  return { ms, idleMb };
}

async function timeBareStart(root: string): Promise<number> {
  const startedMs = performance.now();
  const { child, socket } = await startBare(root);
  const ms = performance.now() - startedMs;
  await stopChild(child);
  rmSync(socket, { force: true });
  return ms;
}

async function bareIdle(root: string): Promise<number> {
  const { child, socket } = await startBare(root);
  await delay(2000);
  const idleMb = residentMegabytes(child.pid ?? 0) ?? Number.NaN;
  await stopChild(child);
  rmSync(socket, { force: true });
  return idleMb;
}

async function startBare(root: string): Promise<{ readonly child: ChildProcess; readonly socket: string }> {
  const socket = join(root, 'bare.sock');
  const child = spawn(process.execPath, [BARE, socket], { stdio: 'ignore' });
  await untilAnswered(child, () => ask(socket, 'GET', '/'));
  return { child, socket };
}

async function readyOwnerSocket(data: string, child: ChildProcess): Promise<string> {
  let socket = '';
  await untilAnswered(child, async () => {
    socket = ownerSocketOf(data);
    await ask(socket, 'GET', '/readyz');
  });
  return socket;
}

/** Asks again and again, every millisecond, until an answer comes. */
async function untilAnswered(child: ChildProcess, question: () => Promise<unknown>): Promise<void> {
  const limitMs = performance.now() + START_LIMIT_MS;
  for (;;) {
    try {
      await question();
      return;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > limitMs) throw error;
      await delay(1);
    }
  }
}
