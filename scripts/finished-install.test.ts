import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isInstallFinished } from './finished-install.js';

type Entry = Readonly<Record<string, unknown>>;
type Packages = Readonly<Record<string, Entry>>;

const LEFT_PAD = { version: '1.0.0', integrity: 'sha512-a' };
const ON_DARWIN = { version: '2.0.0', integrity: 'sha512-b', optional: true, os: ['darwin'], cpu: ['arm64'] };
const ON_LINUX = { version: '2.0.0', integrity: 'sha512-c', optional: true, os: 'linux', cpu: 'x64' };
const ON_MUSL = { ...ON_LINUX, libc: ['musl'] };
const BELOW_OPTIONAL = { version: '3.0.0', optional: true };

const LOCK: Packages = {
  '': { name: 'workspace' },
  'node_modules/left-pad': LEFT_PAD,
  'node_modules/on-darwin': ON_DARWIN,
  'node_modules/on-linux': ON_LINUX,
  'node_modules/on-musl': ON_MUSL,
  'node_modules/below': BELOW_OPTIONAL,
  'node_modules/own': { link: true, resolved: 'packages/own' },
  'packages/own': { version: '0.1.0' },
};

/** What npm writes on linux-x64 with glibc. */
const INSTALLED: Packages = {
  'node_modules/left-pad': LEFT_PAD,
  'node_modules/on-linux': ON_LINUX,
  'node_modules/own': { link: true, resolved: 'packages/own' },
  'packages/own': { version: '0.1.0' },
};

/** Unix seconds: when the packages were unpacked, and when npm wrote what it had done. */
const [UNPACKED, WRITTEN] = [1_000_000, 1_000_010];

/** Makes a directory as npm leaves it. @param installed - what stands in the hidden lock file; absent: there is none */
function makeRoot(t: TestContext, lock: Packages, installed: Packages | undefined): string {
  const root = mkdtempSync(join(tmpdir(), 'accredit-install-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const name of ['left-pad', 'on-linux']) {
    const directory = join(root, 'node_modules', name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'package.json'), '{}');
    utimesSync(directory, UNPACKED, UNPACKED);
  }
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: lock }));
  if (installed === undefined) return root;
  const hidden = join(root, 'node_modules', '.package-lock.json');
  writeFileSync(hidden, JSON.stringify({ packages: installed }));
  utimesSync(hidden, WRITTEN, WRITTEN);
  return root;
}

const without = (packages: Packages, name: string): Packages =>
  Object.fromEntries(Object.entries(packages).filter(([place]) => place !== `node_modules/${name}`));

test('what npm installed to the end is recognised, without what is for other machines', (t) => {
  assert.equal(isInstallFinished(makeRoot(t, LOCK, INSTALLED), 'linux', 'x64'), true);
});

const unfinished: readonly (readonly [what: string, lock: Packages, installed: Packages | undefined])[] = [
  ['an installation that was interrupted', LOCK, undefined],
  ['a package that is missing', LOCK, without(INSTALLED, 'left-pad')],
  ['an optional package of this machine that is missing', LOCK, without(INSTALLED, 'on-linux')],
  ['another version', LOCK, { ...INSTALLED, 'node_modules/left-pad': { ...LEFT_PAD, version: '1.0.1' } }],
  ['other contents', LOCK, { ...INSTALLED, 'node_modules/left-pad': { ...LEFT_PAD, integrity: 'sha512-z' } }],
  ['a package that is not wanted any more', without(LOCK, 'left-pad'), INSTALLED],
];
for (const [what, lock, installed] of unfinished) {
  test(`${what} is none that is finished`, (t) => {
    assert.equal(isInstallFinished(makeRoot(t, lock, installed), 'linux', 'x64'), false);
  });
}

test('an installation of another machine is none for this one', (t) => {
  assert.equal(isInstallFinished(makeRoot(t, LOCK, INSTALLED), 'darwin', 'arm64'), false);
});

test('what was begun on top of a finished installation is seen by its packages', (t) => {
  const root = makeRoot(t, LOCK, INSTALLED);
  const directory = join(root, 'node_modules/left-pad');
  utimesSync(directory, WRITTEN + 1, WRITTEN + 1);
  assert.equal(isInstallFinished(root, 'linux', 'x64'), false, 'unpacked after npm wrote what it had done');
  utimesSync(directory, UNPACKED, UNPACKED);
  assert.equal(isInstallFinished(root, 'linux', 'x64'), true);
  rmSync(directory, { recursive: true });
  assert.equal(isInstallFinished(root, 'linux', 'x64'), false, 'moved away');
});

test('a lock file that is torn is none', (t) => {
  const root = makeRoot(t, LOCK, INSTALLED);
  writeFileSync(join(root, 'node_modules/.package-lock.json'), '{"packages":');
  assert.equal(isInstallFinished(root, 'linux', 'x64'), false);
});
