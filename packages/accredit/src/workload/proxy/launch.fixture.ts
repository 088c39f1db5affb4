/**
 * Opens a way before the sockets of a stand-in cloud, runs one program by it, and prints what came of it as JSON. It is
 * started in a network namespace that has nothing but loopback, so no program can reach anything real.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { createServer as createTlsServer } from 'node:tls';
import { openCertificateAuthority } from '../../http/certificates.ts';
import { silentLog } from '../../kernel/ports.ts';
import { openEndpointWay } from '../environment/endpoint-way.ts';
import { openProxyWay } from './proxy-way.ts';

/** What the fixture is told, as JSON in its first argument. */
export interface LaunchRequest {
  readonly isolation: 'proxy' | 'env';
  readonly command: readonly string[];
  /** An empty directory with a short path. */
  readonly directory: string;
}

/** What it prints. */
export interface LaunchResult {
  /** Exit status; -1 where a signal ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** `SERVER METHOD HOST TARGET`, in the order in which they came; the servers are socket, port and api. */
  readonly requests: readonly string[];
}

const request: LaunchRequest = JSON.parse(process.argv[2] ?? '');
const random = { bytes: randomBytes };
const requests: string[] = [];
const inDirectory = (name: string) => join(request.directory, name);
for (const name of ['run', 'home']) mkdirSync(inDirectory(name), { recursive: true });

const ports = { clock: { now: Date.now }, random, log: silentLog };
const authority = openCertificateAuthority(inDirectory('data'), ports);

/** A server that knows the one path that the tests ask for, and counts all of them. */
const answer =
  (server: string, body: string): RequestListener =>
  (incoming, response) => {
    requests.push(
      `${server} ${incoming.method} ${incoming.headers.host?.replace(/:\d+$/, ':PORT')} ${incoming.url}`,
    );
    response.setHeader('Metadata-Flavor', 'Google');
    response.end(body);
  };

const metadataSocket = createServer(answer('socket', 'local-project')).listen(inDirectory('m'));
const metadataPort = createServer(answer('port', 'local-project')).listen(0, '127.0.0.1');
const api = createServer(answer('api', '{"kind": "storage#buckets"}'));
const { certPem: cert, keyPem: key } = authority.leaf();
const apiSocket = createTlsServer({ cert, key, ALPNProtocols: ['http/1.1'] }, (socket) =>
  api.emit('connection', socket),
);
apiSocket.listen(inDirectory('t'));
const apiPort = createServer(answer('api', '{"kind": "storage#buckets"}')).listen(0, '127.0.0.1');
const servers = [metadataSocket, metadataPort, apiSocket, apiPort];
await Promise.all(servers.map((server) => once(server, 'listening')));
// Servers on a port have an address with one.
const portOf = (server: typeof apiPort) => (server.address() as AddressInfo).port;

const open = request.isolation === 'proxy' ? openProxyWay : openEndpointWay;
const home = inDirectory('home');
const way = await open({
  user: {
    platform: process.platform,
    environment: { PATH: process.env['PATH'], HOME: home },
    homeDirectory: home,
  },
  directory: inDirectory('run'),
  caPem: authority.caPem,
  metadataSocket: inDirectory('m'),
  metadataAddress: `127.0.0.1:${portOf(metadataPort)}`,
  tlsSocket: inDirectory('t'),
  apiUrl: `http://127.0.0.1:${portOf(apiPort)}`,
  allow: [],
  // Also on a VM of Google's: nothing real can be reached in here.
  dmiDirectory: '/nonexistent',
  random,
  log: silentLog,
});

const [program = '', ...args] = request.command;
const result = await new Promise<LaunchResult>((resolve) => {
  execFile(program, args, { env: way.environment, timeout: 60_000 }, (error, stdout, stderr) => {
    const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
    resolve({ status, stdout, stderr, requests });
  });
});
process.stdout.write(JSON.stringify(result));
await way.close();
for (const server of servers) server.close();
for (const server of [metadataSocket, metadataPort, api, apiPort]) server.closeAllConnections();
