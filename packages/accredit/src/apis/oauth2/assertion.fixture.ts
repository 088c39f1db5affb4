/** A cloud with the token endpoint, an account and its key, and assertions that the key signs. */
import { createPrivateKey, createSign, type KeyObject } from 'node:crypto';
import type { Services } from '../../http/services.ts';
import { makeServiceAccountKey } from '../../identity/service-account-keys.ts';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import type { ServiceAccountKey } from '../../resources/service-account-keys.ts';
import { NOW_MS, openTestCloud, type TestCloud, type TestResponse } from '../api.fixture.ts';
import { oauth2 } from './index.ts';

export const TOKEN_URL = 'https://oauth2.googleapis.com/token';
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const NOW_SECONDS = NOW_MS / 1000;

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** An account with a key, as whoever holds the key file has it. */
export interface KeyHolder {
  readonly email: string;
  readonly uniqueId: string;
  readonly key: ServiceAccountKey;
  readonly privateKey: KeyObject;
  readonly privateKeyPem: string;
}

/** Opens a cloud with the OAuth endpoints alone. */
export function openOAuthCloud(changed: Partial<Services> = {}): Promise<TestCloud> {
  return openTestCloud([oauth2], changed);
}

/** Makes an account with a key. */
export async function makeKeyHolder(cloud: TestCloud, accountId: string): Promise<KeyHolder> {
  const email = await cloud.account(accountId);
  const { serviceAccounts, commit } = cloud.services.resources;
  const account = await serviceAccounts.find(email);
  if (account === undefined) throw new Error('The fixture has no such account.');
  const made = await makeServiceAccountKey(account.value, 'KEY_ALG_RSA_2048', cloud.services);
  await commit([serviceAccounts.keys.put(made.key)]);
  const privateKeyPem = made.privateKeyPem.reveal();
  const privateKey = createPrivateKey(privateKeyPem);
  return { email, uniqueId: account.value.uniqueId, key: made.key, privateKey, privateKeyPem };
}

/** The claims that a library would send for an access token. */
export function claimsOf({ email }: Pick<KeyHolder, 'email'>): Readonly<Record<string, unknown>> {
  return { iss: email, scope: CLOUD_PLATFORM, aud: TOKEN_URL, iat: NOW_SECONDS, exp: NOW_SECONDS + 3600 };
}

/** Encodes a part of a JWT. */
export function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Signs an assertion with RS256, whatever the header says. */
export function assertionOf(
  claims: unknown,
  privateKey: KeyObject,
  header: Readonly<Record<string, unknown>> = { alg: 'RS256', typ: 'JWT' },
): string {
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${createSign('RSA-SHA256').update(input).sign(privateKey).toString('base64url')}`;
}

/** Posts a form to the token endpoint. */
export function postForm(
  cloud: TestCloud,
  form: Readonly<Record<string, string>> | string,
  url = TOKEN_URL,
): Promise<TestResponse> {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
  return cloud.send('POST', url, { body, headers: FORM });
}

/** Asks for a token with an assertion. */
export function exchange(cloud: TestCloud, assertion: string, url = TOKEN_URL): Promise<TestResponse> {
  return postForm(cloud, { assertion, grant_type: JWT_BEARER }, url);
}
