import { z } from 'zod';
import { FOLDER_DEPTH_LIMIT } from '../resources/hierarchy.ts';
import { customRoles } from './custom-role-schema.ts';
import { denyPolicies, type FileDenyPolicies } from './deny-policy-schema.ts';
import { roleRule } from './grants.ts';
import { group } from './group-schema.ts';
import { metadataServer, partnerAttributes, workloadCertificates } from './metadata-schema.ts';
import { osLogin } from './os-login-schema.ts';
import { iamPolicy } from './policy-schema.ts';
import {
  ACCOUNT_DESCRIPTION,
  ACCOUNT_ID,
  ACCOUNT_REFERENCE,
  BUCKET_NAME,
  CONTENT_TYPE,
  CUSTOMER_ID,
  DESCRIPTION,
  DISPLAY_NAME,
  DOMAIN,
  FOLDER_NAME,
  HIERARCHY_NUMBER,
  isMetadataWithinLimit,
  LABEL_KEY,
  LABEL_LIMIT,
  LABEL_VALUE,
  LOCATION,
  MACHINE_TYPE,
  METADATA_KEY,
  METADATA_VALUE,
  OBJECT_FILE,
  OBJECT_NAME,
  PARENT,
  PROJECT_ID,
  PROJECT_NAME,
  PROJECT_NUMBER,
  RESOURCE_NAME,
  RESOURCE_TAG_LIMIT,
  type Rule,
  SCOPE,
  SERVICE,
  TAG_KEY,
  TAG_LIMIT,
  TAG_VALUE,
  TOKEN_LIFETIME_LIMIT_SECONDS,
  ZONE,
} from './rules.ts';
import { boolean, choice, list, mapping, text, wholeNumber } from './schema-parts.ts';
import { SETTINGS, type SettingName, type Settings } from './settings.ts';

/** The storage classes that a bucket may have; the older names stand for STANDARD in all but name. */
const STORAGE_CLASSES = ['STANDARD', 'NEARLINE', 'COLDLINE', 'ARCHIVE'] as const;

/** A setting by its own table: a text, or a bare number or truth value where it is written like one. */
function setting<Name extends SettingName>(name: Name) {
  const { expected, parse, choices } = SETTINGS[name];
  return z
    .union([z.string(), z.number(), z.boolean()], { error: expected })
    .transform((value, context): Settings[Name] => {
      const parsed = parse(String(value));
      if (parsed !== undefined) return parsed;
      context.addIssue({
        code: 'custom',
        message: expected,
        params: { choices: choices && (() => choices) },
      });
      return z.NEVER;
    })
    .optional();
}

const labels = z
  .record(text(LABEL_KEY), text(LABEL_VALUE), { error: 'a mapping of label keys to values' })
  .refine((value) => Object.keys(value).length <= LABEL_LIMIT, { error: `at most ${LABEL_LIMIT} labels` })
  .optional();

const metadata = z
  .record(text(METADATA_KEY), text(METADATA_VALUE), { error: 'a mapping of metadata keys to values' })
  .refine(isMetadataWithinLimit, { error: 'at most 512 KB of keys and values' })
  .optional();

/** Tags by namespaced key; networks have others. */
const resourceTags = z
  .record(text(TAG_KEY), text(TAG_VALUE), { error: 'a mapping of tag keys to values' })
  .refine((value) => Object.keys(value).length <= RESOURCE_TAG_LIMIT, {
    error: `at most ${RESOURCE_TAG_LIMIT} tags`,
  })
  .optional();

/** A number in quotes or without. */
function number({ expected, fits }: Rule) {
  return z
    .union([z.string(), z.int()], { error: expected })
    .transform(String)
    .refine(fits, { error: expected });
}

const serviceAccount = mapping('a service account', {
  accountId: text(ACCOUNT_ID),
  displayName: text(DISPLAY_NAME).optional(),
  description: text(ACCOUNT_DESCRIPTION).optional(),
  disabled: boolean(),
  roles: list('roles', text(roleRule('project'))),
  iamPolicy: iamPolicy('serviceAccount'),
});

const object = mapping('an object', {
  name: text(OBJECT_NAME),
  content: z.string({ error: 'the text of the object, in quotes' }).optional(),
  file: text(OBJECT_FILE).optional(),
  contentType: text(CONTENT_TYPE).optional(),
}).refine(({ content, file }) => (content === undefined) !== (file === undefined), {
  error: "either 'content' or 'file' in it",
});

const bucket = mapping('a bucket', {
  name: text(BUCKET_NAME),
  location: text(LOCATION).optional(),
  storageClass: choice(...STORAGE_CLASSES),
  uniformBucketLevelAccess: boolean(),
  publicAccessPrevention: choice('inherited', 'enforced'),
  labels,
  tags: resourceTags,
  iamPolicy: iamPolicy('bucket'),
  objects: list('objects', object),
});

