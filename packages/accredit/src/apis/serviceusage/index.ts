import type { Api, Refusal } from '../../http/method.ts';
import { type ApiError, permissionDenied } from '../../kernel/api-error.ts';
import { get as getOperation } from './operations.ts';
import { batchEnable, disable, enable } from './service-changes.ts';
import { batchGet, get, list } from './services.ts';

/**
 * The words of a refusal, which name the service, or else the project.
 *
 * Guess: the words for enabling a service are recorded, the others follow them; and the reason.
 *
 * @see https://github.com/GoogleCloudPlatform/cloud-foundation-fabric/issues/2985
 */
function refuse({ permission, resource }: Refusal): ApiError {
  const [, collection = '', verb = ''] = permission.split('.');
  const [, project = '', , service] = resource.split('/');
  const what =
    service === undefined
      ? `${verb} ${collection} for consumer container [projects/${project}]`
      : `${verb} service [${service}]`;
  return permissionDenied(`Permission denied to ${what}`, {
    info: {
      reason: 'AUTH_PERMISSION_DENIED',
      domain: 'serviceusage.googleapis.com',
      metadata: { permission },
    },
  });
}

/**
 * Service Usage v1.
 *
 * Deviation: it can always be called, also where it is disabled itself; pinned by 'Service Usage and Resource Manager can
 * be called where they are disabled'.
 */
export const serviceUsage: Api = {
  name: 'serviceusage',
  hosts: ['serviceusage.googleapis.com'],
  family: 'esf',
  refuse,
  methods: [get, list, batchGet, enable, disable, batchEnable, getOperation],
};
