/** Sends what the clients send on first contact, and judges the answers as they do. Nothing else tells as much. */
import { CLIENTS, DOCS } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import { type Answer, type Header, headerOf, textOf } from '../http-message.ts';
import { at, isStrings, keysOf, Literal, parseJson } from '../json.ts';
import { readJwt } from '../jwt.ts';
import { FLAVOR, type Probe } from '../probe.ts';
import { linesOf } from '../tree.ts';
import { attributePath, changeAttribute, setAttribute } from './attributes.ts';
import { accountEmail } from './paths.ts';
import { readToken } from './tokens.ts';

const ACCOUNTS = 'instance/service-accounts';
const CLOUD_PLATFORM = encodeURIComponent('https://www.googleapis.com/auth/cloud-platform');

/** The OAuth client of gcloud, for which it asks an identity token before every first access token. */
const GCLOUD_CLIENT = '32555940559.apps.googleusercontent.com';

/** How often a watch may be woken for something else before it is told of its change. */
const WATCH_LIMIT = 20;

const NODE: readonly Header[] = [
  FLAVOR,
  ['User-Agent', 'gcp-metadata/8.1.2'],
  ['Accept', '*/*'],
  ['Accept-Encoding', 'gzip, deflate, br'],
];
const PYTHON: readonly Header[] = [
  ['metadata-flavor', 'Google'],
  ['x-goog-api-client', 'gl-python/3.12.10 auth/2.39.0 auth-request-type/mds'],
  ['accept-encoding', 'identity'],
];
const GO: readonly Header[] = [FLAVOR, ['User-Agent', 'gcloud-golang/0.1'], ['Accept-Encoding', 'gzip']];
const GCLOUD: readonly Header[] = [
  FLAVOR,
  ['Accept-Encoding', 'identity'],
  ['User-agent', 'Python-urllib/3.12'],
  ['Connection', 'close'],
];
const AGENT: readonly Header[] = [
  FLAVOR,
  ['User-Agent', 'Go-http-client/1.1'],
  ['X-Google-Guest-Agent', '1'],
];

/** What all of them do to a 200: without the flavor it came from somebody else. */
function fromGoogle(probe: Probe, answer: Answer, what: string): string {
  probe.status(answer, 200, what);
  probe.that(`Metadata-Flavor of ${what}`, headerOf(answer, 'Metadata-Flavor'), 'Google');
  return textOf(answer);
}

function expiryOf(answer: Answer): unknown {
  return at(readJwt(textOf(answer))?.claims, 'exp');
}