const tokenLifetime = `a whole number of seconds, 1 to ${TOKEN_LIFETIME_LIMIT_SECONDS}`;

const instance = mapping('an instance', {
  name: text(RESOURCE_NAME),
  zone: text(ZONE),
  machineType: text(MACHINE_TYPE).optional(),
  description: text(DESCRIPTION).optional(),
  serviceAccount: text(ACCOUNT_REFERENCE).optional(),
  scopes: list('access scopes', text(SCOPE)),
  metadata,
  tags: list('network tags', text(RESOURCE_NAME)).refine((tags) => (tags?.length ?? 0) <= TAG_LIMIT, {
    error: `at most ${TAG_LIMIT} network tags`,
  }),
  labels,
  resourceManagerTags: resourceTags,
  tokenLifetimeSeconds: wholeNumber(1, TOKEN_LIFETIME_LIMIT_SECONDS, tokenLifetime).optional(),
  metadataServer,
  partnerAttributes,
  workloadCertificates,
  iamPolicy: iamPolicy('instance'),
});

const project = mapping('a project', {
  projectId: text(PROJECT_ID),
  projectNumber: number(PROJECT_NUMBER).optional(),
  parent: text(PARENT).optional(),
  name: text(PROJECT_NAME).optional(),
  labels,
  metadata,
  osLogin,
  tags: resourceTags,
  disabledServices: list('services', text(SERVICE)),
  customRoles: customRoles('project'),
  iamPolicy: iamPolicy('project'),
  denyPolicies,
  serviceAccounts: list('service accounts', serviceAccount),
  buckets: list('buckets', bucket),
  instances: list('instances', instance),
});

/** A folder as the file has it, with those that are in it. */
export interface FileFolder {
  readonly folderId: string;
  readonly displayName: string;
  readonly tags?: z.output<typeof resourceTags>;
  readonly iamPolicy?: z.output<ReturnType<typeof iamPolicy>>;
  readonly denyPolicies?: FileDenyPolicies;
  readonly folders?: readonly FileFolder[] | null | undefined;
}

const folderShape = {
  folderId: number(HIERARCHY_NUMBER),
  displayName: text(FOLDER_NAME),
  tags: resourceTags,
  iamPolicy: iamPolicy('folder'),
  denyPolicies,
};

/** @param levels - how many folders may be one in another, from this one on */
function folder(levels: number): z.ZodType<FileFolder> {
  if (levels <= 1) return mapping('a folder', folderShape);
  return mapping('a folder', { ...folderShape, folders: list('folders', folder(levels - 1)) });
}

const organization = mapping('an organization', {
  organizationId: number(HIERARCHY_NUMBER),
  displayName: text(DOMAIN),
  directoryCustomerId: text(CUSTOMER_ID).optional(),
  tags: resourceTags,
  customRoles: customRoles('organization'),
  iamPolicy: iamPolicy('organization'),
  denyPolicies,
  folders: list('folders', folder(FOLDER_DEPTH_LIMIT)),
});

