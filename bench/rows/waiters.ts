import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Memory } from '../orders.ts';
import { type Child, order, startBare, startChild, stopChildren } from '../processes.ts';
import { median, type Row } from '../row.ts';

/** As Google's guest agent asks, but for the time: nobody is to be answered before something changes. */
const DUMP = '/computeMetadata/v1/?recursive=true&alt=json';
const WAIT = `${DUMP}&wait_for_change=true&timeout_sec=600`;

/** How many wait in the rows about time, and at how many instances. */
const WAITERS = 1000;
const INSTANCES = 4;
const CHANGES = 9;

/** How many wait in the rows about memory, and how many of them at one instance: as many as it lets. */
const MANY_WAITERS = 10_000;
const PER_INSTANCE = 500;
const MEMORY_ROUNDS = 3;

/** Files that a process has open beside its waiters, and those that a cloud keeps for itself and for other listeners. */
const OTHER_FILES = 1_500;

/** Waiters that are not there by then do not come. */
const ARRIVAL_LIMIT_MS = 30_000;

/** How fast a change reaches those who wait, and what they cost until then. */
export async function waiters(): Promise<readonly Row[]> {
  return [await changeRow(), ...(await memoryRows())];
}

async function changeRow(): Promise<Row> {
  const cloud = await startWaiting(WAITERS, INSTANCES, false);
  const bare = await startWaiting(WAITERS, INSTANCES, true);
  try {
    const measured = { ours: [] as number[], floor: [] as number[] };
    for (let round = -1; round < CHANGES; round += 1) {
      const ours = await timeChange(cloud);
      const floor = await timeChange(bare);
      // The first round warms up.
      if (round < 0) continue;
      measured.ours.push(ours);
      measured.floor.push(floor);
    }
    const ours = median(measured.ours);
    const floor = median(measured.floor);
    return {
      name: `a change reaches ${WAITERS} waiters of ${INSTANCES} instances`,
      unit: 'ms',
      ours,
      floor,
      floorIs: 'bare node:http, which gives as many answers that it held back',
      target: 'twice the floor at most',
      met: ours <= 2 * floor,
    };
  } finally {
    await stopWaiting(cloud, bare);
  }
}

async function memoryRows(): Promise<readonly Row[]> {
  const count = affordableWaiters();
  const measured = { ours: [] as Memory[], floor: [] as Memory[] };
  for (let round = 0; round < MEMORY_ROUNDS; round += 1) {
    measured.ours.push(await memoryOfWaiting(count, false));
    measured.floor.push(await memoryOfWaiting(count, true));
  }
  const medians = (of: (memory: Memory) => number) => ({
    unit: 'MB',
    ours: median(measured.ours.map(of)),
    floor: median(measured.floor.map(of)),
    floorIs: 'bare node:http, which holds as many answers back',
  });
  const resident = medians(({ residentMb }) => residentMb);
  return [
    {
      name: `${count} waiters, resident memory`,
      ...resident,
      target: '1.3 times the floor at most',
      met: resident.ours <= 1.3 * resident.floor,
    },
    // A part of the former, in which code and alarms weigh more: it says where to look.
    { name: `${count} waiters, heap`, ...medians(({ heapMb }) => heapMb) },
  ];
}

/** A server and its clients. */
interface Waiting {
  readonly server: Child;
  readonly clients: Child;
  readonly count: number;
}

async function startWaiting(count: number, instances: number, isBare: boolean): Promise<Waiting> {
  const started: Child[] = [];
  try {
    const cloud = await startChild('./metadata-cloud.ts', String(instances));
    started.push(cloud);
    const addresses = cloud.line.split(' ');
    if (!isBare) {
      const clients = await startChild('./waiting-clients.ts', String(count / instances), WAIT, ...addresses);
      return { server: cloud, clients, count };
    }
    const bare = await startBare(`http://${addresses[0]}${DUMP}`, 'hold');
    started.push(bare);
    await stopChildren(cloud);
    return {
      server: bare,
      clients: await startChild('./waiting-clients.ts', String(count), WAIT, bare.line),
      count,
    };
  } catch (error) {
    await stopChildren(...started);
    throw error;
  }
}

async function stopWaiting(...all: readonly Waiting[]): Promise<void> {
  await stopChildren(...all.map(({ clients }) => clients));
  await stopChildren(...all.map(({ server }) => server));
}

/** Lets all clients ask, and waits until the server has them all. */
async function gather({ server, clients, count }: Waiting): Promise<void> {
  await order(clients, 'ask');
  const limitMs = performance.now() + ARRIVAL_LIMIT_MS;
  for (;;) {
    const waiting = await order<number>(server, 'waiting');
    if (waiting === count) return;
    if (performance.now() > limitMs) throw new Error(`${waiting} clients wait, of ${count}.`);
    await delay(20);
  }
}

/** Milliseconds from a change until the last client has its answer. */
async function timeChange(waiting: Waiting): Promise<number> {
  await gather(waiting);
  const changedMs = await order<number>(waiting.server, 'change');
  return (await order<number>(waiting.clients, 'answered')) - changedMs;
}

async function memoryOfWaiting(count: number, isBare: boolean): Promise<Memory> {
  const waiting = await startWaiting(count, Math.ceil(count / PER_INSTANCE), isBare);
  try {
    await gather(waiting);
    return await order<Memory>(waiting.server, 'memory');
  } finally {
    await stopWaiting(waiting);
  }
}

/** As many waiters as there may be connections in one process, in whole instances; says where that is fewer. */
function affordableWaiters(): number {
  const limit = openFilesLimit();
  if (limit >= MANY_WAITERS + OTHER_FILES) return MANY_WAITERS;
  const count = Math.floor((limit - OTHER_FILES) / PER_INSTANCE) * PER_INSTANCE;
  process.stdout.write(
    `A process may open ${limit} files here (ulimit -Hn): ${count} waiters instead of ${MANY_WAITERS}.\n`,
  );
  return count;
}

/** How many files a process may open. Node raises its own limit as far as it may; infinite where nothing is said. */
function openFilesLimit(): number {
  try {
    const [, limit] = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
