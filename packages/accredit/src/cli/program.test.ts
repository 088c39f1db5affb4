import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeScene } from './cli.fixture.ts';
import { COMMANDS } from './commands.ts';
import type { LazyCommand, StartOutcome } from './context.ts';
import { CliError, CutShort } from './errors.ts';
import { runCli } from './program.ts';

/** The commands that do something, as they are typed. */
const LEAVES: readonly string[] = [
  'run',
  'up',
  'down',
  'status',
  'why',
  'instances list',
  'instances create',
  'instances describe',
  'instances delete',
  'instances start',
  'instances stop',
  'instances simulate-maintenance',
  'instances live-migrate',
  'instances preempt',
  'service-accounts list',
  'service-accounts create',
  'service-accounts keys create',
  'buckets list',
  'buckets create',
  'buckets delete',
  'iam grant',
  'iam revoke',
  'iam policy',
  'token',
  'env',
  'clock show',
  'clock advance',
  'faults add',
  'faults list',
  'faults remove',
  'conformance',
  'config check',
];

/** The commands that only hold others. */
const GROUPS: readonly string[] = [
  'instances',
  'service-accounts',
  'service-accounts keys',
  'buckets',
  'iam',
  'clock',
  'faults',
  'config',
];

for (const name of LEAVES) {
  test(`'accredit ${name} --help' describes it and gives an example`, async (t) => {
    const { status, stdout, stderr } = await makeScene(t).run([...name.split(' '), '--help']);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, new RegExp(`^Usage: accredit ${name} .*\n\n[A-Z]`));
    assert.match(stdout, new RegExp(`\nExamples?:\n {2}\\$ [^]*accredit ${name}`));
  });
}

test('the help names every command, the exit statuses, and where to start', async (t) => {
  const { status, stdout } = await makeScene(t).run(['--help']);
  assert.equal(status, 0);
  for (const { name, summary } of COMMANDS) assert.match(stdout, new RegExp(`^ {2}${name} +${summary}`, 'm'));
  assert.match(stdout, /^Exit status: 0 done, 1 could not be done, 2 wrong command line\.$/m);
});

test('a command that is loaded is listed as one that is not', async (t) => {
  const scene = makeScene(t);
  for (const { name, summary } of COMMANDS) {
    const { stdout } = await scene.run(['--help', name]);
    const words = stdout.replaceAll(/\s+/g, ' ');
    assert.match(words, new RegExp(` ${name} (?:[<[][a-z.]+[>\\]] )?${summary} `), name);
  }
});

test('the help of why names every gate', async (t) => {
  const { stdout } = await makeScene(t).run(['why', '--help']);
  const words = stdout.replaceAll(/\s+/g, ' ');
  for (const gate of ['principal', 'scopes', 'deny policy', 'allow policy', 'boundary'])
    assert.match(words, new RegExp(`Every gate must be open for a call: [^.]*${gate}`));
});

test('no line of help is wider than a terminal', async (t) => {
  const scene = makeScene(t);
  for (const name of ['', ...GROUPS, ...LEAVES]) {
    const { stdout } = await scene.run([...name.split(' ').filter((word) => word !== ''), '--help']);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80, `${name}: ${line}`);
  }
});

for (const name of ['', ...GROUPS]) {
  test(`'accredit ${name}' lists its commands by summaries that are no sentences`, async (t) => {
    const words = name.split(' ').filter((word) => word !== '');
    const { stdout } = await makeScene(t).run([...words, '--help']);
    const [, list = ''] = /\nCommands:\n((?: {2}.*\n)+)/.exec(stdout) ?? [];
    assert.notEqual(list, '');
    for (const line of list.trimEnd().split('\n'))
      assert.match(line, /^ {2,}\S+( [<[].*[>\]])? {2,}[a-z].*[^.]$|^ {20,}\S/);
  });
}