/**
 * What a configuration file may say. `examples/accredit.yaml` says it to people.
 *
 * ```yaml
 * iam: enforce                      # or audit
 * port: 8080                        # of the APIs; default: the one of the last time, else a free one
 * operationDelay: 0s                # how long operations take; at most 1h
 * propagationDelay: 0s              # how long until a changed policy is in force; at most 1h
 * record: false                     # which permissions are used, for accredit recommend
 * logLevel: info                    # debug, info, warn, error or silent
 * issuer: https://accounts.google.com   # that OpenID tokens name
 * defaultProject: my-project        # default: the first one below
 * defaultZone: us-central1-a
 * groups:
 *   - email: readers@example.com    # required; policies name it as group:readers@example.com
 *     displayName: Who reads
 *     members: ['user:ada@example.com', 'group:auditors@example.com']   # all of them
 * organizations:                    # default: projects are in nothing
 *   - organizationId: '210987654321'   # required
 *     displayName: example.com      # required: its domain
 *     directoryCustomerId: C0abcd123
 *     tags: {210987654321/env: prod}   # of it and, where they have no other value, of all that is in it
 *     customRoles: []               # as those of projects
 *     iamPolicy: []                 # of it and of all that is in it
 *     denyPolicies: []              # as those of a project below; of it and of all that is in it
 *     folders:
 *       - folderId: '310987654321'  # required
 *         displayName: Engineering  # required
 *         tags: {}
 *         iamPolicy: []
 *         denyPolicies: []
 *         folders: []               # one in another, at most 10
 * projects:
 *   - projectId: my-project         # everything below is optional, unless it says otherwise
 *     projectNumber: '123456789012' # default: follows from the id
 *     parent: folders/310987654321  # or organizations/…
 *     name: My project
 *     tags: {}
 *     labels: {team: finance}
 *     metadata: {key: value}        # of all instances of the project
 *     osLogin:                      # on where the metadata has enable-oslogin: 'TRUE'
 *       users:
 *         - email: ada@example.com  # required
 *           username: ada           # required
 *           uid: 1001               # required, at least 1000
 *           gid: 1001               # default: the uid
 *           homeDirectory: /home/ada
 *           shell: /bin/bash
 *           sshPublicKeys: [{key: ssh-ed25519 AAAA ada, expires: '2030-01-31T00:00:00Z'}]
 *           securityKeys: []        # public keys of security keys
 *           login: [vm-1]           # instances, or all; default: none
 *           adminLogin: all         # there as root too
 *           twoFactor: [{type: TOTP, code: '123456'}]
 *       groups: [{name: developers, gid: 2001, members: [ada]}]
 *       certificateAuthorities: []  # public keys
 *     disabledServices: [compute.googleapis.com]   # all others are enabled
 *     iamPolicy:
 *       - {role: roles/viewer, members: ['user:ada@example.com']}
 *     denyPolicies:                 # rules as gcloud iam policies create --policy-file has them
 *       - id: no-deletes            # required
 *         displayName: Nobody deletes
 *         rules:                    # required
 *           - description: Text
 *             denyRule:
 *               deniedPrincipals: ['principalSet://goog/public:all']   # required
 *               exceptionPrincipals: ['principalSet://goog/group/admins@example.com']
 *               deniedPermissions: [storage.googleapis.com/objects.delete]   # required
 *               exceptionPermissions: []
 *               denialCondition: {title: Text, expression: "resource.matchTag('123456789012/env', 'prod')"}
 *     customRoles:
 *       - roleId: reportReader      # required; policies name it as projects/my-project/roles/reportReader
 *         title: Reader of reports
 *         description: Text
 *         stage: GA                 # default: ALPHA
 *         permissions: [storage.objects.get]   # all of them
 *     iamPolicy:
 *       - {role: roles/viewer, members: ['user:ada@example.com']}
 *       - role: roles/storage.objectViewer
 *         members: ['group:readers@example.com']
 *         condition:                # default: none
 *           title: reports          # at most 100 bytes
 *           description: Text
 *           expression: resource.name.startsWith("projects/_/buckets/my-bucket/objects/reports/")   # required
 *     serviceAccounts:
 *       - accountId: workload       # required
 *         displayName: The program under test
 *         description: Text
 *         disabled: false
 *         roles: [roles/storage.objectViewer]   # on the project
 *         iamPolicy: []             # who may use the account
 *     buckets:
 *       - name: my-bucket           # required
 *         location: US              # stays as it is
 *         storageClass: STANDARD
 *         uniformBucketLevelAccess: true
 *         publicAccessPrevention: inherited     # or enforced
 *         labels: {}
 *         tags: {}
 *         iamPolicy: []
 *         objects:
 *           - {name: hello.txt, content: Hello, contentType: text/plain}
 *           - {name: data.bin, file: data/data.bin}   # beside this file or below
 *     instances:
 *       - name: vm-1                # required
 *         zone: us-central1-a       # required
 *         machineType: e2-medium
 *         description: Text
 *         serviceAccount: workload  # an accountId, an e-mail address, or default; without it: none
 *         scopes: [cloud-platform]  # default for an instance with an account; gcloud's short names, or URLs
 *         metadata: {key: value}
 *         tags: [web]
 *         labels: {}
 *         resourceManagerTags: {}   # what the others call tags
 *         tokenLifetimeSeconds: 3600            # 1 to 43200
 *         metadataServer: {profile: gce}        # or gke, cloud-run; and any setting of METADATA_SETTINGS
 *         partnerAttributes:                    # namespaces, with names and texts below them
 *           iam.googleapis.com: {workload-identity: 'spiffe://example/ns/a/sa/b'}
 *         workloadCertificates:                 # default: not configured
 *           identities:                         # PEM here, or files beside this one or below
 *             - {spiffeId: 'spiffe://example/ns/a/sa/b', certificateFile: web.pem, privateKeyFile: web.key}
 *           trustAnchors: [{trustDomain: example, trustAnchorsFile: ca.pem}]
 *           status: OK                          # default: none
 *           errors: {}                          # of the configuration
 *         iamPolicy: []
 * ```
 */
export const configurationFile = mapping('a configuration', {
  iam: setting('iamMode'),
  port: setting('apiPort'),
  operationDelay: setting('operationDelayMs'),
  propagationDelay: setting('propagationDelayMs'),
  record: setting('record'),
  logLevel: setting('logLevel'),
  issuer: setting('issuer'),
  defaultProject: setting('defaultProjectId'),
  defaultZone: setting('defaultZone'),
  groups: list('groups', group),
  organizations: list('organizations', organization),
  projects: list('projects', project),
});

/** A configuration file as it is written, checked part by part. */
export type ConfigurationFile = z.output<typeof configurationFile>;
