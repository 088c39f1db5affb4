import { serviceAccountName } from '../../kernel/resource-names.ts';
import { toRfc3339Seconds } from '../../kernel/timestamps.ts';
import type { ServiceAccountKey } from '../../resources/service-account-keys.ts';

/** User keys do not expire by themselves (IAM notes 1.8), unless the certificate that they came in does. */
const NEVER = '9999-12-31T23:59:59Z';

/** Returns a key as IAM shows it, without what only some answers have. */
export function encodeKey(projectId: string, key: ServiceAccountKey): Readonly<Record<string, unknown>> {
  const { algorithm, disableReason, validBeforeMs } = key;
  return {
    name: `${serviceAccountName(projectId, key.email)}/keys/${key.keyId}`,
    validAfterTime: toRfc3339Seconds(key.validAfterMs),
    validBeforeTime: validBeforeMs === undefined ? NEVER : toRfc3339Seconds(validBeforeMs),
    ...(algorithm === undefined ? {} : { keyAlgorithm: algorithm }),
    keyOrigin: key.origin,
    keyType: 'USER_MANAGED',
    ...(key.disabled ? { disabled: true, disableReason } : {}),
  };
}
