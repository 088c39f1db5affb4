import { type CallTarget, method } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { anything, type Decoded, object, optional, string } from '../../kernel/decode.ts';
import { assertEtagText, toEtag } from '../../kernel/etags.ts';
import { serviceAccountName } from '../../kernel/resource-names.ts';
import { IAM } from '../../protocol/iam/scopes.ts';
import { assertTexts, readTextMask } from '../../protocol/iam/service-accounts/service-account-fields.ts';
import type { Stored } from '../../resources/collection.ts';
import type { ServiceAccount } from '../../resources/service-accounts.ts';
import { commitPlan, concurrentChange } from './commits.ts';
import { requireServiceAccount, serviceAccountResource } from './named-resources.ts';
import { encodeServiceAccount } from './service-account-json.ts';

type NameTarget = CallTarget<{ readonly name: string }>;

const onAccount = ({ path, services }: NameTarget) => serviceAccountResource(path.name, services);

const emptyRequest = object({});

/** Takes effect at once: tokens of the account are refused from the next call on (IAM notes 1.8). */
export const disable = method({
  id: 'iam.projects.serviceAccounts.disable',
  http: 'POST /v1/{name=projects/*/serviceAccounts/*}:disable',
  scopes: IAM,
  permission: { check: 'iam.serviceAccounts.disable', on: onAccount },
  body: { kind: 'json', decode: emptyRequest },
  async handle({ path, services }) {
    await changeAccount(path.name, services, () => ({ disabled: true }));
    return { json: {} };
  },
});

/** Tokens that were given out before are good again (IAM notes 1.8). */
export const enable = method({
  id: 'iam.projects.serviceAccounts.enable',
  http: 'POST /v1/{name=projects/*/serviceAccounts/*}:enable',
  scopes: IAM,
  permission: { check: 'iam.serviceAccounts.enable', on: onAccount },
  body: { kind: 'json', decode: emptyRequest },
  async handle({ path, services }) {
    await changeAccount(path.name, services, () => ({ disabled: false }));
    return { json: {} };
  },
});

/** The two texts and the etag act; the rest of the message is taken and not looked at, as at Google. */
const accountMessage = object({
  displayName: optional(string),
  description: optional(string),
  etag: optional(string),
  name: anything,
  projectId: anything,
  uniqueId: anything,
  email: anything,
  oauth2ClientId: anything,
  disabled: anything,
});

const patchRequest = object({ serviceAccount: optional(accountMessage), updateMask: optional(string) });

/** Answers the name and the fields that were patched alone (IAM notes 1.8). */
export const patch = method({
  id: 'iam.projects.serviceAccounts.patch',
  http: 'PATCH /v1/{name=projects/*/serviceAccounts/*}',
  scopes: IAM,
  permission: [
    { check: 'iam.serviceAccounts.update', on: onAccount },
    { check: 'iam.serviceAccounts.get', on: onAccount },
  ],
  body: { kind: 'json', decode: patchRequest },
  async handle({ body, path, services }) {
    const { serviceAccount = {} } = body;
    const fields = readTextMask(body.updateMask);
    const patched = Object.fromEntries(fields.map((field) => [field, serviceAccount[field] ?? '']));
    assertTexts({ displayName: '', description: '', ...patched });
    const { value } = await changeAccount(path.name, services, (stored) => {
      assertUnchanged(stored, serviceAccount);
      return patched;
    });
    const shown = Object.entries(patched).filter(([, text]) => text !== '');
    return { json: { name: serviceAccountName(value.projectId, value.email), ...Object.fromEntries(shown) } };
  },
});

/** The older way, for the display name alone; answers the whole account. */
export const update = method({
  id: 'iam.projects.serviceAccounts.update',
  http: 'PUT /v1/{name=projects/*/serviceAccounts/*}',
  scopes: IAM,
  permission: { check: 'iam.serviceAccounts.update', on: onAccount },
  body: { kind: 'json', decode: accountMessage },
  async handle({ body, path, services }) {
    const { displayName = '' } = body;
    assertTexts({ displayName, description: '' });
    const changed = await changeAccount(path.name, services, (stored) => {
      assertUnchanged(stored, body);
      return { displayName };
    });
    return { json: encodeServiceAccount(changed) };
  },
});

/**
 * Checks the etag of a change; without one, whatever is there is changed.
 *
 * @throws {ApiError} `ABORTED` where the account has moved on, `INVALID_ARGUMENT` for what is no base64
 */
function assertUnchanged(
  { revision }: Stored<ServiceAccount>,
  { etag = '' }: Decoded<typeof accountMessage>,
): void {
  assertEtagText(etag, 'badRequest');
  if (etag !== '' && Buffer.from(etag, 'base64').toString('base64') !== toEtag(revision))
    throw concurrentChange();
}

/**
 * Changes some fields of an account, whoever else changes others at the same time.
 *
 * @param change - returns the fields, from what is stored; throws where that refuses the call
 */
async function changeAccount(
  name: string,
  services: Services,
  change: (stored: Stored<ServiceAccount>) => Partial<ServiceAccount>,
): Promise<Stored<ServiceAccount>> {
  const { serviceAccounts } = services.resources;
  return commitPlan(services, async () => {
    const stored = await requireServiceAccount(name, services);
    const value = { ...stored.value, ...change(stored) };
    const preconditions = [serviceAccounts.at(stored.revision, value.projectId, value.email)];
    return { value, changes: serviceAccounts.put(value), preconditions };
  });
}
