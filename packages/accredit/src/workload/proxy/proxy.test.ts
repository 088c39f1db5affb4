import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { openScene } from './scene.fixture.ts';

/** Whether it ended or broke: `once` would reject on the error that comes before. */
const untilClosed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

describe('CONNECT', () => {
  const CARRIED = [
    ['a Google API to the TLS socket of the cloud', 'storage.googleapis.com:443'],
    ['an allowed place to where it is', undefined],
  ] as const;
  for (const [behaviour, authority] of CARRIED) {
    test(`leads ${behaviour}, both ways and to the end`, async (t) => {
      const scene = await openScene(t);
      const { status, socket } = await scene.tunnel(authority ?? scene.allowed);
      assert.equal(status, 200);
      socket.end('hello');
      assert.equal(await text(socket), 'hello');
    });
  }

  test('leads the metadata server in plain HTTP to the socket of the instance (clients notes 3)', async (t) => {
    const scene = await openScene(t);
    const { socket } = await scene.tunnel('metadata.google.internal:80');
    socket.end(
      'GET /computeMetadata/v1//?a=b HTTP/1.1\r\nHost: metadata.google.internal\r\nConnection: close\r\n\r\n',
    );
    assert.match(await text(socket), /^HTTP\/1\.1 200 Fine\r\n[^]*\r\n\r\nmetadata$/);
    assert.deepEqual(
      scene.seen.map(({ target }) => target),
      ['/computeMetadata/v1//?a=b'],
    );
  });

  test('passes on what was sent together with it', async (t) => {
    const scene = await openScene(t);
    const socket = await scene.connect();
    socket.end(
      `CONNECT storage.googleapis.com:443 HTTP/1.1\r\nHost: x\r\nProxy-Authorization: ${scene.authorization}\r\n\r\nearly`,
    );
    assert.equal(await text(socket), 'HTTP/1.1 200 Connection established\r\n\r\nearly');
  });

  test('carries 8 MiB unchanged', async (t) => {
    const scene = await openScene(t);
    const { socket } = await scene.tunnel('storage.googleapis.com:443');
    const sent = randomBytes(8 * 1024 * 1024);
    socket.end(sent);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk);
    assert.ok(sent.equals(Buffer.concat(chunks)));
  });

  test('refuses another host with 403 and one sentence, in the phrase and in the body', async (t) => {
    const scene = await openScene(t);
    const socket = await scene.connect();
    socket.end(
      `CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\nProxy-Authorization: ${scene.authorization}\r\n\r\n`,
    );
    const sentence =
      "'example.com:443' is nothing that the cloud answers for: --allow example.com:443 would let it through.";
    const body = `accredit run: ${sentence}\n`;
    const fields = `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close`;
    assert.equal(await text(socket), `HTTP/1.1 403 ${sentence}\r\n${fields}\r\n\r\n${body}`);
    assert.deepEqual(scene.logged, [
      ['warn', { host: 'example.com', port: 443, status: 403 }, 'a proxied request was refused'],
    ]);
  });

  test('takes HOST:PORT and nothing else', async (t) => {
    const scene = await openScene(t);
    const { status, phrase } = await scene.tunnel('user:secret@storage.googleapis.com:443');
    assert.deepEqual([status, phrase], [400, 'CONNECT takes HOST:PORT.']);
    assert.ok(!JSON.stringify(scene.logged).includes('secret'));
  });

  test('says 502 where the cloud does not answer', async (t) => {
    const scene = await openScene(t, { tls: 'nobody' });
    const { status, phrase } = await scene.tunnel('storage.googleapis.com:443');
    assert.deepEqual([status, phrase], [502, "The connection to 'storage.googleapis.com:443' failed."]);
    const [[level, fields, message] = []] = scene.logged;
    assert.deepEqual(
      [level, fields?.host, fields?.port, message],
      ['warn', 'storage.googleapis.com', 443, 'a proxied request could not be passed on'],
    );
  });

  test('does not let a connection that broke look like one that ended', async (t) => {
    const scene = await openScene(t, { allowed: (far) => far.once('data', () => far.resetAndDestroy()) });
    const { socket } = await scene.tunnel(scene.allowed);
    let ended = false;
    socket
      .on('error', () => {})
      .on('end', () => {
        ended = true;
      });
    socket.write('hello');
    socket.resume();
    await untilClosed(socket);
    assert.deepEqual([ended, scene.logged], [false, []]);
  });
});

