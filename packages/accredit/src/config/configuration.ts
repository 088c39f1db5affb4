import { folderName, organizationName, projectName } from '../kernel/resource-names.ts';
import { CLOUD_PLATFORM, expandScope } from '../protocol/iam/scopes.ts';
import type { Bucket } from '../resources/buckets.ts';
import type { Folder, ParentName } from '../resources/folders.ts';
import type { Instance } from '../resources/instances.ts';
import type { Organization } from '../resources/organizations.ts';
import type { MetadataItem, Project } from '../resources/projects.ts';
import { type ServiceAccount, userManagedEmail } from '../resources/service-accounts.ts';
import { type DeclaredCertificates, toDeclaredCertificates } from './declared-certificates.ts';
import type { DeclaredContent } from './declared-content.ts';
import { type DeclaredCustomRole, toCustomRoles } from './declared-custom-roles.ts';
import { type DeclaredDenyPolicy, toDenyPolicies } from './declared-deny-policies.ts';
import { type DeclaredGrant, toGrants, toRoles } from './declared-grants.ts';
import { type DeclaredGroup, toDeclaredGroup } from './declared-groups.ts';
import { toOsLogin } from './declared-os-login.ts';
import type { Path, Source } from './problems.ts';
import type { ConfigurationFile, FileFolder } from './schema.ts';
import type { Settings } from './settings.ts';

/** What a configuration file says, ready to be applied. */
export interface Configuration {
  /** How the cloud runs, as far as the file says it. */
  readonly settings: Partial<Settings>;
  readonly groups: readonly DeclaredGroup[];
  readonly organizations: readonly DeclaredOrganization[];
  /** Each after what it is in. */
  readonly folders: readonly DeclaredFolder[];
  readonly projects: readonly DeclaredProject[];
  /** Of organizations, folders and projects. */
  readonly denyPolicies: readonly DeclaredDenyPolicy[];
  /** For problems that show only when it is applied. */
  readonly source: Source;
}

interface Declared<Fields> {
  readonly path: Path;
  /** What the file says and nothing else: what it leaves out stays as it is. */
  readonly fields: Partial<Fields>;
  /** Of the resource's own policy. */
  readonly grants: readonly DeclaredGrant[];
}

export interface DeclaredOrganization
  extends Declared<Pick<Organization, 'displayName' | 'directoryCustomerId' | 'tags'>> {
  readonly organizationId: string;
  readonly displayName: string;
  readonly customRoles: readonly DeclaredCustomRole[];
}

export interface DeclaredFolder extends Declared<Pick<Folder, 'displayName' | 'parent' | 'tags'>> {
  readonly folderId: string;
  readonly displayName: string;
  readonly parent: ParentName;
}

export interface DeclaredProject
  extends Declared<
    Pick<
      Project,
      'name' | 'labels' | 'commonInstanceMetadata' | 'osLogin' | 'parent' | 'tags' | 'disabledServices'
    >
  > {
  readonly projectId: string;
  /** Absent: the one that it has, or one that follows from the id. */
  readonly projectNumber: string | undefined;
  readonly customRoles: readonly DeclaredCustomRole[];
  readonly serviceAccounts: readonly DeclaredServiceAccount[];
  readonly buckets: readonly DeclaredBucket[];
  readonly instances: readonly DeclaredInstance[];
}

export interface DeclaredServiceAccount
  extends Declared<Pick<ServiceAccount, 'displayName' | 'description' | 'disabled'>> {
  readonly email: string;
}

export interface DeclaredBucket
  extends Declared<
    Pick<
      Bucket,
      'location' | 'storageClass' | 'uniformBucketLevelAccess' | 'publicAccessPrevention' | 'labels' | 'tags'
    >
  > {
  readonly name: string;
  readonly objects: readonly DeclaredObject[];
}

export interface DeclaredObject {
  readonly path: Path;
  readonly name: string;
  readonly contentType: string | undefined;
  readonly content: DeclaredContent;
}

export interface DeclaredInstance
  extends Declared<
    Pick<
      Instance,
      | 'machineType'
      | 'description'
      | 'metadata'
      | 'tags'
      | 'labels'
      | 'resourceManagerTags'
      | 'tokenLifetimeSeconds'
      | 'metadataServer'
      | 'partnerAttributes'
    >
  > {
  readonly zone: string;
  readonly name: string;
  readonly attached: DeclaredAttachment | undefined;
  readonly certificates?: DeclaredCertificates;
}

