import type { Refusal } from '../../http/method.ts';
import { ApiError, permissionDenied } from '../../kernel/api-error.ts';
import { nameOfPrincipal } from '../../kernel/principals.ts';
import { objectName, type ResourceName } from '../../kernel/resource-names.ts';

/**
 * The refusal of a permission in Storage's words; without a credential it is a 401 that asks for one
 * (storage notes 3.0, 9.5; IAM notes 4.3).
 */
export function refuse({ permission, resource, principal }: Refusal): ApiError {
  const who = principal.kind === 'anonymous' ? 'Anonymous caller' : nameOfPrincipal(principal);
  const message =
    `${who} does not have ${permission} access to the Google Cloud ${kindOf(resource)}. ` +
    `Permission '${permission}' denied on resource (or it may not exist).`;
  if (principal.kind !== 'anonymous') return permissionDenied(message);
  return new ApiError('UNAUTHENTICATED', message, {
    reason: 'required',
    location: { type: 'header', name: 'Authorization' },
    headers: { 'WWW-Authenticate': 'Bearer realm="https://accounts.google.com/"' },
  });
}

function kindOf(resource: ResourceName): string {
  const [, bucket] = /^projects\/_\/buckets\/([^/]*)/.exec(resource) ?? [];
  if (bucket === undefined) return 'project';
  return resource.startsWith(objectName(bucket, '')) ? 'Storage object' : 'Storage bucket';
}
