import assert from 'node:assert/strict';
import { lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAllowedTarget } from './allowed-targets.ts';
import { readNamespaceIds } from './processes.ts';
import { createScene, findCallers, makeCertificate, node, skipWithout } from './scene.fixture.ts';

/** Refuses to go on outside a namespace, so that no mistake in a test lets its probes out. */
const GUARD = `
import { readlinkSync } from 'node:fs';
if (readlinkSync('/proc/self/ns/net') === ${JSON.stringify(readNamespaceIds('self').net)}) throw new Error('outside');
`;

/** Looks around inside and prints what it saw as JSON. */
const LOOK_AROUND = `${GUARD}
import { lookup, resolve4, resolve6, resolvePtr } from 'node:dns/promises';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import http from 'node:http';
const attempt = async (act) => { try { return await act(); } catch (error) { return error.code ?? error.message; } };
const reach = (host, port) => new Promise((resolve) =>
  connect({ host, port }, function () { this.destroy(); resolve('connected'); }).on('error', (error) => resolve(error.code)));
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const get = (url) => new Promise((resolve, reject) => http.get(url, { agent }, (response) => {
  let body = '';
  response.on('data', (chunk) => { body += chunk; });
  response.on('end', () => resolve(response.headers['metadata-flavor'] + ' ' + body));
}).on('error', reject));
const echo = (host) => new Promise((resolve, reject) => {
  let received = '';
  connect({ host, port: 443 }).on('data', (chunk) => { received += chunk; }).on('end', () => resolve(received))
    .on('error', reject).end('bytes of any kind');
});
const status = Object.fromEntries(readFileSync('/proc/self/status', 'utf8').split('\\n').map((line) => line.split(':\\t')));
writeFileSync('written', 'by the program');
const each = async (names, act) => Object.fromEntries(await Promise.all(names.map(async (name) => [name, await attempt(() => act(name))])));
console.log(JSON.stringify({
  ids: [process.getuid(), process.getgid()],
  capabilities: status.CapEff,
  metadata: [await get('http://metadata.google.internal/one'), await get('http://metadata.google.internal/two')],
  direct: await get('http://169.254.169.254/three'),
  api: await echo('storage.googleapis.com'),
  resolve4: await each(['metadata.google.internal.', 'metadata.goog', 'storage.googleapis.com', 'a.b.storage.googleapis.com',
    'accounts.google.com', 'example.com', 'www.google.com'], resolve4),
  resolve6: await each(['metadata.google.internal', 'example.com'], resolve6),
  lookup: await each(['metadata', 'metadata.google.internal', 'oauth2.googleapis.com', 'localhost', 'example.com',
    ${JSON.stringify(hostname())}], async (name) => (await lookup(name, { family: 4 })).address),
  reach: await each(['1.1.1.1', '8.8.8.8', '10.0.0.1', '169.254.169.253', '100.100.100.200'], (host) => reach(host, 80)).then(async (ipv4) => ({ ...ipv4, ipv6: await reach('2606:4700:4700::1111', 80) })),
  interfaces: Object.keys(networkInterfaces()),
  resolver: readFileSync('/etc/resolv.conf', 'utf8'),
  bundle: await attempt(() => readFileSync('/etc/ssl/certs/ca-certificates.crt', 'utf8')),
  change: await attempt(() => writeFileSync('/etc/hosts', '')),
  agent: await attempt(() => readFileSync('/proc/' + process.ppid + '/environ')),
}));
agent.destroy();
`;

