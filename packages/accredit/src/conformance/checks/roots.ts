import { CLIENTS, EMULATORS, http, inferred, TRANSCRIPTS } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import { type Answer, headerOf, textOf } from '../http-message.ts';
import { FLAVOR, type Probe, V1 } from '../probe.ts';

/** Answers of every kind: a root, listings, values, JSON, credentials. */
const GOOD_PATHS = [
  '/',
  '/computeMetadata/',
  V1,
  'instance/',
  'instance/name',
  'instance/tags',
  'instance/?recursive=true',
  'instance/service-accounts/default/email',
  'instance/service-accounts/default/token',
] as const;

/** Refusals and redirects. */
const OTHER_PATHS = ['instance', 'instance/nosuch', 'instance/service-accounts/default/identity'] as const;

/** Asks for an answer of each kind that there is; keys that this server does not have are left out. */
async function goodAnswers(probe: Probe): Promise<readonly (readonly [string, Answer])[]> {
  const answers: (readonly [string, Answer])[] = [];
  for (const path of GOOD_PATHS) {
    const answer = await probe.get(path);
    if (answer.status === 200) answers.push([path, answer]);
  }
  probe.that('answers with status 200', answers.length > 0, true);
  return answers;
}

async function everyGood(probe: Probe, name: string, expected: string | RegExp): Promise<void> {
  for (const [path, answer] of await goodAnswers(probe)) {
    probe.that(`${name} of ${path}`, headerOf(answer, name), expected);
  }
}

