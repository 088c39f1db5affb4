/** What each setting of a metadata server changes of its answers: every one, with every value. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { isHttpsSetUp } from '../../protocol/metadata/https-setup.ts';
import type { Maintenance } from '../../protocol/metadata/life-events.ts';
import {
  METADATA_SETTINGS,
  type MetadataProfile,
  SETTING_NAMES,
  type SettingName,
  settingsOf,
} from '../../protocol/metadata/settings.ts';
import type { Instance } from '../../resources/instances.ts';
import { NOW_MS } from '../api.fixture.ts';
import { type Given, openServer, V1 } from './metadata.fixture.ts';

const VM_NAME = `${V1}/instance/name`;
const ACCOUNT = `${V1}/instance/service-accounts/default`;
const STORAGE_READ = 'https://www.googleapis.com/auth/devstorage.read_only';
const COMPUTE = 'https://www.googleapis.com/auth/compute';
const FLAVOR = { 'metadata-flavor': 'Google' };

/** An instance's metadata server, asked once already: what it can say, it says at once. */
async function open(metadataServer: MetadataProfile, change: Partial<Instance> = {}) {
  const opened = await openServer({ metadataServer, ...change }, [STORAGE_READ, CLOUD_PLATFORM]);
  const ask = (target: string, asked: Asked = {}) => opened.ask(target, { headers: FLAVOR, ...asked });
  await ask(VM_NAME);
  const put = async (attribute: string, body: string) =>
    (await opened.ask(`${V1}/instance/guest-attributes/${attribute}`, { method: 'PUT', body })).status;
  const { server, services } = opened;
  return { put, server, issuer: services.issuer, ask, settings: settingsOf(metadataServer) };
}

type Asked = Pick<Given, 'headers' | 'method' | 'secure'>;
type Server = Awaited<ReturnType<typeof open>>;

/** What is looked at, and what is seen with each value. */
interface Effect {
  readonly see: (server: Server) => unknown;
  readonly seen: readonly (readonly [value: string | number | boolean, what: unknown])[];
  /** Of the instance, where an ordinary one would not show it. */
  readonly change?: Partial<Instance>;
}

function statusOf(target: string, asked: Asked = {}): Effect['see'] {
  return async ({ ask }) => (await ask(target, asked)).status;
}

function headerOf(name: string, target: string, asked: Asked = {}): Effect['see'] {
  return async ({ ask }) => (await ask(target, asked)).headers[name];
}

function bodyOf(target: string): Effect['see'] {
  return async ({ ask }) => String((await ask(target)).body);
}

/** Whether a request is answered, and how, or is kept waiting. */
function endOf(target: string): Effect['see'] {
  return async ({ ask, server }) => {
    const answer = ask(target);
    return server.waiterCount === 1 ? 'waits' : (await answer).status;
  };
}

/** What a token that was asked for some scopes carries. */
function scopesOf(query: string): Effect['see'] {
  return async ({ ask, issuer }) => {
    const { body } = await ask(`${ACCOUNT}/token?${query}`);
    const { access_token: token } = JSON.parse(String(body)) as { access_token: string };
    const verified = issuer.verifyAccessToken(token);
    return verified.outcome === 'good' ? verified.claims.scopes : verified.outcome;
  };
}

const MAINTENANCE: Maintenance = {
  event: 'MIGRATE_ON_HOST_MAINTENANCE',
  announcedAtMs: NOW_MS,
  hasExtendedNotifications: true,
  startsAtMs: NOW_MS + 3_600_000,
  endsAtMs: NOW_MS + 7_200_000,
  driftTokenAfter: '1',
};

const GUESTS_MAY_WRITE: Partial<Instance> = {
  metadata: [{ key: 'enable-guest-attributes', value: 'TRUE' }],
};

const WAIT = 'wait_for_change=true';
const ENFORCED = 'enforce_scopes=true';