for (const caller of await findCallers()) {
  describe(`a namespace made by ${caller.label}`, { skip: caller.skip, concurrency: 3 }, () => {
    test('shows a program a VM and nothing else (clients notes 0.4, 3.4, 6)', async (t) => {
      const scene = await createScene(t, caller);
      const plan = scene.plan(node(LOOK_AROUND));
      const { result, stdout, stderr } = await scene.run(plan);
      assert.deepEqual([result, stderr], [{ exit: { code: 0 } }, '']);
      const { resolve6, reach, bundle, capabilities, ...seen } = JSON.parse(stdout);
      assert.deepEqual(seen, {
        ids: [caller.uid, caller.gid],
        metadata: ['Google answer to /one\n', 'Google answer to /two\n'],
        direct: 'Google answer to /three\n',
        api: 'bytes of any kind',
        resolve4: {
          'metadata.google.internal.': ['169.254.169.254'],
          'metadata.goog': ['169.254.169.254'],
          'storage.googleapis.com': ['127.0.0.2'],
          'a.b.storage.googleapis.com': ['127.0.0.2'],
          'accounts.google.com': ['127.0.0.2'],
          'example.com': 'ENOTFOUND',
          'www.google.com': 'ENOTFOUND',
        },
        lookup: {
          metadata: '169.254.169.254',
          'metadata.google.internal': '169.254.169.254',
          'oauth2.googleapis.com': '127.0.0.2',
          localhost: '127.0.0.1',
          'example.com': 'ENOTFOUND',
          [hostname()]: hostname() === 'localhost' ? '127.0.0.1' : '127.0.1.1',
        },
        interfaces: ['lo'],
        resolver: '# Written by accredit run.\nnameserver 127.0.0.1\n',
        change: 'EROFS',
        agent: 'EACCES',
      });
      assert.deepEqual(resolve6, { 'metadata.google.internal': 'ENODATA', 'example.com': 'ENOTFOUND' });
      const { ipv6, ...ipv4 } = reach;
      // Without IPv6 on the machine there is not even a family to refuse by.
      assert.ok(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(ipv6), ipv6);
      assert.deepEqual(ipv4, {
        '1.1.1.1': 'ENETUNREACH',
        '8.8.8.8': 'ENETUNREACH',
        '10.0.0.1': 'ENETUNREACH',
        '169.254.169.253': 'ENETUNREACH',
        '100.100.100.200': 'ENETUNREACH',
      });
      const hasBundle =
        statSync('/etc/ssl/certs/ca-certificates.crt', { throwIfNoEntry: false }) !== undefined;
      assert.equal(bundle, hasBundle ? 'the bundle of the scene\n' : 'ENOENT');
      // Root keeps the capabilities of the innermost user namespace, which owns neither the network nor the mounts.
      if (caller.uid !== 0) assert.equal(capabilities, '0000000000000000');
      assert.deepEqual([scene.requests, scene.countConnections()], [['/one', '/two', '/three'], 2]);
      const written = statSync(join(plan.cwd, 'written'));
      assert.deepEqual([written.uid, written.gid], [caller.uid, caller.gid]);
    });

    test('cannot be changed by the program in it', { skip: skipWithout('ip') }, async (t) => {
      const scene = await createScene(t, caller);
      const attempts = [
        'ip link add x type dummy',
        'ip address add 192.0.2.1/32 dev lo',
        'umount /etc/hosts',
        'mount --bind /dev/null /etc/hosts',
        'unshare --user --map-root-user --mount umount /etc/hosts',
        'nsenter --net=/proc/$PPID/ns/net true',
        'nsenter --net=/proc/1/ns/net true',
        'ls /proc/$PPID/root/',
        'readlink /proc/$PPID/fd/0',
        'ls -L /proc/$PPID/fd/0',
        // The agent holds the directories of the sockets open: no way through these either.
        '(for file in /proc/$PPID/fd/*; do ls $file/ && exit 0; done; exit 1)',
        'ls /',
      ];
      const script = attempts
        .map((line) => `if ${line} 2>/dev/null >&2; then echo 'succeeded: ${line}'; fi`)
        .join('\n');
      const { result, stdout } = await scene.run(scene.plan(['/bin/sh', '-c', script]));
      assert.deepEqual([result, stdout], [{ exit: { code: 0 } }, 'succeeded: ls /\n']);
    });

    test('resolves names by the C library (getent)', { skip: skipWithout('getent') }, async (t) => {
      const scene = await createScene(t, caller);
      const names = ['metadata.google.internal', 'storage.googleapis.com', 'db.internal', 'example.com'];
      const script = names.map((name) => `getent ahostsv4 ${name} | awk '/STREAM/ { print $1 }'`).join('\n');
      const allow = [parseAllowedTarget('db.internal:5432')];
      const { stdout } = await scene.run(scene.plan(['/bin/sh', '-c', script], { allow }));
      assert.equal(stdout, '169.254.169.254\n127.0.0.2\n127.1.0.1\n');
    });

    test('hides masked files and directories, even those that hold our own sockets', async (t) => {
      const scene = await createScene(t, caller);
      const runtime = join(scene.directory, 'runtime');
      const file = join(scene.directory, 'application_default_credentials.json');
      writeFileSync(file, 'a credential of the user', { mode: 0o644 });
      const look = `${GUARD}
        import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
        const [runtime, workDir, file] = ${JSON.stringify([runtime, join(scene.directory, 'work-1'), file])};
        const seen = [readdirSync(runtime), readdirSync(workDir), readFileSync(file, 'utf8')];
        writeFileSync(runtime + '/written', 'inside');
        const answer = await (await fetch('http://169.254.169.254/x')).text();
        console.log(JSON.stringify([...seen, answer]));`;
      const maskedPaths = [
        runtime,
        join(scene.directory, 'work-1'),
        file,
        join(scene.directory, 'is not there'),
      ];
      const { result, stdout, stderr } = await scene.run(scene.plan(node(look), { maskedPaths }));
      assert.deepEqual([result, stderr], [{ exit: { code: 0 } }, '']);
      assert.deepEqual(JSON.parse(stdout), [[], [], '', 'answer to /x\n']);
      assert.equal(statSync(join(runtime, 'written'), { throwIfNoEntry: false }), undefined);
      assert.equal(readFileSync(file, 'utf8'), 'a credential of the user');
    });

    test('has the files of TLS in a /run that is otherwise the machine’s, and TLS at 443 (metadata notes 11)', async (t) => {
      const scene = await createScene(t, caller);
      const before = readdirSync('/run').sort();
      const look = `${GUARD}
        import { lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
        import { connect } from 'node:net';
        import { text } from 'node:stream/consumers';
        const directory = '/run/google-mds-mtls';
        const files = ['root.crt', 'client.key'].map((name) => {
          const { mode, uid } = statSync(directory + '/' + name);
          return [name, readFileSync(directory + '/' + name, 'utf8'), (mode & 0o777).toString(8), uid];
        });
        const parts = readdirSync('/run').filter((name) => name !== 'google-mds-mtls').sort();
        const ids = parts.map((name) => lstatSync('/run/' + name)).map(({ dev, ino, mode }) => (mode & 0o170000) === 0o120000 ? 'link' : dev + ' ' + ino);
        writeFileSync('/run/written', 'inside');
        console.log(JSON.stringify({ files, parts, ids, answer: await text(connect({ host: '169.254.169.254', port: 443 }).end('a handshake')) }));`;
      const changes = {
        metadataTlsSocket: scene.plan([]).tlsSocket,
        metadataTlsFiles: { rootPem: 'the root', clientPem: 'the client' },
      };
      const { result, stdout, stderr } = await scene.run(scene.plan(node(look), changes));
      assert.deepEqual([result, stderr], [{ exit: { code: 0 } }, '']);
      const ids = before.map((name) => lstatSync(join('/run', name)));
      assert.deepEqual(JSON.parse(stdout), {
        files: [
          ['root.crt', 'the root', '600', caller.uid],
          ['client.key', 'the client', '600', caller.uid],
        ],
        parts: before,
        ids: ids.map((stats) => (stats.isSymbolicLink() ? 'link' : `${stats.dev} ${stats.ino}`)),
        answer: 'a handshake',
      });
      assert.deepEqual(readdirSync('/run').sort(), before, 'the /run of the machine is as it was');
    });

    test('survives hostile DNS messages (RFC 1035 §4)', async (t) => {
      const scene = await createScene(t, caller);
      const script = `${GUARD}
        import { createSocket } from 'node:dgram';
        import { once } from 'node:events';
        import { connect } from 'node:net';
        import { resolve4, Resolver } from 'node:dns/promises';
        const messages = ['', '00', 'ffffffffffffffffffffffffffffffff', '12340100000100000000000003777777',
          '123401000001000000000000c00c00010001', '123401000001000000000000' + '3f'.repeat(600), '1234818000010000000000000000010001'];
        const socket = createSocket('udp4');
        for (const message of messages) await new Promise((sent) => socket.send(Buffer.from(message, 'hex'), 53, '127.0.0.1', sent));
        socket.close();
        for (const message of messages) {
          const body = Buffer.from(message, 'hex');
          const connection = connect(53, '127.0.0.1').on('error', () => {});
          connection.end(Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]));
          connection.resume();
          await once(connection, 'close');
        }
        const named = Buffer.from('12340100000100000000000008' + Buffer.from('metadata').toString('hex') + '0000010001', 'hex');
        const framed = Buffer.concat([Buffer.from([0, named.length]), named]);
        const connection = connect(53, '127.0.0.1');
        // Two questions in three pieces: the stream's chunks mean nothing.
        connection.write(framed.subarray(0, 1));
        connection.write(framed.subarray(1, 20));
        connection.write(Buffer.concat([framed.subarray(20), framed]));
        let received = Buffer.alloc(0);
        for await (const chunk of connection) {
          received = Buffer.concat([received, chunk]);
          if (received.length >= 2 * (2 + named.length + 16)) break;
        }
        console.log(JSON.stringify([received.toString('hex'), await resolve4('metadata')]));`;
      const { result, stdout, stderr } = await scene.run(scene.plan(node(script)));
      assert.deepEqual([result, stderr], [{ exit: { code: 0 } }, '']);
      const answer =
        '002a' +
        '123485800001000100000000' +
        '086d65746164617461' +
        '0000010001' +
        'c00c000100010000003c0004a9fea9fe';
      assert.deepEqual(JSON.parse(stdout), [answer + answer, ['169.254.169.254']]);
    });

    test('ends TLS in the cloud, by the bundle that is put over the system (curl)', {
      skip: skipWithout('curl') || skipWithout('openssl'),
    }, async (t) => {
      const scene = await createScene(t, caller);
      const { keyPath, certificatePath } = makeCertificate(scene.directory);
      const options = { key: readFileSync(keyPath), cert: readFileSync(certificatePath) };
      const server = createServer(options, (request, response) =>
        response.end(`${request.headers.host}${request.url}`),
      );
      const tlsSocket = join(scene.directory, 'https.sock');
      server.listen({ path: tlsSocket, readableAll: true, writableAll: true });
      t.after(() => server.close());
      const url = 'https://storage.googleapis.com/storage/v1/b';
      const curl = ['curl', '--silent', '--show-error', '--max-time', '20', url];
      const plan = scene.plan(curl, { tlsSocket, caBundlePath: certificatePath });
      const { result, stdout, stderr } = await scene.run(plan);
      assert.deepEqual(
        { result, stdout, stderr },
        {
          result: { exit: { code: 0 } },
          stdout: 'storage.googleapis.com/storage/v1/b',
          stderr: '',
        },
      );
    });
  });
}