test('a wrong command line is told which help to read', async (t) => {
  const { stderr } = await makeScene(t).run(['instances', 'create']);
  assert.equal(
    stderr,
    "accredit: missing required argument 'name'\nSee 'accredit instances create --help'.\n",
  );
});

test('the version is that of the package', async (t) => {
  assert.deepEqual(await makeScene(t).run(['--version']), {
    status: 0,
    stdout: 'accredit 1.2.3\n',
    stderr: '',
  });
});

const wrong: readonly (readonly [readonly string[], string])[] = [
  [['stauts'], "accredit: unknown command 'stauts'\n(Did you mean status?)\n"],
  [['status', '--nope'], "accredit: unknown option '--nope'\n"],
  [
    ['status', 'extra'],
    "accredit: too many arguments for 'status'. Expected 0 arguments but got 1: extra.\n",
  ],
  [['instances', 'create'], "accredit: missing required argument 'name'\n"],
  [['instances', 'lst'], "accredit: unknown command 'lst'\n(Did you mean list?)\n"],
  [['token'], "accredit: required option '--service-account <account>' not specified\n"],
  [
    ['why', '--limit', '0'],
    "accredit: option '--limit <count>' argument '0' is invalid. It must be a whole number from 1 to 100.\n",
  ],
  [
    ['status', '--format', 'xml'],
    "accredit: option '--format <form>' argument 'xml' is invalid. Allowed choices are table, json.\n",
  ],
  [
    ['up', '--memory', '--detach'],
    'accredit: A cloud in memory runs in the foreground: leave out --memory or --detach.\n',
  ],
  [['up', '--detach', '--iam', 'off'], "accredit: --iam: expected 'enforce' or 'audit', got 'off'.\n"],
  [['up', '--iam', 'off'], "accredit: --iam: expected 'enforce' or 'audit', got 'off'.\n"],
];
for (const [args, sentence] of wrong) {
  test(`'accredit ${args.join(' ')}' is a wrong command line: status 2`, async (t) => {
    const { status, stdout, stderr } = await makeScene(t).run(args);
    assert.deepEqual([status, stdout], [2, '']);
    assert.equal(stderr.replace(/See 'accredit( [a-z-]+)* --help'\.\n/, ''), sentence);
  });
}

/** A command that fails in the given way. */
function failing(error: unknown): readonly LazyCommand[] {
  const load: LazyCommand['load'] = async () => (parent) => {
    parent.command('fail').action(async () => {
      throw error;
    });
  };
  return [{ name: 'fail', summary: 'fails', load }];
}

test('an error for people is one sentence; whoever started this in the background hears it too', async (t) => {
  const heard: StartOutcome[] = [];
  let said = '';
  const err = { isTerminal: false, write: (text: string) => void (said += text) };
  const context = {
    ...makeScene(t).context,
    err,
    reportStart: (outcome: StartOutcome) => void heard.push(outcome),
  };
  assert.equal(await runCli(failing(new CliError('It is so.')), ['fail'], context), 1);
  assert.equal(said, 'accredit: It is so.\n');
  assert.deepEqual(heard, [{ outcome: 'failed', why: 'It is so.' }]);
});

test('a mistake of ours says so and shows where', async (t) => {
  let said = '';
  const err = { isTerminal: false, write: (text: string) => void (said += text) };
  assert.equal(
    await runCli(failing(new TypeError('x is not y')), ['fail'], { ...makeScene(t).context, err }),
    1,
  );
  assert.match(
    said,
    /^accredit: This is a mistake in accredit; please report it\. TypeError: x is not y\n {4}at /,
  );
});

test('a process in which something still goes on is ended', async (t) => {
  const ended: number[] = [];
  const err = { isTerminal: true, write() {} };
  const context = { ...makeScene(t).context, err, exit: (status: number) => void ended.push(status) };
  assert.equal(await runCli(failing(new CutShort('Too late.')), ['fail'], context), 1);
  assert.deepEqual(ended, [1]);
});
