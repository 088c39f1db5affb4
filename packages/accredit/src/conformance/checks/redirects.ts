import { CLIENTS, inferred, TRANSCRIPTS } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import { headerOf, textOf } from '../http-message.ts';
import { keysOf } from '../json.ts';
import { type Probe, V1 } from '../probe.ts';
import { linesOf } from '../tree.ts';

async function endsInJson(probe: Probe, path: string): Promise<unknown> {
  const answer = await probe.follow(path);
  probe.status(answer, 200, path);
  probe.header(answer, 'Content-Type', 'application/json');
  return probe.json(answer);
}

export const redirects: readonly Check[] = [
  {
    number: 35,
    title: 'a directory without its slash is 301 with an absolute Location',
    ...TRANSCRIPTS.redirect,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('instance');
      probe.status(answer, 301);
      probe.header(answer, 'Location', `http://${probe.target.host}${V1}instance/`);
    },
  },
  {
    number: 36,
    title: 'the body of a redirect is the new path and a newline, as text/html',
    ...TRANSCRIPTS.redirect,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('instance');
      probe.header(answer, 'Content-Type', 'text/html');
      probe.body(answer, `${V1}instance/\n`);
      probe.header(answer, 'Content-Length', '30');
    },
  },
  {
    number: 37,
    title: 'a redirect has the headers of every answer, and no ETag',
    ...TRANSCRIPTS.redirect,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('instance');
      probe.header(answer, 'Metadata-Flavor', 'Google');
      probe.header(answer, 'Server', 'Metadata Server for VM');
      probe.header(answer, 'X-XSS-Protection', '0');
      probe.header(answer, 'X-Frame-Options', 'SAMEORIGIN');
      probe.header(answer, 'ETag', undefined);
    },
  },
  {
    number: 38,
    title: 'instance/attributes?alt=json&recursive=true ends in JSON',
    ...CLIENTS.scriptRunner,
    profiles: GCE,
    async run(probe) {
      const json = await endsInJson(probe, 'instance/attributes?alt=json&recursive=true');
      probe.that('a JSON object', typeof json === 'object' && json !== null && !Array.isArray(json), true);
    },
  },
  {
    number: 39,
    title: 'instance/network-interfaces?recursive=true ends in a JSON array',
    ...CLIENTS.imageTests,
    profiles: GCE,
    async run(probe) {
      const json = await endsInJson(probe, 'instance/network-interfaces?recursive=true');
      probe.that('a JSON array', Array.isArray(json), true);
    },
  },
  {
    number: 40,
    title: 'instance/service-accounts, followed, lists default/',
    ...CLIENTS.apitools,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.follow('instance/service-accounts');
      probe.status(answer, 200);
      const lines = linesOf(textOf(answer));
      if (lines.length === 0) probe.skip('the VM has no service account');
      probe.that('a line default/', lines.includes('default/'), true);
    },
  },
  {
    number: 41,
    title: 'without Metadata-Flavor a redirect is 403',
    ...inferred('the header is checked first everywhere else'),
    profiles: EVERYWHERE,
    async run(probe) {
      probe.status(await probe.get('instance', { headers: [] }), 403);
    },
  },
  {
    number: 42,
    title: 'only directories are redirected',
    ...inferred('a name that is none is 404 in every published answer'),
    profiles: GCE,
    async run(probe) {
      probe.status(await probe.get('instance/disks/0'), 301, 'instance/disks/0');
      probe.status(await probe.get('instance/nosuch'), 404, 'instance/nosuch');
      probe.status(await probe.get('instance/name'), 200, 'instance/name');
    },
  },
  {
    number: 166,
    title: 'a redirect keeps its query, or is answered at once',
    ...inferred('clients must end up with JSON, by one way or the other'),
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('instance?recursive=true&alt=json');
      probe.status(answer, [200, 301]);
      const location = headerOf(answer, 'Location') ?? `${V1}instance/?recursive=true&alt=json`;
      probe.that('Location', location.endsWith(`${V1}instance/?recursive=true&alt=json`), true);
    },
  },
  {
    number: 167,
    title: 'every directory redirects to itself with a slash',
    ...TRANSCRIPTS.redirect,
    profiles: GCE,
    async run(probe) {
      for (const path of [
        'project',
        'project/attributes',
        'instance/disks',
        'instance/service-accounts/default',
      ]) {
        const answer = await probe.get(path);
        probe.status(answer, 301, path);
        probe.that(`body of ${path}`, textOf(answer), `${V1}${path}/\n`);
      }
    },
  },
  {
    number: 168,
    title: 'a redirect does not repeat a hostile Host unescaped',
    ...inferred('it would be an open door to who can name the host'),
    profiles: EVERYWHERE,
    async run(probe) {
      const host = 'a"><script>alert(1)</script>';
      const asked = probe.get('instance', { host });
      await probe.refusedOrClosed('a Host that is markup', asked, /^(301|4\d\d)$/);
      const answer = await probe.get('instance', { host }).catch(() => undefined);
      if (answer === undefined) return;
      probe.holds(!textOf(answer).includes('<script>'), 'a body without the markup', 'the markup');
    },
  },
  {
    number: 169,
    title: 'the redirect of instance/ and what follows it carry Metadata-Flavor',
    ...CLIENTS.node,
    profiles: EVERYWHERE,
    async run(probe) {
      probe.header(await probe.get('instance'), 'Metadata-Flavor', 'Google');
      const answer = await probe.follow('instance');
      probe.status(answer, 200);
      probe.header(answer, 'Metadata-Flavor', 'Google');
    },
  },
  {
    number: 170,
    title: 'service-accounts/default?recursive=true, followed, is one account',
    ...CLIENTS.python,
    profiles: EVERYWHERE,
    async run(probe) {
      const path = 'instance/service-accounts/default?recursive=true';
      if ((await probe.follow(path)).status === 404) probe.skip('the VM has no service account');
      probe.that('keys', keysOf(await endsInJson(probe, path)).join(' '), /\bemail\b.*\bscopes\b/);
    },
  },
];
