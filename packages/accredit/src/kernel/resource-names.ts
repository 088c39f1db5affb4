/**
 * A relative resource name as IAM spells it, without a leading slash and with the project **id**:
 * `organizations/1`, `folders/2`, `projects/p`, `projects/_/buckets/b`, `projects/_/buckets/b/objects/o`,
 * `projects/p/serviceAccounts/E`, `projects/p/zones/z/instances/i`.
 *
 * @see https://cloud.google.com/iam/docs/conditions-resource-attributes#resource-name
 */
export type ResourceName = string;

/** Returns `organizations/{organizationId}`. */
export function organizationName(organizationId: string): `organizations/${string}` {
  return `organizations/${organizationId}`;
}

/** Returns `folders/{folderId}`. */
export function folderName(folderId: string): `folders/${string}` {
  return `folders/${folderId}`;
}

/** Returns `projects/{projectId}`. */
export function projectName(projectId: string): ResourceName {
  return `projects/${projectId}`;
}

/** Returns `projects/_/buckets/{bucket}`; the underscore is literal, a bucket's name is global. */
export function bucketName(bucket: string): ResourceName {
  return `projects/_/buckets/${bucket}`;
}

/** Returns `projects/_/buckets/{bucket}/objects/{object}`. */
export function objectName(bucket: string, object: string): ResourceName {
  return `projects/_/buckets/${bucket}/objects/${object}`;
}

/** Returns `projects/{projectId}/serviceAccounts/{email}`. */
export function serviceAccountName(projectId: string, email: string): ResourceName {
  return `projects/${projectId}/serviceAccounts/${email}`;
}

/** Returns `groups/{email}`: ours, since Google names groups by ids. */
export function groupName(email: string): ResourceName {
  return `groups/${email}`;
}

/** Returns `projects/{projectId}/zones/{zone}/instances/{instance}`. */
export function instanceName(projectId: string, zone: string, instance: string): ResourceName {
  return `projects/${projectId}/zones/${zone}/instances/${instance}`;
}

/** Returns `projects/_/buckets/{bucket}/managedFolders/{folder}`; the folder's name ends with a slash. */
export function managedFolderName(bucket: string, folder: string): ResourceName {
  return `projects/_/buckets/${bucket}/managedFolders/${folder}`;
}
