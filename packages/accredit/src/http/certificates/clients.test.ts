import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { connect, createServer } from 'node:tls';
import { makeLiveAuthority, runTool, skipWithout } from './authority.fixture.ts';
import type { CertificateWithKey } from './issue.ts';
import { writeCaBundle } from './system-roots.ts';

const [noOpenssl, noCurl, noPython] = await Promise.all([
  skipWithout('openssl', 'version'),
  skipWithout('curl', '--version'),
  skipWithout('python3', '-c', 'import ssl'),
]);

/** Names and addresses that the authority may vouch for. */
const PERMITTED = [
  'storage.googleapis.com',
  'bucket.storage.googleapis.com',
  'accounts.google.com',
  'metadata.google.internal',
  'metadata',
  'localhost',
];
const PERMITTED_ADDRESSES = ['127.0.0.1', '127.9.9.9', '::1', '169.254.169.254', 'fd20:ce::254'];

/** Names and addresses for which nobody may believe it, even if its key is stolen and signs for them. */
const FORBIDDEN = [
  'evil.example',
  'mail.google.com',
  'google.com',
  'googleapis.com.evil.example',
  'notgoogleapis.com',
];
const FORBIDDEN_ADDRESSES = ['10.0.0.1', '169.254.169.253', '::2', 'fd20:ce::253'];

