import type { RoleTable } from './role-definition.ts';

/** The predefined roles of Resource Manager (projects, folders, organizations); those of tags are in `tags.ts`. */
export const resourceManagerRoles: RoleTable = {
  __proto__: null,
  'roles/browser': {
    title: 'Browser',
    description: 'Access to browse GCP resources.',
    stage: 'GA',
    permissions: `
      resourcemanager.folders.{get,list}
      resourcemanager.organizations.get
      resourcemanager.projects.{get,getIamPolicy,list}`,
  },
  'roles/resourcemanager.projectCreator': {
    title: 'Project Creator',
    description: 'Access to create new GCP projects.',
    stage: 'GA',
    permissions: `
      resourcemanager.organizations.get
      resourcemanager.projects.create`,
  },
  'roles/resourcemanager.projectDeleter': {
    title: 'Project Deleter',
    description: 'Access to delete GCP projects.',
    stage: 'GA',
    permissions: 'resourcemanager.projects.delete',
  },
  'roles/resourcemanager.projectMover': {
    title: 'Project Mover',
    description: 'Access to update and move a project',
    stage: 'GA',
    permissions: 'resourcemanager.projects.{get,move,update}',
  },
  'roles/resourcemanager.projectIamAdmin': {
    title: 'Project IAM Admin',
    description: 'Access and administer a project IAM policies.',
    stage: 'GA',
    permissions: `
      iam.policybindings.{get,list}
      resourcemanager.projects.{createPolicyBinding,deletePolicyBinding,get,getIamPolicy,searchPolicyBindings,
        setIamPolicy,updatePolicyBinding}`,
  },
  'roles/resourcemanager.lienModifier': {
    title: 'Project Lien Modifier',
    description: 'Access to modify Liens on projects.',
    stage: 'GA',
    permissions: 'resourcemanager.projects.updateLiens',
  },
  'roles/resourcemanager.folderViewer': {
    title: 'Folder Viewer',
    description: 'Access to view a folder and all of its child resources.',
    stage: 'GA',
    permissions: `
      essentialcontacts.contacts.{get,list}
      orgpolicy.{constraints,policies}.list
      orgpolicy.policy.get
      resourcemanager.capabilities.get
      resourcemanager.{folders,projects}.{get,list}`,
  },
  'roles/resourcemanager.folderCreator': {
    title: 'Folder Creator',
    description: 'Create folder and view all of its sub-resources.',
    stage: 'GA',
    includes: ['roles/resourcemanager.folderViewer'],
    permissions: 'resourcemanager.folders.create',
  },
  'roles/resourcemanager.folderEditor': {
    title: 'Folder Editor',
    description: 'Edit, delete, and undelete a folder and all of its child resources.',
    stage: 'GA',
    includes: ['roles/resourcemanager.folderViewer'],
    permissions: `
      resourcemanager.capabilities.update
      resourcemanager.folders.{delete,getIamPolicy,searchPolicyBindings,undelete,update}`,
  },
  'roles/resourcemanager.folderMover': {
    title: 'Folder Mover',
    description: 'Move a folder and all of its child resources.',
    stage: 'GA',
    permissions: 'resourcemanager.{folders,projects}.move',
  },
  'roles/resourcemanager.folderIamAdmin': {
    title: 'Folder IAM Admin',
    description: 'Access and administer a folder IAM policies.',
    stage: 'GA',
    permissions: `
      iam.policybindings.{get,list}
      resourcemanager.folders.{createPolicyBinding,deletePolicyBinding,get,getIamPolicy,searchPolicyBindings,
        setIamPolicy,updatePolicyBinding}`,
  },
  'roles/resourcemanager.folderAdmin': {
    title: 'Folder Admin',
    description: 'Access and administer a folder and all of its sub-resources.',
    stage: 'GA',
    includes: [
      'roles/resourcemanager.folderEditor',
      'roles/resourcemanager.folderIamAdmin',
      'roles/resourcemanager.projectIamAdmin',
    ],
    permissions: `
      essentialcontacts.contacts.{create,delete,send,update}
      resourcemanager.folders.{create,move}
      resourcemanager.hierarchyNodes.{createTagBinding,deleteTagBinding,listEffectiveTags,listTagBindings}
      resourcemanager.projects.move`,
  },
  'roles/resourcemanager.organizationViewer': {
    title: 'Organization Viewer',
    description: 'Access only to view an Organization.',
    stage: 'GA',
    permissions: 'resourcemanager.organizations.get',
  },
  'roles/resourcemanager.organizationAdmin': {
    title: 'Organization Administrator',
    description:
      'Access to manage IAM policies and view organization policies for organizations, folders, and projects.',
    stage: 'GA',
    includes: [
      'roles/browser',
      'roles/resourcemanager.folderViewer',
      'roles/resourcemanager.folderIamAdmin',
      'roles/resourcemanager.projectIamAdmin',
    ],
    permissions: `
      essentialcontacts.contacts.{create,delete,send,update}
      resourcemanager.capabilities.update
      resourcemanager.organizations.{createPolicyBinding,deletePolicyBinding,getIamPolicy,
        searchPolicyBindings,setIamPolicy,updatePolicyBinding}`,
  },
  'roles/resourcemanager.tagAdmin': {
    title: 'Tag Administrator',
    description: 'Access to create, delete, update, and manage access to Tags',
    stage: 'GA',
    permissions: `
      resourcemanager.tagHolds.{create,delete,list}
      resourcemanager.{tagKeys,tagValues}.{create,delete,get,getIamPolicy,list,setIamPolicy,update}`,
  },
  'roles/resourcemanager.tagHoldAdmin': {
    title: 'Tag Hold Administrator',
    description: 'Access to create, delete and list TagHolds under a TagValue',
    stage: 'GA',
    permissions: 'resourcemanager.tagHolds.{create,delete,list}',
  },
};
