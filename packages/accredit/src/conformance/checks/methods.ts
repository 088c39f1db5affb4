import { DOCS, EMULATORS, http, inferred, TRANSCRIPTS } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import { type Header, headerOf, renderRequest } from '../http-message.ts';
import { FLAVOR, type Probe } from '../probe.ts';
import { hasNoBodyAfterHead } from './roots.ts';

const NAME = 'instance/name';
const PROJECT = 'project/project-id';

const FOREIGN: readonly Header[] = [FLAVOR, ['Origin', 'http://example.com']];
const PREFLIGHT: readonly Header[] = [
  ...FOREIGN,
  ['Access-Control-Request-Method', 'GET'],
  ['Access-Control-Request-Headers', 'metadata-flavor'],
];

/** Not more than fits into one packet, so that it is read as one. */
const PIPELINED = 3;

/** Requests at once, as a busy program sends them. */
const CONCURRENT = 20;

/** Longer than the headers of any client, and than what servers take. */
const HUGE_HEADER_BYTES = 100_000;

function refused(method: string, path: string) {
  return async (probe: Probe) => probe.status(await probe.get(path, { method }), 405);
}

export const methods: readonly Check[] = [
  {
    number: 53,
    title: 'POST to a value is 405',
    ...DOCS.troubleshooting,
    profiles: EVERYWHERE,
    run: refused('POST', PROJECT),
  },
  {
    number: 54,
    title: 'PUT to a value is 405',
    ...DOCS.troubleshooting,
    profiles: EVERYWHERE,
    run: refused('PUT', PROJECT),
  },
  {
    number: 55,
    title: 'DELETE of a value is 405',
    ...DOCS.troubleshooting,
    profiles: EVERYWHERE,
    run: refused('DELETE', PROJECT),
  },
  {
    number: 56,
    title: 'a CORS preflight is not granted',
    ...inferred('a browser is not to read metadata'),
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get(PROJECT, { method: 'OPTIONS', headers: PREFLIGHT });
      probe.status(answer, [403, 405]);
      for (const [name] of answer.headers) {
        probe.holds(!/^access-control-allow-/i.test(name), 'no Access-Control-Allow-*', name);
      }
    },
  },
  {
    number: 57,
    title: 'HEAD of a value has its Content-Length and no body',
    ...TRANSCRIPTS.head,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get(PROJECT, { method: 'HEAD' });
      probe.status(answer, 200);
      const { length } = Buffer.from(await probe.value(PROJECT));
      probe.header(answer, 'Content-Length', String(length));
      await hasNoBodyAfterHead(probe, PROJECT);
    },
  },
  {
    number: 58,
    title: 'refused methods carry Metadata-Flavor',
    ...inferred('every other refusal does'),
    profiles: EVERYWHERE,
    async run(probe) {
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
        const answer = await probe.get(PROJECT, { method });
        probe.that(`Metadata-Flavor after ${method}`, headerOf(answer, 'Metadata-Flavor'), 'Google');
      }
    },
  },
  {
    number: 181,
    title: 'PATCH and an unknown method are refused',
    ...EMULATORS.server,
    profiles: EVERYWHERE,
    async run(probe) {
      for (const method of ['PATCH', 'BREW']) {
        await probe.refusedOrClosed(method, probe.get(PROJECT, { method }), /^(4\d\d|501)$/);
      }
    },
  },
  {
    number: 182,
    title: 'TRACE repeats nothing',
    ...http('RFC 9110 §9.3.8'),
    profiles: EVERYWHERE,
    run: (probe) => probe.refusedOrClosed('TRACE', probe.get(PROJECT, { method: 'TRACE' }), /^(4\d\d|501)$/),
  },
  {
    number: 183,
    title: 'CONNECT opens no tunnel',
    ...http('RFC 9110 §9.3.6'),
    profiles: EVERYWHERE,
    run: (probe) =>
      probe.refusedOrClosed('CONNECT', probe.get('x://127.0.0.1:1', { method: 'CONNECT' }), /^(4\d\d|501)$/),
  },
  {
    number: 184,
    title: 'a body that comes with GET is ignored',
    ...http('RFC 9110 §9.3.1'),
    profiles: EVERYWHERE,
    async run(probe) {
      probe.status(await probe.get(PROJECT, { body: 'ignored' }), [200, 400]);
    },
  },
  {
    number: 185,
    title: 'pipelined requests are answered in their order',
    ...http('RFC 9112 §9.3.2'),
    profiles: EVERYWHERE,
    async run(probe) {
      const keys = [PROJECT, 'project/numeric-project-id', 'instance/zone'];
      const single: string[] = [];
      for (const key of keys) single.push(await probe.value(key));
      const connection = await probe.connect();
      connection.write(Buffer.concat(keys.map((key) => renderRequest(probe.request(key)))));
      for (let index = 0; index < PIPELINED; index += 1) {
        const answer = await connection.read(false);
        probe.that(`answer ${index + 1}`, answer.body.toString(), single[index]);
      }
    },
  },
  {
    number: 186,
    title: 'a request that comes byte by byte is answered',
    ...http('RFC 9112 §2.2'),
    profiles: EVERYWHERE,
    async run(probe) {
      const connection = await probe.connect();
      for (const byte of renderRequest(probe.request(PROJECT))) {
        connection.write(Buffer.from([byte]));
        // Lets the packet go before the next byte is written.
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
      probe.status(await connection.read(false), 200);
    },
  },
  {
    number: 187,
    title: `${CONCURRENT} requests at once each get their own answer`,
    ...inferred('the programs of a VM ask without regard to each other'),
    profiles: EVERYWHERE,
    async run(probe) {
      const keys = [PROJECT, 'project/numeric-project-id', 'instance/zone', 'instance/id'];
      const single = await Promise.all(keys.map((key) => probe.value(key)));
      const all = await Promise.all(
        Array.from({ length: CONCURRENT }, (_, index) => probe.value(keys[index % keys.length] ?? PROJECT)),
      );
      probe.that(
        'answers that are mixed up',
        all.filter((text, index) => text !== single[index % keys.length]).length,
        0,
      );
    },
  },
  {
    number: 188,
    title: 'HTTP/1.1 without Host is refused',
    ...http('RFC 9112 §3.2'),
    profiles: EVERYWHERE,
    run: (probe) => probe.refusedOrClosed('a request without Host', probe.get(PROJECT, { host: null })),
  },
  {
    number: 189,
    title: 'two Content-Lengths that differ are refused',
    ...http('RFC 9112 §6.3'),
    profiles: EVERYWHERE,
    run: (probe) =>
      probe.refusedOrClosed(
        'two lengths',
        probe.get(PROJECT, {
          headers: [FLAVOR, ['Content-Length', '0'], ['Content-Length', '5']],
          body: 'hello',
        }),
      ),
  },
  {
    number: 190,
    title: 'Content-Length beside Transfer-Encoding is refused or read as chunks',
    ...http('RFC 9112 §6.1'),
    profiles: EVERYWHERE,
    run: (probe) =>
      probe.refusedOrClosed(
        'both framings',
        probe.get(PROJECT, {
          headers: [FLAVOR, ['Content-Length', '5'], ['Transfer-Encoding', 'chunked']],
          body: '0\r\n\r\n',
        }),
        /^(200|4\d\d)$/,
      ),
  },
  {
    number: 191,
    title: 'a header that is huge is refused, and the server lives on',
    ...inferred('every server has a limit'),
    profiles: EVERYWHERE,
    run: (probe) =>
      probe.refusedOrClosed(
        `a header of ${HUGE_HEADER_BYTES} bytes`,
        probe.get(PROJECT, { headers: [FLAVOR, ['X-Huge', 'a'.repeat(HUGE_HEADER_BYTES)]] }),
      ),
  },
  {
    number: 192,
    title: 'what is not HTTP is refused, and the server lives on',
    ...http('RFC 9112 §2.2'),
    profiles: EVERYWHERE,
    async run(probe) {
      const connection = await probe.connect();
      connection.write(Buffer.from('\u0016\u0003\u0001 hello\r\n\r\n', 'latin1'));
      await probe.refusedOrClosed('a TLS greeting', connection.read(false));
    },
  },
  {
    number: 193,
    title: 'a control character in a header is refused',
    ...http('RFC 9110 §5.5'),
    profiles: EVERYWHERE,
    run: (probe) =>
      probe.refusedOrClosed(
        'a NUL in a header',
        probe.get(NAME, { headers: [FLAVOR, ['X-Bad', 'a\u0000b']] }),
      ),
  },
  {
    number: 194,
    title: 'an absolute URL in the request line is served, or refused',
    ...http('RFC 9112 §3.2.2'),
    profiles: EVERYWHERE,
    async run(probe) {
      const url = `http://${probe.target.host}/computeMetadata/v1/${PROJECT}`;
      probe.status(await probe.get(url), [200, 400, 403, 404]);
    },
  },
];
