import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { randomHex } from '../kernel/identifiers.ts';
import type { Clock, Random } from '../kernel/ports.ts';
import { Secret } from '../kernel/secret.ts';
import type { KeyAlgorithm, ServiceAccountKey } from '../resources/service-account-keys.ts';
import type { ServiceAccount } from '../resources/service-accounts.ts';

/** Bytes of a key id; it is written in hexadecimal and is the `kid` of what the key signs. */
const KEY_ID_BYTES = 20;

/** Bits of the modulus, by the name of the algorithm. */
const MODULUS_BITS = { KEY_ALG_RSA_1024: 1024, KEY_ALG_RSA_2048: 2048 } as const;

/** A fresh key: what is kept of it, and the half that leaves once. */
export interface NewServiceAccountKey {
  readonly key: ServiceAccountKey;
  /** PKCS #8, PEM. It is nowhere else: who loses it makes another key. */
  readonly privateKeyPem: Secret;
}

/** Returns the id of a new key. */
export function newKeyId(random: Random): string {
  return randomHex(random, KEY_ID_BYTES);
}

const generate = promisify(generateKeyPair);

/** Makes a key pair for a service account, off the event loop. */
export async function makeServiceAccountKey(
  { email, uniqueId }: Pick<ServiceAccount, 'email' | 'uniqueId'>,
  algorithm: KeyAlgorithm,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<NewServiceAccountKey> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: MODULUS_BITS[algorithm] });
  return {
    key: {
      keyId: newKeyId(random),
      email,
      uniqueId,
      algorithm,
      publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }),
      validAfterMs: clock.now(),
      origin: 'GOOGLE_PROVIDED',
      disabled: false,
    },
    privateKeyPem: new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}
