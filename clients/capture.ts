/** Runs a program to its end and keeps what it printed. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

/** How a program ended, and what it printed. */
export interface Outcome {
  /** What was run, for messages. */
  readonly command: string;
  /** Its exit status; `undefined` where a signal ended it. */
  readonly status: number | undefined;
  /** As UTF-8. */
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
}

/** Around a program. */
export interface CaptureOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** For its standard input; nothing by default. */
  readonly input?: string;
  /** A program that takes longer hangs, and is ended. Default 60 seconds. */
  readonly timeoutMs?: number;
}

/** The slowest client takes a tenth of it on a busy machine. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** Access tokens and identity tokens: secrets, which no message may hold. */
const ACCESS_TOKEN = /ya29\.[\w.~+/=-]+/g;
const IDENTITY_TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g;

/** A program that runs: what it prints can be heard before it ends. */
export interface RunningProgram {
  /** Returns the next line of its standard output; `undefined` where there is none left. */
  nextLine(): Promise<string | undefined>;
  readonly outcome: Promise<Outcome>;
}

/** @throws {Error} where the program cannot be started */
export function capture(command: readonly string[], options: CaptureOptions = {}): Promise<Outcome> {
  return collect(command, spawnProgram(command, options));
}

/** Starts a program that a test talks with while it runs. */
export function start(command: readonly string[], options: CaptureOptions = {}): RunningProgram {
  const child = spawnProgram(command, options);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const outcome = collect(command, child);
  return {
    outcome,
    async nextLine() {
      const { done, value } = await lines.next();
      return done === true ? undefined : value;
    },
  };
}

function spawnProgram(command: readonly string[], options: CaptureOptions): ChildProcessWithoutNullStreams {
  const { cwd, env, input = '', timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const [file = '', ...args] = command;
  const child = spawn(file, args, { cwd, env, stdio: 'pipe', timeout: timeoutMs });
  // A program that does not read ends before it has heard everything.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return child;
}

async function collect(command: readonly string[], child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')]);
  const stdoutBytes = Buffer.concat(chunks);
  return {
    command: command.join(' '),
    status: child.exitCode ?? undefined,
    stdout: stdoutBytes.toString('utf8'),
    stdoutBytes,
    stderr,
  };
}

/** Describes an outcome without the tokens in it, for the message of an assertion. */
export function describeOutcome({ command, status, stdout, stderr }: Outcome): string {
  const described = `${command}\nended with ${status ?? 'a signal'}\n${indent(stdout)}${indent(stderr)}`;
  return described.replaceAll(ACCESS_TOKEN, 'ya29.…').replaceAll(IDENTITY_TOKEN, 'eyJ….…');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ').trimEnd() + (text === '' ? '' : '\n');
}
