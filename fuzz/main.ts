/**
 * `npm run fuzz`: sends spoiled requests to the metadata server of an instance and checks every answer.
 *
 * `--seed N` repeats a run; without it a fresh seed runs for a time box. `--requests N`, `--seconds N` and
 * `--connections N` bound it; `--only INDEX` sends one case of a seed and prints it with its answer.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { GOOD_REQUEST } from './corpus.ts';
import { type Failure, runCase } from './exchange.ts';
import { bytesOf, type FuzzCase, makeCase } from './mutations.ts';
import type { Held } from './server.ts';

/** How many cases a run with a given seed sends. */
const DEFAULT_REQUESTS = 100_000;

/** How long a run with a fresh seed takes. */
const DEFAULT_SECONDS = 60;

/** Cases that are under way at once. */
const DEFAULT_CONNECTIONS = 32;

/** After so many failures a run ends: they are likely one. */
const FAILURE_LIMIT = 10;

/** How much of what was sent or came is printed. */
const SHOWN_BYTES = 4_000;

/** How long the server may take to notice that all clients are gone, and how often it is asked. */
const LEAK_LIMIT_MS = 10_000;
const LEAK_CHECK_MS = 100;

/** Fresh seeds are below it. */
const SEED_LIMIT = 2 ** 31;

/** What a run is bounded by. */
interface Bounds {
  readonly seed: number;
  readonly requests: number;
  readonly endMs: number;
  readonly connections: number;
}

/** What a run saw. */
interface Outcome {
  sent: number;
  readonly statuses: Map<number, number>;
  readonly failures: Failure[];
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    requests: { type: 'string' },
    seconds: { type: 'string' },
    connections: { type: 'string' },
    only: { type: 'string' },
  },
});

/** Reads an option that is a whole number. */
function toNumber(name: keyof typeof values): number | undefined {
  const given = values[name];
  if (given === undefined) return undefined;
  if (/^\d{1,15}$/.test(given)) return Number(given);
  process.stderr.write(`--${name} is '${given}'; it is a whole number.\n`);
  process.exit(2);
}

function readBounds(): Bounds {
  const given = toNumber('seed');
  const seconds = toNumber('seconds') ?? (given === undefined ? DEFAULT_SECONDS : undefined);
  return {
    seed: given ?? randomInt(SEED_LIMIT),
    requests: toNumber('requests') ?? (seconds === undefined ? DEFAULT_REQUESTS : Number.POSITIVE_INFINITY),
    endMs: seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1_000,
    connections: toNumber('connections') ?? DEFAULT_CONNECTIONS,
  };
}

async function startServer(): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const path = fileURLToPath(new URL('./server.ts', import.meta.url));
  const child = fork(path, {
    execArgv: ['--conditions=accredit-source', '--disable-warning=ExperimentalWarning'],
  });
  const [port] = (await once(child, 'message')) as [number];
  return { child, port };
}

async function run(port: number, { seed, requests, endMs, connections }: Bounds): Promise<Outcome> {
  const outcome: Outcome = { sent: 0, statuses: new Map(), failures: [] };
  const work = async () => {
    while (outcome.sent < requests && performance.now() < endMs && outcome.failures.length < FAILURE_LIMIT) {
      const result = await runCase(port, makeCase(seed, outcome.sent++));
      if ('reason' in result) outcome.failures.push(result);
      else
        for (const { status } of result)
          outcome.statuses.set(status, (outcome.statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return outcome;
}

/** Asks the server what it holds, until that is nothing or the limit is over. */
async function awaitIdle(child: ChildProcess): Promise<Held> {
  const endMs = performance.now() + LEAK_LIMIT_MS;
  for (;;) {
    child.send('held');
    const [held] = (await once(child, 'message')) as [Held];
    const isIdle = held.sockets === 0 && held.waiters === 0;
    if (isIdle || performance.now() > endMs) return held;
    await delay(LEAK_CHECK_MS);
  }
}

/** What is wrong with the server as a whole once the run is over. */
async function findDefects(port: number, child: ChildProcess, held: Held): Promise<readonly string[]> {
  const defects = [...held.errors];
  if (held.sockets > 0) defects.push(`${held.sockets} connections are still open.`);
  if (held.waiters > 0) defects.push(`${held.waiters} requests still wait.`);
  const packets = [Buffer.from(GOOD_REQUEST)];
  const good: FuzzCase = { index: -1, packets, ending: 'half-close', isSlow: true };
  const answers = child.exitCode === null ? await runCase(port, good) : undefined;
  const isAlive = Array.isArray(answers) && answers[0]?.status === 200;
  if (!isAlive) defects.push('The server does not answer a good request any more.');
  return defects;
}

function show(bytes: string): string {
  const shown = JSON.stringify(bytes.slice(0, SHOWN_BYTES));
  return bytes.length > SHOWN_BYTES ? `${shown} … (${bytes.length} bytes)` : shown;
}

function printFailure(seed: number, { fuzzCase, reason, got }: Failure): void {
  const sent = bytesOf(fuzzCase).toString('latin1');
  process.stdout.write(
    `\nFAILED: ${reason}\n  again: npm run fuzz -- --seed ${seed} --only ${fuzzCase.index}\n` +
      `  ending: ${fuzzCase.ending}, ${fuzzCase.packets.length} packets\n  sent: ${show(sent)}\n  came: ${show(got)}\n`,
  );
}

/** Sends one case and prints it, whether it fails or not. */
async function replay(port: number, seed: number, index: number): Promise<boolean> {
  const fuzzCase = makeCase(seed, index);
  const result = await runCase(port, fuzzCase);
  if ('reason' in result) {
    printFailure(seed, result);
    return false;
  }
  const sent = bytesOf(fuzzCase).toString('latin1');
  process.stdout.write(`ending: ${fuzzCase.ending}\nsent: ${show(sent)}\n`);
  for (const { status, headers, body } of result)
    process.stdout.write(`came: ${status} ${JSON.stringify([...headers])} ${show(body)}\n`);
  return true;
}

async function fuzz(port: number, child: ChildProcess, bounds: Bounds): Promise<boolean> {
  const startedMs = performance.now();
  const { sent, statuses, failures } = await run(port, bounds);
  const seconds = (performance.now() - startedMs) / 1_000;
  const held = await awaitIdle(child);
  const defects = await findDefects(port, child, held);
  for (const failure of failures) printFailure(bounds.seed, failure);
  for (const defect of defects) process.stdout.write(`\nFAILED: ${defect}\n`);
  const counts = [...statuses].sort(([one], [other]) => one - other).map((count) => count.join(' × '));
  process.stdout.write(
    `${sent} cases in ${seconds.toFixed(1)} s, seed ${bounds.seed}: ${failures.length} failed. ` +
      `Answers: ${counts.join(', ')}. The server holds ${Math.round(held.residentBytes / 2 ** 20)} MiB.\n`,
  );
  return failures.length === 0 && defects.length === 0 && sent > 0;
}

const bounds = readBounds();
const only = toNumber('only');
process.stdout.write(`Seed ${bounds.seed}.\n`);
const { child, port } = await startServer();
const isGood = only === undefined ? await fuzz(port, child, bounds) : await replay(port, bounds.seed, only);
child.disconnect();
if (child.exitCode === null) await once(child, 'exit');
process.exitCode = isGood ? 0 : 1;
