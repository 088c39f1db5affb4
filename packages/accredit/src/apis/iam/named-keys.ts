import type { CallTarget } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { notFound } from '../../kernel/api-error.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import type { Stored } from '../../resources/collection.ts';
import type { ServiceAccountKey } from '../../resources/service-account-keys.ts';
import { requireServiceAccount, serviceAccountResource } from './named-resources.ts';

/** A key of an account, as it is stored. */
interface FoundKey extends Stored<ServiceAccountKey> {
  /** Of the account. */
  readonly projectId: string;
}

/** 20 bytes in hexadecimal. */
const KEY_ID_FORM = /^[0-9a-f]{40}$/;

/** Returns the resource whose permission a call on a key needs: the account. */
export function onAccountOfKey({
  path,
  services,
}: CallTarget<{ readonly name: string }>): Promise<ResourceName> {
  return serviceAccountResource(splitKeyName(path.name).account, services);
}

/**
 * Finds the key that `projects/{project}/serviceAccounts/{account}/keys/{key}` names.
 *
 * @throws {ApiError} `NOT_FOUND`. Guess: the text where it is the key that is missing
 */
export async function requireKey(name: string, services: Services): Promise<FoundKey> {
  const { account, keyId } = splitKeyName(name);
  const { projectId, uniqueId } = (await requireServiceAccount(account, services)).value;
  const { keys } = services.resources.serviceAccounts;
  const found = KEY_ID_FORM.test(keyId) ? await keys.get(uniqueId, keyId) : undefined;
  if (found === undefined) {
    throw notFound(`Service account key ${keyId.slice(0, 100)} does not exist.`, { echoes: true });
  }
  return { ...found, projectId };
}

function splitKeyName(name: string): { readonly account: string; readonly keyId: string } {
  const [, account = '', keyId = ''] =
    /^(projects\/[^/]*\/serviceAccounts\/[^/]*)\/keys\/([^]*)$/.exec(name) ?? [];
  return { account, keyId };
}
