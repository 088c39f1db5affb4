/** Runs a program in namespaces of its own, as if it stood on a VM: the parent's side. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { NamespaceError } from './errors.ts';
import { openGateway } from './gateway.ts';
import type { AgentPlan, FromAgent, NamespaceIds, NamespacePlan, ProgramExit, ToAgent } from './plan.ts';
import { killProcesses, readNamespaceIds } from './processes.ts';
import { explainRefusal, readNamespaceSettings } from './refusal.ts';
import type { Relay } from './relay.ts';
import { passSignals, type SignalPassing } from './signals.ts';
import { ENTER_ARGUMENTS, findTools, TOOL_DIRECTORIES } from './tools.ts';

/** A program that is told to end may take so long before it is killed. */
const ABORT_PATIENCE_MS = 5_000;
/** What a program wrote to an allowed target just before it ended may take so long to be passed on. */
const DRAIN_PATIENCE_MS = 1_000;
/** Of what the tools say, only the beginning is ever shown. */
const MAX_SAID_LENGTH = 8_192;

/** The agent's file: beside this one, TypeScript where we run from source and JavaScript where we are built. */
const AGENT_FILE = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './agent.ts' : './agent.js', import.meta.url),
);

/**
 * Runs a program in new user, network and mount namespaces in which the cloud answers and nothing else is reachable.
 *
 * The program has this process's standard streams, terminal, user and group, and no capabilities. Signals that this
 * process gets meanwhile are the program's. When the promise settles, nothing of the run is left, not even what the
 * program left in the background.
 *
 * @param signal - ends the program (SIGTERM, then SIGKILL after 5 seconds)
 * @returns how the program ended
 * @throws {NamespaceError} `setup-failed` if the namespace could not be made exactly as planned,
 *   `command-not-found` or `command-not-executable`, `agent-lost` if the agent was killed
 * @throws the reason of `signal` once the program has ended by it
 */
export async function runInNamespace(plan: NamespacePlan, signal?: AbortSignal): Promise<ProgramExit> {
  signal?.throwIfAborted();
  const agentPlan = completePlan(plan);
  const outside = readNamespaceIds('self');
  const agent = startAgent(agentPlan, outside);
  const tell = (message: ToAgent) => void (agent.connected && agent.send(message, () => {}));
  const passing = passSignals((name) => tell({ type: 'signal', name }));
  const ended = followAgent(agent, outside, passing);
  const abort = () => endSoon(agent, tell);
  signal?.addEventListener('abort', abort, { once: true });
  let gateway: readonly Relay[] = [];
  try {
    gateway = await openGateway(plan.allow, plan.workDir, () => leave(agent));
    tell({ type: 'run', plan: agentPlan });
    const exit = await ended;
    await Promise.all(gateway.map((relay) => relay.drain(DRAIN_PATIENCE_MS)));
    signal?.throwIfAborted();
    return exit;
  } finally {
    // If the program was never started, the agent still waits for the plan; it ends when it finds itself alone.
    leave(agent);
    await ended.catch(() => {});
    signal?.removeEventListener('abort', abort);
    for (const relay of gateway) relay.close();
    passing.end();
  }
}

function completePlan(plan: NamespacePlan): AgentPlan {
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()];
  if (process.platform !== 'linux' || uid === undefined || gid === undefined) {
    throw new NamespaceError(
      'setup-failed',
      `Namespaces are a feature of Linux, and this system is '${process.platform}'.`,
    );
  }
  const tools = findTools();
  if ('missing' in tools) throw new NamespaceError('setup-failed', tools.missing);
  return { ...plan, uid, gid, tools };
}

/** The program's streams are descriptors 4 to 6 of the agent, so that nothing of ours can ever be printed on them. */
function startAgent({ tools }: AgentPlan, outside: NamespaceIds): ChildProcess {
  const node = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    AGENT_FILE,
    ...Object.values(outside),
  ];
  return spawn(tools.unshare, [...ENTER_ARGUMENTS, '--', ...node], {
    cwd: '/',
    env: { PATH: TOOL_DIRECTORIES.join(':') },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc', 0, 1, 2],
  });
}

function leave(agent: ChildProcess): void {
  if (agent.connected) agent.disconnect();
}

function endSoon(agent: ChildProcess, tell: (message: ToAgent) => void): void {
  tell({ type: 'signal', name: 'SIGTERM' });
  const timer = setTimeout(() => agent.kill('SIGKILL'), ABORT_PATIENCE_MS);
  agent.once('exit', () => clearTimeout(timer));
}

/** Waits until the agent has ended and nothing is left in its namespaces, and says what came of the program. */
async function followAgent(
  agent: ChildProcess,
  outside: NamespaceIds,
  passing: SignalPassing,
): Promise<ProgramExit> {
  let inside: NamespaceIds | undefined;
  let outcome: FromAgent | undefined;
  let said = '';
  agent.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    said = `${said}${chunk}`.slice(0, MAX_SAID_LENGTH);
  });
  // Both ends of the channel are this package at one version, and nobody else has it: its messages need no decoding.
  agent.on('message', (message: FromAgent) => {
    if (message.type === 'stopped') passing.suspend();
    else if (message.type !== 'entered') outcome = message;
    else {
      inside = message.inside;
      passing.catchStops();
    }
  });
  // 'disconnect' comes after the last message, 'exit' may come before it.
  await Promise.all([once(agent, 'close'), once(agent, 'disconnect')]);
  if (outcome?.type === 'ended') return outcome.exit;
  if (outcome?.type === 'failed') throw new NamespaceError(outcome.code, outcome.message);
  if (inside === undefined) return judgeFailedStart(agent, said);
  if (inside.net !== outside.net && inside.mnt !== outside.mnt) await killProcesses(inside);
  const how = agent.signalCode ?? `status ${agent.exitCode}`;
  throw new NamespaceError(
    'agent-lost',
    `The agent of the namespace ended by itself (${how}) and the program with it. ${said}`.trim(),
  );
}

/** A signal that came before the agent could catch it was meant for the program; anything else is a refusal. */
function judgeFailedStart(agent: ChildProcess, said: string): ProgramExit {
  if (agent.signalCode !== null) return { signal: agent.signalCode };
  const reason = said.startsWith('unshare:')
    ? explainRefusal(said, readNamespaceSettings(), process.geteuid?.() === 0)
    : `The agent of the namespace could not start (status ${agent.exitCode}). ${said}`.trim();
  throw new NamespaceError('setup-failed', reason);
}
