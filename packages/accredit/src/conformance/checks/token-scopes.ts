import { CLIENTS, DOCS, inferred } from '../basis.ts';
import { type Check, EVERYWHERE, GCE } from '../check.ts';
import { textOf } from '../http-message.ts';
import { isStrings } from '../json.ts';
import type { Probe } from '../probe.ts';
import { linesOf } from '../tree.ts';
import { setAttribute } from './attributes.ts';
import { accountEmail } from './paths.ts';
import { ACCOUNT, fetchToken, isSame, TOKEN } from './tokens.ts';

const SCOPES =
  'https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fdevstorage.read_only%2Chttps%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcompute';

/** Returns a scope of the VM; skips the check where it has none. */
async function ownScope(probe: Probe): Promise<string> {
  await accountEmail(probe);
  const [scope] = linesOf(await probe.value(`${ACCOUNT}/scopes`));
  return scope ?? probe.skip('the VM has no scopes');
}

/** Returns an attribute of the instance or its project. */
async function attribute(probe: Probe, key: string): Promise<string | undefined> {
  for (const owner of ['instance', 'project']) {
    const answer = await probe.get(`${owner}/attributes/${key}`);
    if (answer.status === 200) return textOf(answer);
  }
  return undefined;
}

export const tokenScopes: readonly Check[] = [
  {
    number: 116,
    title: 'default/scopes is a URL a line, and a JSON array with alt=json',
    ...CLIENTS.kubernetes,
    profiles: EVERYWHERE,
    async run(probe) {
      await accountEmail(probe);
      const text = await probe.value(`${ACCOUNT}/scopes`);
      probe.that('scopes', text, /^(https?:\/\/[^\n]+\n)*$/);
      const json = probe.json(await probe.get(`${ACCOUNT}/scopes?alt=json`));
      probe.that('alt=json', isStrings(json) ? json.join(' ') : undefined, linesOf(text).join(' '));
    },
  },
  {
    number: 123,
    title: 'scopes of a token request are ignored on a VM',
    ...DOCS.query,
    profiles: GCE,
    async run(probe) {
      const plain = await fetchToken(probe);
      if ((await attribute(probe, 'enable-access-token-enforce-scopes')) !== undefined) {
        probe.skip('the VM enforces scopes by its attribute');
      }
      isSame(probe, plain, await fetchToken(probe, `${TOKEN}?scopes=${SCOPES}`), true);
    },
  },
  {
    number: 124,
    title: 'enforce_scopes=false is 400',
    ...DOCS.query,
    profiles: GCE,
    async run(probe) {
      await fetchToken(probe);
      for (const word of ['false', '0', 'no', 'n']) {
        const answer = await probe.get(`${TOKEN}?scopes=${SCOPES}&enforce_scopes=${word}`);
        probe.status(answer, 400, `enforce_scopes=${word}`);
      }
    },
  },
  {
    number: 125,
    title: 'enforce_scopes=true with a scope of the VM is a token',
    ...DOCS.query,
    profiles: GCE,
    async run(probe) {
      const scope = await ownScope(probe);
      for (const word of ['true', '1', 'yes', 'y']) {
        await fetchToken(probe, `${TOKEN}?scopes=${encodeURIComponent(scope)}&enforce_scopes=${word}`);
      }
    },
  },
  {
    number: 229,
    title: 'enforce_scopes=true with a scope that the VM has not is refused',
    ...inferred('the documentation says that it is, and not how'),
    profiles: GCE,
    async run(probe) {
      await fetchToken(probe);
      const scope = encodeURIComponent('https://www.googleapis.com/auth/accredit.conformance');
      const { status } = await probe.get(`${TOKEN}?scopes=${scope}&enforce_scopes=true`);
      probe.that('status', String(status), /^4\d\d$/);
    },
  },
  {
    number: 231,
    title: 'parameters of bound tokens are tolerated',
    ...inferred('clients of Go and Python send them, and take a refusal too'),
    profiles: GCE,
    async run(probe) {
      await fetchToken(probe);
      for (const query of [
        'transport=alts',
        'transport=mtls&binding-enforcement=on',
        'bindCertificateFingerprint=x',
      ]) {
        probe.status(await probe.get(`${TOKEN}?${query}`), 200, `?${query}`);
      }
    },
  },
  {
    number: 235,
    title: 'the attribute enable-access-token-enforce-scopes turns enforcement on',
    ...DOCS.query,
    profiles: GCE,
    needs: ['setAttribute', 'removeAttribute'],
    async run(probe) {
      const scope = await ownScope(probe);
      await setAttribute(probe, 'enable-access-token-enforce-scopes', 'true');
      const foreign = encodeURIComponent('https://www.googleapis.com/auth/accredit.conformance');
      const { status } = await probe.get(`${TOKEN}?scopes=${foreign}`);
      probe.that('status with a scope that the VM has not', String(status), /^4\d\d$/);
      probe.status(await probe.get(`${TOKEN}?scopes=${encodeURIComponent(scope)}`), 200);
    },
  },
];
