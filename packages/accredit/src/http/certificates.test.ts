import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type LogLine, makeDirectory, makePorts, seededRandom } from './certificates/authority.fixture.ts';
import { DAY_MS, makeAuthority } from './certificates/issue.ts';
import { CertificateStoreError, openCertificateAuthority } from './certificates.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const HOUR_MS = 3_600_000;
const FILES = ['ca-key.pem', 'ca.pem', 'leaf-key.pem', 'leaf.pem'];

const read = (directory: string) =>
  Object.fromEntries(FILES.map((file) => [file, readFileSync(join(directory, file), 'utf8')]));

/** Which of the files hold something else than before. */
const listChanged = (before: Record<string, string>, after: Record<string, string>) =>
  FILES.filter((file) => before[file] !== after[file]);

const said = (lines: readonly LogLine[]) =>
  lines.map(({ level, fields, message }) => [level, fields.reason, message]);

describe('a new authority', () => {
  test('keeps four files, of mode 0600 each, and nothing else', (t) => {
    const directory = makeDirectory(t);
    const authority = openCertificateAuthority(join(directory, 'data'), makePorts(NOW_MS));
    const files = readdirSync(join(directory, 'data')).sort();
    assert.deepEqual(files, FILES);
    assert.deepEqual(
      files.map((file) => statSync(join(directory, 'data', file)).mode & 0o777),
      [0o600, 0o600, 0o600, 0o600],
    );
    assert.equal(statSync(join(directory, 'data')).mode & 0o777, 0o700);
    const stored = read(join(directory, 'data'));
    assert.equal(authority.caFile, join(directory, 'data', 'ca.pem'));
    assert.equal(authority.caPem, stored['ca.pem']);
    assert.deepEqual(authority.leaf(), { certPem: stored['leaf.pem'], keyPem: stored['leaf-key.pem'] });
  });

  test('lives ten years, and what it signs 397 days, both from an hour ago', (t) => {
    const authority = openCertificateAuthority(makeDirectory(t), makePorts(NOW_MS));
    const ca = new X509Certificate(authority.caPem);
    const leaf = new X509Certificate(authority.leaf().certPem);
    const fromMs = NOW_MS - HOUR_MS;
    assert.deepEqual(
      [ca, leaf].map((one) => [one.validFromDate.getTime() - fromMs, one.validToDate.getTime() - fromMs]),
      [
        [0, 3650 * DAY_MS],
        [0, 397 * DAY_MS],
      ],
    );
  });

  test('is named by its serial number, so that two in one bundle differ', () => {
    const random = seededRandom();
    const [one, other] = [makeAuthority(NOW_MS, random), makeAuthority(NOW_MS, random)].map(
      ({ certPem }) => new X509Certificate(certPem),
    );
    assert.match(one?.subject ?? '', /^O=Accredit\nCN=Accredit local CA [0-9a-f]{8}$/);
    assert.notEqual(one?.subject, other?.subject);
  });

  test('signs for the hosts that a cloud answers for', (t) => {
    const leaf = new X509Certificate(
      openCertificateAuthority(makeDirectory(t), makePorts(NOW_MS)).leaf().certPem,
    );
    const hosts = [
      'storage.googleapis.com',
      'www.googleapis.com',
      'bucket.storage.googleapis.com',
      'googleapis.com',
      'accounts.google.com',
      'metadata.google.internal',
      'metadata.goog',
      'metadata',
      'localhost',
    ];
    const others = [
      'google.com',
      'mail.google.com',
      'a.b.googleapis.com',
      'evil.example',
      'googleapis.com.evil.example',
    ];
    assert.deepEqual(
      hosts.filter((host) => leaf.checkHost(host) === undefined),
      [],
    );
    assert.deepEqual(
      others.filter((host) => leaf.checkHost(host) !== undefined),
      [],
    );
    const addresses = ['127.0.0.1', '::1', '169.254.169.254', 'fd20:ce::254'];
    assert.deepEqual(
      addresses.filter((address) => leaf.checkIP(address) === undefined),
      [],
    );
    assert.equal(leaf.checkIP('127.0.0.2'), undefined);
  });
});

