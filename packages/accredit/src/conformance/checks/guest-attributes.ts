import { CLIENTS, DOCS, inferred, remembered, TRANSCRIPTS } from '../basis.ts';
import { type Check, GCE } from '../check.ts';
import { textOf } from '../http-message.ts';
import { at, parseJson } from '../json.ts';
import type { Probe, RequestOptions } from '../probe.ts';
import { linesOf } from '../tree.ts';
import { etagOf, setAttribute } from './attributes.ts';

const ROOT = 'instance/guest-attributes/';
const NAMESPACE = `${ROOT}accredit-conformance/`;
const SWITCH = 'enable-guest-attributes';

/** More than any guest attribute may have. */
const TOO_MANY_BYTES = 300_000;

/** How long it is given a request to be waiting, since that cannot be seen from outside. */
const ARRIVAL_MS = 200;

const WRITES = { profiles: GCE, writes: true } as const;

/** Makes sure that guest attributes are on; skips the check where they are off and nothing can turn them on. */
async function enable(probe: Probe): Promise<void> {
  const { status } = await probe.get(ROOT);
  if (status === 200) return;
  probe.status({ ...(await probe.get(ROOT)) }, 403, ROOT);
  if (probe.control.setAttribute === undefined) probe.skip(`guest attributes are off (attribute ${SWITCH})`);
  await setAttribute(probe, SWITCH, 'TRUE');
}

function put(probe: Probe, path: string, body: string | Buffer, options: RequestOptions = {}) {
  probe.defer(async (after) => {
    await after.get(path, { method: 'DELETE' });
  });
  return probe.get(path, { method: 'PUT', body, ...options });
}

/** Writes a value with guest attributes on, and returns its path. */
async function written(probe: Probe, key: string, body: string | Buffer): Promise<string> {
  await enable(probe);
  const path = NAMESPACE + key;
  probe.status(await put(probe, path, body), 200, `PUT ${path}`);
  return path;
}

async function refusesName(probe: Probe, path: string): Promise<void> {
  await enable(probe);
  const { status } = await put(probe, path, 'x');
  probe.that(`status of PUT ${path}`, String(status), /^4\d\d$/);
}

