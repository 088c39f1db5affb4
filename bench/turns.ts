import { type LoadReport, load } from './processes.ts';
import { median } from './row.ts';

/** What clients ask for most. */
export const TOKEN = '/computeMetadata/v1/instance/service-accounts/default/token';

/** Connections that are kept busy. */
export const CONNECTIONS = 32;

const ROUND_MS = 1500;
const ROUNDS = 5;

/** What two servers did under the same load. */
export interface Measured {
  readonly ours: readonly LoadReport[];
  readonly floor: readonly LoadReport[];
}

/**
 * Loads two metadata servers in turns; the first round warms up.
 *
 * @param perSecond - 0: as many requests as they take
 */
export async function inTurns(ours: string, floor: string, path: string, perSecond = 0): Promise<Measured> {
  const measured = { ours: [] as LoadReport[], floor: [] as LoadReport[] };
  for (let round = -1; round < ROUNDS; round += 1) {
    const reports = { ours: await put(ours, path, perSecond), floor: await put(floor, path, perSecond) };
    if (round < 0) continue;
    measured.ours.push(reports.ours);
    measured.floor.push(reports.floor);
  }
  return measured;
}

function put(address: string, path: string, perSecond: number): Promise<LoadReport> {
  const request = `GET ${path} HTTP/1.1\r\nHost: ${address}\r\nMetadata-Flavor: Google\r\n\r\n`;
  return load(Number(address.split(':')[1]), CONNECTIONS, ROUND_MS, request, perSecond);
}

/** Requests a second, the median of the rounds. */
export function rateOf(reports: readonly LoadReport[]): number {
  return median(reports.map(({ answers }) => (answers / ROUND_MS) * 1000));
}

/** The time within which 99 of 100 answers came, in milliseconds; the median of the rounds. */
export function p99Of(reports: readonly LoadReport[]): number {
  return median(reports.map(({ p99Ms }) => p99Ms));
}
