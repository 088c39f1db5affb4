/** Certificates that the right authority signed and that are no good all the same, at a socket that serves. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { openTestCloud } from './apis/api.fixture.ts';
import { type EndEntity, makeEndEntity, makeFreeAuthority } from './http/certificates/issue.ts';
import { renderSubjectAltName } from './http/certificates/names.ts';
import { openCertificateAuthority } from './http/certificates.ts';
import { startTimeouts } from './http/listeners.ts';
import { createHttpServer } from './http/node-adapter.ts';
import { silentLog } from './kernel/ports.ts';
import { DAY_MS } from './kernel/timestamps.ts';
import { ListenerBook } from './listener-book.ts';
import { MetadataTls } from './metadata-tls.ts';
import { MemoryStore } from './store/memory-store.ts';

const random = { bytes: (length: number) => randomBytes(length) };
const nowMs = Date.now();

/** The authority of the instance's clients, as old as an instance that has run for a month. */
const clients = makeFreeAuthority({ commonName: 'google.internal' }, nowMs - 30 * DAY_MS, random);

const WORKLOAD: EndEntity = {
  subject: { commonName: 'vm-1' },
  names: renderSubjectAltName(['vm-1.us-central1-a.c.p.internal'], []),
  lifetimeDays: 7,
  purpose: 'clientAuth',
};

const issue = (differences: Partial<EndEntity>, madeMs: number) =>
  makeEndEntity(clients.signer, { ...WORKLOAD, ...differences }, madeMs, random);

let socketPath: string;
let ca: string;
let close: () => Promise<void>;

before(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'amc-'));
  const files = join(directory, 'files');
  mkdirSync(files, { mode: 0o700 });
  const authority = openCertificateAuthority(files, { clock: { now: () => nowMs }, random, log: silentLog });
  const server = createHttpServer(() => ({ status: 200, headers: {}, body: 'let in' }), silentLog);
  startTimeouts(server);
  const listeners = new ListenerBook(server, directory, new MemoryStore());
  const { services } = await openTestCloud([]);
  const place = { projectId: 'p', zone: 'us-central1-a', name: 'vm-1' };
  const instance = services.resources.instances.draft({ ...place, serviceAccounts: [] });
  const admitted = await new MetadataTls(listeners).admit('projects/p/zones/z/instances/vm-1', instance, [], {
    ...authority,
    clientsOf: () => ({ certPem: clients.certPem, issue: () => issue({}, nowMs) }),
  });
  [socketPath, ca] = [admitted.socket, authority.caPem];
  close = async () => {
    await listeners.closeAll();
    server.close();
    rmSync(directory, { recursive: true });
  };
});
after(() => close());

/** @throws the error of the handshake; in TLS 1.3 the server's refusal comes after the client's side has succeeded */
function ask(pem: { certPem: string; keyPem: string }, maxVersion: 'TLSv1.2' | 'TLSv1.3'): Promise<string> {
  const createConnection = () =>
    connectTls({
      socket: connect(socketPath),
      servername: 'metadata.google.internal',
      ca,
      cert: pem.certPem,
      key: pem.keyPem,
      maxVersion,
    });
  return new Promise((resolve, reject) => {
    request({ createConnection, path: '/' }, (response) => void text(response).then(resolve, reject))
      .on('error', reject)
      .end();
  });
}

/** The server ends the connection without a word, which may reach a client that still writes. */
const REFUSED = { code: /^(EPROTO|ECONNRESET|EPIPE)$/ };

describe('a certificate that the instance’s own authority signed (metadata notes 11)', () => {
  for (const version of ['TLSv1.3', 'TLSv1.2'] as const) {
    test(`lets in for as long as it lives, by ${version}`, async () => {
      assert.equal(await ask(issue({}, nowMs), version), 'let in');
      assert.equal(await ask(issue({}, nowMs - 6 * DAY_MS), version), 'let in');
    });

    test(`does not let in when it has expired, by ${version}`, async () => {
      await assert.rejects(ask(issue({}, nowMs - 7 * DAY_MS), version), REFUSED);
    });

    test(`does not let in before it is valid, by ${version}`, async () => {
      await assert.rejects(ask(issue({}, nowMs + DAY_MS), version), REFUSED);
    });

    test(`does not let in where it is for servers (RFC 5280 §4.2.1.12), by ${version}`, async () => {
      await assert.rejects(ask(issue({ purpose: 'serverAuth' }, nowMs), version), REFUSED);
    });
  }
});
