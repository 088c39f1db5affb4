/** A cloud of the sample configuration for one suite, driven by the command line that users have. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { findOwnerSocket } from '../packages/accredit/src/cli/cloud/data-directory.ts';
import {
  type CaptureOptions,
  capture,
  describeOutcome,
  type Outcome,
  type RunningProgram,
  start,
} from './capture.ts';
import { CloudOwner } from './cloud-owner.fixture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where the example programs are. */
export const EXAMPLES = join(root, 'examples');

/** The command line from source. */
const ACCREDIT: readonly string[] = [
  process.execPath,
  '--conditions=accredit-source',
  '--disable-warning=ExperimentalWarning',
  join(root, 'packages', 'accredit', 'src', 'cli', 'main.ts'),
];

/** Variables of whoever runs the tests that programs may see; above all, none that says where credentials are. */
const KEPT_VARIABLES = ['PATH', 'CLOUDSDK_PYTHON', 'PYENV_ROOT'] as const;

/** The account of the instances in the sample configuration. */
export const WORKLOAD = 'workload@my-project.iam.gserviceaccount.com';

/** What `accredit why --format json` says of a refusal, as far as suites look. */
export interface Refusal {
  readonly requestId: string;
  readonly method: string;
  readonly status: number;
  readonly message: string;
  readonly instance?: string;
  readonly decision: {
    readonly refusedBy: 'deny' | 'iam' | 'scopes';
    readonly principal: string;
    readonly permission: string;
    readonly resource: string;
  };
}

/** A refusal that a suite expects. */
export interface ExpectedRefusal {
  readonly refusedBy: 'deny' | 'iam' | 'scopes';
  readonly permission: string;
  /** Default: the account of the sample's instances. */
  readonly principal?: string;
  /** What the client must have printed. */
  readonly words: RegExp;
}

/** A cloud in a directory of its own. */
export class SampleCloud {
  #directory = '';
  #env: NodeJS.ProcessEnv = {};
  #pid: number | undefined;
  #lastRefusal = '';
  readonly #kill = () => this.#killCloud();
  readonly #exit = () => process.exit(1);

