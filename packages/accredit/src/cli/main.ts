/** The process behind the CLI: its arguments, environment, streams, signals and exit. Everything else is passed in. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import process from 'node:process';
import { COMMANDS } from './commands.ts';
import type { BackgroundStart, CliContext, Output, StartOutcome } from './context.ts';
import { runCli } from './program.ts';

/** The signals that ask a process to stop; a terminal that closes is one of them. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const context: CliContext = {
  version: readVersion(),
  cwd: process.cwd(),
  env: process.env,
  platform: process.platform,
  homeDirectory: findHomeDirectory(),
  pid: process.pid,
  userHomeDirectory: userInfo().homedir,
  uid: process.getuid?.(),
  exists: existsSync,
  out: toOutput(process.stdout),
  err: toOutput(process.stderr),
  now: () => Date.now(),
  // Loaded only by the commands that start one.
  startCloud: async (options) => (await import('../cloud.ts')).startCloud(options),
  startInBackground,
  reportStart(outcome) {
    if (process.send === undefined || !process.connected) return;
    process.send(outcome, undefined, {}, () => process.disconnect?.());
  },
  onStopSignal(listener) {
    for (const signal of STOP_SIGNALS) process.on(signal, listener);
    return () => {
      for (const signal of STOP_SIGNALS) process.off(signal, listener);
    };
  },
  exit: (status) => process.exit(status),
  endAs(exit) {
    if ('code' in exit) process.exit(exit.code);
    process.kill(process.pid, exit.signal);
  },
};

/** A user without a home, as containers may have, must say --data; what is looked for in its home is not there. */
function findHomeDirectory(): string {
  try {
    return homedir();
  } catch {
    return '/nonexistent';
  }
}

function readVersion(): string {
  // The same place seen from src/cli and from dist/cli.
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const hasVersion = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return hasVersion ? String(manifest.version) : 'unknown';
}

function toOutput(stream: NodeJS.WriteStream): Output {
  // A reader that has seen enough (`accredit why | head`) is no error.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return { isTerminal: stream.isTTY, write: (text) => void stream.write(text) };
}

function startInBackground(args: readonly string[], logFile: string): BackgroundStart {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], {
    // A session of its own: it outlives the terminal, and Ctrl-C there is not meant for it.
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const outcome = new Promise<StartOutcome>((resolve) => {
    child.on('message', (message) => resolve(message as StartOutcome));
    child.on('error', (error) => resolve({ outcome: 'failed', why: error.message }));
    child.on('exit', () => resolve({ outcome: 'failed' }));
  });
  return {
    outcome,
    release() {
      if (child.connected) child.disconnect();
      child.unref();
    },
    stop: () => stopChild(child),
  };
}

/** How long a cloud that is not ready yet may take to stop; it has acknowledged nothing to anybody. */
const STOP_LIMIT_MS = 2_000;

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  child.once('exit', resolve).once('error', () => resolve());
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  child.kill('SIGTERM');
  await gone;
  clearTimeout(late);
}

process.exitCode = await runCli(COMMANDS, process.argv.slice(2), context);
