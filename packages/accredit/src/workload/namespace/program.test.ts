import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readNamespaceIds } from './processes.ts';
import { runInNamespace } from './run.ts';
import { createScene, findCallers, node } from './scene.fixture.ts';

/** Counts the signals it gets, says so at each, and ends with status 9 at a SIGTERM. */
const COUNT_SIGNALS = `
const counts = {};
for (const name of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT', 'SIGTSTP']) {
  process.on(name, () => { counts[name] = (counts[name] ?? 0) + 1; console.log(name); });
}
process.on('SIGTERM', () => { console.log(JSON.stringify(counts)); process.exit(9); });
setInterval(() => {}, 1_000);
console.log('ready');
`;

/** A process that has ended but was not waited for yet is not running. */
function isRunning(pid: number): boolean {
  const status = readState(pid);
  return status !== undefined && status !== 'Z' && status !== 'X';
}

function readState(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return status.charAt(status.lastIndexOf(')') + 2);
  } catch {
    return undefined;
  }
}

/** Looks again and again: nothing tells a process of a sibling's stop. */
async function untilStopped(pid: number, signal: AbortSignal): Promise<void> {
  while (readState(pid) !== 'T') {
    signal.throwIfAborted();
    await nextTurn();
  }
}

const SIGNALLED = [
  {
    whom: 'the parent alone',
    names: ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGTSTP', 'SIGCONT'],
    toGroup: false,
  },
  {
    whom: 'the whole job, as from Ctrl-C,',
    names: ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGTSTP', 'SIGCONT'],
    toGroup: true,
  },
] as const;

const NOT_FOUND = { code: 'command-not-found', exitCode: 127 };
const NOT_EXECUTABLE = { code: 'command-not-executable', exitCode: 126 };

for (const caller of await findCallers()) {
  describe(`a program started in a namespace by ${caller.label}`, {
    skip: caller.skip,
    concurrency: 4,
  }, () => {
    const endings = [
      { script: 'exit 0', expected: { exit: { code: 0 } } },
      { script: 'exit 41', expected: { exit: { code: 41 } } },
      { script: 'exit 255', expected: { exit: { code: 255 } } },
      { script: 'kill -TERM $$', expected: { exit: { signal: 'SIGTERM' } } },
      { script: 'kill -KILL $$', expected: { exit: { signal: 'SIGKILL' } } },
      { script: 'kill -ABRT $$', expected: { exit: { signal: 'SIGABRT' } } },
    ];
    for (const { script, expected } of endings) {
      test(`ends as it ends: '${script}'`, async (t) => {
        const scene = await createScene(t, caller);
        const { result, stdout, stderr } = await scene.run(scene.plan(['/bin/sh', '-c', script]));
        assert.deepEqual({ result, stdout, stderr }, { result: expected, stdout: '', stderr: '' });
      });
    }

    test('has its own streams, arguments, environment and directory, and nothing of ours among them', async (t) => {
      const scene = await createScene(t, caller);
      const script = 'cat; echo "$1|$2|$0" >&2; pwd; /usr/bin/env | sort; ls /proc/self/fd | grep -x "[0-9]"';
      const plan = scene.plan(['/bin/sh', '-c', script, 'zero', 'a b', '"']);
      const { result, stdout, stderr } = await scene.run(
        { ...plan, env: { PATH: '/usr/bin:/bin', ODD: 'a\nb=c' } },
        'input\n',
      );
      assert.deepEqual(result, { exit: { code: 0 } });
      assert.equal(stderr, 'a b|"|zero\n');
      assert.equal(
        stdout,
        `input\n${plan.cwd}\nODD=a\nPATH=/usr/bin:/bin\nPWD=${plan.cwd}\nb=c\n0\n1\n2\n3\n`,
      );
    });

    const refusals = [
      {
        command: ['no-such-command'],
        expected: {
          ...NOT_FOUND,
          message: "The command 'no-such-command' was not found in any directory of PATH.",
        },
      },
      { command: ['./absent'], expected: { ...NOT_FOUND, message: "The command './absent' was not found." } },
      {
        command: ['/etc/passwd'],
        expected: {
          ...NOT_EXECUTABLE,
          message: "The command '/etc/passwd' is there, but it cannot be executed.",
        },
      },
    ];
    for (const { command, expected } of refusals) {
      test(`is told missing as a shell does (POSIX 2.8.2): '${command.join(' ')}'`, async (t) => {
        const scene = await createScene(t, caller);
        const { result, stdout, stderr } = await scene.run(scene.plan(command));
        assert.deepEqual({ result, stdout, stderr }, { result: { error: expected }, stdout: '', stderr: '' });
      });
    }

    for (const { whom, names, toGroup } of SIGNALLED) {
      test(`gets a signal that ${whom} got, once`, async (t) => {
        const scene = await createScene(t, caller);
        const { child, untilOutput, outcome } = scene.launch(scene.plan(node(COUNT_SIGNALS)));
        await untilOutput('ready\n');
        const pid = child.pid ?? Number.NaN;
        for (const name of names) {
          process.kill(toGroup ? -pid : pid, name);
          await untilOutput(`${name}\n`);
        }
        // A second copy would go the way of this one, before it.
        process.kill(pid, 'SIGTERM');
        const { result, stdout } = await outcome;
        assert.deepEqual(result, { exit: { code: 9 } });
        const counts = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
        assert.deepEqual(counts, Object.fromEntries(names.map((name) => [name, 1])));
      });
    }

    test('gets a stop of the whole job once, also where the job goes on before the agent has looked (signal(7))', async (t) => {
      const scene = await createScene(t, caller);
      const script = `console.log(process.ppid); ${COUNT_SIGNALS}`;
      const { child, untilOutput, outcome } = scene.launch(scene.plan(node(script)));
      const agentPid = Number.parseInt(await untilOutput('ready\n'), 10);
      const pid = child.pid ?? Number.NaN;
      // The kernel takes the agent's copy, which is still pending, away with the SIGCONT.
      process.kill(agentPid, 'SIGSTOP');
      await untilStopped(agentPid, t.signal);
      process.kill(-pid, 'SIGTSTP');
      await untilOutput('SIGTSTP\n');
      process.kill(-pid, 'SIGCONT');
      await untilOutput('SIGCONT\n');
      process.kill(pid, 'SIGTERM');
      const { result, stdout } = await outcome;
      assert.deepEqual(result, { exit: { code: 9 } });
      assert.deepEqual(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), { SIGTSTP: 1, SIGCONT: 1 });
    });

    test('stops and goes on with its job in a shell, as from Ctrl-Z and fg', async (t) => {
      const scene = await createScene(t, caller);
      const { outcome, child } = scene.launch(
        scene.plan(['/bin/sh', '-c', 'echo $$; kill -STOP $$; echo on']),
      );
      // The launcher is a child of this process: its state is what a shell would see.
      await untilStopped(child.pid ?? Number.NaN, t.signal);
      process.kill(-(child.pid ?? Number.NaN), 'SIGCONT');
      const { result, stdout } = await outcome;
      assert.deepEqual([result, stdout.split('\n').slice(1)], [{ exit: { code: 0 } }, ['on', '']]);
    });

    test('is killed with all its children when the parent is killed', async (t) => {
      const scene = await createScene(t, caller);
      const { child, untilOutput, outcome } = scene.launch(
        scene.plan(['/bin/sh', '-c', 'sleep 1000 & echo $!; sleep 1000']),
      );
      const pid = Number(await untilOutput('\n'));
      child.kill('SIGKILL');
      // The streams end when the last process that holds them is gone: agent, program and its children.
      assert.deepEqual((await outcome).result, undefined);
      assert.equal(isRunning(pid), false);
    });

    test('is killed with all its children when the agent is killed', async (t) => {
      const scene = await createScene(t, caller);
      const { untilOutput, outcome } = scene.launch(
        scene.plan(['/bin/sh', '-c', 'sleep 1000 & echo $PPID; sleep 1000']),
      );
      process.kill(Number(await untilOutput('\n')), 'SIGKILL');
      const message = 'The agent of the namespace ended by itself (SIGKILL) and the program with it.';
      assert.deepEqual((await outcome).result, { error: { code: 'agent-lost', exitCode: 125, message } });
    });

    test('takes what it left in the background with it', async (t) => {
      const scene = await createScene(t, caller);
      const script = '(trap "" TERM HUP; exec sleep 1000) & echo $!; exit 3';
      const { result, stdout } = await scene.run(scene.plan(['/bin/sh', '-c', script]));
      assert.deepEqual(result, { exit: { code: 3 } });
      assert.equal(isRunning(Number(stdout)), false);
    });
  });
}