export const clients: readonly Check[] = [
  {
    number: 143,
    title: 'Node gcp-metadata: isAvailable, project-id, and the id with all its digits',
    ...CLIENTS.node,
    profiles: EVERYWHERE,
    async run(probe) {
      const headers = NODE;
      probe.header(await probe.get('/computeMetadata/v1/instance', { headers }), 'Metadata-Flavor', 'Google');
      fromGoogle(probe, await probe.follow('/computeMetadata/v1/instance', { headers }), 'isAvailable');
      const project = fromGoogle(probe, await probe.get('project/project-id', { headers }), 'project-id');
      probe.that('project-id', project, /^[a-z0-9.:-]+$/);
      const id = fromGoogle(probe, await probe.get('instance/id', { headers }), 'instance/id');
      probe.that('instance/id', id, await probe.value('instance/id'));
    },
  },
  {
    number: 144,
    title: 'Node google-auth-library: an access token and an identity token',
    ...CLIENTS.nodeAuth,
    profiles: EVERYWHERE,
    async run(probe) {
      await accountEmail(probe);
      const headers = NODE;
      const token = await probe.get(`${ACCOUNTS}/default/token?scopes=${CLOUD_PLATFORM}`, { headers });
      fromGoogle(probe, token, 'the token');
      readToken(probe, token);
      const identity = await probe.get(`${ACCOUNTS}/default/identity?format=full&audience=https://aud/x`, {
        headers,
      });
      fromGoogle(probe, identity, 'the identity token');
      probe.that('exp is a number', expiryOf(identity) instanceof Literal, true);
    },
  },
  {
    number: 145,
    title: 'Python google-auth: ping, account, access token and identity token',
    ...CLIENTS.python,
    profiles: EVERYWHERE,
    async run(probe) {
      const headers = PYTHON;
      fromGoogle(probe, await probe.get('/', { headers }), 'the ping');
      const email = await accountEmail(probe);
      const info = await probe.get(`${ACCOUNTS}/default/?recursive=true`, { headers });
      fromGoogle(probe, info, 'the account');
      probe.header(info, 'Content-Type', /^application\/json(;|$)/);
      const account = parseJson(textOf(info));
      probe.that('email', String(at(account, 'email')), email);
      probe.that('scopes', isStrings(at(account, 'scopes')), true);
      const token = await probe.get(`${ACCOUNTS}/${email}/token?scopes=${CLOUD_PLATFORM}`, { headers });
      probe.header(token, 'Content-Type', /^application\/json(;|$)/);
      readToken(probe, token);
      const query = `audience=${encodeURIComponent('https://aud/x')}&format=full`;
      const identity = await probe.get(`${ACCOUNTS}/default/identity?${query}`, { headers });
      probe.header(identity, 'Content-Type', /^(?!application\/json)./);
      probe.that('exp is a number', expiryOf(identity) instanceof Literal, true);
    },
  },
  {
    number: 146,
    title: 'Go metadata: OnGCE, InstanceTags, Zone, Subscribe',
    ...CLIENTS.go,
    profiles: GCE,
    async run(probe) {
      const probing = await probe.get('/', { headers: [['User-Agent', 'gcloud-golang/0.1']] });
      probe.that('Metadata-Flavor of OnGCE', headerOf(probing, 'Metadata-Flavor'), 'Google');
      const tags = await probe.get('instance/tags', { headers: GO });
      probe.that('InstanceTags', isStrings(parseJson(fromGoogle(probe, tags, 'instance/tags'))), true);
      const zone = fromGoogle(probe, await probe.get('instance/zone', { headers: GO }), 'instance/zone');
      probe.that('Zone', zone.trim().split('/').at(-1), /^[a-z0-9-]+$/);
      if (probe.control.setAttribute !== undefined) await subscribe(probe);
    },
  },
  {
    number: 147,
    title: 'gcloud: detection, accounts, configuration and a token, as it asks for them',
    ...CLIENTS.gcloud,
    profiles: EVERYWHERE,
    async run(probe) {
      const headers = GCLOUD;
      const ask = async (path: string) => fromGoogle(probe, await probe.get(path, { headers }), path);
      probe.that('the detection', await ask('project/numeric-project-id'), /^\d+$/);
      const email = await accountEmail(probe);
      const listed = (await ask(`${ACCOUNTS}/`)).split(/\s+/).map((line) => line.replace(/\/$/, ''));
      const accounts = new Set(listed);
      probe.that('auth list', accounts.has(email) && accounts.has('default'), true);
      probe.that('project', await ask('project/project-id'), /^\S+$/);
      probe.status(await probe.get('universe/universe-domain', { headers }), [200, 404], 'universe-domain');
      const query = `audience=${GCLOUD_CLIENT}&format=standard&licenses=FALSE`;
      probe.status(
        await probe.get(`${ACCOUNTS}/default/identity?${query}`, { headers }),
        [200, 404],
        'identity',
      );
      const account: unknown = parseJson(await ask(`${ACCOUNTS}/${email}/?recursive=true`));
      probe.that(
        'keys of the account',
        ['email', 'scopes'].every((key) => keysOf(account).includes(key)),
        true,
      );
      readToken(probe, await probe.get(`${ACCOUNTS}/${email}/token`, { headers }));
    },
  },
  {
    number: 148,
    title: 'gsutil: detection, the account listing without its slash, scopes and a token',
    ...CLIENTS.apitools,
    profiles: GCE,
    async run(probe) {
      fromGoogle(probe, await probe.get('/', { headers: GCLOUD }), 'DetectGce');
      await accountEmail(probe);
      const listing = await probe.follow(ACCOUNTS, { headers: GCLOUD });
      const names = textOf(listing)
        .split('\n')
        .map((line) => line.replace(/\/$/, ''));
      probe.that('a service account default', names.includes('default'), true);
      const scopes = await probe.get(`${ACCOUNTS}/default/scopes`, { headers: GCLOUD });
      probe.that(
        'scopes',
        linesOf(fromGoogle(probe, scopes, 'scopes')).every((line) => line.includes('://')),
        true,
      );
      const token = await probe.get(`${ACCOUNTS}/default/token`, { headers: GCLOUD });
      probe.header(token, 'Content-Type', 'application/json');
      readToken(probe, token);
    },
  },
  {
    number: 149,
    title: 'the guest agent follows three changes and loses none',
    ...CLIENTS.agent,
    profiles: GCE,
    needs: ['setAttribute', 'removeAttribute'],
    run: watch,
  },
  {
    number: 150,
    title: 'curl -f and Invoke-RestMethod get the values that everybody asks for',
    ...DOCS.query,
    profiles: EVERYWHERE,
    async run(probe) {
      const agents = ['curl/8.5.0', 'Mozilla/5.0 (Windows NT; Windows NT 10.0) WindowsPowerShell/5.1'];
      for (const agent of agents) {
        const headers: readonly Header[] = [['User-Agent', agent], ['Accept', '*/*'], FLAVOR];
        for (const path of [
          'project/project-id',
          'project/numeric-project-id',
          'instance/zone',
          'instance/id',
        ]) {
          const text = fromGoogle(probe, await probe.get(path, { headers }), path);
          probe.that(path, text, /^\S+$/);
        }
      }
    },
  },
  {
    number: 254,
    title: 'Terraform: a token for its two scopes, and universe_domain as 200 or 404',
    ...CLIENTS.terraform,
    profiles: EVERYWHERE,
    async run(probe) {
      await accountEmail(probe);
      probe.status(
        await probe.get('universe/universe_domain', { headers: GO }),
        [200, 404],
        'universe_domain',
      );
      const mail = encodeURIComponent('https://www.googleapis.com/auth/userinfo.email');
      readToken(
        probe,
        await probe.get(`${ACCOUNTS}/default/token?scopes=${CLOUD_PLATFORM}%2C${mail}`, { headers: GO }),
      );
    },
  },
  {
    number: 255,
    title: 'the metadata script runner gets a map of attributes, without waiting',
    ...CLIENTS.scriptRunner,
    profiles: GCE,
    async run(probe) {
      const path = 'instance/attributes/?recursive=true&alt=json&timeout_sec=10&last_etag=NONE';
      const answer = await probe.get(path, { headers: AGENT });
      const attributes = parseJson(fromGoogle(probe, answer, 'attributes'));
      probe.that('attributes are JSON', attributes !== undefined, true);
      probe.that(
        'a map of strings',
        keysOf(attributes).every((key) => typeof at(attributes, key) === 'string'),
        true,
      );
    },
  },
  {
    number: 256,
    title: "gsutil's boto plugin: GET / without a header is 200 with Metadata-Flavor",
    ...CLIENTS.botoPlugin,
    profiles: GCE,
    async run(probe) {
      fromGoogle(
        probe,
        await probe.get('/', { headers: [['User-Agent', 'Python-httplib2/0.20']] }),
        '_IsGCE',
      );
    },
  },
];

