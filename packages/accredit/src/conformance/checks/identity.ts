import { CLIENTS, DOCS, EMULATORS, inferred, remembered } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import { show } from '../findings.ts';
import { textOf } from '../http-message.ts';
import { at, keysOf, Literal, parseJson } from '../json.ts';
import { checkSignature, type Jwt, readJwt } from '../jwt.ts';
import type { Probe } from '../probe.ts';
import { accountEmail } from './paths.ts';

const IDENTITY = 'instance/service-accounts/default/identity';
const AUDIENCE = 'https://x.y/z';

/** The life of an identity token. */
const LIFE_SECONDS = 3_600;

/** Asks for an identity token; skips the check where the VM has no account that gives one. */
export async function fetchIdentity(probe: Probe, query: string): Promise<Jwt> {
  const answer = await probe.get(`${IDENTITY}?${query}`);
  if (answer.status === 404) probe.skip('the VM has no identity tokens');
  probe.status(answer, 200, `identity?${query}`);
  const jwt = readJwt(textOf(answer));
  return jwt ?? probe.skip('what came is no JWT: see check 130');
}

function secondsOf(value: unknown): number {
  return value instanceof Literal ? Number(value.digits) : Number.NaN;
}

function claim(jwt: Jwt, ...names: readonly string[]): string | undefined {
  const value = at(jwt.claims, ...names);
  if (value instanceof Literal) return value.digits;
  return typeof value === 'string' || value === undefined ? value : JSON.stringify(value);
}

async function refusesAudience(probe: Probe, query: string): Promise<void> {
  if ((await probe.get('instance/service-accounts/default/email')).status === 404)
    probe.skip('the VM has no service account');
  const answer = await probe.get(IDENTITY + query);
  probe.status(answer, 400);
  probe.body(answer, /non-empty audience parameter required/);
}

