import { type Child, type LoadReport, load, startBare, startChild, stopChildren } from '../processes.ts';
import { median, type Row } from '../row.ts';

const TOKEN = '/computeMetadata/v1/instance/service-accounts/default/token';
const DUMP = '/computeMetadata/v1/?recursive=true';
const CONNECTIONS = 32;
const ROUND_MS = 1500;
const ROUNDS = 5;

const FLOOR_IS = 'bare node:http, the same bytes';

/** What two servers did under the same load, in turns. */
interface Measured {
  readonly ours: readonly LoadReport[];
  readonly floor: readonly LoadReport[];
}

/** Requests a second of a cached token and of everything at once, beside bare `node:http` with the same bytes. */
export async function metadata(): Promise<readonly Row[]> {
  const cloud = await startChild('./metadata-cloud.ts');
  try {
    return [...(await tokenRows(cloud)), await dumpRow(cloud)];
  } finally {
    await stopChildren(cloud);
  }
}

async function tokenRows(cloud: Child): Promise<readonly Row[]> {
  const bare = await startBare(`http://${cloud.line}${TOKEN}`);
  try {
    const busy = await inTurns(cloud, bare, TOKEN);
    const requests = { ours: rateOf(busy.ours), floor: rateOf(busy.floor) };
    // The same for both, or the busier one would look worse than it is.
    const half = await inTurns(cloud, bare, TOKEN, requests.floor / 2);
    const tail = { ours: p99Of(half.ours), floor: p99Of(half.floor) };
    return [
      {
        name: `cached token, ${CONNECTIONS} connections`,
        unit: 'requests/s',
        ...requests,
        floorIs: FLOOR_IS,
        target: '0.85 of the floor',
        met: requests.ours >= 0.85 * requests.floor,
      },
      {
        name: 'cached token, p99 at half the load of the floor',
        unit: 'ms',
        ...tail,
        floorIs: FLOOR_IS,
        target: 'twice the floor at most',
        met: tail.ours <= 2 * tail.floor,
      },
    ];
  } finally {
    await stopChildren(bare);
  }
}

async function dumpRow(cloud: Child): Promise<Row> {
  const bare = await startBare(`http://${cloud.line}${DUMP}`);
  try {
    const { ours, floor } = await inTurns(cloud, bare, DUMP);
    const requests = { ours: rateOf(ours), floor: rateOf(floor) };
    return {
      name: 'recursive dump of an ordinary instance',
      unit: 'requests/s',
      ...requests,
      floorIs: FLOOR_IS,
      target: '0.5 of the floor',
      met: requests.ours >= 0.5 * requests.floor,
    };
  } finally {
    await stopChildren(bare);
  }
}

/** Loads two servers in turns; the first round warms up. */
async function inTurns(cloud: Child, bare: Child, path: string, perSecond = 0): Promise<Measured> {
  const measured = { ours: [] as LoadReport[], floor: [] as LoadReport[] };
  for (let round = -1; round < ROUNDS; round += 1) {
    const ours = await put(cloud.line, path, perSecond);
    const floor = await put(bare.line, path, perSecond);
    if (round < 0) continue;
    measured.ours.push(ours);
    measured.floor.push(floor);
  }
  return measured;
}

/** Loads a metadata server. @param perSecond - 0: as many requests as it takes */
function put(address: string, path: string, perSecond: number): Promise<LoadReport> {
  const request = `GET ${path} HTTP/1.1\r\nHost: ${address}\r\nMetadata-Flavor: Google\r\n\r\n`;
  return load(Number(address.split(':')[1]), CONNECTIONS, ROUND_MS, request, perSecond);
}

function rateOf(reports: readonly LoadReport[]): number {
  return median(reports.map(({ answers }) => (answers / ROUND_MS) * 1000));
}

function p99Of(reports: readonly LoadReport[]): number {
  return median(reports.map(({ p99Ms }) => p99Ms));
}