interface StoredCase {
  readonly behaviour: string;
  /** What happens to the files between two openings. */
  readonly damage: (directory: string, file: (name: string) => string) => void;
  /** How long after the first opening the second one is, days. */
  readonly afterDays?: number;
  readonly changed: readonly string[];
  readonly said: readonly (readonly [level: string, reason: string | undefined, message: string])[];
}

const LEAF_FILES = ['leaf-key.pem', 'leaf.pem'];
const UNUSABLE = 'a stored certificate cannot serve and is made anew';
const RENEWED = 'a certificate is renewed';
const UNREADABLE = 'the certificate or its key cannot be read';
const OTHER_SIGNED = ['info', 'another authority signed it', RENEWED] as const;

const STORED_CASES: readonly StoredCase[] = [
  { behaviour: 'what was stored is used again', damage() {}, changed: [], said: [] },
  {
    behaviour: 'a temporary file that a crash left is of no account',
    damage: (_, file) => writeFileSync(file('ca.pem.new'), 'half'),
    changed: [],
    said: [],
  },
  {
    behaviour: 'an authority whose certificate was half written is made anew, and so is what it signed',
    damage: (_, file) => truncateSync(file('ca.pem'), 200),
    changed: FILES,
    said: [['warn', UNREADABLE, UNUSABLE], OTHER_SIGNED],
  },
  {
    behaviour: 'an empty key file',
    damage: (_, file) => truncateSync(file('ca-key.pem')),
    changed: FILES,
    said: [['warn', UNREADABLE, UNUSABLE], OTHER_SIGNED],
  },
  {
    behaviour: 'a crash between the two files of an authority leaves a key that is not of its certificate',
    damage: (_, file) => copyFileSync(file('leaf-key.pem'), file('ca-key.pem')),
    changed: FILES,
    said: [['warn', 'the key is not that of the certificate', UNUSABLE], OTHER_SIGNED],
  },
  {
    behaviour: 'a certificate without its key',
    damage: (_, file) => rmSync(file('ca-key.pem')),
    changed: FILES,
    said: [['warn', 'the certificate has no key', UNUSABLE], OTHER_SIGNED],
  },
  {
    behaviour: 'a key without its certificate, as after a crash in the first opening',
    damage: (_, file) => rmSync(file('ca.pem')),
    changed: FILES,
    said: [['warn', 'the key has no certificate', UNUSABLE], OTHER_SIGNED],
  },
  {
    behaviour: 'a key that others could read is no secret any more',
    damage: (_, file) => chmodSync(file('ca-key.pem'), 0o640),
    changed: FILES,
    said: [['warn', 'others than the owner had rights to the key', UNUSABLE], OTHER_SIGNED],
  },
  {
    behaviour: 'a certificate that is no authority',
    damage: (_, file) => {
      copyFileSync(file('leaf.pem'), file('ca.pem'));
      copyFileSync(file('leaf-key.pem'), file('ca-key.pem'));
    },
    changed: FILES,
    said: [['warn', 'it is no authority of ours', UNUSABLE], OTHER_SIGNED],
  },
  {
    behaviour: 'an authority of another directory is taken, and signs anew',
    damage: (_, file) => {
      const { certPem, keyPem } = makeAuthority(NOW_MS, seededRandom());
      writeFileSync(file('ca.pem'), certPem);
      writeFileSync(file('ca-key.pem'), keyPem);
    },
    changed: FILES,
    said: [OTHER_SIGNED],
  },
  {
    behaviour: 'a lost server certificate is made by the authority that is there',
    damage: (_, file) => LEAF_FILES.forEach((name) => rmSync(file(name))),
    changed: LEAF_FILES,
    said: [['debug', undefined, 'a certificate is made']],
  },
  {
    behaviour: 'a damaged server certificate',
    damage: (_, file) => writeFileSync(file('leaf.pem'), 'no certificate'),
    changed: LEAF_FILES,
    said: [['warn', UNREADABLE, UNUSABLE]],
  },
  {
    behaviour: 'a server certificate with 30 days to live stays',
    damage() {},
    // 397 days less the hour of backdating, and half an hour.
    afterDays: 367 - 1.5 / 24,
    changed: [],
    said: [],
  },
  {
    behaviour: 'a server certificate is renewed when less than 30 days remain',
    damage() {},
    afterDays: 367,
    changed: LEAF_FILES,
    said: [['info', 'less than 30 days of its life remain', RENEWED]],
  },
  {
    behaviour: 'an expired server certificate is renewed',
    damage() {},
    afterDays: 397,
    changed: LEAF_FILES,
    said: [['info', 'it has expired', RENEWED]],
  },
  {
    behaviour: 'certificates of the future are renewed when the clock was set back',
    damage() {},
    afterDays: -1,
    changed: FILES,
    said: [['info', 'it is not valid yet', RENEWED], OTHER_SIGNED],
  },
  {
    behaviour: 'an authority is renewed while it can still sign for a full life',
    damage() {},
    afterDays: 3650 - 427,
    changed: FILES,
    said: [['info', 'less than 427 days of its life remain', RENEWED], OTHER_SIGNED],
  },
];

