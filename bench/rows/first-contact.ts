import { type Child, startBare, startChild, stopChildren } from '../processes.ts';
import { median, type Row } from '../row.ts';
import { TOKEN } from '../turns.ts';

const ROUNDS = 15;

/** What a client that has just started waits for: connect, `GET /`, a token. */
export async function firstContact(): Promise<readonly Row[]> {
  const cloud = await startChild('./metadata-cloud.ts');
  const bare = await startBare(`http://${cloud.line}${TOKEN}`);
  try {
    const measured = { ours: [] as number[], floor: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      measured.ours.push(await contact(cloud));
      measured.floor.push(await contact(bare));
    }
    return [
      {
        name: 'first contact of a cold process',
        unit: 'ms',
        ours: median(measured.ours),
        floor: median(measured.floor),
        floorIs: 'the same client and bare node:http',
      },
    ];
  } finally {
    await stopChildren(cloud, bare);
  }
}

async function contact(server: Child): Promise<number> {
  const client = await startChild('./first-contact-client.ts', server.line, TOKEN);
  await stopChildren(client);
  return Number(client.line);
}
