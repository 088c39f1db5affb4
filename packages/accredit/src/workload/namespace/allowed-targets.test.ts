import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseAllowedTarget, placeTargets } from './allowed-targets.ts';

describe('parseAllowedTarget', () => {
  const accepted = [
    { text: 'db.internal:5432', expected: { kind: 'name', host: 'db.internal', port: 5432 } },
    { text: 'DB.Internal.:5432', expected: { kind: 'name', host: 'db.internal', port: 5432 } },
    { text: 'localhost:1', expected: { kind: 'name', host: 'localhost', port: 1 } },
    { text: 'bücher.example:65535', expected: { kind: 'name', host: 'xn--bcher-kva.example', port: 65535 } },
    { text: 'my_db:80', expected: { kind: 'name', host: 'my_db', port: 80 } },
    {
      text: 'googleapis.com.example:443',
      expected: { kind: 'name', host: 'googleapis.com.example', port: 443 },
    },
    { text: '10.0.0.5:22', expected: { kind: 'ipv4', host: '10.0.0.5', port: 22 } },
    { text: '127.0.0.1:5432', expected: { kind: 'ipv4', host: '127.0.0.1', port: 5432 } },
    { text: '[2001:DB8::1]:443', expected: { kind: 'ipv6', host: '2001:db8::1', port: 443 } },
    { text: '[::1]:5432', expected: { kind: 'ipv6', host: '::1', port: 5432 } },
  ];
  for (const { text, expected } of accepted) {
    test(`'${text}' is read`, () => assert.deepEqual(parseAllowedTarget(text), expected));
  }

  const form =
    "is not of the form HOST:PORT with a port of 1 to 65535 (an IPv6 address in brackets: '[::1]:5432').";
  const odd = 'has a host that is neither a name nor an address in its usual form.';
  const linkLocal = 'is never forwarded to: that address is link-local, where metadata servers are.';
  const embedded = 'is never forwarded to: that address holds an IPv4 address inside an IPv6 one.';
  const own = 'cannot be allowed: the cloud itself answers for that name inside a namespace.';
  const refused = [
    ...[
      '',
      'host',
      'host:',
      'host:0',
      'host:65536',
      'host:-1',
      'host:1e3',
      'host:80 ',
      '::1:80',
      'a:b:80',
      'http://a:80',
    ].map((text) => ({ text, why: form })),
    ...['169.254.169.254:80', '169.254.0.1:80', '169.254.255.255:1'].map((text) => ({
      text,
      why: linkLocal,
    })),
    // What inet_aton would take for 169.254.169.254, and so every resolver of the C library.
    ...[
      '2852039166:80',
      '0xa9fea9fe:80',
      '169.254.43518:80',
      '0251.0376.0251.0376:80',
      '169.16689662:80',
    ].map((text) => ({
      text,
      why: odd,
    })),
    ...[
      '[::ffff:169.254.169.254]:80',
      '[::ffff:a9fe:a9fe]:80',
      '[64:ff9b::a9fe:a9fe]:80',
      '[2002:a9fe:a9fe::]:80',
    ].map((text) => ({ text, why: embedded })),
    { text: '[fe80::1]:80', why: 'is never forwarded to: that address is link-local.' },
    { text: '[fe80::1%eth0]:80', why: 'has no IPv6 address without a zone between its brackets.' },
    { text: '[10.0.0.1]:80', why: 'has no IPv6 address without a zone between its brackets.' },
    { text: '[fd20:ce::254]:80', why: "is never forwarded to: that address is a metadata server's." },
    { text: '[fd00:ec2:0:0::254]:80', why: "is never forwarded to: that address is a metadata server's." },
    { text: '0.0.0.0:80', why: 'is never forwarded to: that address names no host.' },
    { text: '[::]:80', why: 'is never forwarded to: that address names no host.' },
    { text: '224.0.0.1:80', why: 'is never forwarded to: that address is a multicast or broadcast address.' },
    {
      text: '255.255.255.255:80',
      why: 'is never forwarded to: that address is a multicast or broadcast address.',
    },
    { text: '[ff02::1]:80', why: 'is never forwarded to: that address is a multicast address.' },
    ...[
      'metadata.google.internal:80',
      'METADATA:80',
      'metadata.goog.:80',
      'storage.googleapis.com:443',
      'accounts.google.com:443',
    ].map((text) => ({ text, why: own })),
    ...['127.0.0.1:53', '127.0.0.2:443'].map((text) => ({
      text,
      why: 'cannot be allowed: the cloud itself listens there inside a namespace.',
    })),
    ...[
      ':80',
      '-a.example:80',
      'a..b:80',
      'a b:80',
      `${'a'.repeat(64)}.example:80`,
      '%31:80',
      '*:80',
      '10.0.0.1.:80',
    ].map((text) => ({
      text,
      why: odd,
    })),
  ];
  for (const { text, why } of refused) {
    test(`'${text}' is refused`, () => {
      assert.throws(() => parseAllowedTarget(text), {
        name: 'NamespaceError',
        code: 'invalid-target',
        message: `--allow '${text}' ${why}`,
      });
    });
  }
});

test('each name has a loopback address of its own, whatever its ports; an address stands for itself', () => {
  const targets = [
    'a.test:1',
    '10.0.0.1:2',
    'localhost:3',
    'b.test:4',
    'a.test:5',
    '[2001:db8::1]:6',
    'a.test:1',
  ];
  const placed = placeTargets(targets.map(parseAllowedTarget));
  assert.deepEqual(
    placed.map(({ host, port, address, socketName }) => [host, port, address, socketName]),
    [
      ['a.test', 1, '127.1.0.1', 'allow-0'],
      ['10.0.0.1', 2, '10.0.0.1', 'allow-1'],
      ['localhost', 3, '127.0.0.1', 'allow-2'],
      ['b.test', 4, '127.1.0.2', 'allow-3'],
      ['a.test', 5, '127.1.0.1', 'allow-4'],
      ['2001:db8::1', 6, '2001:db8::1', 'allow-5'],
    ],
  );
});

test('the 256th name has an address, too', () => {
  const targets = Array.from({ length: 257 }, (_, index) => parseAllowedTarget(`n${index}.test:80`));
  const addresses = placeTargets(targets).map(({ address }) => address);
  assert.deepEqual(addresses.slice(254), ['127.1.0.255', '127.1.1.0', '127.1.1.1']);
});
