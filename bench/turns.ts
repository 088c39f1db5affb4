import { type Child, type LoadReport, load, order } from './processes.ts';
import { median } from './row.ts';

/** What clients ask for most. */
export const TOKEN = '/computeMetadata/v1/instance/service-accounts/default/token';

/** Connections that are kept busy. */
export const CONNECTIONS = 32;

const ROUND_MS = 1500;
const ROUNDS = 5;

/** A metadata server under load. */
export interface Target {
  readonly address: string;
  /** What it has computed so far; absent where it does not say. */
  readonly cpuMs?: () => Promise<number>;
}

/** What a server did in one round. */
export interface Round extends LoadReport {
  /** What it computed meanwhile. */
  readonly cpuMs: number;
}

/** What two servers did under the same load. */
export interface Measured {
  readonly ours: readonly Round[];
  readonly floor: readonly Round[];
}

export function toTarget(child: Child): Target {
  return { address: child.line, cpuMs: () => order<number>(child, 'cpuMs') };
}

/**
 * Loads two metadata servers in turns; the first round warms up.
 *
 * @param perSecond - 0: as many requests as they take
 */
export async function inTurns(ours: Target, floor: Target, path: string, perSecond = 0): Promise<Measured> {
  const measured = { ours: [] as Round[], floor: [] as Round[] };
  for (let round = -1; round < ROUNDS; round += 1) {
    const rounds = { ours: await put(ours, path, perSecond), floor: await put(floor, path, perSecond) };
    if (round < 0) continue;
    measured.ours.push(rounds.ours);
    measured.floor.push(rounds.floor);
  }
  return measured;
}

async function put({ address, cpuMs }: Target, path: string, perSecond: number): Promise<Round> {
  const request = `GET ${path} HTTP/1.1\r\nHost: ${address}\r\nMetadata-Flavor: Google\r\n\r\n`;
  const before = (await cpuMs?.()) ?? Number.NaN;
  const report = await load(Number(address.split(':')[1]), CONNECTIONS, ROUND_MS, request, perSecond);
  return { ...report, cpuMs: ((await cpuMs?.()) ?? Number.NaN) - before };
}

/** Requests a second, the median of the rounds. */
export function rateOf(rounds: readonly Round[]): number {
  return median(rounds.map(({ answers }) => (answers / ROUND_MS) * 1000));
}

/**
 * Requests a second of computing, the median of the rounds: what one core does that does nothing else. Unlike the rate
 * it does not depend on what else the machine does.
 */
export function coreRateOf(rounds: readonly Round[]): number {
  return median(rounds.map(({ answers, cpuMs }) => (answers / cpuMs) * 1000));
}

/** The time within which 99 of 100 answers came, in milliseconds; the median of the rounds. */
export function p99Of(rounds: readonly Round[]): number {
  return median(rounds.map(({ p99Ms }) => p99Ms));
}
