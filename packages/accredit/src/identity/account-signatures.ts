/** What a service account signed with one of the keys that users hold for it. */
import { createPublicKey } from 'node:crypto';
import { isEmail } from '../protocol/iam/service-accounts/service-account-names.ts';
import { isSignedBy, type UnverifiedJwt } from '../protocol/jwt/jwt.ts';
import { isKeyGood, type ServiceAccountKey } from '../resources/service-account-keys.ts';
import type { ServiceAccount, ServiceAccounts } from '../resources/service-accounts.ts';

/** Finds the account that a JWT says it is from, disabled or not. */
export async function findIssuer(
  { claims: { iss } }: UnverifiedJwt,
  serviceAccounts: ServiceAccounts,
): Promise<ServiceAccount | undefined> {
  return typeof iss === 'string' && isEmail(iss) ? (await serviceAccounts.find(iss))?.value : undefined;
}

/**
 * Finds the key that signed a JWT: the one that it names, or where it names none, any of its account's, as libraries leave
 * the name out.
 *
 * @param nowMs - real time, Unix milliseconds
 */
export async function findSigningKey(
  jwt: UnverifiedJwt,
  { uniqueId }: ServiceAccount,
  { keys }: ServiceAccounts,
  nowMs: number,
): Promise<ServiceAccountKey | undefined> {
  const { kid } = jwt.header;
  return (await keys.list(uniqueId))
    .filter((key) => isKeyGood(key, nowMs))
    .filter((key) => kid === undefined || kid === key.keyId)
    .find((key) => isSignedBy(jwt, createPublicKey(key.publicKeyPem)));
}
