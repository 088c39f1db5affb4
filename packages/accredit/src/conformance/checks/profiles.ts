import { CLIENTS, DOCS, EMULATORS, inferred, remembered, TRANSCRIPTS } from '../basis.ts';
import { type Check, CLOUD_RUN, GKE } from '../check.ts';
import { headerOf, textOf } from '../http-message.ts';
import { at } from '../json.ts';
import { FLAVOR, type Probe, V1 } from '../probe.ts';
import { linesOf } from '../tree.ts';
import { fetchIdentity } from './identity.ts';
import { accountEmail } from './paths.ts';
import { readToken } from './tokens.ts';

const ACCOUNT = 'instance/service-accounts/default';
const SCOPE = encodeURIComponent('https://www.googleapis.com/auth/devstorage.read_only');

/** Scopes are not to be seen in a token; one for fewer scopes is another one. */
async function honoursScopes(probe: Probe): Promise<void> {
  await accountEmail(probe);
  const whole = readToken(probe, await probe.get(`${ACCOUNT}/token`));
  const narrow = readToken(probe, await probe.get(`${ACCOUNT}/token?scopes=${SCOPE}`));
  probe.holds(whole.text !== narrow.text, 'another token for one scope', 'the same token');
}

async function areMissing(probe: Probe, paths: readonly string[]): Promise<void> {
  for (const path of paths) probe.status(await probe.get(path), 404, path);
}

