import { parseServer } from '../address.ts';
import { CLIENTS, DOCS, EMULATORS, inferred, TRANSCRIPTS } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import { type Answer, textOf } from '../http-message.ts';
import { at, keysOf, Literal, parseJson } from '../json.ts';
import { Probe } from '../probe.ts';
import { linesOf } from '../tree.ts';
import { accountEmail } from './paths.ts';

export const ACCOUNT = 'instance/service-accounts/default';
export const TOKEN = `${ACCOUNT}/token`;

/** The seconds of life below which the server gives a fresh token. */
const FRESH_BELOW_SECONDS = 300;

/** What may pass between two requests of a check. */
const MARGIN_SECONDS = 10;

/** The longest life that a token of a VM has; longer ones are of service accounts that were allowed them. */
const LIFE_LIMIT_SECONDS = 3_600;

interface Token {
  readonly text: string;
  readonly expiresIn: number;
}

/** Asks for a token; skips the check where the VM has no service account. */
export async function fetchToken(probe: Probe, path = TOKEN): Promise<Token> {
  const answer = await probe.get(path);
  if (answer.status === 404) probe.skip('the VM has no service account');
  return readToken(probe, answer);
}

/** Reads what every client reads of a token. */
export function readToken(probe: Probe, answer: Answer): Token {
  probe.status(answer, 200, 'the token');
  const json = parseJson(textOf(answer));
  const text = at(json, 'access_token');
  const expiresIn = at(json, 'expires_in');
  probe.that('access_token is a string', typeof text === 'string' && text !== '', true);
  probe.that(
    'expires_in is an integer',
    expiresIn instanceof Literal && /^\d+$/.test(expiresIn.digits),
    true,
  );
  return { text: String(text), expiresIn: expiresIn instanceof Literal ? Number(expiresIn.digits) : 0 };
}

export function isSame(probe: Probe, one: Token, other: Token, expected: boolean): void {
  const [same, another] = ['the same token', 'another token'];
  const isTheSame = one.text === other.text;
  probe.holds(isTheSame === expected, expected ? same : another, isTheSame ? same : another);
}

