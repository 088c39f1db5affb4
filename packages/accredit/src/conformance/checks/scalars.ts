import { CLIENTS, DOCS, EMULATORS, inferred, TRANSCRIPTS } from '../basis.ts';
import { type Check, EVERYWHERE, GCE, GKE } from '../check.ts';
import { textOf } from '../http-message.ts';
import { isStrings } from '../json.ts';
import type { Probe } from '../probe.ts';

/** Checks a value against a form. */
export function hasForm(path: string, form: RegExp) {
  return async (probe: Probe) => probe.that(path, await probe.value(path), form);
}

/** A VM without network, disk or image has no such key. */
export async function valueOrSkip(probe: Probe, path: string): Promise<string> {
  const answer = await probe.get(path);
  if (answer.status === 404) probe.skip(`there is no ${path}`);
  probe.status(answer, 200, path);
  return textOf(answer);
}

export const scalars: readonly Check[] = [
  {
    number: 59,
    title: 'values have no newline at their end',
    ...CLIENTS.gcloud,
    profiles: EVERYWHERE,
    async run(probe) {
      const paths = ['project/project-id', 'project/numeric-project-id', 'instance/zone', 'instance/id'];
      for (const path of paths) probe.that(path, await probe.value(path), /^[^\n]+$/);
      const email = await probe.get('instance/service-accounts/default/email');
      if (email.status === 200) probe.that('default/email', textOf(email), /^[^\n]+$/);
    },
  },
  {
    number: 60,
    title: 'project/numeric-project-id is digits',
    ...CLIENTS.gcloud,
    profiles: EVERYWHERE,
    run: hasForm('project/numeric-project-id', /^\d+$/),
  },
  {
    number: 61,
    title: 'instance/zone is projects/NUMBER/zones/ZONE',
    ...DOCS.keys,
    profiles: EVERYWHERE,
    run: hasForm('instance/zone', /^projects\/\d+\/zones\/[a-z0-9-]+$/),
  },
  {
    number: 62,
    title: 'instance/machine-type is projects/NUMBER/machineTypes/TYPE',
    ...DOCS.keys,
    profiles: GCE,
    run: hasForm('instance/machine-type', /^projects\/\d+\/machineTypes\/[a-z0-9-]+$/),
  },
  {
    number: 63,
    title: 'instance/image is projects/PROJECT/global/images/IMAGE',
    ...DOCS.keys,
    profiles: GCE,
    async run(probe) {
      const image = await probe.value('instance/image');
      if (image === '') probe.skip('the VM was not made of an image');
      probe.that('instance/image', image, /^projects\/[^/]+\/global\/images\/[^/]+$/);
    },
  },
  {
    number: 66,
    title: 'instance/maintenance-event is one of the three documented values',
    ...DOCS.keys,
    profiles: GCE,
    run: hasForm(
      'instance/maintenance-event',
      /^(NONE|MIGRATE_ON_HOST_MAINTENANCE|TERMINATE_ON_HOST_MAINTENANCE)$/,
    ),
  },
  {
    number: 67,
    title: 'instance/preempted and scheduling/preemptible are TRUE or FALSE',
    ...DOCS.keys,
    profiles: GCE,
    async run(probe) {
      await hasForm('instance/preempted', /^(TRUE|FALSE)$/)(probe);
      await hasForm('instance/scheduling/preemptible', /^(TRUE|FALSE)$/)(probe);
    },
  },
  {
    number: 68,
    title: 'instance/tags is a JSON array',
    ...CLIENTS.go,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('instance/tags');
      probe.header(answer, 'Content-Type', 'application/json');
      probe.that('an array of strings', isStrings(probe.json(answer)), true);
    },
  },
  {
    number: 69,
    title: 'instance/tags?alt=text is one tag a line',
    ...DOCS.query,
    profiles: GCE,
    async run(probe) {
      const tags = probe.json(await probe.get('instance/tags'));
      const answer = await probe.get('instance/tags?alt=text');
      probe.header(answer, 'Content-Type', 'application/text');
      probe.that(
        'body',
        textOf(answer),
        isStrings(tags) ? tags.map((tag) => `${tag}\n`).join('') : undefined,
      );
    },
  },
  {
    number: 70,
    title: 'instance/description is there, if empty',
    ...DOCS.keys,
    profiles: GCE,
    async run(probe) {
      probe.status(await probe.get('instance/description'), 200);
    },
  },
  {
    number: 71,
    title: 'instance/virtual-clock/drift-token is digits',
    ...CLIENTS.agent,
    profiles: GCE,
    run: hasForm('instance/virtual-clock/drift-token', /^\d+$/),
  },
  {
    number: 72,
    title: 'instance/id?alt=json is bare digits, all of them',
    ...EMULATORS.of2016,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('instance/id?alt=json');
      probe.header(answer, 'Content-Type', 'application/json');
      probe.that('body', textOf(answer), await probe.value('instance/id'));
      probe.body(answer, /^\d+$/);
    },
  },
  {
    number: 73,
    title: 'instance/name?alt=json is a string of JSON',
    ...EMULATORS.of2016,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('instance/name?alt=json');
      probe.header(answer, 'Content-Type', 'application/json');
      probe.that('body', textOf(answer), JSON.stringify(await probe.value('instance/name')));
    },
  },
  {
    number: 74,
    title: 'recursive=true changes nothing of a value',
    ...EMULATORS.of2016,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('instance/name?recursive=true');
      probe.that('body', textOf(answer), await probe.value('instance/name'));
      probe.header(answer, 'Content-Type', 'application/text');
    },
  },
  {
    number: 75,
    title: 'universe/universe-domain is a domain, or 404',
    ...CLIENTS.python,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get('universe/universe-domain');
      probe.status(answer, [200, 404]);
      if (answer.status === 200) probe.body(answer, /^([a-z0-9-]+(\.[a-z0-9-]+)+)?$/);
    },
  },
  {
    number: 78,
    title: 'the Content-Type of a value is application/text',
    ...TRANSCRIPTS.raw,
    profiles: [...GCE, ...GKE],
    async run(probe) {
      for (const path of ['project/project-id', 'instance/id', 'instance/zone']) {
        probe.header(await probe.get(path), 'Content-Type', 'application/text');
      }
    },
  },
  {
    number: 195,
    title: "instance/hostname is a name of several parts that begins with the VM's",
    ...inferred('a custom hostname is the exception'),
    profiles: GCE,
    async run(probe) {
      const hostname = await probe.value('instance/hostname');
      probe.that('instance/hostname', hostname, /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i);
      if (hostname.endsWith('.internal')) {
        probe.that('its first part', hostname.split('.')[0], await probe.value('instance/name'));
      }
    },
  },
  {
    number: 196,
    title: 'a disk has its index, mode, interface and type',
    ...DOCS.keys,
    profiles: GCE,
    async run(probe) {
      probe.that('index', await valueOrSkip(probe, 'instance/disks/0/index'), '0');
      probe.that('mode', await probe.value('instance/disks/0/mode'), /^READ_(WRITE|ONLY)$/);
      probe.that('interface', await probe.value('instance/disks/0/interface'), /^(SCSI|NVME)$/);
      probe.that('type', await probe.value('instance/disks/0/type'), /^[A-Z]+(-[A-Z]+)*$/);
      probe.that('device-name', await probe.value('instance/disks/0/device-name'), /^[^\n]+$/);
    },
  },
  {
    number: 197,
    title: 'scheduling has automatic-restart and on-host-maintenance',
    ...DOCS.keys,
    profiles: GCE,
    async run(probe) {
      await hasForm('instance/scheduling/automatic-restart', /^(TRUE|FALSE)$/)(probe);
      await hasForm('instance/scheduling/on-host-maintenance', /^(MIGRATE|TERMINATE)$/)(probe);
    },
  },
  {
    number: 201,
    title: 'the id of a license is digits',
    ...DOCS.keys,
    profiles: GCE,
    async run(probe) {
      probe.that('instance/licenses/0/id', await valueOrSkip(probe, 'instance/licenses/0/id'), /^\d+$/);
    },
  },
  {
    number: 203,
    title: 'upcoming-maintenance is a notice, NONE, or 503 with JSON',
    ...EMULATORS.server,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.follow('instance/upcoming-maintenance?alt=json');
      probe.status(answer, [200, 400, 404, 503]);
      if (answer.status === 503) probe.that('keys', JSON.stringify(probe.json(answer)), /error/);
    },
  },
  {
    number: 204,
    title: 'instance/id is digits of a number of 64 bits',
    ...TRANSCRIPTS.raw,
    profiles: GCE,
    async run(probe) {
      const id = await probe.value('instance/id');
      probe.that('instance/id', id, /^[1-9]\d{0,19}$/);
      probe.holds(BigInt(id) < 2n ** 64n, 'less than 2^64', id);
    },
  },
  {
    number: 205,
    title: 'an unknown alt is refused or ignored',
    ...inferred('no source says which'),
    profiles: EVERYWHERE,
    async run(probe) {
      probe.status(await probe.get('project/project-id?alt=xml'), [200, 400]);
    },
  },
];
