/**
 * `npm start`: a local cloud with the sample configuration, and the documented workloads on one of its VMs, each command
 * with what it printed. Then the cloud keeps serving; with `--once` it ends.
 */
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Output } from '../packages/accredit/src/cli/context.ts';
import { shellWord } from '../packages/accredit/src/kernel/shell-word.ts';
import { refuseDefaultCredentials } from '../packages/accredit/src/workload/environment/credential-places.ts';
import { type ChosenIsolation, chooseIsolation } from '../packages/accredit/src/workload/isolation.ts';
import { lookAround } from './tour/machine.ts';
import { type SampleCloud, startSampleCloud } from './tour/sample-cloud.ts';
import { openScreen, type Screen } from './tour/screen.ts';
import { openShell, type TourShell } from './tour/shell.ts';
import { type TourStep, tourSteps } from './tour/steps.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const EXAMPLES = join(root, 'examples');
const CLI = join(root, 'packages', 'accredit', 'src', 'cli', 'main.ts');

/** The command line from source, for this Node. */
const ACCREDIT = [
  process.execPath,
  '--conditions=accredit-source',
  '--disable-warning=ExperimentalWarning',
  CLI,
];

const USAGE = `npm start [-- OPTIONS]

  --once                   end after the tour, with status 0 if everything was as it should be
  --isolation netns|proxy  how programs are reached; default: the best that works here
  --data DIRECTORY         where the cloud is kept; default: examples/.accredit, which git ignores
`;

/** What a shell says of a program that Ctrl-C ended. */
const INTERRUPTED_STATUS = 130;

/** One Ctrl-C comes twice: from the terminal, and passed on by the entry. Later ones are a person's impatience. */
const ONE_INTERRUPT_MS = 1000;

interface TourOptions {
  readonly once: boolean;
  readonly isolation: 'netns' | 'proxy' | undefined;
  readonly data: string | undefined;
}

function readOptions(): TourOptions | undefined {
  try {
    const { values } = parseArgs({
      options: { once: { type: 'boolean' }, isolation: { type: 'string' }, data: { type: 'string' } },
    });
    const { once = false, isolation, data } = values;
    if (isolation !== undefined && isolation !== 'netns' && isolation !== 'proxy') return undefined;
    return { once, isolation, data: data === undefined ? undefined : resolve(data) };
  } catch {
    return undefined;
  }
}

/** The environment of everything here: only what the tour says decides which cloud is meant. */
function tourEnvironment({ data }: TourOptions): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('ACCREDIT_'));
  return {
    ...Object.fromEntries(others),
    ...(data === undefined ? {} : { ACCREDIT_DATA: data }),
    // The command line from source starts faster where Node keeps what it compiled.
    NODE_COMPILE_CACHE: join(root, '.cache', 'node-compile'),
  };
}

/** What is said of a way before anything runs. */
function describeIsolation({ isolation, insteadOfNetns }: ChosenIsolation): string {
  if (isolation === 'netns') return 'in a network namespace: it reaches this cloud and nothing else';
  const why = insteadOfNetns === undefined ? 'as asked for' : 'no network namespaces here';
  return `through a proxy (${why}): its variables lead it to this cloud`;
}

function introduce(screen: Screen, cloud: SampleCloud, chosen: ChosenIsolation): void {
  const { paint, line } = screen;
  line(
    paint('bold', 'A program on a VM, with the identity of that VM, at the production URLs of Google Cloud'),
  );
  line();
  line(`   cloud     examples/accredit.yaml, served at ${cloud.apiUrl}, IAM in mode '${cloud.iam}'`);
  const isIgnored = cloud.dataDirectory === join(EXAMPLES, '.accredit');
  line(`   kept in   ${isIgnored ? 'examples/.accredit, which git ignores' : cloud.dataDirectory}`);
  line(`   program   on 'vm-1', ${describeIsolation(chosen)}`);
  if (chosen.insteadOfNetns !== undefined) line(`             ${chosen.insteadOfNetns}`);
  line(`   typed in  examples/, where accredit is \`node ../scripts/enter.js accredit\``);
}

/** Runs a step. @returns whether everything was as it should be */
async function runStep(screen: Screen, shell: TourShell, step: TourStep, number: number): Promise<boolean> {
  screen.heading(`${number}  ${step.title}`);
  let isAsExpected = true;
  for (const command of step.commands) {
    screen.command(command.line);
    const outcome = await shell.run(command);
    screen.output(outcome.shown);
    if (outcome.isAsExpected) continue;
    isAsExpected = false;
    screen.failure(
      `It ended with ${outcome.status ?? 'a signal'}, and should have printed ${command.expected}.`,
    );
  }
  return isAsExpected;
}