/** Google's server lets it be asked for without a header; the others do not. */
export const roots: readonly Check[] = [
  {
    number: 1,
    title: 'GET / is exactly computeMetadata/ and has no ETag',
    ...TRANSCRIPTS.root,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('/');
      probe.status(answer, 200);
      probe.body(answer, 'computeMetadata/\n');
      probe.header(answer, 'Content-Length', '17');
      probe.header(answer, 'ETag', undefined);
    },
  },
  {
    number: 2,
    title: 'GET / needs no Metadata-Flavor, and answers with one',
    ...CLIENTS.go,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('/', { headers: [] });
      probe.status(answer, 200);
      probe.header(answer, 'Metadata-Flavor', 'Google');
    },
  },
  {
    number: 3,
    title: 'HEAD / has the headers of GET and no body',
    ...TRANSCRIPTS.head,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('/', { method: 'HEAD' });
      probe.status(answer, 200);
      probe.header(answer, 'Metadata-Flavor', 'Google');
      await hasNoBodyAfterHead(probe, '/');
    },
  },
  {
    number: 4,
    title: 'GET /computeMetadata is redirected to /computeMetadata/',
    ...inferred('every other directory is'),
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('/computeMetadata');
      probe.status(answer, 301);
      probe.header(answer, 'Location', /\/computeMetadata\/$/);
    },
  },
  {
    number: 5,
    title: 'GET /computeMetadata/ lists v1/',
    ...TRANSCRIPTS.root,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('/computeMetadata/');
      probe.status(answer, 200);
      probe.body(answer, /^v1\/$/m);
    },
  },
  {
    number: 6,
    title: 'GET /computeMetadata/v1 is redirected to /computeMetadata/v1/',
    ...inferred('every other directory is'),
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('/computeMetadata/v1');
      probe.status(answer, 301);
      probe.header(answer, 'Location', /\/computeMetadata\/v1\/$/);
    },
  },
  {
    number: 7,
    title: 'GET /computeMetadata/v1/ lists instance/ and project/, each line ended',
    ...TRANSCRIPTS.tree,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get(V1);
      probe.status(answer, 200);
      probe.body(answer, /^instance\/$/m);
      probe.body(answer, /^project\/$/m);
      probe.body(answer, /\n$/);
    },
  },
  {
    number: 8,
    title: 'every 200 has Metadata-Flavor: Google',
    ...CLIENTS.node,
    profiles: EVERYWHERE,
    run: (probe) => everyGood(probe, 'Metadata-Flavor', 'Google'),
  },
  {
    number: 9,
    title: 'every 200 has Server: Metadata Server for VM',
    ...TRANSCRIPTS.raw,
    profiles: GCE,
    run: (probe) => everyGood(probe, 'Server', 'Metadata Server for VM'),
  },
  {
    number: 10,
    title: 'every 200 has X-XSS-Protection: 0 and X-Frame-Options: SAMEORIGIN',
    ...TRANSCRIPTS.raw,
    profiles: GCE,
    async run(probe) {
      await everyGood(probe, 'X-XSS-Protection', '0');
      await everyGood(probe, 'X-Frame-Options', 'SAMEORIGIN');
    },
  },
  {
    number: 11,
    title: 'every 200 has a Date in the form of HTTP',
    ...TRANSCRIPTS.raw,
    profiles: EVERYWHERE,
    run: (probe) =>
      everyGood(
        probe,
        'Date',
        /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
      ),
  },
  {
    number: 12,
    title: 'every answer has Content-Length, and none Transfer-Encoding',
    ...CLIENTS.dotnet,
    profiles: EVERYWHERE,
    async run(probe) {
      for (const path of [...GOOD_PATHS, ...OTHER_PATHS]) {
        const answer = await probe.get(path);
        probe.that(
          `Content-Length of ${path}`,
          headerOf(answer, 'Content-Length'),
          String(answer.body.length),
        );
        probe.that(`Transfer-Encoding of ${path}`, headerOf(answer, 'Transfer-Encoding'), undefined);
      }
    },
  },
  {
    number: 13,
    title: 'the ETag of a value is 16 lower-case hexadecimal digits without quotes',
    ...TRANSCRIPTS.raw,
    profiles: GCE,
    async run(probe) {
      for (const path of ['instance/id', 'instance/name', 'project/project-id']) {
        probe.header(await probe.get(path), 'ETag', /^[0-9a-f]{16}$/);
      }
    },
  },
  {
    number: 14,
    title: 'no header of a 200 but Metadata-Flavor has "google" in it',
    ...CLIENTS.imageTests,
    profiles: GCE,
    async run(probe) {
      for (const [name, value] of (await probe.get('instance/id')).headers) {
        if (name.toLowerCase() === 'metadata-flavor') continue;
        probe.holds(!/google(?!\.com)/i.test(name + value), `${name} without "google"`, `'${value}'`);
      }
    },
  },
  {
    number: 15,
    title: 'Accept-Encoding: gzip does not compress',
    ...inferred('clients send it, and no transcript shows Content-Encoding'),
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('instance/?recursive=true', {
        headers: [FLAVOR, ['Accept-Encoding', 'gzip, deflate, br']],
      });
      probe.header(answer, 'Content-Encoding', undefined);
    },
  },
  {
    number: 16,
    title: 'two requests, one after the other, on one connection',
    ...TRANSCRIPTS.keepAlive,
    profiles: EVERYWHERE,
    async run(probe) {
      const connection = await probe.connect();
      for (const which of ['first', 'second']) {
        const answer = await connection.ask(probe.request('project/project-id'));
        probe.status(answer, 200, `the ${which} request`);
      }
    },
  },
  {
    number: 17,
    title: 'an HTTP/1.0 request is answered whole, and the connection closes',
    ...TRANSCRIPTS.keepAlive,
    profiles: EVERYWHERE,
    async run(probe) {
      const connection = await probe.connect();
      const answer = await connection.ask(probe.request('project/project-id', { version: '1.0' }));
      probe.status(answer, 200);
      probe.header(answer, 'Content-Length', String(answer.body.length));
      probe.that('the connection closes', await connection.closes(CLOSE_TIMEOUT_MS), true);
    },
  },
  {
    number: 18,
    title: 'a redirect names the host and port that were asked',
    ...CLIENTS.node,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('instance');
      probe.status(answer, 301);
      probe.header(answer, 'Location', `http://${probe.target.host}${V1}instance/`);
    },
  },
  {
    number: 19,
    title: 'Host: metadata.google.internal. with its dot is served',
    ...CLIENTS.node,
    profiles: EVERYWHERE,
    async run(probe) {
      probe.status(await probe.get('project/project-id', { host: 'metadata.google.internal.' }), 200);
      probe.status(await probe.get('project/project-id', { host: 'metadata.google.internal' }), 200);
    },
  },
  {
    number: 20,
    title: "another cloud's paths are 404",
    ...inferred('programs find out by them where they run'),
    profiles: EVERYWHERE,
    async run(probe) {
      for (const path of [
        '/latest/meta-data/',
        '/openstack/latest/meta_data.json',
        '/metadata/instance',
        '/opc/v1/',
      ]) {
        probe.status(await probe.get(path), 404, path);
      }
    },
  },
  {
    number: 157,
    title: 'the headers of a value come in the order of published answers',
    ...TRANSCRIPTS.raw,
    profiles: GCE,
    async run(probe) {
      const known = new Set(HEADER_ORDER.map((name) => name.toLowerCase()));
      const names = (await probe.get('instance/id')).headers.map(([name]) => name);
      const order = names.filter((name) => known.has(name.toLowerCase())).join(', ');
      probe.that('headers', order.toLowerCase(), HEADER_ORDER.join(', ').toLowerCase());
    },
  },
  {
    number: 158,
    title: 'HEAD has the headers of GET',
    ...http('RFC 9110 §9.3.2'),
    profiles: GCE,
    async run(probe) {
      for (const path of ['instance/id', 'instance/', 'instance/?recursive=true']) {
        const [got, headed] = [await probe.get(path), await probe.get(path, { method: 'HEAD' })];
        probe.that(`headers of HEAD ${path} that differ`, differences(headed, got).join(', '), '');
      }
    },
  },
  {
    number: 159,
    title: 'nothing may be cached by browsers, read by scripts or kept as a cookie',
    ...TRANSCRIPTS.raw,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('instance/id', { headers: [FLAVOR, ['Origin', 'http://example.com']] });
      for (const name of ['Cache-Control', 'Vary', 'Set-Cookie', 'Access-Control-Allow-Origin']) {
        probe.header(answer, name, undefined);
      }
    },
  },
  {
    number: 160,
    title: '/computeMetadata/v2/ is 404',
    ...inferred('there is one version'),
    profiles: EVERYWHERE,
    async run(probe) {
      probe.status(await probe.get('/computeMetadata/v2/'), 404);
    },
  },
  {
    number: 161,
    title: 'the listings above v1/ have no ETag',
    ...EMULATORS.of2016,
    profiles: EVERYWHERE,
    async run(probe) {
      probe.header(await probe.get('/computeMetadata/'), 'ETag', undefined);
    },
  },
];

/** In this order in every published answer. */
const HEADER_ORDER = [
  'Metadata-Flavor',
  'Content-Type',
  'ETag',
  'Date',
  'Server',
  'Content-Length',
  'X-XSS-Protection',
  'X-Frame-Options',
] as const;

/** How long a server may take to close a connection that is done. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Asks twice on one connection: a body after HEAD would be taken for the beginning of the second answer. */
export async function hasNoBodyAfterHead(probe: Probe, path: string): Promise<void> {
  const connection = await probe.connect();
  await connection.ask(probe.request(path, { method: 'HEAD' }));
  const next = await connection.ask(probe.request(path));
  probe.status(next, 200, 'a request after HEAD');
  probe.that('bytes after HEAD', textOf(next).length > 0, true);
}

/** Returns the headers that one answer has and another has not; the seconds of their dates may differ. */
function differences(one: Answer, other: Answer): readonly string[] {
  const lines = ({ headers }: Answer) =>
    headers.filter(([name]) => !/^date$/i.test(name)).map(([name, value]) => `${name}: ${value}`);
  const [ones, others] = [lines(one), lines(other)];
  return [...ones.filter((line) => !others.includes(line)), ...others.filter((line) => !ones.includes(line))];
}
