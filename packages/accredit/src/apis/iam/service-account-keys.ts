import { method } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { makeServiceAccountKey } from '../../identity/service-account-keys.ts';
import { ApiError, aborted, invalidArgument } from '../../kernel/api-error.ts';
import { object, oneOf, optional } from '../../kernel/decode.ts';
import { serviceAccountName } from '../../kernel/resource-names.ts';
import { toRfc3339Seconds } from '../../kernel/timestamps.ts';
import { renderKeyFile } from '../../protocol/iam/key-file.ts';
import { IAM } from '../../protocol/iam/scopes.ts';
import { type ServiceAccountKey, USER_KEY_LIMIT } from '../../resources/service-accounts.ts';
import { PreconditionFailed } from '../../store/store.ts';
import { requireServiceAccount, serviceAccountResource } from './named-resources.ts';

const createKeyRequest = object({
  privateKeyType: optional(oneOf('TYPE_UNSPECIFIED', 'TYPE_PKCS12_FILE', 'TYPE_GOOGLE_CREDENTIALS_FILE')),
  keyAlgorithm: optional(oneOf('KEY_ALG_UNSPECIFIED', 'KEY_ALG_RSA_1024', 'KEY_ALG_RSA_2048')),
});

export const createKey = method({
  id: 'iam.projects.serviceAccounts.keys.create',
  http: 'POST /v1/{name=projects/*/serviceAccounts/*}/keys',
  scopes: IAM,
  permission: {
    check: 'iam.serviceAccountKeys.create',
    on: ({ path, services }) => serviceAccountResource(path.name, services),
  },
  body: { kind: 'json', decode: createKeyRequest },
  async handle({ body, path, services }) {
    if (body.privateKeyType === 'TYPE_PKCS12_FILE') throw noPkcs12();
    const { value: account } = await requireServiceAccount(path.name, services);
    // Before the key pair is made, which costs far more than this.
    await assertRoomForKey(account.email, services);
    const { key, privateKeyPem } = await makeServiceAccountKey(
      account,
      toAlgorithm(body.keyAlgorithm),
      services,
    );
    await storeKey(key, path.name, services);
    const file = renderKeyFile({ ...account, keyId: key.keyId, privateKeyPem });
    return { json: encodeNewKey(account.projectId, key, Buffer.from(file.reveal()).toString('base64')) };
  },
});

/**
 * Deviation: Google makes PKCS #12 files too, for P12 credentials that no current library asks for. Pinned by 'no key is
 * made for …', row 'a PKCS #12 file'.
 */
function noPkcs12(): ApiError {
  return invalidArgument(
    "Private key type 'TYPE_PKCS12_FILE' is not supported by this server. Ask for 'TYPE_GOOGLE_CREDENTIALS_FILE'.",
  );
}

function toAlgorithm(
  asked: 'KEY_ALG_UNSPECIFIED' | 'KEY_ALG_RSA_1024' | 'KEY_ALG_RSA_2048' | undefined,
): ServiceAccountKey['algorithm'] {
  return asked === 'KEY_ALG_RSA_1024' ? asked : 'KEY_ALG_RSA_2048';
}

/**
 * @throws {ApiError} `RESOURCE_EXHAUSTED` where the account has as many keys as it may (IAM notes 1.8)
 */
async function assertRoomForKey(email: string, { resources }: Services): Promise<void> {
  if ((await resources.serviceAccounts.keysOf(email)).length >= USER_KEY_LIMIT) {
    throw new ApiError('RESOURCE_EXHAUSTED', 'Maximum number of keys on account reached.');
  }
}

/**
 * Stores a key together with its account, so that of two keys that are made at once for the last place one is too
 * many, and none is left for an account that has gone meanwhile.
 */
async function storeKey(key: ServiceAccountKey, name: string, services: Services): Promise<void> {
  const { resources } = services;
  const { serviceAccounts } = resources;
  // Who loses a race has seen somebody else store a key, which can happen only as often as there are places.
  for (let attempt = 0; attempt <= USER_KEY_LIMIT; attempt += 1) {
    const { value: account, revision } = await requireServiceAccount(name, services);
    await assertRoomForKey(key.email, services);
    const unchanged = serviceAccounts.at(revision, account.projectId, account.email);
    try {
      await resources.commit([serviceAccounts.putKey(key), ...serviceAccounts.put(account)], [unchanged]);
      return;
    } catch (error) {
      if (!(error instanceof PreconditionFailed)) throw error;
    }
  }
  throw aborted(
    'There were concurrent changes of the service account. Please retry with exponential backoff.',
  );
}

/** User keys do not expire by themselves (IAM notes 1.8). */
const NEVER = '9999-12-31T23:59:59Z';

function encodeNewKey(
  projectId: string,
  key: ServiceAccountKey,
  privateKeyData: string,
): Readonly<Record<string, unknown>> {
  return {
    name: `${serviceAccountName(projectId, key.email)}/keys/${key.keyId}`,
    privateKeyType: 'TYPE_GOOGLE_CREDENTIALS_FILE',
    privateKeyData,
    validAfterTime: toRfc3339Seconds(key.validAfterMs),
    validBeforeTime: NEVER,
    keyAlgorithm: key.algorithm,
    keyOrigin: key.origin,
    keyType: 'USER_MANAGED',
  };
}
