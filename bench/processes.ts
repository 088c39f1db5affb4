import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const FLAGS = ['--conditions=accredit-source', '--disable-warning=ExperimentalWarning'];

/** Starts a program of this folder that prints one line when it is ready. */
export async function startChild(
  file: string,
  ...args: readonly string[]
): Promise<{ readonly child: ChildProcess; readonly line: string }> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [...FLAGS, path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, line: chunk.toString().trim() };
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

/** Puts load on a loopback port from a process of its own. */
export async function load(
  port: number,
  connections: number,
  durationMs: number,
  request: string,
): Promise<LoadReport> {
  const path = fileURLToPath(new URL('./load.ts', import.meta.url));
  const args = [
    ...FLAGS,
    path,
    String(port),
    String(connections),
    String(durationMs),
    Buffer.from(request).toString('base64'),
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
