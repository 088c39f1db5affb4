import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { parseAllowedTarget } from './allowed-targets.ts';
import { lookUpPermitted } from './gateway.ts';
import { createScene, findCallers, node } from './scene.fixture.ts';

/** A server outside, on loopback, that says what it got when it has got everything. */
async function serveOutside(t: Pick<TestContext, 'after'>, greeting: string): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    socket.on('end', () => socket.end(`${greeting} ${bytes}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

/** Sends a body to each place and prints the answers, or the code of the error. */
function sendToEach(places: readonly string[], bytes: number): readonly string[] {
  return node(`
    import { connect } from 'node:net';
    const send = (place) => new Promise((resolve) => {
      let answer = '';
      const [, host, port] = /^(.*):([0-9]+)$/.exec(place);
      connect({ host, port }).on('data', (chunk) => { answer += chunk; }).on('end', () => resolve(answer))
        .on('error', (error) => resolve(error.code)).end('x'.repeat(${bytes}));
    });
    console.log(JSON.stringify(await Promise.all(${JSON.stringify(places)}.map(send))));`);
}

for (const caller of await findCallers()) {
  describe(`--allow in a namespace made by ${caller.label}`, { skip: caller.skip, concurrency: 3 }, () => {
    test('reaches the target and no other port or address of it', async (t) => {
      const scene = await createScene(t, caller);
      const [allowed, other] = [await serveOutside(t, 'allowed'), await serveOutside(t, 'other')];
      const places = [`127.0.0.1:${allowed}`, `127.0.0.1:${other}`, `127.0.0.3:${allowed}`];
      const allow = [parseAllowedTarget(`127.0.0.1:${allowed}`)];
      const { result, stdout, stderr } = await scene.run(
        scene.plan(sendToEach(places, 1_000_000), { allow }),
      );
      assert.deepEqual([result, stderr], [{ exit: { code: 0 } }, '']);
      assert.deepEqual(JSON.parse(stdout), ['allowed 1000000', 'ECONNREFUSED', 'ECONNREFUSED']);
    });

    test('reaches a target by its name', async (t) => {
      const scene = await createScene(t, caller);
      const port = await serveOutside(t, 'by name');
      const places = [`localhost:${port}`, `other.test:${port}`];
      const allow = [parseAllowedTarget(`localhost:${port}`)];
      const { stdout } = await scene.run(scene.plan(sendToEach(places, 3), { allow }));
      assert.deepEqual(JSON.parse(stdout), ['by name 3', 'ENOTFOUND']);
    });

    test('gives each name an address, so that two may use one port', async (t) => {
      const scene = await createScene(t, caller);
      const script = `
        import { resolve4 } from 'node:dns/promises';
        import { readFileSync } from 'node:fs';
        const listening = readFileSync('/proc/self/net/tcp', 'utf8').match(/[0-9A-F]{8}:1538 00000000:0000 0A/g);
        const addresses = [await resolve4('one.test'), await resolve4('TWO.test.')];
        console.log(JSON.stringify([addresses.flat(), listening.map((line) => line.slice(0, 8)).sort()]));`;
      const allow = ['one.test:5432', 'two.test:5432', 'one.test:5433'].map(parseAllowedTarget);
      const { stdout } = await scene.run(scene.plan(node(script), { allow }));
      // The kernel prints addresses as little-endian words here, 5432 as 1538.
      assert.deepEqual(JSON.parse(stdout), [
        ['127.1.0.1', '127.1.0.2'],
        ['0100017F', '0200017F'],
      ]);
    });

    test('stands at the address itself where the target is one (also IPv6)', async (t) => {
      const scene = await createScene(t, caller);
      const script = `
        import { networkInterfaces } from 'node:os';
        console.log(networkInterfaces().lo.map(({ cidr }) => cidr).sort().join(' '));`;
      // A machine may be without IPv6 (`ipv6.disable=1`); its targets cannot be had there.
      const hasIpv6 = existsSync('/proc/self/net/if_inet6');
      const allow = ['192.0.2.7:80', '127.0.0.9:80', ...(hasIpv6 ? ['[2001:db8::7]:80', '[::1]:5432'] : [])];
      const plan = scene.plan(node(script), { allow: allow.map(parseAllowedTarget) });
      const { result, stdout, stderr } = await scene.run(plan);
      assert.deepEqual([result, stderr], [{ exit: { code: 0 } }, '']);
      const ipv4 = '127.0.0.1/8 169.254.169.254/32 192.0.2.7/32';
      assert.equal(stdout, hasIpv6 ? `${ipv4} 2001:db8::7/128 ::1/128\n` : `${ipv4}\n`);
    });
  });
}

describe('lookUpPermitted', () => {
  const cases = [
    { addresses: ['192.0.2.1'], expected: ['192.0.2.1'] },
    { addresses: ['169.254.169.254'], expected: null },
    { addresses: ['::ffff:169.254.169.254', 'fe80::1', 'fd20:ce::254', '0.0.0.0'], expected: null },
    { addresses: ['169.254.0.1', '2001:db8::1', '127.0.0.1'], expected: ['2001:db8::1', '127.0.0.1'] },
  ];
  for (const { addresses, expected } of cases) {
    test(`a name for ${addresses.join(', ')} leads to ${expected?.join(', ') ?? 'nowhere'}`, async () => {
      const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      const lookUp = lookUpPermitted((_name, _options, done) => done(null, found));
      const all = await new Promise((resolve) => {
        lookUp('name.test', { all: true }, (error, answer) =>
          resolve(error === null ? answer : error.message),
        );
      });
      const one = await new Promise((resolve) => {
        lookUp('name.test', {}, (error, answer) => resolve(error === null ? answer : error.message));
      });
      const refusal = "'name.test' leads only to addresses that are never forwarded to.";
      assert.deepEqual(
        all,
        expected === null ? refusal : found.filter(({ address }) => expected.includes(address)),
      );
      assert.deepEqual(one, expected === null ? refusal : expected[0]);
    });
  }
});
