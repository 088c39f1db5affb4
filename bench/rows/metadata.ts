import { type LoadReport, load, startChild, stopChild } from '../processes.ts';
import { median, type Row } from '../row.ts';

const PATH = '/computeMetadata/v1/instance/service-accounts/default/token';
const CONNECTIONS = 32;
const ROUND_MS = 1500;
const ROUNDS = 5;

/** Requests a second of a cached token, beside bare `node:http` that answers the same bytes. */
export async function metadata(): Promise<readonly Row[]> {
  const cloud = await startChild('./metadata-cloud.ts');
  const url = `http://${cloud.line}${PATH}`;
  const answer = await fetch(url, { headers: { 'Metadata-Flavor': 'Google' } });
  const body = await answer.text();
  const headers = Object.fromEntries(
    [...answer.headers].filter(([name]) => name !== 'connection' && name !== 'keep-alive'),
  );
  const given = Buffer.from(JSON.stringify({ headers, body })).toString('base64');
  const bare = await startChild('./bare-http.ts', given);
  try {
    const measured = { ours: [] as LoadReport[], floor: [] as LoadReport[] };
    for (let round = -1; round < ROUNDS; round += 1) {
      const ours = await put(cloud.line);
      const floor = await put(bare.line);
      if (round < 0) continue;
      measured.ours.push(ours);
      measured.floor.push(floor);
    }
    return toRows(measured.ours, measured.floor);
  } finally {
    await Promise.all([stopChild(cloud.child), stopChild(bare.child)]);
  }
}

function put(address: string): Promise<LoadReport> {
  const request = `GET ${PATH} HTTP/1.1\r\nHost: ${address}\r\nMetadata-Flavor: Google\r\n\r\n`;
  return load(Number(address.split(':')[1]), CONNECTIONS, ROUND_MS, request);
}

function toRows(ours: readonly LoadReport[], floor: readonly LoadReport[]): readonly Row[] {
  const rate = (reports: readonly LoadReport[]) =>
    median(reports.map(({ answers }) => (answers / ROUND_MS) * 1000));
  const p99 = (reports: readonly LoadReport[]) => median(reports.map(({ p99Ms }) => p99Ms));
  const floorIs = 'bare node:http, the same bytes';
  const requests = { ours: rate(ours), floor: rate(floor) };
  const tail = { ours: p99(ours), floor: p99(floor) };
  return [
    {
      name: `cached token, ${CONNECTIONS} connections`,
      unit: 'requests/s',
      ...requests,
      floorIs,
      target: '0.75 of the floor',
      met: requests.ours >= 0.75 * requests.floor,
    },
    {
      name: 'cached token, p99',
      unit: 'ms',
      ...tail,
      floorIs,
      target: 'twice the floor at most',
      met: tail.ours <= 2 * tail.floor,
    },
  ];
}
