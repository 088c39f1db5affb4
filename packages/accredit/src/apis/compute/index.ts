import type { Api, Refusal } from '../../http/method.ts';
import { type ApiError, permissionDenied } from '../../kernel/api-error.ts';
import { get as getGlobalOperation, wait as waitForGlobalOperation } from './global-operations.ts';
import { getGuestAttributes } from './guest-attributes.ts';
import { insert } from './instance-insert.ts';
import { simulateMaintenanceEvent } from './instance-maintenance.ts';
import { setMetadata, setTags } from './instance-metadata.ts';
import { getIamPolicy, setIamPolicy, testIamPermissions } from './instance-policies.ts';
import { setServiceAccount, start, stop } from './instance-state.ts';
import { aggregatedList, get, list, remove } from './instances.ts';
import { setCommonInstanceMetadata } from './project-metadata.ts';
import { get as getProject } from './projects.ts';
import { get as getOperation, wait as waitForOperation } from './zone-operations.ts';
import { get as getZone, list as listZones } from './zones.ts';

/** The words of a refusal: the permission and the resource, one that is yet to be made too (compute notes 1.10). */
function refuse({ permission, resource }: Refusal): ApiError {
  return permissionDenied(`Required '${permission}' permission for '${resource}'`);
}

/** Compute Engine v1. */
export const compute: Api = {
  name: 'compute',
  hosts: ['compute.googleapis.com', 'compute.mtls.googleapis.com'],
  family: 'compute',
  consumer: ({ path }) => path.project,
  refuse,
  methods: [
    list,
    aggregatedList,
    get,
    insert,
    remove,
    setMetadata,
    setTags,
    setServiceAccount,
    start,
    stop,
    simulateMaintenanceEvent,
    getGuestAttributes,
    getIamPolicy,
    setIamPolicy,
    testIamPermissions,
    listZones,
    getZone,
    getOperation,
    waitForOperation,
    getGlobalOperation,
    waitForGlobalOperation,
    getProject,
    setCommonInstanceMetadata,
  ],
};
