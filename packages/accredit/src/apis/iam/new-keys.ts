import type { Services } from '../../http/services.ts';
import { ApiError } from '../../kernel/api-error.ts';
import { type ServiceAccountKey, USER_KEY_LIMIT } from '../../resources/service-account-keys.ts';
import { commitPlan } from './commits.ts';
import { requireServiceAccount } from './named-resources.ts';

/**
 * @throws {ApiError} `RESOURCE_EXHAUSTED` where the account has as many keys as it may (IAM notes 1.8)
 */
export async function assertRoomForKey(uniqueId: string, { resources }: Services): Promise<void> {
  if ((await resources.serviceAccounts.keys.list(uniqueId)).length >= USER_KEY_LIMIT) {
    throw new ApiError('RESOURCE_EXHAUSTED', 'Maximum number of keys on account reached.', {
      reason: 'rateLimitExceeded',
    });
  }
}

/**
 * Stores a new key, so that of two that are made at once for the last place one is too many, and none is left for an
 * account that has gone meanwhile.
 *
 * @param name - of the account that the key was made for, as the caller gave it
 */
export async function storeNewKey(key: ServiceAccountKey, name: string, services: Services): Promise<void> {
  const { serviceAccounts } = services.resources;
  await commitPlan(services, async () => {
    const noOther = await serviceAccounts.keys.whileNoneIsAdded(key.uniqueId);
    const { value: account, revision } = await requireServiceAccount(name, services);
    await assertRoomForKey(key.uniqueId, services);
    const unchanged = serviceAccounts.at(revision, account.projectId, account.email);
    return { changes: serviceAccounts.keys.add(key), preconditions: [noOther, unchanged] };
  });
}
