import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { explainRefusal, type NamespaceSettings, readNamespaceSettings } from './refusal.ts';

const PERMISSIVE: NamespaceSettings = {
  maxUserNamespaces: '96365',
  unprivilegedUsernsClone: undefined,
  apparmorRestrictUnprivilegedUserns: undefined,
};
const REFUSED = 'unshare: unshare failed: Operation not permitted\nmore';

describe('explainRefusal', () => {
  const cases = [
    {
      said: 'unshare: unshare failed: No space left on device',
      settings: { maxUserNamespaces: '0' },
      expected:
        "User namespaces are switched off: the sysctl 'user.max_user_namespaces' is 0 (unshare: unshare failed: No space left on device).",
    },
    {
      said: REFUSED,
      settings: { unprivilegedUsernsClone: '0' },
      expected:
        "User namespaces are forbidden to ordinary users: the sysctl 'kernel.unprivileged_userns_clone' is 0 (unshare: unshare failed: Operation not permitted).",
    },
    {
      said: 'unshare: write failed /proc/self/uid_map: Operation not permitted',
      settings: { apparmorRestrictUnprivilegedUserns: '1' },
      expected:
        'AppArmor restricts user namespaces of ordinary users, as on Ubuntu since 23.10: ' +
        "the sysctl 'kernel.apparmor_restrict_unprivileged_userns' is 1 and no profile permits this program " +
        '(unshare: write failed /proc/self/uid_map: Operation not permitted).',
    },
    {
      said: REFUSED,
      settings: { unprivilegedUsernsClone: '0', apparmorRestrictUnprivilegedUserns: '1' },
      isRoot: true,
      expected:
        'Namespaces are not permitted here, as in many containers (seccomp or a missing capability) (unshare: unshare failed: Operation not permitted).',
    },
    {
      said: "unshare: unrecognized option '--map-user=0'",
      settings: {},
      expected:
        "The program 'unshare' of this system lacks options that namespaces need (util-linux 2.36 or later has them) (unshare: unrecognized option '--map-user=0').",
    },
    {
      said: '',
      settings: {},
      expected: 'Namespaces are not permitted here, as in many containers (seccomp or a missing capability).',
    },
  ];
  for (const { said, settings, isRoot = false, expected } of cases) {
    test(expected, () =>
      assert.equal(explainRefusal(said, { ...PERMISSIVE, ...settings }, isRoot), expected),
    );
  }
});

test("the kernel's settings are read, those that it has not are undefined", (t) => {
  const root = mkdtempSync(join(tmpdir(), 'accredit-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'user'));
  mkdirSync(join(root, 'kernel'));
  writeFileSync(join(root, 'user/max_user_namespaces'), '0\n');
  writeFileSync(join(root, 'kernel/unprivileged_userns_clone'), '1\n');
  assert.deepEqual(readNamespaceSettings(root), {
    maxUserNamespaces: '0',
    unprivilegedUsernsClone: '1',
    apparmorRestrictUnprivilegedUserns: undefined,
  });
});
