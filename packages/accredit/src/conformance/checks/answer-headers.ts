import { CLIENTS, http, inferred, TRANSCRIPTS } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import { type Answer, headerOf } from '../http-message.ts';
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

export const answerHeaders: readonly Check[] = [
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
];

/** Returns the headers that one answer has and another has not; the seconds of their dates may differ. */
function differences(one: Answer, other: Answer): readonly string[] {
  const lines = ({ headers }: Answer) =>
    headers.filter(([name]) => !/^date$/i.test(name)).map(([name, value]) => `${name}: ${value}`);
  const [ones, others] = [lines(one), lines(other)];
  return [...ones.filter((line) => !others.includes(line)), ...others.filter((line) => !ones.includes(line))];
}
