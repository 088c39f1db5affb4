import { CLIENTS, DOCS, EMULATORS, inferred, TRANSCRIPTS } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import { headerOf, textOf } from '../http-message.ts';
import { at, isStrings, keysOf, Literal, parseJson } from '../json.ts';
import { type Probe, V1 } from '../probe.ts';
import { findInJson, linesOf, toText, walk } from '../tree.ts';

const ROOT = `${V1}?recursive=true`;

/** The limit of .NET's client, which takes anything longer for another server. */
const DOTNET_LIMIT_BYTES = 524_288;

/** The words of absl::SimpleAtob, and `on` and `off`; clients send some of them. */
const TRUE_WORDS = ['true', 'True', 'TRUE', '1', 'yes', 'on', 't', 'y'] as const;
const FALSE_WORDS = ['xyz', 'false', '0', 'no', 'off', 'f', 'n'] as const;

/** Returns the parsed JSON of a path, with the digits of its numbers. */
export async function jsonOf(probe: Probe, path: string): Promise<unknown> {
  const answer = await probe.get(path);
  probe.status(answer, 200, path);
  const json = parseJson(textOf(answer));
  probe.that(`${path} is JSON`, json !== undefined, true);
  return json;
}

function kindOf(value: unknown): string {
  return value instanceof Literal ? 'number' : typeof value;
}

