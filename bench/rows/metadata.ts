import { type Child, startBare, startChild, stopChildren } from '../processes.ts';
import type { Row } from '../row.ts';
import { CONNECTIONS, coreRateOf, inTurns, p99Of, rateOf, TOKEN, toTarget } from '../turns.ts';

const DUMP = '/computeMetadata/v1/?recursive=true';

const FLOOR_IS = 'bare node:http, the same bytes';

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
    const busy = await inTurns(toTarget(cloud), toTarget(bare), TOKEN);
    const requests = { ours: coreRateOf(busy.ours), floor: coreRateOf(busy.floor) };
    // The same for both, or the busier one would look worse than it is.
    const half = await inTurns(toTarget(cloud), toTarget(bare), TOKEN, rateOf(busy.floor) / 2);
    const tail = { ours: p99Of(half.ours), floor: p99Of(half.floor) };
    return [
      {
        name: `cached token, ${CONNECTIONS} connections`,
        unit: 'per core s',
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
    const { ours, floor } = await inTurns(toTarget(cloud), toTarget(bare), DUMP);
    const requests = { ours: coreRateOf(ours), floor: coreRateOf(floor) };
    return {
      name: 'recursive dump of an ordinary instance',
      unit: 'per core s',
      ...requests,
      floorIs: FLOOR_IS,
      target: '0.5 of the floor',
      met: requests.ours >= 0.5 * requests.floor,
    };
  } finally {
    await stopChildren(bare);
  }
}