export const tokens: readonly Check[] = [
  {
    number: 115,
    title: 'default/email is an account that is listed',
    ...DOCS.keys,
    profiles: EVERYWHERE,
    async run(probe) {
      const email = await accountEmail(probe);
      const listed = linesOf(await probe.value('instance/service-accounts/'));
      probe.that(`${email}/ is listed`, listed.includes(`${email}/`), true);
    },
  },
  {
    number: 117,
    title: 'default/aliases is default',
    ...DOCS.keys,
    profiles: EVERYWHERE,
    async run(probe) {
      await accountEmail(probe);
      probe.that('aliases', await probe.value(`${ACCOUNT}/aliases`), 'default\n');
    },
  },
  {
    number: 118,
    title: 'a token is application/json of access_token, expires_in and token_type',
    ...DOCS.query,
    profiles: EVERYWHERE,
    async run(probe) {
      const { expiresIn } = await fetchToken(probe);
      const answer = await probe.get(TOKEN);
      probe.header(answer, 'Content-Type', 'application/json');
      const json = parseJson(textOf(answer));
      probe.that('keys', keysOf(json).join(' '), 'access_token expires_in token_type');
      probe.that('token_type', String(at(json, 'token_type')), 'Bearer');
      probe.holds(
        expiresIn >= 1 && expiresIn <= LIFE_LIMIT_SECONDS,
        'expires_in from 1 to 3600',
        String(expiresIn),
      );
    },
  },
  {
    number: 119,
    title: 'a token has Metadata-Flavor and no ETag',
    ...TRANSCRIPTS.proxyBench,
    profiles: EVERYWHERE,
    async run(probe) {
      await fetchToken(probe);
      const answer = await probe.get(TOKEN);
      probe.header(answer, 'Metadata-Flavor', 'Google');
      probe.header(answer, 'ETag', undefined);
    },
  },
  {
    number: 120,
    title: 'a token is given again while it lives long enough',
    ...DOCS.tokens,
    profiles: GCE,
    async run(probe) {
      const first = await fetchToken(probe);
      if (first.expiresIn < FRESH_BELOW_SECONDS + MARGIN_SECONDS)
        probe.skip('the token is about to be replaced');
      const second = await fetchToken(probe);
      isSame(probe, first, second, true);
      probe.holds(
        second.expiresIn <= first.expiresIn,
        `expires_in at most ${first.expiresIn}`,
        String(second.expiresIn),
      );
    },
  },
  {
    number: 121,
    title:
      'a token is the old one with 5 minutes and 10 seconds left, and a fresh one with less than 5 minutes',
    ...DOCS.tokens,
    profiles: GCE,
    needs: ['advanceClock'],
    async run(probe) {
      const first = await fetchToken(probe);
      const early = first.expiresIn - FRESH_BELOW_SECONDS - MARGIN_SECONDS;
      if (early <= 0) probe.skip('the token is about to be replaced');
      await probe.control.advanceClock?.(early);
      isSame(probe, first, await fetchToken(probe), true);
      await probe.control.advanceClock?.(MARGIN_SECONDS + 1);
      const fresh = await fetchToken(probe);
      isSame(probe, first, fresh, false);
      probe.holds(fresh.expiresIn > first.expiresIn - early, 'a longer life', String(fresh.expiresIn));
    },
  },
  {
    number: 122,
    title: 'a token by the address of the account is that of default',
    ...inferred('both are one object'),
    profiles: EVERYWHERE,
    async run(probe) {
      const email = await accountEmail(probe);
      const byName = await fetchToken(probe, `instance/service-accounts/${email}/token`);
      isSame(probe, await fetchToken(probe), byName, true);
    },
  },
  {
    number: 126,
    title: 'token/ is 404',
    ...EMULATORS.of2016,
    profiles: EVERYWHERE,
    async run(probe) {
      probe.status(await probe.get(`${TOKEN}/`), 404);
    },
  },
  {
    number: 127,
    title: 'a VM without a service account lists none, and default is 404',
    ...CLIENTS.gcloud,
    profiles: GCE,
    async run(probe) {
      if ((await probe.get(`${ACCOUNT}/email`)).status === 404) await hasNoAccount(probe);
      else await onOtherServer(probe, hasNoAccount);
    },
  },
  {
    number: 228,
    title: 'token?alt=text is a line for each key',
    ...EMULATORS.of2016,
    profiles: GCE,
    async run(probe) {
      await fetchToken(probe);
      const answer = await probe.get(`${TOKEN}?alt=text`);
      probe.status(answer, 200);
      probe.body(answer, /^access_token \S+\nexpires_in \d+\ntoken_type Bearer\n$/);
    },
  },
  {
    number: 230,
    title: 'an access token has only characters that a header takes',
    ...DOCS.bearer,
    profiles: EVERYWHERE,
    async run(probe) {
      const { text } = await fetchToken(probe);
      probe.holds(
        /^[\w.~+/-]+=*$/.test(text),
        'only letters, digits and -._~+/ and = at its end',
        'other characters',
      );
    },
  },
  {
    number: 232,
    title: 'recursive changes nothing of a token',
    ...EMULATORS.of2016,
    profiles: GCE,
    async run(probe) {
      isSame(probe, await fetchToken(probe), await fetchToken(probe, `${TOKEN}?recursive=true`), true);
    },
  },
  {
    number: 233,
    title: 'default/?recursive=true has aliases, email and scopes',
    ...CLIENTS.python,
    profiles: EVERYWHERE,
    async run(probe) {
      const email = await accountEmail(probe);
      const json = probe.json(await probe.get(`${ACCOUNT}/?recursive=true`));
      probe.that('keys', [...keysOf(json)].sort().join(' '), 'aliases email scopes');
      probe.that('email', String(at(json, 'email')), email);
    },
  },
  {
    number: 234,
    title: 'every account that is listed has its own address',
    ...DOCS.keys,
    profiles: EVERYWHERE,
    async run(probe) {
      for (const line of linesOf(await probe.value('instance/service-accounts/'))) {
        if (line !== 'default/') {
          probe.that('email', await probe.value(`instance/service-accounts/${line}email`), line.slice(0, -1));
        }
      }
    },
  },
];

async function hasNoAccount(probe: Probe): Promise<void> {
  const answer = await probe.get('instance/service-accounts/');
  probe.status(answer, 200, 'service-accounts/');
  probe.that('service-accounts/', textOf(answer), '');
  for (const key of ['email', 'token', 'identity?audience=x', 'scopes']) {
    probe.status(await probe.get(`${ACCOUNT}/${key}`), 404, key);
  }
}

/** Checks the server of a VM that has no service account, where the control can give one. */
async function onOtherServer(probe: Probe, work: (other: Probe) => Promise<void>): Promise<void> {
  const server = await probe.control.withoutServiceAccount?.();
  if (server === undefined)
    probe.skip('needs a VM without a service account (a control that can do without-service-account)');
  probe.defer(() => server.release());
  const other = new Probe({ ...probe.target, ...parseServer(server.host) });
  probe.defer(() => other.tidy());
  await work(other);
  for (const { expected, seen } of other.findings) probe.holds(true, expected, seen);
}