/** Serves TLS on a loopback port and answers every request with 204. */
async function serve(t: TestContext, { certPem, keyPem }: CertificateWithKey): Promise<number> {
  const server = createServer({ cert: certPem, key: keyPem }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'));
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  // A server without a Unix socket has an address with a port.
  return (server.address() as AddressInfo).port;
}

describe('openssl verify', { skip: noOpenssl }, () => {
  const verify = async (t: TestContext, dnsNames: readonly string[], addresses: readonly string[] = []) => {
    const authority = makeLiveAuthority(t);
    const file = join(authority.directory, 'server.pem');
    writeFileSync(file, authority.sign(dnsNames, addresses).certPem);
    const how = ['-x509_strict', '-purpose', 'sslserver', '-no-CApath', '-no-CAstore'];
    return await runTool('openssl', ['verify', ...how, '-CAfile', authority.caFile, file]);
  };

  test('believes the certificate of the cloud by the strict rules', async (t) => {
    const authority = makeLiveAuthority(t);
    const file = join(authority.directory, 'leaf.pem');
    const { status, stdout } = await runTool('openssl', [
      'verify',
      '-x509_strict',
      '-purpose',
      'sslserver',
      '-CAfile',
      authority.caFile,
      file,
    ]);
    assert.deepEqual({ status, stdout }, { status: 0, stdout: `${file}: OK\n` });
  });

  for (const name of PERMITTED) {
    test(`believes the authority for ${name}`, async (t) =>
      assert.equal((await verify(t, [name])).status, 0));
  }
  for (const address of PERMITTED_ADDRESSES) {
    test(`believes the authority for ${address}`, async (t) =>
      assert.equal((await verify(t, [], [address])).status, 0));
  }
  for (const name of FORBIDDEN) {
    test(`refuses the authority for ${name} (RFC 5280 §4.2.1.10)`, async (t) => {
      const { status, stderr } = await verify(t, [name]);
      assert.equal(status, 2);
      assert.match(stderr, /permitted subtree violation/);
    });
  }
  for (const address of FORBIDDEN_ADDRESSES) {
    test(`refuses the authority for ${address}`, async (t) => {
      const { status, stderr } = await verify(t, ['localhost'], [address]);
      assert.equal(status, 2);
      assert.match(stderr, /permitted subtree violation/);
    });
  }

  test('reads the name constraints as critical, and whole', async (t) => {
    const authority = makeLiveAuthority(t);
    const shown = await runTool('openssl', [
      'x509',
      '-in',
      authority.caFile,
      '-noout',
      '-ext',
      'nameConstraints,basicConstraints,keyUsage',
    ]);
    assert.deepEqual(
      shown.stdout
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
      [
        'X509v3 Basic Constraints: critical',
        'CA:TRUE, pathlen:0',
        'X509v3 Key Usage: critical',
        'Certificate Sign, CRL Sign',
        'X509v3 Name Constraints: critical',
        'Permitted:',
        'DNS:googleapis.com',
        'DNS:accounts.google.com',
        'DNS:google.internal',
        'DNS:metadata.goog',
        'DNS:metadata',
        'DNS:localhost',
        'IP:127.0.0.0/255.0.0.0',
        'IP:0:0:0:0:0:0:0:1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF',
        'IP:169.254.169.254/255.255.255.255',
        'IP:FD20:CE:0:0:0:0:0:254/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF',
      ],
    );
  });

  test('believes the cloud by a bundle of the system roots and ours, and not by the roots alone', async (t) => {
    const authority = makeLiveAuthority(t);
    const [bundle, roots] = [join(authority.directory, 'bundle.pem'), join(authority.directory, 'roots.pem')];
    await writeCaBundle(bundle, authority.caPem);
    await writeCaBundle(roots, '');
    const verifyBy = async (file: string) =>
      (
        await runTool('openssl', [
          'verify',
          '-no-CApath',
          '-CAfile',
          file,
          join(authority.directory, 'leaf.pem'),
        ])
      ).status;
    assert.deepEqual([await verifyBy(bundle), await verifyBy(roots)], [0, 2]);
  });
});

describe('node:tls', () => {
  /** Settles with '' for a handshake, else with the words of the error. */
  const shake = async (port: number, servername: string, ca: string) => {
    const socket = connect({ port, host: '127.0.0.1', servername, ca });
    try {
      await once(socket, 'secureConnect');
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      socket.destroy();
    }
  };

  test('believes the cloud for each of its hosts', async (t) => {
    const authority = makeLiveAuthority(t);
    const port = await serve(t, authority.leaf());
    for (const host of PERMITTED) assert.equal(await shake(port, host, authority.caPem), '', host);
  });

  test('refuses the authority for another host', async (t) => {
    const authority = makeLiveAuthority(t);
    for (const name of FORBIDDEN) {
      const port = await serve(t, authority.sign([name]));
      assert.equal(await shake(port, name, authority.caPem), 'permitted subtree violation', name);
    }
  });
});

describe('curl', { skip: noCurl }, () => {
  const ask = async (port: number, host: string, caFile: string) => {
    const options = [
      '--silent',
      '--show-error',
      '--noproxy',
      '*',
      '--connect-to',
      `${host}:443:127.0.0.1:${port}`,
    ];
    const result = await runTool('curl', [
      ...options,
      '--write-out',
      '%{http_code}',
      '--cacert',
      caFile,
      `https://${host}/`,
    ]);
    return [result.status, result.stdout];
  };

  test('believes the cloud for each of its hosts, and refuses the authority for another (exit status 60)', async (t) => {
    const authority = makeLiveAuthority(t);
    const port = await serve(t, authority.leaf());
    for (const host of PERMITTED) assert.deepEqual(await ask(port, host, authority.caFile), [0, '204'], host);
    const evil = await serve(t, authority.sign(['evil.example']));
    assert.deepEqual(await ask(evil, 'evil.example', authority.caFile), [60, '000']);
  });
});

describe('python ssl', { skip: noPython }, () => {
  const PROGRAM = `
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1])
context.verify_flags |= ssl.VERIFY_X509_STRICT  # the default from Python 3.13 on
for host in sys.argv[3:]:
    try:
        with socket.create_connection(('127.0.0.1', int(sys.argv[2]))) as plain:
            with context.wrap_socket(plain, server_hostname=host):
                print(host, 'believed')
    except ssl.SSLCertVerificationError as error:
        print(host, error.verify_message)
`;
  const ask = async (port: number, caFile: string, hosts: readonly string[]) =>
    (await runTool('python3', ['-c', PROGRAM, caFile, String(port), ...hosts])).stdout.trimEnd().split('\n');

  test('believes the cloud for each of its hosts and addresses by the strict rules of Python 3.13', async (t) => {
    const authority = makeLiveAuthority(t);
    const port = await serve(t, authority.leaf());
    const hosts = [...PERMITTED, '127.0.0.1', '::1', '169.254.169.254'];
    assert.deepEqual(
      await ask(port, authority.caFile, hosts),
      hosts.map((host) => `${host} believed`),
    );
  });

  test('refuses the authority for another host', async (t) => {
    const authority = makeLiveAuthority(t);
    const port = await serve(t, authority.sign(['evil.example']));
    assert.deepEqual(await ask(port, authority.caFile, ['evil.example']), [
      'evil.example permitted subtree violation',
    ]);
  });
});