export const guestAttributes: readonly Check[] = [
  {
    number: 136,
    title: 'guest attributes that are off are 403, and say so',
    ...TRANSCRIPTS.guestAttributes,
    profiles: GCE,
    async run(probe) {
      if ((await probe.get(ROOT)).status === 200) {
        if (probe.control.setAttribute === undefined) probe.skip('guest attributes are on');
        await setAttribute(probe, SWITCH, 'FALSE');
      }
      const answer = await probe.get(ROOT);
      probe.status(answer, 403);
      probe.body(answer, /Guest attributes endpoint access is disabled\./);
    },
  },
  {
    number: 137,
    title: 'PUT is exactly 200, and GET gives what was put',
    ...CLIENTS.imageTests,
    ...WRITES,
    async run(probe) {
      probe.that('GET', await probe.value(await written(probe, 'result', 'x')), 'x');
    },
  },
  {
    number: 138,
    title: 'PUT without a body is 200, and GET gives an empty 200',
    ...CLIENTS.imageTests,
    ...WRITES,
    async run(probe) {
      probe.that('GET', await probe.value(await written(probe, 'empty', '')), '');
    },
  },
  {
    number: 139,
    title: 'PUT without Metadata-Flavor is 403',
    ...DOCS.query,
    ...WRITES,
    async run(probe) {
      await enable(probe);
      const path = `${NAMESPACE}unflavored`;
      probe.status(await put(probe, path, 'x', { headers: [] }), 403);
      probe.status(await probe.get(path), 404, 'GET');
    },
  },
  {
    number: 140,
    title: 'a namespace is listed, and lists its keys',
    ...CLIENTS.imageTests,
    ...WRITES,
    async run(probe) {
      await written(probe, 'listed', 'x');
      probe.that('the namespace', linesOf(await probe.value(ROOT)).includes('accredit-conformance/'), true);
      probe.that('the key', linesOf(await probe.value(NAMESPACE)).includes('listed'), true);
    },
  },
  {
    number: 141,
    title: 'DELETE is 200, and GET 404 after it',
    ...remembered('Set and query guest attributes'),
    ...WRITES,
    async run(probe) {
      const path = await written(probe, 'deleted', 'x');
      probe.status(await probe.get(path, { method: 'DELETE' }), 200, 'DELETE');
      probe.status(await probe.get(path), 404, 'GET');
    },
  },
  {
    number: 142,
    title: 'PUT wakes who waits for guest-attributes/?recursive=true',
    ...inferred('every other change does'),
    ...WRITES,
    async run(probe) {
      await written(probe, 'wake', 'before');
      const etag = await etagOf(probe, `${ROOT}?recursive=true`);
      const path = `${ROOT}?recursive=true&wait_for_change=true&last_etag=${etag}`;
      const take = probe.begin(path);
      await probe.target.sleep(ARRIVAL_MS);
      probe.status(await put(probe, `${NAMESPACE}wake`, 'after'), 200, 'PUT');
      const answer = await take();
      probe.status(answer, 200);
      probe.body(answer, /"wake":"after"/);
    },
  },
  {
    number: 244,
    title: 'PUT again replaces what was there',
    ...DOCS.guestAttributes,
    ...WRITES,
    async run(probe) {
      await written(probe, 'twice', 'first, and longer');
      probe.that('GET', await probe.value(await written(probe, 'twice', 'second')), 'second');
    },
  },
  {
    number: 245,
    title: 'recursive output is namespaces of keys and strings',
    ...DOCS.guestAttributes,
    ...WRITES,
    async run(probe) {
      await written(probe, 'Shape_of-it', 'x');
      const json = parseJson(await probe.value(`${ROOT}?recursive=true`));
      probe.that('the value', at(json, 'accredit-conformance', 'Shape_of-it') === 'x', true);
    },
  },
  {
    number: 246,
    title: 'lines and UTF-8 are returned byte for byte',
    ...inferred('host keys are written so'),
    ...WRITES,
    async run(probe) {
      const body = Buffer.from(' a\r\nb\n\nZürich 東京\n');
      const answer = await probe.get(await written(probe, 'bytes', body));
      probe.holds(
        answer.body.equals(body),
        `the ${body.length} bytes that were put`,
        `${answer.body.length} bytes that differ`,
      );
    },
  },
  {
    number: 247,
    title: 'a Content-Type of any kind is taken, and none',
    ...CLIENTS.imageTests,
    ...WRITES,
    async run(probe) {
      const path = await written(probe, 'typed', 'x');
      for (const type of [
        'application/json',
        'application/x-www-form-urlencoded',
        'text/plain; charset=utf-8',
      ]) {
        const headers = [
          ['Metadata-Flavor', 'Google'],
          ['Content-Type', type],
        ] as const;
        probe.status(await put(probe, path, 'y', { headers }), 200, type);
      }
    },
  },
  {
    number: 248,
    title: 'a bare namespace cannot be written',
    ...inferred('a value has a namespace and a key'),
    ...WRITES,
    run: (probe) => refusesName(probe, `${ROOT}accredit-conformance-bare`),
  },
  {
    number: 249,
    title: 'three levels cannot be written',
    ...inferred('a value has a namespace and a key'),
    ...WRITES,
    run: (probe) => refusesName(probe, `${NAMESPACE}one/two`),
  },
  {
    number: 250,
    title: 'a value that is too large is refused',
    ...inferred('the documentation has limits'),
    ...WRITES,
    async run(probe) {
      await enable(probe);
      const path = `${NAMESPACE}large`;
      await probe.refusedOrClosed(
        `a value of ${TOO_MANY_BYTES} bytes`,
        put(probe, path, 'x'.repeat(TOO_MANY_BYTES)),
      );
      probe.status(await probe.get(path), 404, 'GET');
    },
  },
  {
    number: 251,
    title: 'POST is 405',
    ...inferred('PUT, GET and DELETE are what there is'),
    ...WRITES,
    async run(probe) {
      await enable(probe);
      probe.status(await probe.get(`${NAMESPACE}posted`, { method: 'POST', body: 'x' }), 405);
    },
  },
  {
    number: 252,
    title: 'a guest attribute that is not there is 404',
    ...CLIENTS.imageTests,
    ...WRITES,
    async run(probe) {
      await enable(probe);
      probe.status(await probe.get(`${NAMESPACE}nosuch`), 404);
    },
  },
  {
    number: 253,
    title: 'a write while guest attributes are off is 403',
    ...DOCS.guestAttributes,
    ...WRITES,
    async run(probe) {
      if ((await probe.get(ROOT)).status === 200) {
        if (probe.control.setAttribute === undefined) probe.skip('guest attributes are on');
        await setAttribute(probe, SWITCH, 'FALSE');
      }
      const answer = await put(probe, `${NAMESPACE}off`, 'x');
      probe.status(answer, 403);
      probe.that(
        'Metadata-Flavor',
        answer.headers.some(([name]) => /^metadata-flavor$/i.test(name)),
        true,
      );
      probe.that('body', textOf(answer).length > 0, true);
    },
  },
];
