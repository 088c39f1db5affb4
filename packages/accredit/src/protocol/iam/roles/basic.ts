import { ADMINISTER } from './compute-groups.ts';
import type { RoleTable } from './role-definition.ts';

/**
 * The basic roles. Each holds the one before it. They hold almost nothing of Cloud Storage: who has one reaches objects
 * only through the convenience bindings of each bucket.
 */
export const basicRoles: RoleTable = {
  __proto__: null,
  'roles/viewer': {
    title: 'Viewer',
    description: 'View most Google Cloud resources. See the list of included permissions.',
    stage: 'GA',
    permissionCountAtGoogle: 6064,
    includes: ['roles/compute.viewer', 'roles/iam.viewer', 'roles/storage.viewer'],
    permissions: `
      compute.{disks,healthChecks,httpHealthChecks,httpsHealthChecks,images,instanceTemplates,
        regionHealthChecks,resourcePolicies}.useReadOnly
      orgpolicy.{constraints,policies}.list
      orgpolicy.customConstraints.{get,list}
      orgpolicy.policy.get
      resourcemanager.capabilities.get
      resourcemanager.{folders,organizations}.searchPolicyBindings
      resourcemanager.hierarchyNodes.{listEffectiveTags,listTagBindings}
      resourcemanager.projects.{getIamPolicy,searchPolicyBindings}
      resourcemanager.tagHolds.list
      resourcemanager.{tagKeys,tagValues}.{get,getIamPolicy,list}
      serviceusage.{contentsecuritypolicy,effectivemcppolicy,mcppolicy,operations}.get`,
  },
  'roles/editor': {
    title: 'Editor',
    description:
      'View, create, update, and delete most Google Cloud resources. See the list of included permissions.',
    stage: 'GA',
    permissionCountAtGoogle: 11979,
    includes: ['roles/viewer', 'roles/compute.editor', 'roles/iam.editor', 'roles/storage.editor'],
    permissions: `
      resourcemanager.capabilities.update
      resourcemanager.hierarchyNodes.{createTagBinding,deleteTagBinding}
      resourcemanager.projects.{move,update}
      resourcemanager.{tagHolds,tagValueBindings}.{create,delete}
      resourcemanager.{tagKeys,tagValues}.{create,delete,update}
      serviceusage.apiKeys.{regenerate,revert}
      serviceusage.{consumerpolicy,contentsecuritypolicy,mcppolicy,quotas}.update
      serviceusage.services.{disable,enable,use}`,
  },
  'roles/owner': {
    title: 'Owner',
    description: 'Full access to most Google Cloud resources. See the list of included permissions.',
    stage: 'GA',
    permissionCountAtGoogle: 13568,
    includes: [
      'roles/editor',
      'roles/iam.admin',
      'roles/resourcemanager.projectIamAdmin',
      'roles/resourcemanager.tagAdmin',
    ],
    permissions: `
      ${ADMINISTER}
      resourcemanager.{folders,organizations}.{createPolicyBinding,deletePolicyBinding,updatePolicyBinding}
      resourcemanager.projects.{createBillingAssignment,delete,deleteBillingAssignment,undelete,updateLiens}
      storage.buckets.{createTagBinding,deleteTagBinding,enableObjectRetention,getObjectInsights,restore}
      storage.intelligenceConfigs.update`,
  },
};