export const profiles: readonly Check[] = [
  {
    number: 155,
    title: 'GKE: without Metadata-Flavor even / is 403, as plain text and without Metadata-Flavor',
    ...TRANSCRIPTS.gke,
    profiles: GKE,
    async run(probe) {
      const answer = await probe.get('/', { headers: [] });
      probe.status(answer, 403);
      probe.header(answer, 'Content-Type', 'text/plain; charset=utf-8');
      probe.header(answer, 'X-Content-Type-Options', 'nosniff');
      probe.header(answer, 'Metadata-Flavor', undefined);
      probe.body(answer, /Missing required header "Metadata-Flavor": "Google"\n$/);
    },
  },
  {
    number: 156,
    title: 'Cloud Run: instance/region is projects/NUMBER/regions/REGION',
    ...DOCS.cloudRun,
    profiles: CLOUD_RUN,
    async run(probe) {
      probe.that(
        'instance/region',
        await probe.value('instance/region'),
        /^projects\/\d+\/regions\/[a-z0-9-]+$/,
      );
    },
  },
  {
    number: 273,
    title: 'GKE: Server is GKE Metadata Server, without ETag and without X-Frame-Options',
    ...TRANSCRIPTS.gke,
    profiles: GKE,
    async run(probe) {
      const answer = await probe.get('project/project-id');
      probe.header(answer, 'Server', 'GKE Metadata Server');
      for (const name of ['ETag', 'X-XSS-Protection', 'X-Frame-Options'])
        probe.header(answer, name, undefined);
    },
  },
  {
    number: 274,
    title: 'GKE: v1/ lists instance/ and project/',
    ...DOCS.gke,
    profiles: GKE,
    async run(probe) {
      probe.that('v1/', await probe.value(V1), 'instance/\nproject/\n');
    },
  },
  {
    number: 275,
    title: 'GKE: attributes are the name, the place and the id of the cluster',
    ...DOCS.gke,
    profiles: GKE,
    async run(probe) {
      const lines = linesOf(await probe.value('instance/attributes/'));
      for (const key of ['cluster-name', 'cluster-location', 'cluster-uid']) {
        probe.that(`a line ${key}`, lines.includes(key), true);
        probe.that(key, await probe.value(`instance/attributes/${key}`), /./);
      }
    },
  },
  {
    number: 276,
    title: 'GKE: X-Google-Metadata-Request serves for nothing',
    ...CLIENTS.kubernetes,
    profiles: GKE,
    async run(probe) {
      const answer = await probe.get('project/project-id', {
        headers: [['X-Google-Metadata-Request', 'True']],
      });
      probe.status(answer, 403);
    },
  },
  {
    number: 277,
    title: 'GKE: there are no machine, disks, guest attributes and OS Login',
    ...EMULATORS.gke,
    profiles: GKE,
    run: (probe) =>
      areMissing(probe, [
        'instance/machine-type',
        'instance/disks/',
        'instance/guest-attributes/',
        'oslogin/users',
      ]),
  },
  {
    number: 278,
    title: 'GKE: a token is for the scopes that are asked for',
    ...remembered('About Workload Identity Federation for GKE'),
    profiles: GKE,
    run: honoursScopes,
  },
  {
    number: 279,
    title: 'GKE: identity is a JWT, or 404 that says what is not annotated',
    ...TRANSCRIPTS.gke,
    profiles: GKE,
    async run(probe) {
      const answer = await probe.get(`${ACCOUNT}/identity?audience=x`);
      probe.status(answer, [200, 404]);
      if (answer.status === 404) probe.body(answer, /not annotated with a target Google service account/);
      else probe.body(answer, /^[\w-]+\.[\w-]+\.[\w-]+$/);
    },
  },
  {
    number: 280,
    title: 'GKE: instance has hostname, id, service-accounts and zone',
    ...DOCS.gke,
    profiles: GKE,
    async run(probe) {
      const lines = linesOf(await probe.value('instance/'));
      for (const key of ['attributes/', 'hostname', 'id', 'service-accounts/', 'zone']) {
        probe.that(`a line ${key}`, lines.includes(key), true);
      }
    },
  },
  {
    number: 281,
    title: 'Cloud Run: instance/zone is the region and -1',
    ...DOCS.cloudRun,
    profiles: CLOUD_RUN,
    async run(probe) {
      const region = (await probe.value('instance/region')).replace(/^.*\//, '');
      const zone = (await probe.value('instance/zone')).replace(/^.*\//, '');
      probe.that('the zone begins with the region', zone.startsWith(`${region}-`), true);
    },
  },
  {
    number: 282,
    title: 'Cloud Run: instance/id is letters and digits',
    ...DOCS.cloudRun,
    profiles: CLOUD_RUN,
    async run(probe) {
      probe.that('instance/id', await probe.value('instance/id'), /^[0-9a-f]+$/i);
    },
  },
  {
    number: 283,
    title: 'Cloud Run: a 403 for a missing header has no Metadata-Flavor',
    ...TRANSCRIPTS.cloudRun,
    profiles: CLOUD_RUN,
    async run(probe) {
      const answer = await probe.get('project/project-id', { headers: [] });
      probe.status(answer, 403);
      probe.header(answer, 'Metadata-Flavor', undefined);
    },
  },
  {
    number: 284,
    title: 'Cloud Run: there are no attributes, disks and guest attributes',
    ...inferred('the contract does not name them'),
    profiles: CLOUD_RUN,
    run: (probe) =>
      areMissing(probe, [
        'instance/attributes/',
        'instance/disks/',
        'instance/guest-attributes/',
        'project/attributes/',
      ]),
  },
  {
    number: 285,
    title: 'Cloud Run: a token is for the scopes that are asked for',
    ...CLIENTS.python,
    profiles: CLOUD_RUN,
    run: honoursScopes,
  },
  {
    number: 286,
    title: 'Cloud Run: an identity token has the address of the account',
    ...remembered('Cloud Run, service-to-service authentication'),
    profiles: CLOUD_RUN,
    async run(probe) {
      const { claims } = await fetchIdentity(probe, 'audience=https://x.y/z');
      probe.that('email', String(at(claims, 'email')), await accountEmail(probe));
      probe.that('email_verified', at(claims, 'email_verified') === true, true);
    },
  },
  {
    number: 287,
    title: 'Cloud Run: format=full has no google.compute_engine',
    ...remembered('Cloud Run, service-to-service authentication'),
    profiles: CLOUD_RUN,
    async run(probe) {
      const { claims } = await fetchIdentity(probe, 'audience=https://x.y/z&format=full');
      probe.that('google.compute_engine', at(claims, 'google', 'compute_engine') === undefined, true);
    },
  },
  {
    number: 288,
    title: 'Cloud Run: an account has aliases, email, identity, scopes and token',
    ...DOCS.cloudRun,
    profiles: CLOUD_RUN,
    async run(probe) {
      const answer = await probe.get(`${ACCOUNT}/`, { headers: [FLAVOR] });
      probe.status(answer, 200);
      for (const key of ['aliases', 'email', 'identity', 'scopes', 'token']) {
        probe.that(`a line ${key}`, linesOf(textOf(answer)).includes(key), true);
      }
      probe.that('Metadata-Flavor', headerOf(answer, 'Metadata-Flavor'), 'Google');
    },
  },
];
