import { method } from '../../http/method.ts';
import { object } from '../../kernel/decode.ts';
import { type ResourceName, serviceAccountName } from '../../kernel/resource-names.ts';
import { IAM } from '../../protocol/iam/scopes.ts';
import type { ServiceAccount } from '../../resources/service-accounts.ts';
import { commitPlan } from './commits.ts';
import {
  deletedAccountResource,
  findDeletedAccount,
  findServiceAccount,
  requireServiceAccount,
  serviceAccountResource,
  unknownServiceAccount,
} from './named-resources.ts';
import { duplicateAccount, encodeServiceAccount } from './service-account-json.ts';

/** Whoever takes its address afterwards is another account: no token, key, member or policy of this one is theirs. */
export const deleteAccount = method({
  id: 'iam.projects.serviceAccounts.delete',
  http: 'DELETE /v1/{name=projects/*/serviceAccounts/*}',
  scopes: IAM,
  permission: {
    check: 'iam.serviceAccounts.delete',
    on: ({ path, services }) => serviceAccountResource(path.name, services),
  },
  async handle({ path, services }) {
    const { policies, serviceAccounts } = services.resources;
    await commitPlan(services, async () => {
      const { value: account, revision } = await requireServiceAccount(path.name, services);
      const resource = nameOf(account);
      const policy = await policies.getStored(resource);
      const own = policy.revision === 0 ? undefined : policy.value;
      return {
        changes: [...(await serviceAccounts.delete(account, own)), policies.remove(resource)],
        preconditions: [
          serviceAccounts.at(revision, account.projectId, account.email),
          policies.at(policy.revision, resource),
        ],
      };
    });
    return { json: {} };
  },
});

const undeleteRequest = object({});

/**
 * Brings back what was deleted less than 30 days ago, by the cloud's clock. Guess: its keys and its own policy come
 * back with it, and it is as disabled as it was; an account that is there is refused like one whose address is taken.
 */
export const undelete = method({
  id: 'iam.projects.serviceAccounts.undelete',
  http: 'POST /v1/{name=projects/*/serviceAccounts/*}:undelete',
  scopes: IAM,
  permission: {
    check: 'iam.serviceAccounts.undelete',
    on: ({ path, services }) => deletedAccountResource(path.name, services),
  },
  body: { kind: 'json', decode: undeleteRequest },
  async handle({ path, services }) {
    const { policies, serviceAccounts } = services.resources;
    const restored = await commitPlan(services, async () => {
      const found = await findDeletedAccount(path.name, services);
      const taken = found === undefined ? path.name : nameOf(found.value.account);
      const present = await findServiceAccount(taken, services);
      if (present !== undefined) throw duplicateAccount(present.value);
      if (found === undefined) throw unknownServiceAccount();
      const { account, policy } = found.value;
      const resource = nameOf(account);
      return {
        value: account,
        changes: [
          ...serviceAccounts.put(account),
          ...serviceAccounts.deleted.remove(found.value),
          policies.remove(resource),
          ...(policy === undefined ? [] : [policies.putStored(resource, policy)]),
        ],
        preconditions: [
          serviceAccounts.at(0, account.projectId, account.email),
          serviceAccounts.deleted.at(found.revision, found.value),
        ],
      };
    });
    return { json: { restoredAccount: encodeServiceAccount(restored) } };
  },
});

function nameOf({ projectId, email }: ServiceAccount): ResourceName {
  return serviceAccountName(projectId, email);
}
