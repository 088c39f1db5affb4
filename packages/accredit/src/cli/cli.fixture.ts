/** What the tests of the CLI stand on: a data directory of their own, commands in process, and commands as processes. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Cloud, type CloudOptions, startCloud } from '../cloud.ts';
import { OWNER_EMAIL } from '../http/authenticate.ts';
import { ensureProject } from '../resources/new-project.ts';
import { COMMANDS } from './commands.ts';
import type { CliContext } from './context.ts';
import { runCli } from './program.ts';

/** The source, and not what `bin/accredit.js` takes: that would be an older build, where there is one. */
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** How Node is to run it. */
export const NODE_ARGS: readonly string[] = [
  '--conditions=accredit-source',
  '--disable-warning=ExperimentalWarning',
  MAIN,
];

/** What a command did. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs as a process. */
export interface RunningCommand {
  readonly pid: number;
  /** Resolves as soon as standard output holds the text. */
  untilOutput(part: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  readonly result: Promise<CommandResult>;
}

/** A place for one test. */
export interface CliScene {
  readonly directory: string;
  readonly dataDirectory: string;
  /** Where sockets go; every cloud of the scene removes its own. */
  readonly runtimeDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  /** What commands in this process are given; printing must be put in. */
  readonly context: CliContext;
  /** Starts a cloud of the data directory in this process, with the default project; it is closed with the test. */
  startCloud(options?: CloudOptions): Promise<Cloud>;
  /** Runs a command in this process, on the data directory of the scene. */
  run(args: readonly string[], changes?: Partial<CliContext>): Promise<CommandResult>;
  /** Kills a process at the end of the test, if it is still there. */
  endWithTest(pid: number): void;
  /** Starts a command as a process of its own. */
  spawn(args: readonly string[], env?: Readonly<Record<string, string>>): RunningCommand;
}

/** Makes a place that goes with the test. */
export function makeScene(t: TestContext): CliScene {
  // Socket paths must be short, so this is not below a long temporary directory's name.
  const directory = mkdtempSync(join(tmpdir(), 'acli-'));
  const dataDirectory = join(directory, 'data');
  const runtimeDirectory = join(directory, 'run');
  const clouds: Cloud[] = [];
  const running = new Set<number>();
  mkdirSync(runtimeDirectory, { mode: 0o700 });
  t.after(async () => {
    for (const pid of running) kill(pid);
    await Promise.all(clouds.map((cloud) => cloud.close()));
    rmSync(directory, { recursive: true, force: true });
  });
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: directory,
    TMPDIR: directory,
    XDG_RUNTIME_DIR: runtimeDirectory,
    ACCREDIT_DATA: dataDirectory,
  };
  const start = async (options: CloudOptions) => {
    const cloud = await startCloud(options);
    clouds.push(cloud);
    return cloud;
  };
  const context = contextOf(directory, env, start);
  return {
    directory,
    dataDirectory,
    runtimeDirectory,
    env,
    context,
    startCloud: (options) =>
      start({
        dataDirectory,
        xdgRuntimeDirectory: runtimeDirectory,
        configure: async ({ resources }) => {
          await ensureProject(resources, 'local-project', OWNER_EMAIL);
        },
        ...options,
      }),
    endWithTest: (pid) => void running.add(pid),
    run: (args, changes) => runInProcess(args, { ...context, ...changes }),
    spawn: (args, more = {}) => spawnCommand(args, directory, { ...env, ...more }, running),
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** A context that touches nothing but the scene. */
function contextOf(
  cwd: string,
  env: Readonly<Record<string, string>>,
  start: (options: CloudOptions) => Promise<Cloud>,
): CliContext {
  const never = () => {
    throw new Error('This test does not expect that.');
  };
  return {
    version: '1.2.3',
    pid: process.pid,
    uid: process.getuid?.(),
    cwd,
    env,
    platform: process.platform,
    homeDirectory: cwd,
    userHomeDirectory: cwd,
    exists: existsSync,
    out: { isTerminal: false, write: never },
    err: { isTerminal: false, write: never },
    now: () => Date.now(),
    startCloud: start,
    startInBackground: never,
    reportStart() {},
    onStopSignal: () => () => {},
    exit: never,
    endAs: never,
  };
}

async function runInProcess(args: readonly string[], context: CliContext): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  const status = await runCli(COMMANDS, args, {
    ...context,
    out: { ...context.out, write: (part) => void (stdout += part) },
    err: { ...context.err, write: (part) => void (stderr += part) },
  });
  return { status, stdout, stderr };
}

function spawnCommand(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  running: Set<number>,
): RunningCommand {
  const child = spawn(process.execPath, [...NODE_ARGS, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid ?? 0;
  running.add(pid);
  let output = '';
  const waiting = new Set<() => void>();
  child.stdout.on('data', (part: Buffer) => {
    output += part.toString();
    for (const look of waiting) look();
  });
  const exited = new Promise<number>((resolve) => {
    child.on('exit', (code, signal) => {
      running.delete(pid);
      resolve(code ?? (signal === null ? -1 : -2));
    });
  });
  return {
    pid,
    untilOutput: (part) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!output.includes(part)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void exited.then(() => reject(new Error(`The command ended without saying '${part}'.`)));
      }),
    signal: (signal) => void child.kill(signal),
    result: Promise.all([exited, text(child.stderr)]).then(([status, stderr]) => ({
      status,
      stdout: output,
      stderr,
    })),
  };
}
