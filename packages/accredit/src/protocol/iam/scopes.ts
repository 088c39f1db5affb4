/** What every Google API's own scopes begin with. */
const PREFIX = 'https://www.googleapis.com/auth/';

/** The scope that every method accepts. */
export const CLOUD_PLATFORM = `${PREFIX}cloud-platform`;

/** Returns full scope URLs of the short names. */
function scopes(...names: readonly string[]): readonly string[] {
  return names.map((name) => PREFIX + name);
}

/**
 * The scope sets that methods accept: a token passes with any one of them. Narrowest last, as Google lists them.
 *
 * @see https://cloud.google.com/storage/docs/oauth-scopes
 * @see https://cloud.google.com/compute/docs/reference/rest/v1
 */
export const STORAGE_READ = scopes(
  'cloud-platform',
  'cloud-platform.read-only',
  'devstorage.full_control',
  'devstorage.read_only',
  'devstorage.read_write',
);
export const STORAGE_WRITE = scopes('cloud-platform', 'devstorage.full_control', 'devstorage.read_write');
export const STORAGE_FULL = scopes('cloud-platform', 'devstorage.full_control');
export const COMPUTE_READ = scopes('cloud-platform', 'compute', 'compute.readonly');
export const COMPUTE_WRITE = scopes('cloud-platform', 'compute');
/** The older scope is in the header that production sends (IAM notes 3.3). */
export const IAM = scopes('cloud-platform', 'iam');
export const PROJECT_READ = scopes('cloud-platform', 'cloud-platform.read-only');
export const PROJECT_WRITE = scopes('cloud-platform');
export const SERVICE_READ = scopes('cloud-platform', 'cloud-platform.read-only');
export const SERVICE_WRITE = scopes('cloud-platform', 'service.management');

/**
 * The short names that gcloud takes for `--scopes`, and what they stand for.
 *
 * @see https://cloud.google.com/sdk/gcloud/reference/compute/instances/create (--scopes)
 */
const ALIASES: Readonly<Record<string, readonly string[]>> = Object.assign(Object.create(null), {
  bigquery: scopes('bigquery'),
  'cloud-platform': scopes('cloud-platform'),
  'cloud-source-repos': scopes('source.full_control'),
  'cloud-source-repos-ro': scopes('source.read_only'),
  'compute-ro': scopes('compute.readonly'),
  'compute-rw': scopes('compute'),
  datastore: scopes('datastore'),
  default: scopes(
    'devstorage.read_only',
    'logging.write',
    'monitoring.write',
    'pubsub',
    'service.management.readonly',
    'servicecontrol',
    'trace.append',
  ),
  'gke-default': scopes(
    'devstorage.read_only',
    'logging.write',
    'monitoring',
    'service.management.readonly',
    'servicecontrol',
    'trace.append',
  ),
  'logging-write': scopes('logging.write'),
  monitoring: scopes('monitoring'),
  'monitoring-read': scopes('monitoring.read'),
  'monitoring-write': scopes('monitoring.write'),
  pubsub: scopes('pubsub'),
  'service-control': scopes('servicecontrol'),
  'service-management': scopes('service.management.readonly'),
  // Deprecated, and still taken.
  sql: scopes('sqlservice'),
  'sql-admin': scopes('sqlservice.admin'),
  'storage-full': scopes('devstorage.full_control'),
  'storage-ro': scopes('devstorage.read_only'),
  'storage-rw': scopes('devstorage.read_write'),
  taskqueue: scopes('taskqueue'),
  trace: scopes('trace.append'),
  'userinfo-email': scopes('userinfo.email'),
});

/** Returns the full scopes that an alias or a scope stands for; `undefined` where it is neither. */
export function expandScope(nameOrUrl: string): readonly string[] | undefined {
  return nameOrUrl.startsWith('https://') ? [nameOrUrl] : ALIASES[nameOrUrl];
}

/** The names that `expandScope` knows, for messages and help. */
export function scopeAliases(): readonly string[] {
  return Object.keys(ALIASES).sort();
}
