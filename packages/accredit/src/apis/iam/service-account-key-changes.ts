import { method } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { object, oneOf, optional } from '../../kernel/decode.ts';
import { IAM } from '../../protocol/iam/scopes.ts';
import { KEY_DISABLE_REASONS, type ServiceAccountKey } from '../../resources/service-account-keys.ts';
import type { Change } from '../../store/store.ts';
import { commitPlan } from './commits.ts';
import { onAccountOfKey, requireKey } from './named-keys.ts';

/** Tokens that the key has got live on (IAM notes 1.8). */
export const deleteKey = method({
  id: 'iam.projects.serviceAccounts.keys.delete',
  http: 'DELETE /v1/{name=projects/*/serviceAccounts/*/keys/*}',
  scopes: IAM,
  permission: { check: 'iam.serviceAccountKeys.delete', on: onAccountOfKey },
  async handle({ path, services }) {
    const { keys } = services.resources.serviceAccounts;
    await changeKey(path.name, services, (key) => keys.remove(key));
    return { json: {} };
  },
});

const [USER_INITIATED] = KEY_DISABLE_REASONS;
const UNSPECIFIED = 'SERVICE_ACCOUNT_KEY_DISABLE_REASON_UNSPECIFIED';

/** `extendedStatusMessage` is for Google's own services, and is refused here like any other unknown name. */
const disableKeyRequest = object({
  serviceAccountKeyDisableReason: optional(oneOf(UNSPECIFIED, ...KEY_DISABLE_REASONS)),
});

export const disableKey = method({
  id: 'iam.projects.serviceAccounts.keys.disable',
  http: 'POST /v1/{name=projects/*/serviceAccounts/*/keys/*}:disable',
  scopes: IAM,
  permission: { check: 'iam.serviceAccountKeys.disable', on: onAccountOfKey },
  body: { kind: 'json', decode: disableKeyRequest },
  async handle({ body, path, services }) {
    const { keys } = services.resources.serviceAccounts;
    const { serviceAccountKeyDisableReason: reason = UNSPECIFIED } = body;
    const disableReason = reason === UNSPECIFIED ? USER_INITIATED : reason;
    await changeKey(path.name, services, (key) => keys.put({ ...key, disabled: true, disableReason }));
    return { json: {} };
  },
});

const enableKeyRequest = object({});

export const enableKey = method({
  id: 'iam.projects.serviceAccounts.keys.enable',
  http: 'POST /v1/{name=projects/*/serviceAccounts/*/keys/*}:enable',
  scopes: IAM,
  permission: { check: 'iam.serviceAccountKeys.enable', on: onAccountOfKey },
  body: { kind: 'json', decode: enableKeyRequest },
  async handle({ path, services }) {
    const { keys } = services.resources.serviceAccounts;
    await changeKey(path.name, services, (key) => keys.put({ ...key, disabled: false }));
    return { json: {} };
  },
});

/** Changes a key; one that was deleted meanwhile does not come back. */
async function changeKey(
  name: string,
  services: Services,
  change: (key: ServiceAccountKey) => Change,
): Promise<void> {
  const { keys } = services.resources.serviceAccounts;
  await commitPlan(services, async () => {
    const { value, revision } = await requireKey(name, services);
    return { changes: [change(value)], preconditions: [keys.at(revision, value)] };
  });
}
