import { createPublicKey, type KeyObject } from 'node:crypto';
import { method } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { certifyAccountKey, certifyOpenIdKey } from '../../identity/key-certificates.ts';
import { notFound } from '../../kernel/api-error.ts';
import { isEmail } from '../../protocol/iam/service-accounts/service-account-names.ts';
import type { ServiceAccountKey } from '../../resources/service-account-keys.ts';
import { cachedFor, KEYS_LIFETIME_SECONDS } from './caching.ts';

const open = 'public keys are public, as whoever verifies a signature must find them';
const headers = cachedFor(KEYS_LIFETIME_SECONDS);

/** The keys that verify OpenID tokens, as a JSON Web Key Set (RFC 7517 §5). */
export const keySet = method({
  id: 'oauth2.certs',
  http: 'GET /oauth2/v3/certs',
  open,
  async handle({ services }) {
    return { headers, json: toKeySet(await services.issuer.publicKeys()) };
  },
});

/** The same keys as X.509 certificates, by key id; older libraries read these. */
export const certificates = method({
  id: 'oauth2.certs.v1',
  http: 'GET /oauth2/v1/certs',
  open,
  async handle({ services }) {
    const keys = await services.issuer.publicKeys();
    return { headers, json: await byKeyId(keys, (key) => certifyOpenIdKey(key, services.issuer)) };
  },
});

/** The keys of a service account, as a JSON Web Key Set. */
export const accountKeySet = method({
  id: 'oauth2.serviceAccounts.jwk',
  http: ['GET /service_accounts/v1/jwk/{account}', 'GET /robot/v1/metadata/jwk/{account}'],
  open,
  async handle({ path, services }) {
    const keys = await keysOfAccount(path.account, services);
    return { headers, json: toKeySet(keys.map((key) => ({ id: key.keyId, publicKey: publicKeyOf(key) }))) };
  },
});

/** The keys of a service account as X.509 certificates; every key file names this address. */
export const accountCertificates = method({
  id: 'oauth2.serviceAccounts.x509',
  http: ['GET /robot/v1/metadata/x509/{account}', 'GET /service_accounts/v1/metadata/x509/{account}'],
  open,
  async handle({ path, services }) {
    const keys = await keysOfAccount(path.account, services);
    const published = keys.map((key) => ({ id: key.keyId, key }));
    return { headers, json: await byKeyId(published, ({ key }) => certifyAccountKey(key, services.issuer)) };
  },
});

/**
 * @throws {ApiError} `NOT_FOUND` where there is no such account. Guess: the text
 */
async function keysOfAccount(
  account: string,
  { resources }: Services,
): Promise<readonly ServiceAccountKey[]> {
  const found = isEmail(account) ? await resources.serviceAccounts.find(account) : undefined;
  if (found === undefined) throw notFound('Service account not found.');
  const keys = await resources.serviceAccounts.keys.list(found.value.uniqueId);
  return keys.filter(({ disabled }) => !disabled);
}

function publicKeyOf({ publicKeyPem }: ServiceAccountKey): KeyObject {
  return createPublicKey(publicKeyPem);
}

function toKeySet(
  keys: readonly { readonly id: string; readonly publicKey: KeyObject }[],
): Readonly<Record<string, unknown>> {
  return {
    keys: keys.map(({ id, publicKey }) => ({
      ...publicKey.export({ format: 'jwk' }),
      alg: 'RS256',
      kid: id,
      use: 'sig',
    })),
  };
}

async function byKeyId<K extends { readonly id: string }>(
  keys: readonly K[],
  certify: (key: K) => Promise<string>,
): Promise<Readonly<Record<string, string>>> {
  const entries = await Promise.all(keys.map(async (key) => [key.id, await certify(key)] as const));
  return Object.fromEntries(entries);
}