function explainServing(screen: Screen, cloud: SampleCloud, { data }: TourOptions): void {
  const { paint, line } = screen;
  const enter = `node ${shellWord(join(root, 'scripts', 'enter.js'))} accredit`;
  const place = data === undefined ? '' : `export ACCREDIT_DATA=${shellWord(data)}; `;
  line();
  line(paint('bold', `The cloud keeps serving at ${cloud.apiUrl}. In another terminal:`));
  line();
  line(`   cd ${shellWord(EXAMPLES)}; ${place}alias accredit=${shellWord(enter)}`);
  line('   accredit run --instance vm-1 -- COMMAND             # any program, as that VM');
  line('   eval "$(accredit env --instance vm-1)"              # the gcloud of that terminal, as that VM');
  line();
  line('Ctrl-C stops it; what it holds is kept. What it refuses is told here:');
}

/** Everything between the first line and the exit status. */
class Tour {
  readonly #options: TourOptions;
  readonly #screen: Screen;
  readonly #env: NodeJS.ProcessEnv;
  readonly #startedMs = performance.now();
  #cloud: SampleCloud | undefined;
  #shell: TourShell | undefined;
  #interruptedMs: number | undefined;
  #isServing = false;

  constructor(options: TourOptions, out: Output) {
    this.#options = options;
    this.#env = tourEnvironment(options);
    this.#screen = openScreen(out, process.env);
  }

  /** Ends the tour: from whatever it is doing, the cloud is stopped. */
  interrupt(): void {
    const nowMs = performance.now();
    if (nowMs - (this.#interruptedMs ?? nowMs) > ONE_INTERRUPT_MS) process.exit(INTERRUPTED_STATUS);
    this.#interruptedMs ??= nowMs;
    this.#shell?.interrupt();
    this.#cloud?.stop();
  }

  /** @returns the exit status */
  async run(): Promise<number> {
    const chosen = await chooseIsolation(this.#options.isolation);
    // Said once and before anything starts, instead of by every command.
    if (chosen.isolation === 'proxy') refuseDefaultCredentials('proxy', this.#userPlaces());
    try {
      const [cloud, machine] = await Promise.all([
        startSampleCloud(this.#cloudOptions()),
        lookAround(this.#env),
      ]);
      this.#cloud = cloud;
      introduce(this.#screen, cloud, chosen);
      this.#shell = openShell(ACCREDIT, EXAMPLES, this.#env);
      const runOptions = chosen.isolation === 'proxy' ? '--quiet --isolation proxy ' : '';
      const status = await this.#runSteps(this.#shell, tourSteps(machine, runOptions));
      return await this.#finish(cloud, status);
    } finally {
      this.#cloud?.stop();
      await this.#cloud?.ended;
    }
  }

  #userPlaces() {
    return { platform: process.platform, environment: this.#env, homeDirectory: userInfo().homedir };
  }

  #cloudOptions() {
    const err: Output = {
      isTerminal: process.stderr.isTTY,
      // While the tour speaks, what the cloud logs is on the screen already.
      write: (text) => void (this.#isServing && process.stderr.write(text)),
    };
    return { directory: EXAMPLES, env: this.#env, version: 'from source', err };
  }

  async #runSteps(shell: TourShell, steps: readonly TourStep[]): Promise<number> {
    let failures = 0;
    for (const [index, step] of steps.entries()) {
      if (this.#interruptedMs !== undefined) return INTERRUPTED_STATUS;
      if (!(await runStep(this.#screen, shell, step, index + 1))) failures += 1;
    }
    if (this.#interruptedMs !== undefined) return INTERRUPTED_STATUS;
    const seconds = ((performance.now() - this.#startedMs) / 1000).toFixed(1);
    this.#screen.line();
    if (failures === 0) {
      const { paint } = this.#screen;
      this.#screen.line(`${paint('green', '✓')} ${steps.length} steps as they should be, in ${seconds} s.`);
      return 0;
    }
    this.#screen.failure(`${failures} of ${steps.length} steps not as they should be, in ${seconds} s.`);
    this.#screen.line(
      '  What was changed by hand in this cloud stays; without its directory, it begins anew.',
    );
    return 1;
  }

  /** Serves until it is stopped, unless the tour was all. */
  async #finish(cloud: SampleCloud, status: number): Promise<number> {
    if (this.#options.once || this.#interruptedMs !== undefined) return status;
    explainServing(this.#screen, cloud, this.#options);
    this.#isServing = true;
    const ended = await cloud.ended;
    this.#screen.line();
    this.#screen.line(`The cloud has stopped. What it holds is kept in ${shellWord(cloud.dataDirectory)}.`);
    return Math.max(status, ended);
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const tour = new Tour(options, {
    isTerminal: process.stdout.isTTY,
    write: (text) => void process.stdout.write(text),
  });
  // Whoever read what it prints has seen enough.
  process.stdout.once('error', () => tour.interrupt()).on('error', () => undefined);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => tour.interrupt());
  try {
    return await tour.run();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exitCode = await main();