  /** Returns the absolute path of something in the directory of this cloud. */
  path(...names: readonly string[]): string {
    return join(this.#directory, ...names);
  }

  /**
   * Starts the cloud in the background. It ends with this process even where the suite is cut short.
   *
   * @param addition - what the configuration file says beside the sample; default: nothing
   */
  async open(addition = ''): Promise<void> {
    this.#directory = realpathSync(mkdtempSync(join(tmpdir(), 'accredit-clients-')));
    for (const name of ['home', 'tmp', 'runtime', 'files']) mkdirSync(this.path(name), { mode: 0o700 });
    copyFileSync(join(EXAMPLES, 'accredit.yaml'), this.path('accredit.yaml'));
    appendFileSync(this.path('accredit.yaml'), addition);
    this.#env = this.#renderEnvironment();
    const started = await this.accredit('up', '--detach', '--format', 'json');
    assert.equal(started.status, 0, describeOutcome(started));
    this.#pid = (JSON.parse(started.stdout) as { readonly pid: number }).pid;
    process.once('exit', this.#kill);
    process.once('SIGTERM', this.#exit);
  }

  #renderEnvironment(): NodeJS.ProcessEnv {
    return {
      ...Object.fromEntries(KEPT_VARIABLES.map((name) => [name, process.env[name]])),
      HOME: this.path('home'),
      TMPDIR: this.path('tmp'),
      XDG_RUNTIME_DIR: this.path('runtime'),
      // File names with more than ASCII in them are part of the tests.
      LANG: 'C.UTF-8',
      // The command line from source starts faster where Node keeps what it compiled.
      NODE_COMPILE_CACHE: join(root, '.cache', 'node-compile'),
    };
  }

  /** Stops the cloud and removes everything. */
  async close(): Promise<void> {
    try {
      const stopped = await this.accredit('down');
      assert.equal(stopped.status, 0, describeOutcome(stopped));
    } finally {
      this.#killCloud();
      process.off('exit', this.#kill);
      process.off('SIGTERM', this.#exit);
      rmSync(this.#directory, { recursive: true, force: true });
    }
  }

  #killCloud(): void {
    if (this.#pid === undefined) return;
    try {
      process.kill(this.#pid, 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
    this.#pid = undefined;
  }

  /** Runs a command of `accredit` beside the configuration file. */
  accredit(...args: readonly string[]): Promise<Outcome> {
    return this.exec([...ACCREDIT, ...args]);
  }

  /** Runs a program outside of any VM, in the environment of this cloud. */
  exec(command: readonly string[], options?: CaptureOptions): Promise<Outcome> {
    return capture(command, this.#around(options));
  }

  #around({ env, ...options }: CaptureOptions = {}): CaptureOptions {
    return { cwd: this.#directory, ...options, env: { ...this.#env, ...env } };
  }

  /** Runs a program as a VM: `accredit run OPTIONS -- COMMAND`. */
  run(options: readonly string[], command: readonly string[], around: CaptureOptions = {}): Promise<Outcome> {
    return this.exec([...ACCREDIT, 'run', ...options, '--', ...command], around);
  }

  /** Starts a program as a VM: what it prints can be heard while it runs. */
  start(options: readonly string[], command: readonly string[]): RunningProgram {
    return start([...ACCREDIT, 'run', ...options, '--', ...command], this.#around());
  }

  /** Returns the owner of this cloud. */
  owner(): CloudOwner {
    const socket = findOwnerSocket(this.path('.accredit'), this.path('runtime'), process.getuid?.());
    assert.ok(socket !== undefined, 'The cloud has no socket of its owner.');
    return new CloudOwner(socket);
  }

  /** Lets the next request for a path of an instance be answered each of these statuses, one after another. */
  async failNext(instance: string, path: string, ...statuses: readonly number[]): Promise<void> {
    for (const status of statuses) {
      const fault = ['--instance', instance, '--path', path, '--status', String(status), '--times', '1'];
      printed(await this.accredit('faults', 'add', ...fault));
    }
  }

  /** Asserts that everything that was to go wrong has gone wrong. */
  async assertNoFaultLeft(): Promise<void> {
    assert.deepEqual(JSON.parse(printed(await this.accredit('faults', 'list', '--format', 'json'))), []);
  }

  /** Writes a file that a program is to send, and returns its path. */
  writeFile(name: string, content: string | Uint8Array): string {
    const file = this.path('files', name);
    writeFileSync(file, content);
    return file;
  }

  /** Gives an account a role on the project, with the command that `accredit why` proposes. */
  async grant(role: string, member: string, ...target: readonly string[]): Promise<void> {
    const granted = await this.accredit('iam', 'grant', role, member, ...target);
    assert.equal(granted.status, 0, describeOutcome(granted));
  }

  /** Asserts that a program was refused in these words, and that `accredit why` says by which gate. */
  async assertRefused(outcome: Outcome, expected: ExpectedRefusal): Promise<Refusal> {
    assert.match(`${outcome.stdout}${outcome.stderr}`, expected.words, describeOutcome(outcome));
    const refusal = await this.#newestRefusal();
    const { refusedBy, permission, principal } = refusal.decision;
    assert.deepEqual(
      { refusedBy, permission, principal },
      {
        refusedBy: expected.refusedBy,
        permission: expected.permission,
        principal: expected.principal ?? `serviceAccount:${WORKLOAD}`,
      },
    );
    return refusal;
  }

  /** Returns the newest refusal, which must not be one that was seen before. */
  async #newestRefusal(): Promise<Refusal> {
    const why = await this.accredit('why', '--format', 'json');
    assert.equal(why.status, 0, describeOutcome(why));
    const [refusal] = JSON.parse(why.stdout) as readonly Refusal[];
    assert.ok(refusal !== undefined, 'Nothing was refused.');
    assert.notEqual(refusal.requestId, this.#lastRefusal, 'Nothing was refused since the last time.');
    this.#lastRefusal = refusal.requestId;
    return refusal;
  }
}

/** Asserts that a program did what it was asked, and returns what it printed. */
export function printed(outcome: Outcome): string {
  assert.equal(outcome.status, 0, describeOutcome(outcome));
  return outcome.stdout;
}

/** Asserts that a program did what it was asked, and returns what it told in JSON. */
export function told(outcome: Outcome): Readonly<Record<string, unknown>> {
  return JSON.parse(printed(outcome)) as Readonly<Record<string, unknown>>;
}

/** Asserts that a text is an access token, without showing it. */
export function assertAccessToken(text: string): void {
  assert.ok(/^ya29\.[\w.-]{40,1000}$/.test(text.trim()), 'What was printed is no access token.');
}