test("the agent touches nothing in the namespaces that it is told are the machine's", {
  timeout: 20_000,
}, async () => {
  const agent = fileURLToPath(new URL('./agent.ts', import.meta.url));
  for (const told of [
    Object.values(readNamespaceIds('self')),
    ['user:[1]', 'net:[1]', readNamespaceIds('self').mnt],
    [],
  ]) {
    const [status] = await once(spawn(process.execPath, [agent, ...told], { stdio: 'ignore' }), 'exit');
    assert.equal(status, 2);
  }
});

const [self] = await findCallers();
if (self !== undefined) {
  describe('runInNamespace', { skip: self.skip }, () => {
    test('fails closed where a mount cannot be made', async (t) => {
      const scene = await createScene(t, self);
      const marker = join(scene.directory, 'started');
      const plan = scene.plan(['/bin/sh', '-c', `: > ${marker}`], {
        caBundlePath: join(scene.directory, 'absent.pem'),
      });
      await assert.rejects(runInNamespace(plan), {
        name: 'NamespaceError',
        code: 'setup-failed',
        exitCode: 125,
        message: /absent\.pem/,
      });
      assert.equal(existsSync(marker), false);
    });

    test('ends the program when it is aborted, and rejects with the reason', async (t) => {
      const scene = await createScene(t, self);
      const aborting = new AbortController();
      const marker = join(scene.directory, 'ended');
      const script = `
        import { writeFileSync } from 'node:fs';
        process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(marker)}, ''); process.exit(0); });
        setInterval(() => {}, 1_000);
        await fetch('http://169.254.169.254/ready');`;
      void scene.untilRequest().then(() => aborting.abort(new Error('enough')));
      const plan = scene.plan(node(script));
      await assert.rejects(runInNamespace(plan, aborting.signal), { message: 'enough' });
      assert.equal(existsSync(marker), true);
      await assert.rejects(runInNamespace(plan, aborting.signal), { message: 'enough' });
    });

    test('says what is wrong with a script whose interpreter is missing', async (t) => {
      const scene = await createScene(t, self);
      const script = join(scene.directory, 'script');
      writeFileSync(script, '#!/no/such/interpreter -x\n');
      chmodSync(script, 0o755);
      chownSync(script, self.uid, self.gid);
      await assert.rejects(runInNamespace(scene.plan([script])), {
        code: 'command-not-executable',
        message: `The command '${script}' needs the interpreter '/no/such/interpreter', which was not found.`,
      });
    });
  });
}
