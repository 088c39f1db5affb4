import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import {
  hasOwnerSocket,
  makePrivateDirectory,
  ownerSocketIn,
  runsDirectoryOf,
  runtimeDirectoryOf,
} from './runtime-directory.ts';

const uid = process.getuid?.();
const skip = uid === undefined && 'no users here';

interface Scene {
  readonly xdg: string;
  readonly base: string;
  readonly runtime: string;
  readonly socket: string;
}

/** A runtime directory with what stands for an owner's socket. */
function makeScene(t: TestContext): Scene {
  const xdg = mkdtempSync(join(tmpdir(), 'artd-'));
  t.after(() => rmSync(xdg, { recursive: true, force: true }));
  const runtime = runtimeDirectoryOf('/some/data', xdg);
  makePrivateDirectory(runtime, xdg);
  const socket = ownerSocketIn(runtime);
  writeFileSync(socket, '');
  return { xdg, base: join(xdg, 'accredit'), runtime, socket };
}

/** Puts a link in the place of something that is as it should be otherwise. */
function replaceByLink(path: string): void {
  renameSync(path, `${path}.real`);
  symlinkSync(`${path}.real`, path);
}

test('every directory is made for its owner alone, and made so again', { skip }, (t) => {
  const { xdg, base, runtime } = makeScene(t);
  const clouds = join(base, 'clouds');
  for (const path of [base, clouds, runtime]) chmodSync(path, 0o755);
  makePrivateDirectory(runtime, xdg);
  for (const path of [base, clouds, runtime]) assert.equal(statSync(path).mode & 0o777, 0o700);
});

test('a socket in directories of this user alone is one to connect to', (t) => {
  const { xdg, runtime, socket } = makeScene(t);
  assert.equal(hasOwnerSocket(runtime, xdg), true);
  rmSync(socket);
  assert.equal(hasOwnerSocket(runtime, xdg), false);
  rmSync(join(xdg, 'accredit'), { recursive: true });
  assert.equal(hasOwnerSocket(runtime, xdg), false);
});

const unsafe: readonly (readonly [
  name: string,
  spoil: (scene: Scene) => string,
  sentence: (path: string) => string,
])[] = [
  ...(['base', 'clouds', 'runtime'] as const).flatMap((which) => {
    const pathOf = (scene: Scene) => (which === 'clouds' ? join(scene.base, 'clouds') : scene[which]);
    const spoiled = (spoil: (path: string) => void) => (scene: Scene) => {
      spoil(pathOf(scene));
      return pathOf(scene);
    };
    return [
      [
        `a link in place of '${which}'`,
        spoiled(replaceByLink),
        (path: string) => `'${path}' is not a directory of this user; remove it, or set XDG_RUNTIME_DIR.`,
      ],
      [
        `others' rights in '${which}'`,
        spoiled((path) => chmodSync(path, 0o701)),
        (path: string) =>
          `'${path}' is open to other users; close it with 'chmod 700', or set XDG_RUNTIME_DIR.`,
      ],
    ] as const;
  }),
  [
    'a link in place of the socket',
    ({ socket }) => {
      replaceByLink(socket);
      return socket;
    },
    (path) => `'${path}' is not a socket of this user; remove it, or set XDG_RUNTIME_DIR.`,
  ],
];
for (const [name, spoil, sentence] of unsafe) {
  test(`nobody connects through ${name}`, { skip }, (t) => {
    const scene = makeScene(t);
    const path = spoil(scene);
    assert.throws(() => hasOwnerSocket(scene.runtime, scene.xdg), {
      name: 'UnsafeDirectory',
      message: sentence(path),
    });
  });
}

test("another user's directory is neither used nor looked into", { skip }, (t) => {
  const { xdg, base, runtime } = makeScene(t);
  const error = {
    name: 'UnsafeDirectory',
    message: `'${base}' is not a directory of this user; remove it, or set XDG_RUNTIME_DIR.`,
  };
  const stranger = (uid ?? 0) + 1;
  assert.throws(() => hasOwnerSocket(runtime, xdg, stranger), error);
  assert.throws(() => makePrivateDirectory(runtime, xdg, stranger), error);
});

test('a file in place of a directory is refused', (t) => {
  const { xdg, base } = makeScene(t);
  const runs = runsDirectoryOf(xdg);
  writeFileSync(runs, '');
  assert.throws(() => makePrivateDirectory(runs, xdg), {
    name: 'UnsafeDirectory',
    message: `'${join(base, 'runs')}' is not a directory of this user; remove it, or set XDG_RUNTIME_DIR.`,
  });
});

test('where no directory can be made, that is said at once', {
  skip: process.platform !== 'linux' && 'no /proc here',
}, () => {
  assert.throws(() => makePrivateDirectory(runsDirectoryOf('/proc/foo'), '/proc/foo'), {
    name: 'UnsafeDirectory',
    message:
      "The directory '/proc/foo/accredit', for sockets and running programs, cannot be made: no directory can be " +
      'made there; set XDG_RUNTIME_DIR to another place.',
  });
});