const EFFECTS: { readonly [name in SettingName]: Effect } = {
  wrongFlavor: {
    see: statusOf(VM_NAME, { headers: { 'metadata-flavor': 'google' } }),
    seen: [
      [403, 403],
      [404, 404],
    ],
  },
  unknownPathWithoutFlavor: {
    see: async (server) => [
      await statusOf(`${V1}/nosuch`, { headers: {} })(server),
      await statusOf(VM_NAME, { headers: {} })(server),
    ],
    seen: [
      [403, [403, 403]],
      [404, [404, 403]],
    ],
  },
  rootNeedsFlavor: {
    see: statusOf('/', { headers: {} }),
    seen: [
      [false, 200],
      [true, 403],
    ],
  },
  legacyFlavorHeader: {
    see: statusOf(VM_NAME, { headers: { 'x-google-metadata-request': 'True' } }),
    seen: [
      [true, 200],
      [false, 403],
    ],
  },
  forwardedFor: {
    see: async (server) => [
      await statusOf(VM_NAME, { headers: { ...FLAVOR, 'x-forwarded-for': '' } })(server),
      await statusOf(VM_NAME, { headers: { ...FLAVOR, 'x-forwarded-for': '192.0.2.1' } })(server),
    ],
    seen: [
      ['any', [403, 403]],
      ['non-empty', [200, 403]],
      ['none', [200, 200]],
    ],
  },
  forwardedForBody: {
    see: async ({ ask }) => {
      const { body } = await ask(VM_NAME, { headers: { ...FLAVOR, 'x-forwarded-for': '192.0.2.1' } });
      return /<p>.* from this server\.(.*)<\/p>/.exec(String(body))?.[1];
    },
    seen: [
      ['page', ''],
      ['reason', ' Requests with an X-Forwarded-For header are not allowed.'],
    ],
  },
  checksHost: {
    see: statusOf(VM_NAME, { headers: { ...FLAVOR, host: 'example.com' } }),
    seen: [
      [true, 403],
      [false, 200],
    ],
  },
  httpsOnly: {
    see: async (server) => [
      await statusOf(VM_NAME)(server),
      await statusOf(VM_NAME, { secure: true })(server),
    ],
    seen: [
      [false, [200, 200]],
      [true, [403, 200]],
    ],
  },
  setsUpHttps: {
    // Which files a workload finds, rather than what it is answered.
    see: ({ settings }) => isHttpsSetUp({ instance: [], project: [], settings }),
    seen: [
      [true, true],
      [false, false],
    ],
  },
  listsUniverse: {
    see: bodyOf(`${V1}/`),
    seen: [
      [false, 'instance/\noslogin/\nproject/\n'],
      [true, 'instance/\noslogin/\nproject/\nuniverse/\n'],
    ],
  },
  recursiveUniverse: {
    see: async (server) =>
      Object.keys(JSON.parse(String(await bodyOf(`${V1}/?recursive=true`)(server))) as object),
    seen: [
      [false, ['instance', 'oslogin', 'project']],
      [true, ['instance', 'oslogin', 'project', 'universe']],
    ],
  },
  universeContentType: {
    see: headerOf('Content-Type', `${V1}/universe/universe-domain`),
    seen: [
      ['application/text', 'application/text'],
      ['text/plain', 'text/plain'],
    ],
  },
  identityContentType: {
    see: headerOf('Content-Type', `${ACCOUNT}/identity?audience=a`),
    seen: [
      ['application/text', 'application/text'],
      ['text/html', 'text/html'],
    ],
  },
  standardIdentityEmail: {
    see: async (server) => {
      const [, claims = ''] = String(await bodyOf(`${ACCOUNT}/identity?audience=a`)(server)).split('.');
      return Object.keys(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object);
    },
    seen: [
      [false, ['aud', 'azp', 'exp', 'iat', 'iss', 'sub']],
      [true, ['aud', 'azp', 'email', 'email_verified', 'exp', 'iat', 'iss', 'sub']],
    ],
  },
  unknownIdentityFormat: {
    see: statusOf(`${ACCOUNT}/identity?audience=a&format=long`),
    seen: [
      ['refused', 400],
      ['standard', 200],
    ],
  },
  tokenEtag: {
    see: async ({ ask }) => /^[0-9a-f]{16}$/.test((await ask(`${ACCOUNT}/token`)).headers.ETag ?? ''),
    seen: [
      [false, false],
      [true, true],
    ],
  },
  tokenFlavor: {
    see: headerOf('Metadata-Flavor', `${ACCOUNT}/token`),
    seen: [
      [true, 'Google'],
      [false, undefined],
    ],
  },
  honoursScopes: {
    see: scopesOf(`scopes=${encodeURIComponent(STORAGE_READ)}`),
    seen: [
      [false, [STORAGE_READ, CLOUD_PLATFORM]],
      [true, [STORAGE_READ]],
    ],
  },
  scopesNotGranted: {
    see: statusOf(`${ACCOUNT}/token?${ENFORCED}&scopes=${encodeURIComponent(COMPUTE)}`),
    seen: [
      [400, 400],
      [403, 403],
    ],
  },
  uncachedTokensPerSecond: {
    // Too short to be cached.
    change: { tokenLifetimeSeconds: 60 },
    see: async ({ ask }) => {
      const statuses: number[] = [];
      for (let count = 0; count < 3; count += 1) statuses.push((await ask(`${ACCOUNT}/token`)).status);
      return statuses;
    },
    seen: [
      [1, [200, 429, 429]],
      [2, [200, 200, 429]],
    ],
  },
  xssProtection: {
    see: headerOf('X-XSS-Protection', VM_NAME),
    seen: [
      ['0', '0'],
      ['1; mode=block', '1; mode=block'],
    ],
  },
  errorBodies: {
    see: async ({ ask }) => {
      const answers = [await ask(VM_NAME, { method: 'POST' }), await ask(`${V1}/nosuch`)];
      return answers.map(({ headers }) => headers['Content-Type']);
    },
    seen: [
      ['page', ['text/html; charset=UTF-8', 'text/html; charset=UTF-8']],
      // The page of 404 has been published.
      ['text', ['application/text', 'text/html; charset=UTF-8']],
    ],
  },
  allowHeader: {
    see: headerOf('Allow', VM_NAME, { method: 'POST' }),
    seen: [
      [false, undefined],
      [true, 'GET, HEAD'],
    ],
  },
  altOnListing: {
    see: statusOf(`${V1}/instance/?alt=json`),
    seen: [
      ['refused', 400],
      ['ignored', 200],
    ],
  },
  unknownAlt: {
    see: statusOf(`${VM_NAME}?alt=xml`),
    seen: [
      ['refused', 400],
      ['ignored', 200],
    ],
  },
  slashlessRecursive: {
    see: statusOf(`${V1}/instance?recursive=true`),
    seen: [
      ['redirect', 301],
      ['directly', 200],
    ],
  },
  nonIntegerTimeout: {
    see: endOf(`${VM_NAME}?${WAIT}&timeout_sec=1.5`),
    seen: [
      ['refused', 400],
      ['ignored', 'waits'],
      ['error', 500],
    ],
  },
  zeroTimeout: {
    see: endOf(`${VM_NAME}?${WAIT}&timeout_sec=0`),
    seen: [
      ['at-once', 200],
      ['unbounded', 'waits'],
    ],
  },
  waiterLimit: {
    see: async ({ ask, server }) => {
      const answers = [1, 2, 3].map(() => ask(`${VM_NAME}?${WAIT}`));
      const waiting = server.waiterCount;
      const refused = await Promise.all(answers.slice(waiting));
      return [waiting, ...refused.map(({ status }) => status)];
    },
    seen: [
      [1, [1, 503, 503]],
      [2, [2, 503]],
    ],
  },
  guestAttributeValueBytes: {
    change: GUESTS_MAY_WRITE,
    see: ({ put }) => Promise.all([put('ns/a', 'x'), put('ns/b', 'ä')]),
    seen: [
      [1, [200, 413]],
      [2, [200, 200]],
    ],
  },
  guestAttributesBytes: {
    change: GUESTS_MAY_WRITE,
    // The namespace counts once, and each key with its value.
    see: async ({ put }) => [await put('ns/a', 'x'), await put('ns/b', 'y')],
    seen: [
      [5, [200, 413]],
      [6, [200, 200]],
    ],
  },
  guestAttributeKeys: {
    change: GUESTS_MAY_WRITE,
    see: async ({ put }) => [await put('ns/a', 'x'), await put('other/b', 'y'), await put('ns/a', 'z')],
    seen: [
      [1, [200, 413, 200]],
      [2, [200, 200, 200]],
    ],
  },
  guestAttributeWritesPerSecond: {
    change: GUESTS_MAY_WRITE,
    see: ({ put }) => Promise.all([put('ns/a', 'x'), put('ns/a', 'y'), put('ns/a', 'z')]),
    seen: [
      [1, [200, 429, 429]],
      [2, [200, 200, 429]],
    ],
  },
  noUpcomingMaintenance: {
    see: async ({ ask }) => {
      const { status, body } = await ask(`${V1}/instance/upcoming-maintenance`);
      return status === 200 ? body : status;
    },
    seen: [
      ['unavailable', 503],
      ['NONE', 'NONE'],
    ],
  },
  upcomingMaintenanceKeys: {
    change: { lifeEvents: { maintenance: MAINTENANCE } },
    see: async (server) => {
      const json = await bodyOf(`${V1}/instance/upcoming-maintenance?recursive=true`)(server);
      return Object.keys(JSON.parse(String(json)) as object).filter((key) => key.startsWith('can'));
    },
    seen: [
      ['snake_case', ['can_reschedule']],
      ['kebab-case', ['can-reschedule']],
      ['camelCase', ['canReschedule']],
    ],
  },
  upcomingMaintenanceAlt: {
    change: { lifeEvents: { maintenance: MAINTENANCE } },
    see: async ({ ask }) => {
      const { headers, body } = await ask(`${V1}/instance/upcoming-maintenance`);
      return [headers['Content-Type'], String(body).slice(0, 22)];
    },
    seen: [
      ['text', ['application/text', 'can_reschedule false\nl']],
      ['json', ['application/json', '{"can_reschedule":"fal']],
    ],
  },
  idleStopState: {
    see: async ({ ask }) => {
      const { status, body } = await ask(`${V1}/instance/shutdown-details/stop-state`);
      return status === 200 ? body : status;
    },
    seen: [
      ['absent', 404],
      ['UNSPECIFIED', 'UNSPECIFIED'],
      ['UNKNOWN', 'UNKNOWN'],
    ],
  },
};

for (const name of SETTING_NAMES) {
  const { see, seen, change } = EFFECTS[name];
  for (const [value, what] of seen) {
    test(`${name}: ${String(value)} (metadata notes 14)`, async () => {
      const server = await open({ [name]: value }, change);
      assert.deepEqual(await see(server), what);
      server.server.release();
    });
  }

  test(`every value of ${name} is seen, and each changes something`, () => {
    const { values } = METADATA_SETTINGS[name];
    if ('oneOf' in values)
      assert.deepEqual(
        seen.map(([value]) => value),
        values.oneOf,
      );
    assert.equal(new Set(seen.map(([, what]) => JSON.stringify(what))).size, seen.length);
  });
}
