/**
 * `npm run test:clients`: the suites in clients/, which drive real, unmodified clients against clouds of their own.
 *
 * Everything runs in a network of its own that has loopback and nothing else, so that no client can reach an address
 * off this machine, whichever way it is run; where the system allows no such network, the suites say which ways they
 * leave out. A client that cannot be had is skipped with one line, unless `REQUIRE_CLIENTS` names it (comma-separated:
 * curl, gcloud, go, gsutil, node, python).
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import process from 'node:process';
import { GoUnavailable, makeGoProgram } from '../clients/go-program.ts';
import { makePython, PythonUnavailable } from '../clients/python-environment.ts';
import { probeNamespace } from '../packages/accredit/src/workload/namespace/probe.ts';
import { findTools, renderLeaveArguments } from '../packages/accredit/src/workload/namespace/tools.ts';

/** One suite may take this long before it counts as hung; the slowest takes a third of it on two cores. */
const SUITE_TIMEOUT_MS = 300_000;

/** Suites that run at once. They wait for processes more than they compute. */
const CONCURRENCY = 3;

/** Loopback up, then what follows, as the caller again and without any right over the network. */
const ENTER_LOOPBACK = '"$1" link set lo up && shift && exec "$@"';

async function preparePython(): Promise<void> {
  try {
    await makePython();
  } catch (error) {
    if (!(error instanceof PythonUnavailable)) throw error;
    process.stderr.write(`The Python packages cannot be had: ${error.message}.\n`);
  }
}

async function prepareGo(): Promise<void> {
  try {
    await makeGoProgram();
  } catch (error) {
    if (!(error instanceof GoUnavailable)) throw error;
    process.stderr.write(`The Go program cannot be had: ${error.message}.\n`);
  }
}

/** Returns what to put before a command so that it runs in a network of its own; nothing where there is none. */
async function findOwnNetwork(): Promise<readonly string[]> {
  const availability = await probeNamespace();
  const tools = findTools();
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()];
  if (!availability.works || 'missing' in tools || uid === undefined || gid === undefined) return [];
  const leave = [tools.unshare, ...renderLeaveArguments(uid, gid), '--'];
  const enter = [tools.unshare, '--user', '--map-root-user', '--net', '--'];
  return [...enter, '/bin/sh', '-c', ENTER_LOOPBACK, 'sh', tools.ip, ...leave];
}

function findSuites(): { readonly files: readonly string[]; readonly flags: readonly string[] } {
  const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
  const flags = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
  return { files: named.length > 0 ? named : globSync('clients/*.test.ts').sort(), flags };
}

// Before the network of its own: what they need comes from elsewhere.
await preparePython();
await prepareGo();
const { files, flags } = findSuites();
const ownNetwork = await findOwnNetwork();
const [file = '', ...args] = [
  ...ownNetwork,
  process.execPath,
  '--conditions=accredit-source',
  '--disable-warning=ExperimentalWarning',
  '--test',
  `--test-timeout=${SUITE_TIMEOUT_MS}`,
  `--test-concurrency=${CONCURRENCY}`,
  ...flags,
  ...files,
];
const child = spawn(file, args, {
  stdio: 'inherit',
  env: { ...process.env, CLIENTS_OWN_NETWORK: ownNetwork.length > 0 ? '1' : '' },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
