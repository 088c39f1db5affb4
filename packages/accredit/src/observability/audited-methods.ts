/**
 * What kind of permission a method asks for. `ADMIN_WRITE` goes to the Admin Activity log, the others to Data Access.
 *
 * @see https://cloud.google.com/iam/docs/audit-logging "Methods by permission type"
 */
export type PermissionType = 'ADMIN_READ' | 'ADMIN_WRITE' | 'DATA_READ' | 'DATA_WRITE';

/** How a method stands in the audit log. */
export interface AuditedMethod {
  /** In Google's own spelling where it is known, else the Discovery id. */
  readonly name: string;
  readonly type: PermissionType;
}

/**
 * Methods of Cloud Storage, whose names are not those of the API.
 *
 * @see https://cloud.google.com/storage/docs/audit-logging the types; the names are those of published records
 */
const STORAGE: Readonly<Record<string, readonly [name: string, type: PermissionType]>> = {
  __proto__: null as never,
  'storage.buckets.insert': ['storage.buckets.create', 'ADMIN_WRITE'],
  'storage.buckets.patch': ['storage.buckets.update', 'ADMIN_WRITE'],
  'storage.buckets.update': ['storage.buckets.update', 'ADMIN_WRITE'],
  'storage.buckets.getIamPolicy': ['storage.getIamPermissions', 'ADMIN_READ'],
  'storage.buckets.setIamPolicy': ['storage.setIamPermissions', 'ADMIN_WRITE'],
  'storage.buckets.testIamPermissions': ['storage.testIamPermissions', 'ADMIN_READ'],
  'storage.objects.list': ['storage.objects.list', 'DATA_READ'],
  'storage.objects.get': ['storage.objects.get', 'DATA_READ'],
  'storage.objects.insert': ['storage.objects.create', 'DATA_WRITE'],
  'storage.objects.insertWithoutMedia': ['storage.objects.create', 'DATA_WRITE'],
  'storage.objects.patch': ['storage.objects.update', 'DATA_WRITE'],
  'storage.objects.update': ['storage.objects.update', 'DATA_WRITE'],
  'storage.objects.delete': ['storage.objects.delete', 'DATA_WRITE'],
};

/** What a collection of the IAM API calls the thing in it. */
const IAM_NOUNS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  serviceAccounts: 'ServiceAccount',
  keys: 'ServiceAccountKey',
  roles: 'Role',
};

/** Verbs of the IAM API that stand without the noun of their collection. */
const IAM_BARE_VERBS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  getIamPolicy: 'GetIAMPolicy',
  setIamPolicy: 'SetIAMPolicy',
  testIamPermissions: 'TestIAMPermissions',
  queryGrantableRoles: 'QueryGrantableRoles',
  queryTestablePermissions: 'QueryTestablePermissions',
  queryAuditableServices: 'QueryAuditableServices',
  lintPolicy: 'LintPolicy',
  signBlob: 'SignBlob',
  signJwt: 'SignJwt',
};

/**
 * Spells the method of an API. The names of IAM and Compute Engine follow from the Discovery id.
 *
 * Guess: Resource Manager's v3 methods have the short names of v1 (`SetIamPolicy`, `CreateProject`), and those of
 * Service Usage and the Policy Troubleshooter are the names of their gRPC services.
 *
 * @see https://cloud.google.com/iam/docs/audit-logging
 * @see https://cloud.google.com/iam/docs/audit-logging/audit-logging-iamcreds
 * @see https://cloud.google.com/vpc/docs/audit-logging `v1.compute.…`
 */
const SPELLINGS: Readonly<Record<string, (parts: readonly string[]) => string>> = {
  __proto__: null as never,
  compute: (parts) => `v1.${parts.join('.')}`,
  iam: spellIam,
  iamcredentials: (parts) => upperFirst(parts.at(-1) ?? ''),
  cloudresourcemanager: spellResourceManager,
  serviceusage: ([, collection = '', verb = '']) =>
    `google.api.serviceusage.v1.ServiceUsage.${upperFirst(nounAfterVerb(verb, collection))}`,
  policytroubleshooter: () => 'google.cloud.policytroubleshooter.v1.IamChecker.TroubleshootIamPolicy',
};

/** Verbs that read; everything else changes something. */
const READS =
  /^(?:get|list|aggregatedList|search|test|query|lint|troubleshoot|batchGet|wait|generate|sign)(?![a-z])|^(?:certs|tokeninfo|userinfo|jwk|x509|openidConfiguration|token)$/;

/** What was spelled already: there are as many as the method tables have rows. */
const spelled = new Map<string, AuditedMethod>();

/** Returns how a method stands in the audit log. @param id - the Discovery id: `compute.instances.insert` */
export function auditedMethod(id: string): AuditedMethod {
  const known = spelled.get(id);
  if (known !== undefined) return known;
  const method = spell(id);
  spelled.set(id, method);
  return method;
}

function spell(id: string): AuditedMethod {
  const storage = STORAGE[id];
  if (storage !== undefined) return { name: storage[0], type: storage[1] };
  const parts = id.split('.').filter((part) => !/^v\d/.test(part));
  const name = SPELLINGS[parts[0] ?? '']?.(parts) ?? id;
  return { name, type: READS.test(parts.at(-1) ?? '') ? 'ADMIN_READ' : 'ADMIN_WRITE' };
}

function spellIam(parts: readonly string[]): string {
  const [verb = '', collection = ''] = parts.toReversed();
  if (collection === 'policies') {
    return `google.iam.v2.Policies.${/Policy$|Policies$/.test(verb) ? upperFirst(verb) : upperFirst(nounAfterVerb(verb, collection))}`;
  }
  const bare = IAM_BARE_VERBS[verb];
  if (bare !== undefined) return `google.iam.admin.v1.${bare}`;
  const noun = IAM_NOUNS[collection];
  if (noun === undefined) return parts.join('.');
  const word = verb === 'patch' && collection !== 'roles' ? 'patch' : verb === 'patch' ? 'update' : verb;
  return `google.iam.admin.v1.${upperFirst(word)}${noun}${verb === 'list' ? 's' : ''}`;
}

function spellResourceManager(parts: readonly string[]): string {
  const [verb = '', collection = ''] = parts.toReversed();
  if (/IamPolicy$|IamPermissions$|Ancestry$/.test(verb)) return upperFirst(verb);
  return upperFirst(nounAfterVerb(verb, collection));
}

/** `list`, `folders` → `listFolders`; `create`, `folders` → `createFolder`. */
function nounAfterVerb(verb: string, collection: string): string {
  const isMany = /^(?:list|search|batch)/.test(verb);
  const noun = isMany ? collection : collection.replace(/ies$/, 'y').replace(/s$/, '');
  return `${verb === 'patch' ? 'update' : verb}${upperFirst(noun)}`;
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
