import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { planMounts } from './mounts.ts';
import type { MetadataTlsFiles, NamespacePlan } from './plan.ts';

/** A system: paths with their content, `-> TARGET` for a link, '/' at the end for a directory. */
type Layout = Readonly<Record<string, string>>;

interface Planned {
  /** What of /run stays, each under its name and with its source in the system, and the files that are only ours. */
  readonly run?: { readonly parts: readonly string[]; readonly files: readonly string[] };
  /** Paths in the system, by group, each with what covers it: a name in the work directory, or `bundle`. */
  readonly groups: readonly (readonly string[])[];
  /** The paths that must show what was mounted. */
  readonly expected: readonly string[];
  /** The paths at which what was mounted is seen, where they are not those of the mounts. */
  readonly seenAt: readonly string[];
  readonly workDir: string;
}

async function planFor(
  t: TestContext,
  layout: Layout,
  maskedPaths: readonly string[] = [],
  metadataTlsFiles?: MetadataTlsFiles,
  seenDirectory?: string,
): Promise<Planned> {
  const directory = mkdtempSync(join(tmpdir(), 'accredit-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const root = join(directory, 'system');
  const workDir = join(root, 'home/work');
  mkdirSync(workDir, { recursive: true });
  for (const [path, content] of Object.entries(layout)) build(join(root, path), content, path.endsWith('/'));
  const caBundlePath = join(root, 'home/data/bundle.pem');
  mkdirSync(dirname(caBundlePath));
  writeFileSync(caBundlePath, 'bundle');
  const plan: NamespacePlan = {
    command: ['true'],
    env: {},
    cwd: '/',
    metadataSocket: '/unused',
    ...(metadataTlsFiles === undefined ? {} : { metadataTlsFiles }),
    tlsSocket: '/unused',
    caBundlePath,
    allow: [],
    maskedPaths: maskedPaths.map((path) => join(root, path)),
    workDir,
    ...(seenDirectory === undefined ? {} : { seenDirectory: join(root, seenDirectory) }),
  };
  const { run, groups, expected } = await planMounts(plan, root);
  const name = (path: string) => (path === caBundlePath ? 'bundle' : relative(workDir, path));
  return {
    ...(run === undefined
      ? {}
      : {
          run: {
            parts: run.parts
              .map(({ source, target }) => `${relative(root, source)} = ${name(target)}`)
              .sort(),
            files: run.files,
          },
        }),
    groups: groups.map((group) =>
      group.map(({ source, target }) => `${relative(root, target)} = ${name(source)}`),
    ),
    expected: expected.map(({ path, source }) => `${relative(root, path)} = ${name(source)}`),
    seenAt: groups.flat().flatMap(({ seenAt }) => (seenAt === undefined ? [] : [relative(root, seenAt)])),
    workDir,
  };
}

function build(path: string, content: string, isDirectory: boolean): void {
  mkdirSync(isDirectory ? path : dirname(path), { recursive: true });
  if (content.startsWith('-> ')) symlinkSync(content.slice(3), path);
  else if (!isDirectory) writeFileSync(path, content);
}

describe('planMounts', () => {
  test('covers what is there and leaves the rest alone (Debian without systemd-resolved)', async (t) => {
    const layout = {
      'etc/resolv.conf': 'nameserver 192.0.2.1',
      'etc/hosts': '192.0.2.2 db',
      'etc/nsswitch.conf': 'passwd: files systemd\nhosts:  files resolve dns\n',
      'etc/ssl/certs/ca-certificates.crt': 'roots',
    };
    const { groups, expected, workDir } = await planFor(t, layout);
    const files = [
      'etc/resolv.conf = resolv.conf',
      'etc/hosts = hosts',
      'etc/nsswitch.conf = nsswitch.conf',
      'etc/ssl/certs/ca-certificates.crt = bundle',
    ];
    assert.deepEqual({ groups, expected }, { groups: [files, [], []], expected: files });
    assert.equal(
      readFileSync(join(workDir, 'resolv.conf'), 'utf8'),
      '# Written by accredit run.\nnameserver 127.0.0.1\n',
    );
    assert.equal(
      readFileSync(join(workDir, 'nsswitch.conf'), 'utf8'),
      'hosts: files dns\npasswd: files systemd\n',
    );
    const own = hostname() === 'localhost' ? '' : `127.0.1.1 ${hostname()}\n`;
    assert.equal(
      readFileSync(join(workDir, 'hosts'), 'utf8'),
      `# Written by accredit run.\n127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n` +
        `169.254.169.254 metadata.google.internal metadata metadata.goog\n${own}`,
    );
  });

  test('a link into a masked directory finds our file in the mask (Ubuntu with systemd-resolved)', async (t) => {
    const layout = {
      'etc/resolv.conf': '-> ../run/systemd/resolve/stub-resolv.conf',
      'run/systemd/resolve/stub-resolv.conf': 'nameserver 127.0.0.53',
      'run/systemd/resolve/io.systemd.Resolve': 'a socket',
    };
    const { groups, expected, workDir } = await planFor(t, layout);
    assert.deepEqual(groups, [[], [], ['run/systemd/resolve = mask-0']]);
    assert.deepEqual(expected, ['etc/resolv.conf = resolv.conf']);
    assert.equal(
      readFileSync(join(workDir, 'mask-0/stub-resolv.conf'), 'utf8'),
      '# Written by accredit run.\nnameserver 127.0.0.1\n',
    );
  });

  test('bundles that are one file are covered once (Fedora)', async (t) => {
    const layout = {
      'etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem': 'roots',
      'etc/pki/tls/certs/ca-bundle.crt': '-> ../../ca-trust/extracted/pem/tls-ca-bundle.pem',
      'etc/ssl/cert.pem': '-> ../pki/tls/certs/ca-bundle.crt',
    };
    const { groups, expected } = await planFor(t, layout);
    assert.deepEqual(groups, [['etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem = bundle'], [], []]);
    assert.deepEqual(expected, [
      'etc/pki/tls/certs/ca-bundle.crt = bundle',
      'etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem = bundle',
      'etc/ssl/cert.pem = bundle',
    ]);
  });

  test('links that lead nowhere are left out: resolvers then ask 127.0.0.1', async (t) => {
    const { groups, expected } = await planFor(t, { 'etc/resolv.conf': '-> ../run/none' });
    assert.deepEqual([groups, expected], [[[], [], []], []]);
  });

  test('a link to itself is an error, not a file that is left out', async (t) => {
    await assert.rejects(planFor(t, { 'etc/hosts': '-> hosts' }), { code: 'ELOOP' });
  });

  test('masks: each once, none inside another, absent ones left out, the one over the work directory last', async (t) => {
    const layout = {
      'home/gcloud/application_default_credentials.json': 'secret',
      'home/key.json': 'secret',
      'home/alias': '-> gcloud',
      'run/nscd/': '',
      'var/run': '-> ../run',
    };
    const masked = [
      'home/work',
      'home/gcloud',
      'home/gcloud/application_default_credentials.json',
      'home/alias',
      'home/key.json',
      'home/absent',
      'home/key.json/absent',
    ];
    const { groups } = await planFor(t, layout, masked);
    assert.deepEqual(groups, [
      [],
      ['run/nscd = mask-0', 'home/gcloud = mask-1', 'home/key.json = mask-2'],
      ['home/work = mask-3'],
    ]);
  });

  test('a mask over the work directory takes the place of those inside it', async (t) => {
    const { groups } = await planFor(t, { 'home/x': '' }, ['home/work', 'home', 'home/x']);
    assert.deepEqual(groups, [[], [], ['home = mask-0']]);
  });

  test('a directory that is to be seen is put into the mask over it, before that is mounted', async (t) => {
    const layout = { 'home/work/files/settings': 'of this run', 'home/key.json': 'secret' };
    const plan = await planFor(t, layout, ['home', 'home/key.json'], undefined, 'home/work/files');
    assert.deepEqual(plan.groups, [['home/work/mask-0/work/files = files'], [], ['home = mask-0']]);
    assert.deepEqual(readdirSync(join(plan.workDir, 'mask-0/work/files')), []);
    assert.deepEqual(plan.seenAt, ['home/work/files']);
  });

  test('where nothing masks it, it is seen as it is', async (t) => {
    const layout = { 'home/work/files/settings': 'of this run', 'home/key.json': 'secret' };
    const plan = await planFor(t, layout, ['home/key.json'], undefined, 'home/work/files');
    assert.deepEqual([plan.groups, plan.seenAt], [[[], [], ['home/key.json = mask-0']], []]);
  });

  const TLS: MetadataTlsFiles = { rootPem: 'the root', clientPem: 'the client' };

  test('/run keeps all that the machine has there, beside the files of TLS (metadata notes 11.3)', async (t) => {
    const layout = {
      'run/dbus/system_bus_socket': 'a socket',
      'run/a name': 'a file',
      'run/shm': '-> /dev/shm',
    };
    const { run, groups, expected, workDir } = await planFor(t, layout, [], TLS);
    assert.deepEqual(
      { run, groups, expected },
      {
        run: {
          parts: ['run/a name = run/a name', 'run/dbus = run/dbus'],
          files: ['google-mds-mtls/root.crt', 'google-mds-mtls/client.key'],
        },
        groups: [[], [], []],
        expected: [
          'run/google-mds-mtls/root.crt = run/google-mds-mtls/root.crt',
          'run/google-mds-mtls/client.key = run/google-mds-mtls/client.key',
        ],
      },
    );
    const own = join(workDir, 'run');
    assert.equal(readlinkSync(join(own, 'shm')), '/dev/shm');
    assert.equal(readFileSync(join(own, 'google-mds-mtls/root.crt'), 'utf8'), 'the root');
    assert.equal(readFileSync(join(own, 'google-mds-mtls/client.key'), 'utf8'), 'the client');
    const modes = ['.', 'google-mds-mtls', 'google-mds-mtls/client.key'].map(
      (path) => statSync(join(own, path)).mode & 0o777,
    );
    assert.deepEqual(modes, [0o755, 0o755, 0o600]);
    // The places of what the machine has are empty.
    assert.deepEqual([readdirSync(join(own, 'dbus')), readFileSync(join(own, 'a name'), 'utf8')], [[], '']);
  });

  test('the files of a machine of Google’s own are not the program’s', async (t) => {
    const layout = { 'run/google-mds-mtls/client.key': 'of the machine' };
    const { run, workDir } = await planFor(t, layout, [], TLS);
    assert.deepEqual(run?.parts, []);
    assert.equal(readFileSync(join(workDir, 'run/google-mds-mtls/client.key'), 'utf8'), 'the client');
  });

  const WITHOUT: readonly (readonly [what: string, layout: Layout, maskedPaths: readonly string[]])[] = [
    ['without a /run', {}, []],
    ['where /run is no directory', { run: 'a file' }, []],
    ['where /run is masked', { 'run/x': 'x' }, ['run']],
  ];
  for (const [what, layout, maskedPaths] of WITHOUT) {
    test(`${what} there are no files of TLS, as on a VM without it`, async (t) => {
      const { run, expected } = await planFor(t, layout, maskedPaths, TLS);
      assert.deepEqual([run, expected], [undefined, []]);
    });
  }
});
