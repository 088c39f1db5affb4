/**
 * The agent: a process of ours inside the namespaces of a run. It sets them up, answers for the cloud, starts the
 * program, and ends with it. It is started by `run.ts` and talks to it over the IPC channel alone; its own standard
 * streams are not the program's, which it hands on as descriptors 4 to 6.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { nameAddresses, placeTargets } from './allowed-targets.ts';
import { checkCommand } from './command.ts';
import { serveNames } from './dns-server.ts';
import { isAgentFailure, NamespaceError, toMessage } from './errors.ts';
import { applyMounts, planMounts } from './mounts.ts';
import { API_ADDRESS, createZone, METADATA_ADDRESS, RESOLVER_ADDRESS } from './names.ts';
import { configureNetwork } from './network.ts';
import type { AgentPlan, FromAgent, ProgramExit, ToAgent } from './plan.ts';
import { endProcesses, isStopped, killProcesses, readNamespaceIds } from './processes.ts';
import { type Connect, openRelay, type Relay } from './relay.ts';
import { rememberOwnSignals } from './signals.ts';
import { renderLeaveArguments } from './tools.ts';

/** What the program left running may take so long to end by itself, and again after SIGTERM. */
const LEFTOVER_PATIENCE_MS = 1_000;
/** What a program wrote to a connection just before it ended may take so long to be passed on. */
const DRAIN_PATIENCE_MS = 1_000;
/** The signals that end a process which does nothing about them. */
const ENDING: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']);

/** An address of the namespace, and what stands behind it. */
interface Way {
  readonly host: string;
  readonly port: number;
  readonly connect: Connect;
}

const inside = readNamespaceIds('self');
const outside = process.argv.slice(2);
// What follows changes addresses and mounts, and kills by namespace: never in those of the machine, which we are told.
if (outside.length !== 3 || Object.values(inside).some((id) => outside.includes(id))) process.exit(2);

const ownSignals = rememberOwnSignals();
let program: ChildProcess | undefined;
let isEnding = false;
let wasStopped = false;

process.once('disconnect', () => void abandon());
process.on('uncaughtException', (error) => {
  // Something broke while ending: the parent finds what is left.
  if (isEnding) process.exit(1);
  void fail(error);
});
process.on('SIGCHLD', reportStop);
// Both ends of the channel are this package at one version, and nobody else has it: its messages need no decoding.
process.on('message', (message: ToAgent) => {
  if (message.type === 'run') run(message.plan).catch(fail);
  else void passSignal(message.name);
});
void send({ type: 'entered', inside });

async function run(plan: AgentPlan): Promise<void> {
  const targets = placeTargets(plan.allow);
  // Opened by directory before anything is mounted: the directories of the sockets may be masked from then on.
  const ways: readonly Way[] = [
    { host: METADATA_ADDRESS, port: 80, connect: connectVia(plan.metadataSocket) },
    ...(plan.metadataTlsSocket === undefined
      ? []
      : [{ host: METADATA_ADDRESS, port: 443, connect: connectVia(plan.metadataTlsSocket) }]),
    { host: API_ADDRESS, port: 443, connect: connectVia(plan.tlsSocket) },
    ...targets.map(({ address, port, socketName }) => ({
      host: address,
      port,
      connect: connectVia(join(plan.workDir, socketName)),
    })),
  ];
  const listen = async () => {
    await configureNetwork(targets, plan.tools.ip);
    await serveNames(RESOLVER_ADDRESS, 53, createZone(nameAddresses(targets)), (error) => void fail(error));
    return await Promise.all(ways.map(openWay));
  };
  const mount = async () => applyMounts(await planMounts(plan), plan.tools.mount);
  const [relays] = await Promise.all([listen(), mount()]);
  checkCommand(plan);
  // Meanwhile a signal may have ended the run.
  if (!isEnding) start(plan, relays);
}

function connectVia(socketPath: string): Connect {
  const directory = openSync(dirname(socketPath), constants.O_RDONLY | constants.O_DIRECTORY);
  const path = `/proc/self/fd/${directory}/${basename(socketPath)}`;
  return () => connect({ path, allowHalfOpen: true });
}

async function openWay({ host, port, connect }: Way): Promise<Relay> {
  try {
    return await openRelay({ host, port }, connect, (error) => void fail(error));
  } catch (cause) {
    throw new Error(`'${host}:${port}' cannot be listened on: ${toMessage(cause)}`, { cause });
  }
}

function start(plan: AgentPlan, relays: readonly Relay[]): void {
  const { command, cwd, env, gid, tools, uid } = plan;
  program = spawn(tools.unshare, [...renderLeaveArguments(uid, gid), '--', ...command], {
    cwd,
    env,
    stdio: [4, 5, 6],
  });
  program.once('error', (error) => void fail(error));
  program.once(
    'exit',
    (code, signal) => void finish(signal === null ? { code: code ?? 0 } : { signal }, relays),
  );
}

/** A stopped program must show as a stopped job in the shell, which knows only the parent. */
function reportStop(): void {
  const isNow = program?.pid !== undefined && isStopped(program.pid);
  if (isNow && !wasStopped) void send({ type: 'stopped' });
  wasStopped = isNow;
}

async function passSignal(name: NodeJS.Signals): Promise<void> {
  if (program === undefined) {
    if (ENDING.has(name)) await finish({ signal: name }, []);
  } else if (await ownSignals.isForProgram(name)) {
    program.kill(name);
  }
}

async function finish(exit: ProgramExit, relays: readonly Relay[]): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await endProcesses(inside, LEFTOVER_PATIENCE_MS);
  await Promise.all(relays.map((relay) => relay.drain(DRAIN_PATIENCE_MS)));
  await send({ type: 'ended', exit });
  process.exit(0);
}

/** Whatever breaks, breaks the whole run: a program that went on would find half of a VM. */
async function fail(error: unknown): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await killProcesses(inside);
  if (error instanceof NamespaceError && isAgentFailure(error.code)) {
    await send({ type: 'failed', code: error.code, message: error.message });
  } else {
    const message = `The namespace could not be set up or carried on: ${toMessage(error)}.`;
    await send({ type: 'failed', code: 'setup-failed', message });
  }
  process.exit(1);
}

/** The parent is gone: nobody waits for the program any more, and nothing of it may stay. */
async function abandon(): Promise<void> {
  isEnding = true;
  await killProcesses(inside);
  process.exit(1);
}

function send(message: FromAgent): Promise<void> {
  // An error means that the parent is gone, which 'disconnect' tells.
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}
