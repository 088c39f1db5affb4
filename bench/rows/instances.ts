import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Memory } from '../orders.ts';
import { order, startChild, stopChildren } from '../processes.ts';
import { median, type Row } from '../row.ts';

const INSTANCES = 10_000;
const LISTENING = 3;
const ROUNDS = 3;
const MEMORY_LIMIT_MB = 250;
const FLOOR_IS = 'a cloud with as many listeners and no further instances';

/** What a start took, and what it takes. */
interface Started {
  readonly ms: number;
  readonly residentMb: number;
}

/** What ten thousand declared instances take of which a few are asked. */
export async function instances(): Promise<readonly Row[]> {
  return [...(await rowsOf('in memory', false)), ...(await rowsOf('in a data directory', true))];
}

async function rowsOf(where: string, isStored: boolean): Promise<readonly Row[]> {
  const measured = { ours: [] as Started[], floor: [] as Started[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    measured.ours.push(await start(INSTANCES, isStored));
    measured.floor.push(await start(LISTENING, isStored));
  }
  const medians = (of: (started: Started) => number) => ({
    ours: median(measured.ours.map(of)),
    floor: median(measured.floor.map(of)),
    floorIs: FLOOR_IS,
  });
  const memory = medians(({ residentMb }) => residentMb);
  const name = `${INSTANCES} instances ${where}`;
  return [
    {
      name: `${name}, resident`,
      unit: 'MB',
      ...memory,
      target: `under ${MEMORY_LIMIT_MB} MB`,
      met: memory.ours < MEMORY_LIMIT_MB,
    },
    { name: `${name}, declared in`, unit: 'ms', ...medians(({ ms }) => ms) },
  ];
}

/** Starts a cloud that declares instances, and asks a few of them: their listeners open on first use. */
async function start(count: number, isStored: boolean): Promise<Started> {
  const directory = mkdtempSync(join(tmpdir(), 'accredit-bench-'));
  const places = isStored ? [join(directory, 'data')] : [];
  try {
    const startedMs = performance.now();
    const cloud = await startChild('./metadata-cloud.ts', String(count), String(LISTENING), ...places);
    try {
      const ms = performance.now() - startedMs;
      for (const address of cloud.line.split(' ')) await ask(address);
      const { residentMb } = await order<Memory>(cloud, 'memory');
      return { ms, residentMb };
    } finally {
      await stopChildren(cloud);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function ask(address: string): Promise<void> {
  const url = `http://${address}/computeMetadata/v1/instance/service-accounts/default/token`;
  const answer = await fetch(url, { headers: { 'Metadata-Flavor': 'Google', Connection: 'close' } });
  if (!(await answer.text()).includes('access_token')) throw new Error('No token came.');
}