export const recursive: readonly Check[] = [
  {
    number: 85,
    title: 'v1/?recursive=true is application/json, with instance and project',
    ...CLIENTS.oauth2client,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get(ROOT);
      probe.header(answer, 'Content-Type', 'application/json');
      const keys = keysOf(probe.json(answer));
      for (const key of ['instance', 'project']) probe.that(`a key ${key}`, keys.includes(key), true);
    },
  },
  {
    number: 86,
    title: 'JSON has no blanks outside strings',
    ...EMULATORS.of2016,
    profiles: GCE,
    async run(probe) {
      const text = textOf(await probe.get(ROOT)).replace(/"(?:[^"\\]|\\.)*"/g, '""');
      probe.that('blanks outside strings', /\s/.test(text), false);
    },
  },
  {
    number: 87,
    title: 'keys of JSON are in camel case',
    ...TRANSCRIPTS.recursive,
    profiles: GCE,
    async run(probe) {
      const json = await jsonOf(probe, ROOT);
      const instance = keysOf(at(json, 'instance'));
      for (const key of ['machineType', 'networkInterfaces', 'serviceAccounts', 'virtualClock']) {
        probe.that(`a key ${key}`, instance.includes(key), true);
      }
      probe.that('a key numericProjectId', keysOf(at(json, 'project')).includes('numericProjectId'), true);
    },
  },
  {
    number: 89,
    title: 'id is a number with all its digits',
    ...TRANSCRIPTS.recursive,
    profiles: GCE,
    async run(probe) {
      const id = at(await jsonOf(probe, 'instance/?recursive=true'), 'id');
      probe.that('a number', id instanceof Literal, true);
      probe.that('id', toText(id), await probe.value('instance/id'));
    },
  },
  {
    number: 90,
    title: 'mtu, index and numericProjectId are numbers; preempted, driftToken and license ids strings',
    ...TRANSCRIPTS.recursive,
    profiles: GCE,
    async run(probe) {
      const json = await jsonOf(probe, ROOT);
      const instance = at(json, 'instance');
      probe.that('numericProjectId', kindOf(at(json, 'project', 'numericProjectId')), 'number');
      probe.that('mtu', kindOf(at(instance, 'networkInterfaces', 0, 'mtu')), 'number');
      if (at(instance, 'disks', 0) !== undefined) {
        probe.that('index', kindOf(at(instance, 'disks', 0, 'index')), 'number');
      }
      probe.that('preempted', kindOf(at(instance, 'preempted')), 'string');
      probe.that('driftToken', kindOf(at(instance, 'virtualClock', 'driftToken')), 'string');
      if (at(instance, 'licenses', 0) !== undefined) {
        probe.that('license id', kindOf(at(instance, 'licenses', 0, 'id')), 'string');
      }
    },
  },
  {
    number: 91,
    title: 'recursive output has no token and no identity',
    ...TRANSCRIPTS.recursive,
    profiles: EVERYWHERE,
    async run(probe) {
      const json = await jsonOf(probe, 'instance/?recursive=true');
      const accounts = at(json, 'serviceAccounts');
      for (const name of keysOf(accounts)) {
        const keys = keysOf(at(accounts, name));
        probe.that('a token or identity', keys.includes('token') || keys.includes('identity'), false);
      }
      probe.that('an access token', /access_token|"ya29\./.test(textOf(await probe.get(ROOT))), false);
    },
  },
  {
    number: 92,
    title: 'serviceAccounts has the address and default, each with aliases, email and scopes',
    ...TRANSCRIPTS.recursive,
    profiles: GCE,
    async run(probe) {
      const accounts = at(await jsonOf(probe, 'instance/?recursive=true'), 'serviceAccounts');
      const names = keysOf(accounts);
      if (names.length === 0) probe.skip('the VM has no service account');
      probe.that('a key default', names.includes('default'), true);
      probe.that('a key that is the address', names.includes(String(at(accounts, 'default', 'email'))), true);
      for (const name of names) {
        const account = at(accounts, name);
        probe.that('aliases', isStrings(at(account, 'aliases')), true);
        probe.that('email', typeof at(account, 'email'), 'string');
        probe.that('scopes', isStrings(at(account, 'scopes')), true);
      }
    },
  },
  {
    number: 93,
    title: 'recursive takes the words that a boolean has, in any case',
    ...CLIENTS.java,
    profiles: GCE,
    async run(probe) {
      for (const [words, expected] of [
        [TRUE_WORDS, 'application/json'],
        [FALSE_WORDS, 'application/text'],
      ] as const) {
        for (const word of words) {
          const answer = await probe.get(`project/?recursive=${word}`);
          probe.that(`Content-Type for recursive=${word}`, headerOf(answer, 'Content-Type'), expected);
        }
      }
    },
  },
  {
    number: 95,
    title: 'recursive=true&alt=text is lines of path and value',
    ...DOCS.query,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('instance/?recursive=true&alt=text');
      probe.header(answer, 'Content-Type', 'application/text');
      const lines = linesOf(textOf(answer));
      probe.that('a line of zone', lines.includes(`zone ${await probe.value('instance/zone')}`), true);
      const mac = await probe.value('instance/network-interfaces/0/mac');
      probe.that('a line of a MAC address', lines.includes(`network-interfaces/0/mac ${mac}`), true);
    },
  },
  {
    number: 96,
    title: 'an unknown parameter is ignored',
    ...EMULATORS.of2016,
    profiles: EVERYWHERE,
    async run(probe) {
      const path = 'project/project-id';
      probe.that('body', await probe.value(`${path}?nonsense=1&x`), await probe.value(path));
    },
  },
  {
    number: 99,
    title: "recursive output has the shape that .NET's client takes for a VM",
    ...CLIENTS.dotnet,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get(ROOT);
      const length = Number(headerOf(answer, 'Content-Length'));
      probe.holds(length < DOTNET_LIMIT_BYTES, `Content-Length below ${DOTNET_LIMIT_BYTES}`, String(length));
      const json = parseJson(textOf(answer));
      probe.that('project.projectId', typeof at(json, 'project', 'projectId'), 'string');
      probe.that('instance.id', kindOf(at(json, 'instance', 'id')), 'number');
      probe.that('instance.zone', toText(at(json, 'instance', 'zone')), /^projects\/[^/]+\/zones\/[^/]+$/);
    },
  },
  {
    number: 213,
    title: 'every value is the same alone and in recursive output',
    ...inferred('one tree is shown in two ways'),
    profiles: GCE,
    async run(probe) {
      const json = await jsonOf(probe, ROOT);
      const leaves = await walk(probe, 'instance/');
      const checked = [...leaves, ...(await walk(probe, 'project/'))].filter(
        ({ answer }) => answer.status === 200,
      );
      for (const { path, answer } of checked) {
        if (/^instance\/(tags|upcoming-maintenance|gce-workload-certificates)/.test(path)) continue;
        const place = toText(findInJson(json, path));
        // The values themselves may be secret.
        probe.holds(
          place === textOf(answer),
          `${path} as in recursive output`,
          place === undefined ? 'not there' : 'another value',
        );
      }
      probe.that('values that were compared', checked.length > 0, true);
    },
  },
  {
    number: 214,
    title: 'recursive output of a directory is a part of that of the one above',
    ...inferred('one tree is shown in two ways'),
    profiles: GCE,
    async run(probe) {
      const whole = probe.json(await probe.get(ROOT));
      const project = probe.json(await probe.get('project/?recursive=true'));
      probe.that('project', JSON.stringify(at(whole, 'project')) === JSON.stringify(project), true);
    },
  },
  {
    number: 215,
    title: 'keys of JSON are sorted',
    ...EMULATORS.of2016,
    profiles: GCE,
    async run(probe) {
      const json = await jsonOf(probe, ROOT);
      for (const keys of [keysOf(at(json, 'instance')), keysOf(at(json, 'project'))]) {
        probe.that('order', keys.join(' '), [...keys].sort().join(' '));
      }
    },
  },
  {
    number: 216,
    title: 'a list repeats its key in alt=text, one line an item',
    ...TRANSCRIPTS.textDump,
    profiles: GCE,
    async run(probe) {
      const path = 'instance/service-accounts/default/scopes';
      const scopes = await probe.get(path);
      if (scopes.status === 404) probe.skip('the VM has no service account');
      const lines = linesOf(textOf(await probe.get('instance/?recursive=true&alt=text')));
      for (const scope of linesOf(textOf(scopes))) {
        probe.that(`a line of ${scope}`, lines.includes(`service-accounts/default/scopes ${scope}`), true);
      }
    },
  },
];
