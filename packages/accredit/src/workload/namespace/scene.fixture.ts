/** What the tests of namespaces stand on: a directory, a metadata server and an API socket of their own, and runs. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createStreamServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { LaunchRequest, LaunchResult } from './launch.fixture.ts';
import type { NamespacePlan } from './plan.ts';
import type { Availability } from './probe.ts';

/** Who starts a run: whoever runs the tests, or, if that is root, a user without rights as well. */
export interface Caller {
  readonly label: string;
  readonly uid: number;
  readonly gid: number;
  /** What is put before a command to run it as this caller. */
  readonly prefix: readonly string[];
  /** Why the tests of this caller are skipped, or false. */
  readonly skip: string | false;
}

/** The uid of `nobody` on every Linux (nobody(5) of systemd, and the kernel's overflow uid). */
const NOBODY = 65534;
const LAUNCHER = fileURLToPath(new URL('./launch.fixture.ts', import.meta.url));

export interface Outcome {
  readonly result: LaunchResult;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run under way. */
export interface Launch {
  readonly child: ChildProcess;
  /** Settles with all that the program wrote to its standard output as soon as that ends with a text. */
  untilOutput(end: string): Promise<string>;
  /** Settles when every process that holds the streams is gone. The result is undefined if the parent was killed. */
  readonly outcome: Promise<Omit<Outcome, 'result'> & { readonly result: LaunchResult | undefined }>;
}

export interface Scene {
  readonly directory: string;
  /** The paths that the metadata server was asked for. */
  readonly requests: string[];
  /** Settles when the metadata server is asked for the next path. */
  untilRequest(): Promise<unknown>;
  /** How many connections it accepted. */
  countConnections(): number;
  plan(command: readonly string[], changes?: Partial<NamespacePlan>): NamespacePlan;
  launch(plan: NamespacePlan, stdin?: string): Launch;
  run(plan: NamespacePlan, stdin?: string): Promise<Outcome>;
}

/** The commands of a Node program given as text. */
export function node(script: string): readonly string[] {
  return [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script];
}

/** Finds out once for a test file who can run namespaces here. */
export async function findCallers(): Promise<readonly Caller[]> {
  const own = {
    label: 'the current user',
    uid: process.getuid?.() ?? -1,
    gid: process.getgid?.() ?? -1,
    prefix: [],
  };
  const callers: Caller[] = [{ ...own, skip: await findObstacle([]) }];
  if (own.uid === 0) {
    const prefix = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
    const label = 'an unprivileged user';
    callers.push({ label, uid: NOBODY, gid: NOBODY, prefix, skip: await findObstacle(prefix) });
  }
  return callers;
}

async function findObstacle(prefix: readonly string[]): Promise<string | false> {
  try {
    const availability = (await askLauncher({ type: 'probe' }, prefix)) as Availability;
    return availability.works ? false : `no namespaces: ${availability.reason}`;
  } catch (error) {
    return `'${prefix[0] ?? 'node'}' cannot start the launcher here: ${error instanceof Error ? error.message : error}`;
  }
}

async function askLauncher(request: LaunchRequest, prefix: readonly string[]): Promise<LaunchResult> {
  const { outcome } = startLauncher(request, prefix);
  const { result, stderr } = await outcome;
  if (result === undefined) throw new Error(stderr);
  return result;
}

function startLauncher(request: LaunchRequest, prefix: readonly string[], stdin = ''): Launch {
  const [command, ...rest] = [...prefix, process.execPath, '--disable-warning=ExperimentalWarning', LAUNCHER];
  // Detached: a process group of its own, so that a test can signal a whole job as a terminal does.
  const child = spawn(command, rest, { detached: true, stdio: ['pipe', 'pipe', 'pipe', 'ipc'] });
  let result: LaunchResult | undefined;
  child.on('message', (message: LaunchResult) => {
    result = message;
  });
  child.send(request, () => {});
  const { stdin: input, stdout, stderr } = child;
  if (input === null || stdout === null || stderr === null) throw new Error('The launcher has no pipes.');
  input.on('error', () => {});
  input.end(stdin);
  let output = '';
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const gone = Promise.all([once(child, 'close'), once(child, 'disconnect')]);
  const outcome = Promise.all([text(stderr), gone]).then(([said]) => ({
    result,
    stdout: output,
    stderr: said,
  }));
  const untilOutput = async (end: string) => {
    while (!output.endsWith(end)) await once(stdout, 'data');
    return output;
  };
  return { child, untilOutput, outcome };
}

/** Makes a scene that is gone when the test has ended. */
export async function createScene(t: Pick<TestContext, 'after'>, caller: Caller): Promise<Scene> {
  const directory = mkdtempSync('/tmp/accredit-');
  chmodSync(directory, 0o755);
  const requests: string[] = [];
  let connections = 0;
  const metadata = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.setHeader('Metadata-Flavor', 'Google').end(`answer to ${request.url}\n`);
  });
  metadata.on('connection', () => {
    connections += 1;
  });
  // Not TLS: the agent must carry whatever bytes come.
  const apis = createStreamServer({ allowHalfOpen: true }, (socket: Socket) => socket.pipe(socket));
  const runtime = makeDirectory(join(directory, 'runtime'), caller);
  const metadataSocket = await listen(metadata, join(runtime, 'instance.sock'), caller);
  const tlsSocket = await listen(apis, join(runtime, 'tls.sock'), caller);
  const caBundlePath = join(directory, 'bundle.pem');
  writeFileSync(caBundlePath, 'the bundle of the scene\n', { mode: 0o644 });
  t.after(() => {
    metadata.close();
    metadata.closeAllConnections();
    apis.close();
    rmSync(directory, { recursive: true });
  });
  let runs = 0;
  const launch = (plan: NamespacePlan, stdin?: string) => {
    const launched = startLauncher({ type: 'run', plan }, caller.prefix, stdin);
    // Its program goes with it.
    t.after(() => launched.child.kill('SIGKILL'));
    return launched;
  };
  return {
    directory,
    requests,
    untilRequest: () => once(metadata, 'request'),
    countConnections: () => connections,
    plan(command, changes) {
      runs += 1;
      const workDir = makeDirectory(join(directory, `work-${runs}`), caller);
      const cwd = makeDirectory(join(directory, `cwd-${runs}`), caller);
      const env = { PATH: process.env['PATH'] ?? '', HOME: cwd };
      return {
        command,
        env,
        cwd,
        metadataSocket,
        tlsSocket,
        caBundlePath,
        allow: [],
        maskedPaths: [],
        workDir,
        ...changes,
      };
    },
    launch,
    async run(plan, stdin) {
      const { result, ...rest } = await launch(plan, stdin).outcome;
      if (result === undefined) throw new Error(`The launcher died without a result: ${rest.stderr}`);
      return { ...rest, result };
    },
  };
}

function makeDirectory(path: string, { uid, gid }: Caller): string {
  mkdirSync(path, { mode: 0o700 });
  chownSync(path, uid, gid);
  return path;
}

async function listen(server: HttpServer | Server, path: string, { uid, gid }: Caller): Promise<string> {
  server.listen(path);
  await once(server, 'listening');
  chownSync(path, uid, gid);
  return path;
}

/** Says why a test that needs a program of the system is skipped where it is missing, or false. */
export function skipWithout(program: string): string | false {
  const directories = (process.env['PATH'] ?? '').split(':');
  return directories.some((directory) => existsSync(join(directory, program)))
    ? false
    : `'${program}' is not here`;
}

/** A certificate for storage.googleapis.com that is its own root, by the `openssl` of the system. */
export function makeCertificate(directory: string): {
  readonly keyPath: string;
  readonly certificatePath: string;
} {
  const [keyPath, certificatePath] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  const subject = ['-subj', '/CN=Test', '-addext', 'subjectAltName=DNS:storage.googleapis.com'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', keyPath, '-out', certificatePath], {
    stdio: 'ignore',
  });
  return { keyPath, certificatePath };
}
