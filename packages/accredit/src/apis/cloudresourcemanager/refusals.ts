/** The words in which Resource Manager refuses: what is not there like what is not yours, it never says which. */
import type { Refusal } from '../../http/method.ts';
import { type ApiError, type ApiErrorDetail, permissionDenied } from '../../kernel/api-error.ts';
import { clip } from '../../kernel/clip.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';

export type Version = 'v1' | 'v2' | 'v3';

/** What is asked for on the parent of a new project. */
export const CREATE = 'resourcemanager.projects.create';

/**
 * Refuses in the words of v1 (IAM notes 4.3). Guess: v2 has them too.
 *
 * @see https://github.com/GoogleCloudPlatform/cloud-foundation-fabric/issues/3081 for a project that may not be made
 */
export function refuse({ permission }: Pick<Refusal, 'permission'>): ApiError {
  return permissionDenied(
    permission === CREATE
      ? `Permission '${permission}' denied on resource (or it may not exist).`
      : 'The caller does not have permission',
  );
}

/**
 * Refuses in the words of v3, which name the resource as the caller did: a number does not tell him the id.
 *
 * Guess: that all methods of v3 have these words; they are seen for getting and giving away projects, and for making tags in
 * an organization.
 *
 * @see https://github.com/CrowdStrike/falcon-integration-gateway/pull/98
 */
export function refuseInV3({ permission, resource, path }: Refusal): ApiError {
  const isNamed = resource.startsWith('projects/') && path['resource'] !== undefined;
  return denied(permission, isNamed ? `projects/${path['resource']}` : resource);
}

/** @param asked - the resource as the caller named it */
function denied(permission: string, asked: ResourceName, detail: ApiErrorDetail = {}): ApiError {
  const service = 'cloudresourcemanager.googleapis.com';
  return permissionDenied(
    `Permission '${permission}' denied on resource '//${service}/${asked}' (or it may not exist).`,
    {
      info: {
        reason: 'IAM_PERMISSION_DENIED',
        domain: service,
        metadata: { permission, resource: asked },
      },
      ...detail,
    },
  );
}

/** What a method of a version says of itself: its words, where they are not those of the API. */
export function wordsOf(version: Version): { readonly refuse?: typeof refuseInV3 } {
  return version === 'v3' ? { refuse: refuseInV3 } : {};
}

/** The error of a resource that is not there. @param asked - its name, whatever the caller wrote */
export function missing(version: Version, permission: string, asked: string): ApiError {
  return version === 'v3' ? denied(permission, clip(asked), { echoes: true }) : refuse({ permission });
}