/** The service account of an instance. */
export interface DeclaredAttachment {
  /** An e-mail address, or `default` for the project's Compute Engine account. */
  readonly account: string;
  readonly scopes: readonly string[];
  readonly path: Path;
}

type FileProject = NonNullable<ConfigurationFile['projects']>[number];
type FileAccount = NonNullable<FileProject['serviceAccounts']>[number];
type FileBucket = NonNullable<FileProject['buckets']>[number];
type FileObject = NonNullable<FileBucket['objects']>[number];
type FileInstance = NonNullable<FileProject['instances']>[number];
type FileOrganization = NonNullable<ConfigurationFile['organizations']>[number];

/**
 * Brings a checked file into the form that is applied: names whole, short names written out.
 *
 * @param directory - of the file: what it names is looked for there
 */
export function toConfiguration(file: ConfigurationFile, source: Source, directory: string): Configuration {
  const organizations = file.organizations ?? [];
  const projects = (file.projects ?? []).map((project, index) =>
    toProject(project, ['projects', index], directory),
  );
  return {
    settings: settled({
      iamMode: file.iam,
      apiPort: file.port,
      operationDelayMs: file.operationDelay,
      propagationDelayMs: file.propagationDelay,
      record: file.record,
      logLevel: file.logLevel,
      issuer: file.issuer,
      // Who declares a project means that one.
      defaultProjectId: file.defaultProject ?? projects[0]?.projectId,
      defaultZone: file.defaultZone,
    }),
    groups: (file.groups ?? []).map((group, index) => toDeclaredGroup(group, ['groups', index])),
    organizations: organizations.map(toOrganization),
    folders: organizations.flatMap(({ organizationId, folders }, index) =>
      toFolders(folders ?? [], organizationName(organizationId), ['organizations', index, 'folders']),
    ),
    projects,
    denyPolicies: toDenyPolicies(file),
    source,
  };
}

function toOrganization(organization: FileOrganization, index: number): DeclaredOrganization {
  const { organizationId, displayName, directoryCustomerId, tags, iamPolicy } = organization;
  const path = ['organizations', index];
  return {
    path,
    organizationId,
    displayName,
    fields: settled({ displayName, directoryCustomerId, tags }),
    customRoles: toCustomRoles(organization.customRoles, organizationName(organizationId), path),
    grants: toGrants(iamPolicy, [...path, 'iamPolicy']),
  };
}

/** Returns the folders with all that are in them, each after what it is in. */
function toFolders(
  folders: readonly FileFolder[],
  parent: ParentName,
  above: Path,
): readonly DeclaredFolder[] {
  return folders.flatMap(({ folderId, displayName, tags, iamPolicy, folders: inner }, index) => {
    const path = [...above, index];
    const declared = {
      path,
      folderId,
      displayName,
      parent,
      fields: settled({ displayName, parent, tags }),
      grants: toGrants(iamPolicy, [...path, 'iamPolicy']),
    };
    return [declared, ...toFolders(inner ?? [], folderName(folderId), [...path, 'folders'])];
  });
}

function toProject(project: FileProject, path: Path, directory: string): DeclaredProject {
  const { projectId } = project;
  const accounts = project.serviceAccounts ?? [];
  return {
    path,
    projectId,
    projectNumber: project.projectNumber,
    fields: settled({
      name: project.name,
      labels: project.labels,
      commonInstanceMetadata: toItems(project.metadata),
      osLogin: project.osLogin && toOsLogin(project.osLogin),
      parent: toParent(project.parent),
      tags: project.tags,
      disabledServices: toDisabledServices(project),
    }),
    customRoles: toCustomRoles(project.customRoles, projectName(projectId), path),
    grants: [
      ...toGrants(project.iamPolicy, [...path, 'iamPolicy']),
      ...accounts.flatMap((account, index) =>
        toRoles(account, projectId, [...path, 'serviceAccounts', index, 'roles']),
      ),
    ],
    serviceAccounts: accounts.map((account, index) =>
      toServiceAccount(account, projectId, [...path, 'serviceAccounts', index]),
    ),
    buckets: (project.buckets ?? []).map((bucket, index) =>
      toBucket(bucket, [...path, 'buckets', index], directory),
    ),
    instances: (project.instances ?? []).map((instance, index) =>
      toInstance(instance, projectId, [...path, 'instances', index], directory),
    ),
  };
}

