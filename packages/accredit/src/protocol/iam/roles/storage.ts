import type { RoleTable } from './role-definition.ts';

/** The predefined roles of Cloud Storage. The legacy ones exist for the policies of buckets and objects alone. */
export const storageRoles: RoleTable = {
  __proto__: null,
  'roles/storage.objectViewer': {
    title: 'Storage Object Viewer',
    description:
      'Grants access to view objects and their metadata, excluding ACLs. Can also list the objects in a bucket.',
    stage: 'GA',
    permissions: `
      resourcemanager.projects.{get,list}
      storage.{folders,managedFolders,objects}.{get,list}`,
  },
  'roles/storage.objectCreator': {
    title: 'Storage Object Creator',
    description:
      'Allows users to create objects. Does not give permission to view, delete, or replace objects.',
    stage: 'GA',
    permissions: `
      orgpolicy.policy.get
      resourcemanager.projects.{get,list}
      storage.{folders,managedFolders}.create
      storage.multipartUploads.{abort,create,listParts}
      storage.objects.{create,createContext}`,
  },
  'roles/storage.objectUser': {
    title: 'Storage Object User',
    description: 'Access to create, read, update and delete objects and multipart uploads in GCS.',
    stage: 'GA',
    includes: ['roles/storage.objectCreator'],
    permissions: `
      monitoring.timeSeries.create
      storage.folders.{delete,get,list,rename}
      storage.managedFolders.{delete,get,list}
      storage.multipartUploads.list
      storage.objects.{delete,deleteContext,get,list,move,restore,update,updateContext}`,
  },
  'roles/storage.objectAdmin': {
    title: 'Storage Object Admin',
    description:
      'Grants full control over objects, including listing, creating, viewing, and deleting objects.',
    stage: 'GA',
    includes: ['roles/storage.objectUser', 'roles/storage.legacyObjectOwner'],
  },
  'roles/storage.folderAdmin': {
    title: 'Storage Folder Admin',
    description:
      'Grants full control over folders and objects, including listing, creating, viewing, and deleting objects.',
    stage: 'GA',
    includes: ['roles/storage.objectCreator', 'roles/storage.legacyObjectOwner'],
    permissions: `
      storage.folders.{delete,get,list,rename}
      storage.managedFolders.{delete,get,getIamPolicy,list,setIamPolicy}
      storage.multipartUploads.list
      storage.objects.{delete,list,move,restore}`,
  },
  'roles/storage.bucketViewer': {
    title: 'Storage Bucket Viewer',
    description: 'Grants permission to view buckets and their metadata, excluding IAM policies.',
    stage: 'BETA',
    permissions: 'storage.buckets.{get,list}',
  },
  'roles/storage.hmacKeyAdmin': {
    title: 'Storage HMAC Key Admin',
    description: 'Grants full control over HMAC keys in a project.',
    stage: 'GA',
    permissions: `
      firebase.projects.get
      orgpolicy.policy.get
      resourcemanager.projects.{get,list}
      storage.hmacKeys.{create,delete,get,list,update}`,
  },
  'roles/storage.viewer': {
    title: 'Storage Viewer',
    description: 'Viewer role for storage',
    stage: 'GA',
    permissions: `
      resourcemanager.projects.{get,list}
      storage.buckets.{list,listEffectiveTags,listTagBindings,viewIntelligenceDetails}
      storage.{featureConfigs,folders,hmacKeys}.{get,list}
      storage.intelligenceConfigs.get`,
  },
  'roles/storage.editor': {
    title: 'Storage Editor',
    description: 'Editor role for storage',
    stage: 'GA',
    includes: ['roles/storage.viewer'],
    permissions: `
      storage.buckets.{create,delete}
      storage.{featureConfigs,hmacKeys}.{create,delete,update}
      storage.folders.{create,delete,rename}`,
  },
  'roles/storage.admin': {
    title: 'Storage Admin',
    description: 'Grants full control of buckets and objects.',
    stage: 'GA',
    includes: ['roles/storage.legacyBucketOwner', 'roles/storage.objectAdmin'],
    permissions: `
      cloudaicompanion.instances.completeTask
      cloudkms.keyHandles.{create,get,list}
      cloudkms.operations.get
      cloudkms.projects.showEffectiveAutokeyConfig
      firebase.projects.get
      monitoring.{metricDescriptors,monitoredResourceDescriptors,timeSeries}.list
      recommender.{iamPolicyInsights,iamPolicyRecommendations,storageBucketSoftDeleteInsights,
        storageBucketSoftDeleteRecommendations}.{get,list,update}
      resourcemanager.hierarchyNodes.listEffectiveTags
      storage.buckets.{create,delete,getObjectInsights,list,viewIntelligenceDetails}
      storage.featureConfigs.{create,delete,get,list,update}
      storage.intelligenceConfigs.{get,update}
      storagebatchoperations.{bucketOperations,locations}.{get,list}
      storagebatchoperations.jobs.{cancel,create,delete,get,list}
      storagebatchoperations.operations.{cancel,delete,get,list}`,
  },
  'roles/storage.legacyObjectReader': {
    title: 'Storage Legacy Object Reader',
    description: 'Grants permission to view objects and their metadata, excluding ACLs.',
    stage: 'GA',
    permissions: 'storage.objects.get',
  },
  'roles/storage.legacyObjectOwner': {
    title: 'Storage Legacy Object Owner',
    description: 'Grants permission to view and edit objects and their metadata, including ACLs.',
    stage: 'GA',
    permissions: `
      storage.objects.{createContext,deleteContext,get,getIamPolicy,overrideUnlockedRetention,setIamPolicy,
        setRetention,update,updateContext}`,
  },
  'roles/storage.legacyBucketReader': {
    title: 'Storage Legacy Bucket Reader',
    description:
      "Grants permission to list a bucket's contents and read bucket metadata, excluding IAM policies. Also grants permission to read object metadata when listing objects (excluding IAM policies).",
    stage: 'GA',
    permissions: `
      storage.buckets.get
      storage.{folders,managedFolders}.{get,list}
      storage.{multipartUploads,objects}.list`,
  },
  'roles/storage.legacyBucketWriter': {
    title: 'Storage Legacy Bucket Writer',
    description:
      'Grants permission to create, replace, and delete objects; list objects in a bucket; read object metadata when listing (excluding IAM policies); and read bucket metadata, excluding IAM policies.',
    stage: 'GA',
    includes: ['roles/storage.legacyBucketReader'],
    permissions: `
      storage.folders.{create,delete,rename}
      storage.managedFolders.{create,delete}
      storage.multipartUploads.{abort,create,listParts}
      storage.objects.{create,createContext,delete,restore,setRetention}`,
  },
  'roles/storage.legacyBucketOwner': {
    title: 'Storage Legacy Bucket Owner',
    description:
      'Grants permission to create, replace, and delete objects; list objects in a bucket; create, delete, and list tag bindings; read object metadata when listing (excluding IAM policies); and read and edit bucket metadata, including IAM policies.',
    stage: 'GA',
    includes: ['roles/storage.legacyBucketWriter'],
    permissions: `
      storage.anywhereCaches.{create,disable,get,list,pause,resume,update}
      storage.bucketOperations.{cancel,get,list}
      storage.buckets.{createTagBinding,deleteTagBinding,enableObjectRetention,getIamPolicy,getIpFilter,
        listEffectiveTags,listTagBindings,relocate,restore,setIamPolicy,setIpFilter,update}
      storage.managedFolders.{getIamPolicy,setIamPolicy}
      storage.objects.{deleteContext,updateContext}`,
  },
  'roles/storage.insightsCollectorService': {
    title: 'Storage Insights Collector Service',
    description: 'Grants read access to object metadata in inventory reports.',
    stage: 'GA',
    permissions: `
      resourcemanager.projects.{get,list}
      storage.buckets.{get,getObjectInsights}`,
  },
  'roles/storage.annotationGeneratorService': {
    title: 'Storage Annotation Generator Service',
    description: 'Grants all permissions needed to generate annotations for objects in a bucket.',
    stage: 'BETA',
    permissions: 'storage.objects.{createContext,deleteContext,get,list,update,updateContext}',
  },
  'roles/storage.expressModeServiceInput': {
    title: 'Storage Express Mode Service Input',
    description:
      'Grants permission to Express Mode service accounts at a managed folder so they can create objects but not read them on input folders.',
    stage: 'BETA',
    permissions: 'storage.objects.{create,delete,list,update}',
  },
  'roles/storage.expressModeServiceOutput': {
    title: 'Storage Express Mode Service Output',
    description:
      'Grants permission to Express Mode service accounts at a managed folder so they can read objects but not write them on output folders.',
    stage: 'BETA',
    permissions: 'storage.objects.{delete,get,list}',
  },
  'roles/storage.expressModeUserAccess': {
    title: 'Storage Express Mode User Access',
    description:
      'Grants permission to Express Mode accounts at the project level so they can read, list, create and delete any object in any of their buckets in Express Mode.',
    stage: 'BETA',
    permissions: `
      orgpolicy.policy.get
      storage.buckets.{get,list}
      storage.multipartUploads.{abort,create,list,listParts}
      storage.objects.{create,delete,get,list,restore,update}`,
  },
};
