import type { Api, Refusal } from '../../http/method.ts';
import { type ApiError, permissionDenied } from '../../kernel/api-error.ts';
import { insert } from './instance-insert.ts';
import { aggregatedList, get, list, remove } from './instances.ts';
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
  refuse,
  methods: [
    list,
    aggregatedList,
    get,
    insert,
    remove,
    listZones,
    getZone,
    getOperation,
    waitForOperation,
    getProject,
  ],
};