describe('the second opening', () => {
  for (const { behaviour, damage, afterDays = 0, changed, said: expected } of STORED_CASES) {
    const isOfRights = behaviour.includes('others could read') && process.platform === 'win32';
    test(behaviour, { skip: isOfRights ? 'Windows has no such rights' : false }, (t) => {
      const directory = makeDirectory(t);
      const ports = makePorts(NOW_MS);
      openCertificateAuthority(directory, ports);
      const before = read(directory);
      ports.lines.length = 0;
      damage(directory, (name) => join(directory, name));
      ports.nowMs += afterDays * DAY_MS;
      const authority = openCertificateAuthority(directory, ports);
      const after = read(directory);
      assert.deepEqual(listChanged(before, after), changed);
      assert.deepEqual(said(ports.lines), expected);
      const { certPem } = authority.leaf();
      const [ca, leaf] = [new X509Certificate(authority.caPem), new X509Certificate(certPem)];
      assert.equal(after['ca.pem'], authority.caPem);
      assert.ok(leaf.verify(ca.publicKey));
    });
  }

  test('no key and no part of one is in a log line', (t) => {
    const directory = makeDirectory(t);
    const ports = makePorts(NOW_MS);
    openCertificateAuthority(directory, ports);
    const key = readFileSync(join(directory, 'ca-key.pem'), 'utf8');
    truncateSync(join(directory, 'ca-key.pem'), 150);
    truncateSync(join(directory, 'leaf.pem'), 300);
    openCertificateAuthority(directory, ports);
    const lines = key.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
    const log = JSON.stringify(ports.lines);
    assert.ok(ports.lines.some(({ level }) => level === 'warn'));
    assert.deepEqual(
      lines.filter((line) => log.includes(line.slice(0, 16))),
      [],
    );
  });
});

describe('a cloud that runs for long', () => {
  test('renews its certificate in time, and keeps it otherwise', (t) => {
    const directory = makeDirectory(t);
    const ports = makePorts(NOW_MS);
    const authority = openCertificateAuthority(directory, ports);
    const first = authority.leaf();
    ports.nowMs += 366 * DAY_MS;
    assert.equal(authority.leaf(), first);
    ports.nowMs += DAY_MS;
    const second = authority.leaf();
    assert.notEqual(second.certPem, first.certPem);
    assert.equal(authority.leaf(), second);
    assert.equal(read(directory)['leaf.pem'], second.certPem);
    assert.equal(read(directory)['ca.pem'], authority.caPem);
  });
});

describe('a directory that cannot be used', () => {
  test('is refused, and what is in it stays', (t) => {
    const directory = makeDirectory(t);
    mkdirSync(join(directory, 'ca.pem'));
    assert.throws(
      () => openCertificateAuthority(directory, makePorts(NOW_MS)),
      new CertificateStoreError(
        `The certificates in '${directory}' cannot be read or written (EISDIR): the directory must be writable for whoever runs the cloud.`,
      ),
    );
    assert.deepEqual(readdirSync(directory), ['ca.pem']);
  });

  test('is refused without rights to it', (t) => {
    if (process.getuid?.() === 0) return t.skip('root may write everywhere');
    const directory = makeDirectory(t);
    chmodSync(directory, 0o500);
    assert.throws(() => openCertificateAuthority(directory, makePorts(NOW_MS)), CertificateStoreError);
    assert.equal(existsSync(join(directory, 'ca.pem')), false);
  });
});
