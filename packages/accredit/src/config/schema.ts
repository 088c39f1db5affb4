import { z } from 'zod';
import { group } from './group-schema.ts';
import { organization } from './hierarchy-schema.ts';
import { project } from './project-schema.ts';
import { list, mapping } from './schema-parts.ts';
import { SETTINGS, type SettingName, type Settings } from './settings.ts';

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
