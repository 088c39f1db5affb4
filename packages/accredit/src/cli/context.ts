import type { Command } from 'commander';
import type { Cloud, CloudOptions } from '../cloud.ts';
import type { Surroundings } from '../config/find.ts';
import type { ProgramExit } from '../workload/namespace/plan.ts';

/** Where a command prints. */
export interface Output {
  /** Whether a person is looking: colour, and short log lines. */
  readonly isTerminal: boolean;
  write(text: string): void;
}

/** How a start in the background went: it is ready, or it ended, and said why or not. */
export type StartOutcome =
  | { readonly outcome: 'ready' }
  | { readonly outcome: 'failed'; readonly why?: string };

/** This program, started once more in the background. */
export interface BackgroundStart {
  readonly outcome: Promise<StartOutcome>;
  /** Lets it live on when this process ends. */
  release(): void;
  /** Makes it stop, where it took too long; ends it at once if it does not. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** What a command is given; `main.ts` makes the real one. Nothing else of the CLI knows the process that it runs in. */
export interface CliContext extends Surroundings {
  readonly version: string;
  /** Of this process. */
  readonly pid: number;
  /** The home directory of the user database, whatever `HOME` says: some clients look there. */
  readonly userHomeDirectory: string;
  /** Of this process; `undefined` on systems without users in this sense. */
  readonly uid: number | undefined;
  readonly out: Output;
  readonly err: Output;
  /** Unix milliseconds. */
  now(): number;
  startCloud(options: CloudOptions): Promise<Cloud>;
  /** Starts this program in the background; what it prints goes to the end of a file that is its owner's alone. */
  startInBackground(args: readonly string[], logFile: string): BackgroundStart;
  /** Says to whoever started this process in the background how that went. */
  reportStart(outcome: StartOutcome): void;
  /** Calls the listener each time the process is asked to stop: SIGINT, SIGTERM, SIGHUP. */
  onStopSignal(listener: (signal: NodeJS.Signals) => void): () => void;
  /** Ends the process at once, whatever is still going on. */
  exit(status: number): void;
  /** Ends the process as a program ended: with its status, or by the signal that killed it. */
  endAs(exit: ProgramExit): void;
}

/** One command, or a group of them: adds itself to the command line. */
export type CommandModule = (parent: Command, context: CliContext) => void;

/** A command that is loaded when it is named. */
export interface LazyCommand {
  readonly name: string;
  /** What lists show of it; it stands here alone. */
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}
