import { alreadyExists } from '../../kernel/api-error.ts';
import { toEtag } from '../../kernel/etags.ts';
import { serviceAccountName } from '../../kernel/resource-names.ts';
import type { Stored } from '../../resources/collection.ts';
import type { ServiceAccount } from '../../resources/service-accounts.ts';

/** Empty texts and `false` are left out, as proto3 JSON does. */
export function encodeServiceAccount({
  value,
  revision,
}: Stored<ServiceAccount>): Readonly<Record<string, unknown>> {
  const { projectId, uniqueId, email, displayName, description, disabled } = value;
  return {
    name: serviceAccountName(projectId, email),
    projectId,
    uniqueId,
    email,
    ...(displayName === '' ? {} : { displayName }),
    etag: toEtag(revision),
    ...(description === '' ? {} : { description }),
    oauth2ClientId: uniqueId,
    ...(disabled ? { disabled } : {}),
  };
}

/** The error of an id that is taken (IAM notes 1.8). */
export function duplicateAccount({ projectId, email }: Pick<ServiceAccount, 'projectId' | 'email'>) {
  const [accountId = ''] = email.split('@');
  return alreadyExists(`Service account ${accountId} already exists within project projects/${projectId}.`, {
    resourceName: serviceAccountName(projectId, email),
    echoes: true,
  });
}
