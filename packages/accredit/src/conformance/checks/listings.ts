import { DOCS, EMULATORS, inferred, TRANSCRIPTS } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import { textOf } from '../http-message.ts';
import type { Probe } from '../probe.ts';
import { linesOf, walk } from '../tree.ts';

/** What every VM of 2026 lists below `instance/`, whatever it has. */
const INSTANCE_KEYS = [
  'attributes/',
  'cpu-platform',
  'description',
  'disks/',
  'guest-attributes/',
  'hostname',
  'id',
  'image',
  'licenses/',
  'machine-type',
  'maintenance-event',
  'name',
  'network-interfaces/',
  'preempted',
  'scheduling/',
  'service-accounts/',
  'tags',
  'virtual-clock/',
  'zone',
] as const;

/**
 * What a key that is listed may answer: its value, or why it has none. Guest attributes are 403 until they are turned on,
 * workload certificates 412 until they are configured, notices of maintenance 503 or 404 until there is one.
 */
const LISTED_STATUSES = [200, 403, 404, 412, 503];

/** The keys of which that is known. */
const MAY_BE_REFUSED =
  /^instance\/(guest-attributes|gce-workload-certificates|upcoming-maintenance|credentials|shutdown-details)/;

async function listing(probe: Probe, path: string): Promise<string> {
  return probe.value(path);
}

export const listings: readonly Check[] = [
  {
    number: 79,
    title: 'instance/ is sorted by bytes, and each line is ended',
    ...TRANSCRIPTS.tree,
    profiles: EVERYWHERE,
    async run(probe) {
      const text = await listing(probe, 'instance/');
      const lines = linesOf(text);
      // Names are ASCII: their order by UTF-16 is that by bytes.
      probe.that('the order', lines.join(' '), [...lines].sort().join(' '));
      probe.that('instance/', text, /^([^\n]+\n)+$/);
    },
  },
  {
    number: 80,
    title: 'disks/ lists 0/, 1/ and so on',
    ...TRANSCRIPTS.tree,
    profiles: GCE,
    async run(probe) {
      const lines = linesOf(await listing(probe, 'instance/disks/'));
      if (lines.length === 0) probe.skip('the VM has no disk');
      probe.that(
        'disks/',
        [...lines].sort().join(' '),
        lines
          .map((_, index) => `${index}/`)
          .sort()
          .join(' '),
      );
    },
  },
  {
    number: 81,
    title: 'a list of values is listed without a slash, and its own lines are ended',
    ...TRANSCRIPTS.tree,
    profiles: GCE,
    async run(probe) {
      const lines = linesOf(await listing(probe, 'instance/network-interfaces/0/'));
      probe.that('a line dns-servers', lines.includes('dns-servers'), true);
      probe.that('dns-servers', await probe.value('instance/network-interfaces/0/dns-servers'), /\n$/);
    },
  },
  {
    number: 82,
    title: 'an empty directory is 200 with nothing in it',
    ...EMULATORS.of2016,
    profiles: GCE,
    async run(probe) {
      const candidates = [
        'instance/attributes/',
        'project/attributes/',
        'instance/network-interfaces/0/ip-aliases/',
      ];
      for (const path of candidates) {
        const answer = await probe.get(path);
        if (answer.status !== 200 || answer.body.length > 0) continue;
        probe.header(answer, 'Content-Length', '0');
        probe.header(answer, 'Content-Type', 'application/text');
        return;
      }
      probe.skip('none of the directories that may be empty is');
    },
  },
  {
    number: 83,
    title: 'service-accounts/default/ lists aliases, email, identity, scopes, token',
    ...TRANSCRIPTS.tree,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('instance/service-accounts/default/');
      if (answer.status === 404) probe.skip('the VM has no service account');
      probe.body(answer, 'aliases\nemail\nidentity\nscopes\ntoken\n');
    },
  },
  {
    number: 84,
    title: 'alt on a listing is 400',
    ...EMULATORS.of2016,
    profiles: GCE,
    async run(probe) {
      for (const alt of ['json', 'text']) {
        probe.status(await probe.get(`instance/?alt=${alt}`), 400, `?alt=${alt}`);
      }
    },
  },
  {
    number: 206,
    title: 'instance/ lists what every VM has',
    ...TRANSCRIPTS.tree,
    profiles: GCE,
    async run(probe) {
      const lines = new Set(linesOf(await listing(probe, 'instance/')));
      const missing = INSTANCE_KEYS.filter((key) => !lines.has(key));
      probe.that('keys that are missing', missing.join(' '), '');
    },
  },
  {
    number: 207,
    title: 'project/ lists attributes/, numeric-project-id and project-id',
    ...DOCS.keys,
    profiles: GCE,
    async run(probe) {
      probe.that(
        'project/',
        await listing(probe, 'project/'),
        'attributes/\nnumeric-project-id\nproject-id\n',
      );
    },
  },
  {
    number: 208,
    title: 'every key that a listing shows answers',
    ...inferred('a key that is listed is a key'),
    profiles: EVERYWHERE,
    async run(probe) {
      const answers = [...(await walk(probe, 'instance/')), ...(await walk(probe, 'project/'))];
      for (const { path, answer } of answers) {
        probe.status(answer, MAY_BE_REFUSED.test(path) ? LISTED_STATUSES : [200], path);
      }
      probe.that('keys that were asked for', answers.length > 0, true);
    },
  },
  {
    number: 209,
    title: 'every directory that a listing shows is sorted, ended by lines, and application/text',
    ...TRANSCRIPTS.tree,
    profiles: EVERYWHERE,
    async run(probe) {
      await walk(probe, 'instance/', (path, answer) => {
        if (answer.status !== 200) {
          probe.status(answer, MAY_BE_REFUSED.test(path) ? LISTED_STATUSES : [200], path);
          return;
        }
        probe.that(
          `Content-Type of ${path}`,
          answer.headers.find(([name]) => /^content-type$/i.test(name))?.[1],
          'application/text',
        );
        probe.that(`lines of ${path}`, textOf(answer), /^([^\n]+\n)*$/);
      });
    },
  },
  {
    number: 210,
    title: 'service-accounts/ is 200, and lists an account by its address and as default',
    ...TRANSCRIPTS.tree,
    profiles: EVERYWHERE,
    async run(probe) {
      const lines = linesOf(await listing(probe, 'instance/service-accounts/'));
      if (lines.length === 0) probe.skip('the VM has no service account');
      probe.that('a line default/', lines.includes('default/'), true);
      probe.that(
        'a line with an address',
        lines.some((line) => /^[^@/]+@?[^@/]+\.[^@/]+\/$/.test(line)),
        true,
      );
    },
  },
  {
    number: 211,
    title: 'partner-attributes/ is a listing, or 404',
    ...TRANSCRIPTS.guestAttributes,
    profiles: GCE,
    async run(probe) {
      probe.status(await probe.get('instance/partner-attributes/'), [200, 404]);
    },
  },
  {
    number: 212,
    title: 'universe/ is no part of the listing of v1/',
    ...inferred('the walk of 2026 does not show it, another emulator does'),
    profiles: GCE,
    async run(probe) {
      const lines = linesOf(await probe.value('/computeMetadata/v1/'));
      probe.that('a line universe/', lines.includes('universe/'), false);
    },
  },
];
