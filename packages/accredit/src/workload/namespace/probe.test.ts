import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, type TestContext, test } from 'node:test';
import { renderAddressCommands } from './network.ts';
import { probeNamespace } from './probe.ts';
import { renderNsswitchConf } from './system-files.ts';
import { findTools } from './tools.ts';

const found = findTools();
const skip = process.platform !== 'linux' || 'missing' in found ? 'the tools are not here' : false;

/** A directory with the tools of this system, but for those that are replaced by a script or by nothing. */
function makeTools(t: TestContext, replaced: Readonly<Record<string, string | null>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'accredit-'));
  t.after(() => rmSync(directory, { recursive: true }));
  chmodSync(directory, 0o755);
  for (const [name, path] of Object.entries(found)) {
    const script = replaced[name];
    if (script === undefined) symlinkSync(path, join(directory, name));
    else if (script !== null) writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return directory;
}

describe('probeNamespace', { skip }, () => {
  for (const [name, pack] of [
    ['ip', 'iproute2'],
    ['unshare', 'util-linux'],
    ['mount', 'util-linux'],
  ] as const) {
    test(`says that '${name}' is missing`, async (t) => {
      const directory = makeTools(t, { [name]: null });
      const reason = `The program '${name}' (package ${pack}) was not found in ${directory}.`;
      assert.deepEqual(await probeNamespace([directory]), { works: false, reason });
    });
  }

  test('says what refused, where entering is refused', async (t) => {
    const directory = makeTools(t, {
      unshare: 'echo "unshare: unshare failed: Operation not permitted" >&2; exit 1',
    });
    const availability = await probeNamespace([directory]);
    assert.equal(availability.works, false);
    assert.match(
      availability.works ? '' : availability.reason,
      /\(unshare: unshare failed: Operation not permitted\)\.$/,
    );
  });

  const works =
    skip === false && 'unshare' in found ? probeNamespace() : Promise.resolve({ works: false } as const);
  test('says which step failed inside', async (t) => {
    if (!(await works).works) return t.skip('no namespaces here');
    const directory = makeTools(t, { mount: 'echo "mount: denied" >&2; exit 32' });
    const availability = await probeNamespace([directory]);
    assert.equal(availability.works, false);
    assert.match(
      availability.works ? '' : availability.reason,
      /^The program 'mount' could not bind a file in a new namespace\. .*\(mount: denied\)\.$/,
    );
  });
});

test('the loopback interface gets each address once; 127.0.0.0/8 and ::1 are its own', () => {
  const place = (address: string) =>
    ({ kind: 'ipv4', host: address, port: 1, address, socketName: 'x' }) as const;
  const targets = ['10.0.0.1', '10.0.0.1', '127.1.0.1', '::1', '2001:db8::1'].map(place);
  assert.equal(
    renderAddressCommands(targets),
    'link set lo up\naddress add 169.254.169.254/32 dev lo\naddress add 10.0.0.1/32 dev lo\naddress add 2001:db8::1/128 dev lo\n',
  );
});

describe('renderNsswitchConf', () => {
  const cases = [
    { original: '', expected: 'hosts: files dns\n' },
    { original: 'hosts: files mdns4_minimal [NOTFOUND=return] resolve\n', expected: 'hosts: files dns\n' },
    {
      original: '# a\n  hosts :dns\npasswd: files sss',
      expected: 'hosts: files dns\n# a\npasswd: files sss\n',
    },
    { original: 'hostsx: y\n', expected: 'hosts: files dns\nhostsx: y\n' },
  ];
  for (const { original, expected } of cases) {
    test(JSON.stringify(original), () => assert.equal(renderNsswitchConf(original), expected));
  }
});