describe('a request for an absolute URI', () => {
  test('reaches the metadata server as it was: path, fields and body, and nothing that tells of a proxy', async (t) => {
    const scene = await openScene(t);
    const answer = await scene.ask(
      'http://metadata.google.internal/computeMetadata/v1//a/../b%2F?recursive=true',
      {
        method: 'PUT',
        fields: [
          'Proxy-Authorization',
          scene.authorization,
          'metadata-flavor',
          'Google',
          'X-Twice',
          '1',
          'X-Twice',
          '2',
          'Connection',
          'close, X-Named',
          'X-Named',
          'hop by hop',
          'Proxy-Connection',
          'keep-alive',
          'Content-Length',
          '4',
        ],
        body: 'body',
      },
    );
    assert.deepEqual(answer, {
      status: 200,
      phrase: 'Fine',
      fields: [
        'Metadata-Flavor',
        'Google',
        'X-Twice',
        'a',
        'X-Twice',
        'b',
        'Content-Length',
        '8',
        'Connection',
        'close',
      ],
      body: 'metadata',
    });
    const [seen] = scene.seen;
    assert.deepEqual(
      [seen?.method, seen?.target, seen?.body],
      ['PUT', '/computeMetadata/v1//a/../b%2F?recursive=true', 'body'],
    );
    assert.deepEqual(
      seen?.fields.filter((_, index) => seen.fields[index - (index % 2)] !== 'Connection'),
      [
        'Host',
        'metadata.google.internal',
        'metadata-flavor',
        'Google',
        'X-Twice',
        '1',
        'X-Twice',
        '2',
        'Content-Length',
        '4',
      ],
    );
  });

  test('streams a body without a length', async (t) => {
    const scene = await openScene(t);
    const fields = ['Proxy-Authorization', scene.authorization, 'Transfer-Encoding', 'chunked'];
    const { status } = await scene.ask('http://metadata/x', { method: 'POST', fields, body: 'in pieces' });
    assert.deepEqual([status, scene.seen[0]?.body], [200, 'in pieces']);
  });

  test('is answered while the answer is still being made (wait_for_change)', async (t) => {
    let finish = () => {};
    const scene = await openScene(t, {
      answer: (_, response) => {
        response.write('first ');
        finish = () => response.end('last');
      },
    });
    const socket = await scene.connect();
    socket.write(
      `GET http://metadata/ HTTP/1.1\r\nHost: metadata\r\nProxy-Authorization: ${scene.authorization}\r\nConnection: close\r\n\r\n`,
    );
    let received = '';
    for await (const chunk of socket) {
      received += String(chunk);
      if (received.includes('first ')) finish();
    }
    assert.match(received, /first [^]*last/);
  });

  test('is given up on the far side when the client gives up', async (t) => {
    const givenUp = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const scene = await openScene(t, {
      answer: (_, response) => {
        response.on('close', givenUp.resolve);
        asked.resolve();
      },
    });
    const socket = await scene.connect();
    socket.write(
      `GET http://metadata/ HTTP/1.1\r\nHost: metadata\r\nProxy-Authorization: ${scene.authorization}\r\n\r\n`,
    );
    await asked.promise;
    socket.destroy();
    await givenUp.promise;
    assert.deepEqual(scene.logged, []);
  });

  const REFUSED = [
    [
      'to a Google API without TLS',
      'http://storage.googleapis.com/',
      403,
      "accredit run: The host 'storage.googleapis.com' answers on port 443 only, not on 80.\n",
    ],
    [
      'to a Google API without TLS at the port of TLS',
      'http://storage.googleapis.com:443/',
      403,
      "accredit run: The host 'storage.googleapis.com' answers over TLS only: CONNECT to it.\n",
    ],
    [
      'to another host',
      'http://example.com/?token=secret',
      403,
      "accredit run: 'example.com:80' is nothing that the cloud answers for: --allow example.com:80 would let it through.\n",
    ],
    [
      'with https, which needs CONNECT',
      'https://storage.googleapis.com/?token=secret',
      400,
      'accredit run: This is a proxy: it takes CONNECT, and http:// URIs that are absolute.\n',
    ],
    [
      'as to a server',
      '/computeMetadata/v1/',
      400,
      'accredit run: This is a proxy: it takes CONNECT, and http:// URIs that are absolute.\n',
    ],
  ] as const;
  for (const [behaviour, target, status, body] of REFUSED) {
    test(`${behaviour} is refused with ${status}`, async (t) => {
      const scene = await openScene(t);
      const answer = await scene.ask(target);
      assert.deepEqual([answer.status, answer.body], [status, body]);
      assert.deepEqual([scene.seen, scene.logged.length], [[], 1]);
      assert.ok(!JSON.stringify(scene.logged).includes('secret'));
    });
  }
});

describe('another user of this machine', () => {
  const ATTEMPTS = [
    ['without a password', {}],
    ['with a guess', { 'Proxy-Authorization': `Basic ${Buffer.from('accredit:guess').toString('base64')}` }],
  ] as const;
  for (const [behaviour, fields] of ATTEMPTS) {
    test(`gets 407 and a challenge ${behaviour} (RFC 9110 §15.5.8)`, async (t) => {
      const scene = await openScene(t);
      const { status } = await scene.tunnel('metadata.google.internal:80', fields);
      const answer = await scene.ask('http://metadata.google.internal/', {
        fields: Object.entries(fields).flat(),
      });
      assert.deepEqual([status, answer.status], [407, 407]);
      assert.ok(answer.fields.includes('Basic realm="accredit run"'));
      assert.equal(
        answer.body,
        'accredit run: This proxy belongs to one workload: its user name and password are in HTTPS_PROXY.\n',
      );
      assert.deepEqual(scene.seen, []);
    });
  }
});

describe('closing', () => {
  test('cuts what is still connected, and the port is free', async (t) => {
    const scene = await openScene(t);
    const { socket } = await scene.tunnel('storage.googleapis.com:443');
    const closed = untilClosed(socket.on('error', () => {}).resume());
    await scene.closeProxy();
    await closed;
    await assert.rejects(scene.connect(), { code: 'ECONNREFUSED' });
  });
});