/** A parent has the form that the schema asks for. */
function toParent(parent: string | undefined): ParentName | undefined {
  const [kind, id = ''] = parent?.split('/') ?? [];
  if (kind === undefined) return undefined;
  return kind === 'folders' ? folderName(id) : organizationName(id);
}

function toServiceAccount(account: FileAccount, projectId: string, path: Path): DeclaredServiceAccount {
  const { displayName, description, disabled } = account;
  return {
    path,
    email: userManagedEmail(account.accountId, projectId),
    fields: settled({ displayName, description, disabled }),
    grants: toGrants(account.iamPolicy, [...path, 'iamPolicy']),
  };
}

/** A key with nothing behind it is the empty list: every service is enabled. */
function toDisabledServices({ disabledServices }: FileProject): readonly string[] | undefined {
  return disabledServices === undefined ? undefined : [...new Set(disabledServices ?? [])].sort();
}

function toBucket(bucket: FileBucket, path: Path, directory: string): DeclaredBucket {
  const { name, location, storageClass, uniformBucketLevelAccess, publicAccessPrevention } = bucket;
  const { labels, tags } = bucket;
  return {
    path,
    name,
    fields: settled({
      location: location?.toUpperCase(),
      storageClass,
      uniformBucketLevelAccess,
      publicAccessPrevention,
      labels,
      tags,
    }),
    grants: toGrants(bucket.iamPolicy, [...path, 'iamPolicy']),
    objects: (bucket.objects ?? []).map((object, index) =>
      toObject(object, [...path, 'objects', index], directory),
    ),
  };
}

/** The type of a text that says nothing else; files go without one, as uploads do. */
const TEXT_TYPE = 'text/plain';

function toObject(object: FileObject, path: Path, directory: string): DeclaredObject {
  const { name, content = '', file, contentType = file === undefined ? TEXT_TYPE : undefined } = object;
  return { path, name, contentType, content: file === undefined ? { text: content } : { directory, file } };
}

function toInstance(
  instance: FileInstance,
  projectId: string,
  path: Path,
  directory: string,
): DeclaredInstance {
  const { name, zone, machineType, description, tags, labels, tokenLifetimeSeconds } = instance;
  const { metadataServer, partnerAttributes, workloadCertificates, resourceManagerTags } = instance;
  return {
    path,
    zone,
    name,
    fields: settled({
      machineType,
      description,
      metadata: toItems(instance.metadata),
      tags: tags === undefined || tags === null ? undefined : [...new Set(tags)],
      labels,
      resourceManagerTags,
      tokenLifetimeSeconds,
      metadataServer: metadataServer && settled(metadataServer),
      partnerAttributes,
    }),
    attached: toAttachment(instance, projectId, [...path, 'serviceAccount']),
    ...settled({
      certificates:
        workloadCertificates &&
        toDeclaredCertificates(workloadCertificates, [...path, 'workloadCertificates'], directory),
    }),
    grants: toGrants(instance.iamPolicy, [...path, 'iamPolicy']),
  };
}

function toAttachment(
  { serviceAccount, scopes }: FileInstance,
  projectId: string,
  path: Path,
): DeclaredAttachment | undefined {
  if (serviceAccount === undefined) return undefined;
  const isWhole = serviceAccount === 'default' || serviceAccount.includes('@');
  return {
    account: isWhole ? serviceAccount : userManagedEmail(serviceAccount, projectId),
    scopes: [...new Set((scopes ?? [CLOUD_PLATFORM]).flatMap((scope) => expandScope(scope) ?? []))],
    path,
  };
}

function toItems(
  metadata: Readonly<Record<string, string>> | undefined,
): readonly MetadataItem[] | undefined {
  return metadata && Object.entries(metadata).map(([key, value]) => ({ key, value }));
}

type Settled<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Leaves out what is undefined. */
function settled<T extends object>(fields: T): Settled<T> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  // The same keys with the same values, but for those that are undefined.
  return Object.fromEntries(given) as Settled<T>;
}
