import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** Where this process and those that are started here leave a profile of their time; none unless it is asked for. */
export const profiles = process.env.ACCREDIT_BENCH_PROFILES;

const FLAGS = [
  '--conditions=accredit-source',
  '--disable-warning=ExperimentalWarning',
  '--expose-gc',
  ...(profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]),
];

/** A program of this folder with the line that it printed when it was ready. */
export interface Child {
  readonly child: ChildProcess;
  readonly line: string;
  /** Aborted when it ends: nobody waits for what it will never say. */
  readonly ended: AbortSignal;
}

/** Starts a program of this folder that prints one line when it is ready. */
export async function startChild(file: string, ...args: readonly string[]): Promise<Child> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [...FLAGS, path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = endOf(child);
  const [chunk] = (await once(child.stdout as Readable, 'data', { signal: ended })) as [Buffer];
  return { child, line: chunk.toString().trim(), ended };
}

/** Starts `bare-http.ts` answering what a URL of a metadata server answers. */
export async function startBare(url: string, ...args: readonly string[]): Promise<Child> {
  const answer = await fetch(url, { headers: { 'Metadata-Flavor': 'Google' } });
  const headers = Object.fromEntries(
    [...answer.headers].filter(([name]) => name !== 'connection' && name !== 'keep-alive'),
  );
  const given = Buffer.from(JSON.stringify({ headers, body: await answer.text() })).toString('base64');
  return startChild('./bare-http.ts', given, ...args);
}

/** Tells a child to do something that it knows by name, and waits for what comes of it. */
export async function order<T = void>({ child, ended }: Child, name: string): Promise<T> {
  const answered = once(child, 'message', { signal: ended });
  child.send(name);
  const [{ result }] = (await answered) as [{ readonly result: T }];
  return result;
}

function endOf(child: ChildProcess): AbortSignal {
  const ended = new AbortController();
  child.once('exit', () => ended.abort(new Error('A child of the bench has ended before its time.')));
  return ended.signal;
}

/** Ends children that this program started. */
export async function stopChildren(...children: readonly Child[]): Promise<void> {
  await Promise.all(children.map(({ child }) => stopChild(child)));
}

/** Ends a child that this program started. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** What one run of the load generator saw. */
export interface LoadReport {
  readonly answers: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Puts load on a loopback port from a process of its own; as much as it takes, or so many requests a second. */
export async function load(
  port: number,
  connections: number,
  durationMs: number,
  request: string,
  perSecond = 0,
): Promise<LoadReport> {
  const path = fileURLToPath(new URL('./load.ts', import.meta.url));
  const args = [
    ...FLAGS,
    path,
    String(port),
    String(connections),
    String(durationMs),
    Buffer.from(request).toString('base64'),
    String(perSecond),
  ];
  const text = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });
  return JSON.parse(text) as LoadReport;
}

/** Resident memory of a process in megabytes; `undefined` where the system does not say. */
export function residentMegabytes(pid: number): number | undefined {
  try {
    const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
