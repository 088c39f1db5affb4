import { CLIENTS, DOCS, EMULATORS, inferred, TRANSCRIPTS } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import { headerOf, textOf } from '../http-message.ts';
import { type Probe, V1 } from '../probe.ts';

/** An old client asks for this key, which no server has ever had. */
const MISSING = 'universe/universe_domain';

/** Longer than any path of the tree, shorter than what servers take for an attack. */
const LONG_PATH_CHARACTERS = 4_000;

function notFound(probe: Probe, path: string): Promise<void> {
  return probe.get(path).then((answer) => probe.status(answer, 404, path));
}

export const paths: readonly Check[] = [
  {
    number: 43,
    title: 'an unknown key is 404 with an HTML page',
    ...TRANSCRIPTS.notFound,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get(MISSING);
      probe.status(answer, 404);
      probe.header(answer, 'Content-Type', 'text/html; charset=UTF-8');
      probe.header(answer, 'Metadata-Flavor', 'Google');
      probe.header(answer, 'Content-Length', String(answer.body.length));
    },
  },
  {
    number: 44,
    title: "the 404 page has the essential message of Google's",
    ...inferred('the page was rebuilt from a transcript that gives its length'),
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get(MISSING);
      probe.body(answer, /404/);
      probe.body(answer, /<code>\/computeMetadata\/v1\/universe\/universe_domain<\/code>/);
      probe.body(answer, /was not found on this server\./);
    },
  },
  {
    number: 45,
    title: 'keys are case-sensitive',
    ...DOCS.query,
    profiles: EVERYWHERE,
    run: (probe) => notFound(probe, 'instance/NAME'),
  },
  {
    number: 46,
    title: 'a value with a slash behind it is 404',
    ...EMULATORS.of2016,
    profiles: EVERYWHERE,
    run: (probe) => notFound(probe, 'project/project-id/'),
  },
  {
    number: 47,
    title: 'an index that is out of range is 404',
    ...EMULATORS.of2016,
    profiles: GCE,
    async run(probe) {
      await notFound(probe, 'instance/disks/99/type');
      await notFound(probe, 'instance/network-interfaces/77/ip');
    },
  },
  {
    number: 48,
    title: 'an index into a list of values is 404',
    ...EMULATORS.of2016,
    profiles: EVERYWHERE,
    run: (probe) => notFound(probe, 'instance/service-accounts/default/scopes/0'),
  },
  {
    number: 49,
    title: 'an unknown service account is 404',
    ...EMULATORS.server,
    profiles: EVERYWHERE,
    run: (probe) => notFound(probe, 'instance/service-accounts/nobody@x.y/email'),
  },
  {
    number: 50,
    title: 'an e-mail address with %40 is 404',
    ...DOCS.query,
    profiles: GCE,
    async run(probe) {
      const email = await accountEmail(probe);
      probe.status(await probe.get(`instance/service-accounts/${email}/email`), 200, 'the address as it is');
      await notFound(probe, `instance/service-accounts/${email.replace('@', '%40')}/email`);
    },
  },
  {
    number: 51,
    title: 'repeated slashes are one',
    ...EMULATORS.of2016,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('project//project-id');
      probe.status(answer, 200);
      probe.that('body', textOf(answer), await probe.value('project/project-id'));
    },
  },
  {
    number: 52,
    title: 'the 404 page escapes the path',
    ...inferred("a page is HTML, and its path a stranger's"),
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('instance/<script>alert(1)</script>');
      probe.that('status', String(answer.status), /^4\d\d$/);
      probe.holds(
        !textOf(answer).includes('<script>'),
        'a page without the markup of the path',
        'the markup',
      );
    },
  },
  {
    number: 171,
    title: 'a 404 has the headers of every answer, and no ETag',
    ...TRANSCRIPTS.notFound,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get(MISSING);
      probe.header(answer, 'Server', 'Metadata Server for VM');
      probe.header(answer, 'X-XSS-Protection', '0');
      probe.header(answer, 'X-Frame-Options', 'SAMEORIGIN');
      probe.header(answer, 'ETag', undefined);
      probe.header(answer, 'Date', /GMT$/);
    },
  },
  {
    number: 172,
    title: 'no refusal shows how the server is made',
    ...inferred('a stack trace is of use to attackers only'),
    profiles: EVERYWHERE,
    async run(probe) {
      for (const path of [
        MISSING,
        'instance/service-accounts/default/identity',
        'instance/?alt=xml&recursive=true',
      ]) {
        const text = textOf(await probe.get(path));
        probe.holds(
          !/\n\s+at \S+|Traceback|goroutine \d+/.test(text),
          `no stack trace at ${path}`,
          'a stack trace',
        );
      }
    },
  },
  {
    number: 173,
    title: "the guest agent's double slash before ? is served",
    ...CLIENTS.agent,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get(`${V1}/?recursive=true&alt=json&last_etag=NONE`);
      probe.status(answer, 200);
      probe.header(answer, 'Content-Type', 'application/json');
    },
  },
  {
    number: 174,
    title: '. and .. in a path are resolved or refused',
    ...inferred('RFC 3986 §5.2.4; no source says what a real server does'),
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('instance/../project/./project-id');
      probe.status(answer, [200, 301, 400, 403, 404]);
      if (answer.status === 200) {
        probe.that('body', textOf(answer), await probe.value('project/project-id'));
      }
    },
  },
  {
    number: 175,
    title: '.. never leads out of the tree',
    ...inferred('RFC 3986 §5.2.4'),
    profiles: EVERYWHERE,
    async run(probe) {
      for (const path of ['/../../../etc/passwd', `${V1}../../../etc/passwd`, `${V1}..%2f..%2fetc/passwd`]) {
        probe.status(await probe.get(path), [400, 403, 404], path);
      }
    },
  },
  {
    number: 176,
    title: 'the characters that must not be encoded in a path are 404 when they are',
    ...inferred('the documentation says that they are not supported, and not how they are answered'),
    profiles: GCE,
    async run(probe) {
      for (const code of ['%21', '%24', '%27', '%28', '%29', '%2A', '%2C', '%40']) {
        await notFound(probe, `instance/attributes/accredit-conformance${code}`);
      }
    },
  },
  {
    number: 177,
    title: 'an encoded letter does not name a key',
    ...inferred('the documentation says that encoding in the path is not supported, of eight characters'),
    profiles: GCE,
    run: (probe) => notFound(probe, 'instance/n%61me'),
  },
  {
    number: 178,
    title: 'a query that cannot be decoded breaks nothing',
    ...inferred('unknown parameters are ignored'),
    profiles: EVERYWHERE,
    async run(probe) {
      for (const query of ['recursive=%zz', '%', '=&&=', 'a=%ff%fe', '?']) {
        probe.status(await probe.get(`project/project-id?${query}`), [200, 400], `?${query}`);
      }
    },
  },
  {
    number: 179,
    title: 'a long path is refused, and the server lives on',
    ...inferred('every server has a limit'),
    profiles: EVERYWHERE,
    async run(probe) {
      const path = `instance/attributes/${'a'.repeat(LONG_PATH_CHARACTERS)}`;
      await probe.refusedOrClosed(`a path of ${LONG_PATH_CHARACTERS} characters`, probe.get(path));
    },
  },
  {
    number: 180,
    title: '? without parameters changes nothing',
    ...inferred('an empty query is none'),
    profiles: EVERYWHERE,
    async run(probe) {
      probe.that('body', await probe.value('project/project-id?'), await probe.value('project/project-id'));
    },
  },
];

/** Returns the address of the default service account; skips the check where the VM has none. */
export async function accountEmail(probe: Probe): Promise<string> {
  const answer = await probe.get('instance/service-accounts/default/email');
  if (answer.status === 404) probe.skip('the VM has no service account');
  probe.status(answer, 200, 'default/email');
  probe.that('Metadata-Flavor of default/email', headerOf(answer, 'Metadata-Flavor'), 'Google');
  return textOf(answer);
}
