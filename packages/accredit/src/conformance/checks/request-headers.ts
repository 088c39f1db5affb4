import { CLIENTS, DOCS, EMULATORS, inferred, TRANSCRIPTS } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import { type Header, headerOf, textOf } from '../http-message.ts';
import { FLAVOR, type Probe, V1 } from '../probe.ts';

const NAME = 'instance/name';

/** A key that every profile has. */
const PROJECT = 'project/project-id';

function without(probe: Probe, headers: readonly Header[] = []) {
  return probe.get(NAME, { headers });
}

export const requestHeaders: readonly Check[] = [
  {
    number: 21,
    title: 'without Metadata-Flavor a value is 403',
    ...TRANSCRIPTS.forbidden,
    profiles: EVERYWHERE,
    async run(probe) {
      probe.status(await probe.get(PROJECT, { headers: [] }), 403);
    },
  },
  {
    number: 22,
    title: 'that 403 is an HTML page with Metadata-Flavor, and ends the connection',
    ...TRANSCRIPTS.forbidden,
    profiles: GCE,
    async run(probe) {
      const answer = await without(probe);
      probe.header(answer, 'Content-Type', 'text/html; charset=UTF-8');
      probe.header(answer, 'Metadata-Flavor', 'Google');
      probe.header(answer, 'Connection', /^close$/i);
    },
  },
  {
    number: 23,
    title: 'that 403 names the header that is missing, and the path',
    ...TRANSCRIPTS.forbidden,
    profiles: GCE,
    async run(probe) {
      const answer = await without(probe);
      probe.body(answer, /Missing Metadata-Flavor:Google header\./);
      probe.body(answer, /<code>\/computeMetadata\/v1\/instance\/name<\/code>/);
    },
  },
  {
    number: 24,
    title: "that 403 has the status, headers and essential message of Google's page",
    ...TRANSCRIPTS.forbidden,
    profiles: GCE,
    async run(probe) {
      const answer = await without(probe);
      probe.status(answer, 403);
      probe.body(answer, /Your client does not have permission to get URL/);
      probe.header(answer, 'Content-Length', String(answer.body.length));
      probe.header(answer, 'Server', 'Metadata Server for VM');
      probe.header(answer, 'X-XSS-Protection', '0');
      probe.header(answer, 'X-Frame-Options', 'SAMEORIGIN');
    },
  },
  {
    number: 25,
    title: 'metadata-flavor: Google in lower case is served',
    ...CLIENTS.python,
    profiles: EVERYWHERE,
    async run(probe) {
      probe.status(await probe.get(PROJECT, { headers: [['metadata-flavor', 'Google']] }), 200);
    },
  },
  {
    number: 26,
    title: 'Metadata-Flavor: google is not served',
    ...EMULATORS.of2016,
    profiles: EVERYWHERE,
    async run(probe) {
      probe.status(await probe.get(PROJECT, { headers: [['Metadata-Flavor', 'google']] }), [403, 404]);
    },
  },
  {
    number: 27,
    title: 'an empty Metadata-Flavor is 403',
    ...EMULATORS.of2016,
    profiles: EVERYWHERE,
    async run(probe) {
      probe.status(await probe.get(PROJECT, { headers: [['Metadata-Flavor', '']] }), 403);
    },
  },
  {
    number: 28,
    title: 'two Metadata-Flavor headers are not served',
    ...inferred('together they are "Google, Google", as a client\'s bug report has it'),
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get(PROJECT, { headers: [FLAVOR, FLAVOR] });
      probe.that('status', String(answer.status), /^4\d\d$/);
    },
  },
  {
    number: 29,
    title: 'X-Google-Metadata-Request: True serves in place of Metadata-Flavor',
    ...DOCS.query,
    profiles: GCE,
    async run(probe) {
      probe.status(await without(probe, [['X-Google-Metadata-Request', 'True']]), 200);
    },
  },
  {
    number: 30,
    title: 'X-Forwarded-For is refused with 403',
    ...DOCS.query,
    profiles: GCE,
    async run(probe) {
      probe.status(await without(probe, [FLAVOR, ['X-Forwarded-For', '1.2.3.4']]), 403);
    },
  },
  {
    number: 31,
    title: 'an empty X-Forwarded-For is 403 or 200',
    ...inferred('no source says which'),
    profiles: GCE,
    async run(probe) {
      probe.status(await without(probe, [FLAVOR, ['X-Forwarded-For', '']]), [200, 403]);
    },
  },
  {
    number: 32,
    title: 'X-Forwarded-For on / is 403 or 200',
    ...inferred('no source says which'),
    profiles: GCE,
    async run(probe) {
      probe.status(await probe.get('/', { headers: [FLAVOR, ['X-Forwarded-For', '1.2.3.4']] }), [200, 403]);
    },
  },
  {
    number: 33,
    title: 'headers that clients add change nothing',
    ...CLIENTS.agent,
    profiles: EVERYWHERE,
    async run(probe) {
      const headers: readonly Header[] = [
        FLAVOR,
        ['User-Agent', 'google-api-python-client/1.0'],
        ['x-goog-api-client', 'gl-python/3.12 auth/2.39'],
        ['X-Google-Guest-Agent', 'deadbeef'],
        ['X-Google-Guest-OS', 'deadbeef'],
        ['Accept', '*/*'],
        ['Cache-Control', 'no-cache'],
        ['X-Conformance', 'yes'],
      ];
      const answer = await probe.get(PROJECT, { headers });
      probe.status(answer, 200);
      probe.that('body', textOf(answer), await probe.value(PROJECT));
    },
  },
  {
    number: 34,
    title: 'a 403 has no ETag',
    ...TRANSCRIPTS.forbidden,
    profiles: EVERYWHERE,
    async run(probe) {
      probe.header(await probe.get(PROJECT, { headers: [] }), 'ETag', undefined);
    },
  },
  {
    number: 162,
    title: 'X-Forwarded-For that is given in another spelling is refused too',
    ...DOCS.query,
    profiles: GCE,
    async run(probe) {
      probe.status(await without(probe, [FLAVOR, ['x-forwarded-for', '::1']]), 403);
    },
  },
  {
    number: 163,
    title: 'a token is 403 without Metadata-Flavor, whatever else is sent',
    ...DOCS.query,
    profiles: EVERYWHERE,
    async run(probe) {
      const headers: readonly Header[] = [
        ['Authorization', 'Bearer x'],
        ['Referer', `http://${probe.target.host}/`],
      ];
      const answer = await probe.get('instance/service-accounts/default/token', { headers });
      probe.status(answer, 403);
      probe.holds(!textOf(answer).includes('access_token'), 'no token in the body', 'a token');
    },
  },
  {
    number: 164,
    title: 'the flavor in the query does not serve in place of the header',
    ...DOCS.query,
    profiles: EVERYWHERE,
    async run(probe) {
      probe.status(await probe.get(`${PROJECT}?Metadata-Flavor=Google`, { headers: [] }), 403);
    },
  },
  {
    number: 165,
    title: 'a listing is 403 without Metadata-Flavor',
    ...DOCS.query,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get(V1, { headers: [] });
      probe.status(answer, 403);
      probe.that('ETag', headerOf(answer, 'ETag'), undefined);
    },
  },
];
