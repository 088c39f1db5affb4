import { TAGGABLE, UNTAGGABLE, WITH_IAM_POLICY } from './compute-groups.ts';
import type { RoleTable } from './role-definition.ts';

/** The predefined roles of IAM: service accounts, workload identity, custom roles, policies. */
export const iamRoles: RoleTable = {
  __proto__: null,
  'roles/iam.serviceAccountViewer': {
    title: 'View Service Accounts',
    description: 'Read access to service accounts, metadata, and keys.',
    stage: 'GA',
    permissions: `
      iam.serviceAccountKeys.{get,list}
      iam.serviceAccounts.{get,getIamPolicy,list,listEffectiveTags,listTagBindings}
      resourcemanager.projects.{get,list}`,
  },
  'roles/iam.serviceAccountUser': {
    title: 'Service Account User',
    description: 'Run operations as the service account.',
    stage: 'GA',
    permissions: `
      iam.serviceAccounts.{actAs,get,list}
      resourcemanager.projects.{get,list}`,
  },
  'roles/iam.serviceAccountTokenCreator': {
    title: 'Service Account Token Creator',
    description: 'Impersonate service accounts (create OAuth2 access tokens, sign blobs or JWTs, etc).',
    stage: 'GA',
    permissions: `
      iam.serviceAccounts.{get,getAccessToken,getOpenIdToken,implicitDelegation,list,signBlob,signJwt}
      resourcemanager.projects.{get,list}`,
  },
  'roles/iam.serviceAccountOpenIdTokenCreator': {
    title: 'Service Account OpenID Connect Identity Token Creator',
    description: 'Create OpenID Connect (OIDC) identity tokens',
    stage: 'GA',
    permissions: 'iam.serviceAccounts.getOpenIdToken',
  },
  'roles/iam.workloadIdentityUser': {
    title: 'Workload Identity User',
    description: 'Impersonate service accounts from federated workloads.',
    stage: 'GA',
    permissions: 'iam.serviceAccounts.{get,getAccessToken,getOpenIdToken,list}',
  },
  'roles/iam.serviceAccountCreator': {
    title: 'Create Service Accounts',
    description: 'Access to create service accounts.',
    stage: 'GA',
    permissions: `
      iam.serviceAccounts.{create,get,list}
      resourcemanager.projects.{get,list}`,
  },
  'roles/iam.serviceAccountDeleter': {
    title: 'Delete Service Accounts',
    description: 'Access to delete service accounts.',
    stage: 'GA',
    permissions: `
      iam.serviceAccounts.{delete,get,list}
      resourcemanager.projects.{get,list}`,
  },
  'roles/iam.serviceAccountKeyAdmin': {
    title: 'Service Account Key Admin',
    description: 'Create and manage (and rotate) service account keys.',
    stage: 'GA',
    permissions: `
      iam.serviceAccountKeys.{create,delete,disable,enable,get,list}
      iam.serviceAccounts.{get,list}
      resourcemanager.projects.{get,list}`,
  },
  'roles/iam.serviceAccountApiKeyBindingAdmin': {
    title: 'Service Account API Key Binding Admin',
    description: 'Create and delete service account API Key bindings',
    stage: 'GA',
    permissions: 'iam.serviceAccountApiKeyBindings.{create,delete,undelete}',
  },
  'roles/iam.serviceAccountAdmin': {
    title: 'Service Account Admin',
    description: 'Create and manage service accounts.',
    stage: 'GA',
    permissions: `
      iam.serviceAccountApiKeyBindings.{create,delete,undelete}
      iam.serviceAccounts.{create,createTagBinding,delete,deleteTagBinding,disable,enable,get,getIamPolicy,
        list,listEffectiveTags,listTagBindings,setIamPolicy,undelete,update}
      resourcemanager.projects.{get,list}`,
  },
  'roles/iam.workloadIdentityPoolViewer': {
    title: 'IAM Workload Identity Pool Viewer',
    description: 'Read access to workload identity pools.',
    stage: 'BETA',
    permissions: `
      iam.googleapis.com/workloadIdentityPoolManagedIdentities.{get,getAttestationRules,list}
      iam.googleapis.com/{workloadIdentityPoolNamespaces,workloadIdentityPoolProviderKeys,
        workloadIdentityPoolProviders}.{get,list}
      iam.googleapis.com/workloadIdentityPools.{get,getAttestationRules,getIamPolicy,list}
      resourcemanager.projects.{get,list}`,
  },
  'roles/iam.workloadIdentityPoolAdmin': {
    title: 'IAM Workload Identity Pool Admin',
    description: 'Full rights to create and manage workload identity pools.',
    stage: 'BETA',
    includes: ['roles/iam.workloadIdentityPoolViewer'],
    permissions: `
      iam.workloadIdentityPools.{createPolicyBinding,deletePolicyBinding,searchPolicyBindings,
        updatePolicyBinding}
      iam.googleapis.com/workloadIdentityPoolManagedIdentities.{create,delete,setAttestationRules,undelete,
        update}
      iam.googleapis.com/{workloadIdentityPoolNamespaces,workloadIdentityPoolProviders}.{create,delete,
        undelete,update}
      iam.googleapis.com/workloadIdentityPoolProviderKeys.{create,delete,undelete}
      iam.googleapis.com/workloadIdentityPools.{create,delete,setAttestationRules,setIamPolicy,undelete,
        update}`,
  },
  'roles/iam.roleViewer': {
    title: 'Role Viewer',
    description: 'Read access to all custom roles in the project.',
    stage: 'GA',
    permissions: `
      iam.roles.{get,list,listEffectiveTags,listTagBindings}
      resourcemanager.projects.{get,getIamPolicy}`,
  },
  'roles/iam.roleAdmin': {
    title: 'Role Administrator',
    description: 'Access to administer all custom roles in the project.',
    stage: 'GA',
    includes: ['roles/iam.roleViewer'],
    permissions: 'iam.roles.{create,createTagBinding,delete,deleteTagBinding,undelete,update}',
  },
  'roles/iam.organizationRoleViewer': {
    title: 'Organization Role Viewer',
    description: 'Read access to all custom roles in the organization and the projects below it.',
    stage: 'GA',
    includes: ['roles/iam.roleViewer'],
    permissions: `
      resourcemanager.organizations.{get,getIamPolicy}
      resourcemanager.projects.list`,
  },
  'roles/iam.organizationRoleAdmin': {
    title: 'Organization Role Administrator',
    description: 'Access to administer all custom roles in the organization and the projects below it.',
    stage: 'GA',
    includes: ['roles/iam.organizationRoleViewer', 'roles/iam.roleAdmin'],
  },
  'roles/iam.denyReviewer': {
    title: 'Deny Reviewer',
    description: 'Deny Reviewer role, with permissions to read deny policies',
    stage: 'GA',
    permissions: 'iam.denypolicies.{get,list}',
  },
  'roles/iam.denyAdmin': {
    title: 'Deny Admin',
    description: 'Deny admin role, with permissions to read and modify deny policies',
    stage: 'GA',
    includes: ['roles/iam.denyReviewer'],
    permissions: `
      cloudasset.assets.listResource
      iam.denypolicies.{create,delete,update}
      policyanalyzer.resourceAuthorizationActivities.query
      policysimulator.accessPolicySimulationResults.list
      policysimulator.accessPolicySimulations.{create,get,list}`,
  },
  'roles/iam.securityReviewer': {
    title: 'Security Reviewer',
    description: 'Security reviewer role, with permissions to get any IAM policy.',
    stage: 'GA',
    permissionCountAtGoogle: 2533,
    permissions: `
      compute.{${TAGGABLE},${UNTAGGABLE}}.list
      compute.{${WITH_IAM_POLICY}}.getIamPolicy
      iam.{accesspolicies,denypolicies,policybindings,principalaccessboundarypolicies,serviceAccountKeys}.list
      iam.roles.{get,list}
      iam.serviceAccounts.{get,getIamPolicy,list}
      iam.googleapis.com/{oauthClientCredentials,oauthClients,workforcePoolProviderKeys,
        workforcePoolProviderScimGroups,workforcePoolProviderScimUsers,workforcePoolProviders,
        workloadIdentityPoolManagedIdentities,workloadIdentityPoolNamespaces,workloadIdentityPoolProviderKeys,
        workloadIdentityPoolProviders}.list
      iam.googleapis.com/{workforcePools,workloadIdentityPools}.{getIamPolicy,list}
      orgpolicy.{constraints,customConstraints,policies}.list
      resourcemanager.{folders,projects,tagKeys,tagValues}.{getIamPolicy,list}
      resourcemanager.hierarchyNodes.listTagBindings
      resourcemanager.organizations.getIamPolicy
      resourcemanager.tagHolds.list
      serviceusage.{groups,services}.list
      storage.{anywhereCaches,bucketOperations,featureConfigs,folders,hmacKeys,multipartUploads}.list
      storage.{buckets,managedFolders,objects}.{getIamPolicy,list}`,
  },
  'roles/iam.securityAdmin': {
    title: 'Security Admin',
    description: 'Security admin role, with permissions to get and set any IAM policy.',
    stage: 'GA',
    permissionCountAtGoogle: 2845,
    includes: ['roles/iam.securityReviewer'],
    permissions: `
      compute.{${WITH_IAM_POLICY}}.setIamPolicy
      iam.serviceAccounts.setIamPolicy
      iam.googleapis.com/{workforcePools,workloadIdentityPools}.setIamPolicy
      resourcemanager.{folders,organizations,projects,tagKeys,tagValues}.setIamPolicy
      storage.{buckets,managedFolders,objects}.setIamPolicy`,
  },
  'roles/iam.viewer': {
    title: 'Iam Viewer',
    description: 'Viewer role for iam',
    stage: 'GA',
    includes: ['roles/iam.workloadIdentityPoolViewer', 'roles/iam.serviceAccountViewer'],
    permissions: `
      iam.{accesspolicies,principalaccessboundarypolicies}.{get,list,searchPolicyBindings}
      iam.{denypolicies,policybindings}.{get,list}
      iam.roles.{get,list,listEffectiveTags,listTagBindings}
      iam.workloadIdentityPools.searchPolicyBindings
      iam.googleapis.com/{oauthClientCredentials,oauthClients,workforcePoolProviderKeys,
        workforcePoolProviderScimGroups,workforcePoolProviderScimUsers}.{get,list}
      iam.googleapis.com/workforcePoolProviders.{computeUserAttributes,get,list}
      iam.googleapis.com/workforcePools.{get,getIamPolicy,list,searchPolicyBindings}
      iam.googleapis.com/workspacePools.searchPolicyBindings`,
  },
  'roles/iam.editor': {
    title: 'Iam Editor',
    description: 'Editor role for iam',
    stage: 'GA',
    includes: ['roles/iam.viewer', 'roles/iam.serviceAccountKeyAdmin'],
    permissions: `
      iam.serviceAccountApiKeyBindings.{create,delete,undelete}
      iam.serviceAccounts.{actAs,create,delete,disable,enable,update}`,
  },
  'roles/iam.admin': {
    title: 'Iam Admin',
    description: 'Admin role for iam',
    stage: 'GA',
    includes: ['roles/iam.editor', 'roles/iam.workloadIdentityPoolAdmin', 'roles/iam.serviceAccountAdmin'],
    permissions: `
      iam.accesspolicies.{bind,create,delete,unbind,update}
      iam.operations.get
      iam.roles.{create,createTagBinding,delete,deleteTagBinding,undelete,update}
      iam.googleapis.com/oauthClientCredentials.{create,delete,update}
      iam.googleapis.com/{oauthClients,workforcePoolProviders}.{create,delete,undelete,update}
      iam.googleapis.com/workforcePoolProviderKeys.{create,delete,undelete}
      iam.googleapis.com/{workforcePoolProviderScimGroups,workforcePoolProviderScimUsers}.{create,delete,
        patch,put}
      iam.googleapis.com/workforcePoolSubjects.{delete,undelete}
      iam.googleapis.com/workforcePools.{create,createPolicyBinding,delete,deletePolicyBinding,setIamPolicy,
        undelete,update,updatePolicyBinding}
      iam.googleapis.com/workspacePools.{createPolicyBinding,deletePolicyBinding,updatePolicyBinding}`,
  },
};
