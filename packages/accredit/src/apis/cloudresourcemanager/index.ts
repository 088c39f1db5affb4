import type { Api } from '../../http/method.ts';
import { folderMethods } from './folders.ts';
import { getOperation } from './operations.ts';
import { organizationMethods } from './organizations.ts';
import { policyMethods } from './policies.ts';
import { get, getAncestry, list } from './projects.ts';
import { refuse } from './refusals.ts';
import { create, remove, undelete, update } from './v1-project-changes.ts';
import { createV3, moveV3, patchV3, removeV3, undeleteV3 } from './v3-project-changes.ts';
import { getV3, listV3, searchV3 } from './v3-projects.ts';

/**
 * Cloud Resource Manager: v1 and v3, and what gcloud asks v2 for. The ids of methods that v1 has stand without a version,
 * those of its successors with theirs.
 */
export const cloudResourceManager: Api = {
  name: 'cloudresourcemanager',
  hosts: ['cloudresourcemanager.googleapis.com'],
  family: 'esf',
  refuse,
  knowsDeletedProjects: true,
  methods: [
    get,
    list,
    create,
    update,
    remove,
    undelete,
    getAncestry,
    getV3,
    listV3,
    searchV3,
    createV3,
    patchV3,
    moveV3,
    removeV3,
    undeleteV3,
    ...folderMethods,
    ...organizationMethods,
    ...policyMethods,
    getOperation,
  ],
};