/** Reads a value and its ETag, then asks to be told of the next one (Go's `Subscribe`). */
async function subscribe(probe: Probe): Promise<void> {
  const key = 'accredit-conformance-subscribe';
  await setAttribute(probe, key, 'before');
  const first = await probe.get(attributePath(key), { headers: GO });
  const etag = encodeURIComponent(headerOf(first, 'ETag') ?? '');
  probe.that('ETag for Subscribe', etag, /./);
  const path = `${attributePath(key)}?wait_for_change=true&last_etag=${etag}`;
  const take = probe.begin(path, { headers: GO });
  await changeAttribute(probe, key, 'after');
  probe.that('what Subscribe is told', fromGoogle(probe, await take(), 'Subscribe'), 'after');
}

/** Asks as the guest agent does, again and again with the last ETag, and changes an attribute between. */
async function watch(probe: Probe): Promise<void> {
  const key = 'accredit-conformance-watch';
  await setAttribute(probe, key, '0');
  let etag = 'NONE';
  const ask = async () => {
    const query = `alt=json&last_etag=${etag}&recursive=true&timeout_sec=60&wait_for_change=true`;
    const answer = await probe.get(`/computeMetadata/v1/?${query}`, { headers: AGENT });
    etag = headerOf(answer, 'ETag') ?? '';
    return at(parseJson(fromGoogle(probe, answer, 'the watch')), 'instance', 'attributes', key);
  };
  await ask();
  for (const value of ['1', '2', '3']) {
    await changeAttribute(probe, key, value);
    // Other metadata of a real VM may change too, and wake the agent before.
    let seen = await ask();
    for (let count = 1; seen !== value && count < WATCH_LIMIT; count += 1) seen = await ask();
    probe.that('the value that the agent sees', seen === value, true);
  }
}