export const identity: readonly Check[] = [
  {
    number: 128,
    title: 'identity without audience is 400, and says so',
    ...CLIENTS.goFsimpl,
    profiles: GCE,
    run: (probe) => refusesAudience(probe, ''),
  },
  {
    number: 129,
    title: 'identity with an empty audience is 400',
    ...CLIENTS.goFsimpl,
    profiles: GCE,
    run: (probe) => refusesAudience(probe, '?audience='),
  },
  {
    number: 130,
    title: 'identity is a JWT without a newline, and not application/json',
    ...CLIENTS.nodeAuth,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get(`${IDENTITY}?audience=${AUDIENCE}`);
      if (answer.status === 404) probe.skip('the VM has no identity tokens');
      probe.status(answer, 200);
      probe.holds(readJwt(textOf(answer)) !== undefined, 'three parts of base64url', show(textOf(answer)));
      probe.header(answer, 'Content-Type', /^(?!application\/json)./);
    },
  },
  {
    number: 131,
    title: 'the claims are aud, azp, exp, iat, iss and sub; azp is sub; the life is an hour',
    ...CLIENTS.java,
    profiles: GCE,
    async run(probe) {
      const jwt = await fetchIdentity(probe, `audience=${AUDIENCE}`);
      probe.that('aud', claim(jwt, 'aud'), AUDIENCE);
      probe.that('iss', claim(jwt, 'iss'), /^https:\/\/./);
      probe.that('sub', claim(jwt, 'sub'), /^\d+$/);
      probe.that('azp', claim(jwt, 'azp'), claim(jwt, 'sub'));
      probe.that(
        'exp - iat',
        secondsOf(at(jwt.claims, 'exp')) - secondsOf(at(jwt.claims, 'iat')),
        LIFE_SECONDS,
      );
    },
  },
  {
    number: 132,
    title: 'the signature of an identity token verifies with the published keys',
    ...DOCS.identity,
    profiles: EVERYWHERE,
    async run(probe) {
      const fetchKeys = probe.target.publishedKeys ?? probe.skip('needs the published keys (--jwks FILE)');
      const jwt = await fetchIdentity(probe, `audience=${AUDIENCE}`);
      probe.that('alg', String(at(jwt.header, 'alg')), 'RS256');
      probe.that('signature', checkSignature(jwt, await fetchKeys()), 'good');
    },
  },
  {
    number: 133,
    title: 'format=full adds the address and google.compute_engine, of the right types',
    ...DOCS.identity,
    profiles: GCE,
    async run(probe) {
      const jwt = await fetchIdentity(probe, `audience=${AUDIENCE}&format=full`);
      probe.that('email', claim(jwt, 'email'), await accountEmail(probe));
      probe.that('email_verified', at(jwt.claims, 'email_verified') === true, true);
      const engine = at(jwt.claims, 'google', 'compute_engine');
      probe.that(
        'instance_id is a string',
        at(engine, 'instance_id') === (await probe.value('instance/id')),
        true,
      );
      probe.that('instance_name', String(at(engine, 'instance_name')), await probe.value('instance/name'));
      probe.that('project_id', String(at(engine, 'project_id')), await probe.value('project/project-id'));
      const number = at(engine, 'project_number');
      probe.that('project_number is a number', number instanceof Literal, true);
      probe.that(
        'project_number',
        claim(jwt, 'google', 'compute_engine', 'project_number'),
        await probe.value('project/numeric-project-id'),
      );
      probe.that(
        'zone',
        String(at(engine, 'zone')),
        (await probe.value('instance/zone')).replace(/^.*\//, ''),
      );
      probe.that(
        'instance_creation_timestamp is a number',
        at(engine, 'instance_creation_timestamp') instanceof Literal,
        true,
      );
    },
  },
  {
    number: 134,
    title: 'licenses=TRUE adds license_id to format=full, and to nothing else',
    ...CLIENTS.java,
    profiles: GCE,
    async run(probe) {
      const license = await probe.get('instance/licenses/0/id');
      if (license.status === 404) probe.skip('the VM has no licenses');
      const ids = async (query: string) =>
        at(
          (await fetchIdentity(probe, `audience=${AUDIENCE}&${query}`)).claims,
          'google',
          'compute_engine',
          'license_id',
        );
      const both = await ids('format=full&licenses=TRUE');
      probe.that('the license is named', Array.isArray(both) && both.includes(textOf(license)), true);
      for (const query of ['licenses=TRUE', 'format=full', 'format=full&licenses=FALSE']) {
        probe.that(`license_id with ${query}`, (await ids(query)) === undefined, true);
      }
    },
  },
  {
    number: 135,
    title: 'an unknown parameter of identity is ignored',
    ...EMULATORS.of2016,
    profiles: EVERYWHERE,
    async run(probe) {
      const jwt = await fetchIdentity(probe, `audience=${AUDIENCE}&nonsense=1`);
      probe.that('aud', claim(jwt, 'aud'), AUDIENCE);
    },
  },
  {
    number: 236,
    title: 'the header of an identity token is RS256 with a kid, and typ JWT',
    ...CLIENTS.java,
    profiles: EVERYWHERE,
    async run(probe) {
      const { header } = await fetchIdentity(probe, `audience=${AUDIENCE}`);
      probe.that('alg', String(at(header, 'alg')), 'RS256');
      probe.that('typ', String(at(header, 'typ')), 'JWT');
      probe.that('kid', String(at(header, 'kid')), /^[0-9a-f]{40}$/);
    },
  },
  {
    number: 237,
    title: 'the claims are in alphabetical order',
    ...inferred("they are so in fixtures of Java's client"),
    profiles: GCE,
    async run(probe) {
      const { claimsText } = await fetchIdentity(probe, `audience=${AUDIENCE}&format=full`);
      const keys = keysOf(parseJson(claimsText));
      probe.that('order', keys.join(' '), [...keys].sort().join(' '));
    },
  },
  {
    number: 238,
    title: 'an audience that is percent-encoded is decoded',
    ...CLIENTS.python,
    profiles: EVERYWHERE,
    async run(probe) {
      const audience = 'https://x.y/z?a=b&c=d';
      const jwt = await fetchIdentity(probe, `audience=${encodeURIComponent(audience)}&format=standard`);
      probe.that('aud', claim(jwt, 'aud'), audience);
    },
  },
  {
    number: 239,
    title: 'identity by the address of the account is of the same sub',
    ...inferred('both are one object'),
    profiles: EVERYWHERE,
    async run(probe) {
      const { claims } = await fetchIdentity(probe, `audience=${AUDIENCE}`);
      const email = await accountEmail(probe);
      const answer = await probe.get(`instance/service-accounts/${email}/identity?audience=${AUDIENCE}`);
      probe.status(answer, 200);
      probe.that('sub', at(readJwt(textOf(answer))?.claims, 'sub') === at(claims, 'sub'), true);
    },
  },
  {
    number: 240,
    title: 'an unknown format is standard, or 400',
    ...inferred('no source says which'),
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get(`${IDENTITY}?audience=${AUDIENCE}&format=bogus`);
      probe.status(answer, [200, 400, 404]);
    },
  },
  {
    number: 241,
    title: 'format=standard has no address and no google.compute_engine',
    ...inferred("fixtures of Java's client and a transcript; one page of the documentation differs"),
    profiles: GCE,
    async run(probe) {
      const jwt = await fetchIdentity(probe, `audience=${AUDIENCE}&format=standard`);
      probe.that('claims', [...keysOf(jwt.claims)].sort().join(' '), 'aud azp exp iat iss sub');
    },
  },
  {
    number: 242,
    title: 'identity/ is 404',
    ...remembered('View and query VM metadata'),
    profiles: EVERYWHERE,
    async run(probe) {
      probe.status(await probe.get(`${IDENTITY}/?audience=x`), 404);
    },
  },
  {
    number: 243,
    title: 'identity has Metadata-Flavor',
    ...CLIENTS.node,
    profiles: EVERYWHERE,
    async run(probe) {
      const answer = await probe.get(`${IDENTITY}?audience=${AUDIENCE}`);
      if (answer.status === 404) probe.skip('the VM has no identity tokens');
      probe.status(answer, 200);
      probe.header(answer, 'Metadata-Flavor', 'Google');
    },
  },
];
