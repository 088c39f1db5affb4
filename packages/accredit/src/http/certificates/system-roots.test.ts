import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { rootCertificates } from 'node:tls';
import { makeDirectory } from './authority.fixture.ts';
import { readSystemRoots, writeCaBundle } from './system-roots.ts';

const ROOT = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';

test('the first bundle that is there and holds a certificate is the roots of the system', async (t) => {
  const directory = makeDirectory(t);
  const [empty, roots, other] = ['empty.pem', 'roots.pem', 'other.pem'].map((name) => join(directory, name));
  assert.ok(empty !== undefined && roots !== undefined && other !== undefined);
  writeFileSync(empty, '');
  writeFileSync(roots, `# a comment\n${ROOT}`);
  writeFileSync(other, ROOT);
  const absent = join(directory, 'absent.pem');
  assert.equal(await readSystemRoots([absent, directory, empty, roots, other]), `# a comment\n${ROOT}\n`);
});

test('a system without a bundle has the roots of Node', async (t) => {
  const roots = await readSystemRoots([join(makeDirectory(t), 'absent.pem')]);
  assert.equal(roots, `${rootCertificates.join('\n')}\n`);
});

test('the bundle is the roots and then ours, of mode 0600, and takes the place of an older one', async (t) => {
  const directory = makeDirectory(t);
  const path = join(directory, 'bundle.pem');
  writeFileSync(path, 'older', { mode: 0o644 });
  await writeCaBundle(path, 'ours\n', 'roots\n');
  assert.equal(readFileSync(path, 'utf8'), 'roots\nours\n');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(directory), ['bundle.pem']);
});
