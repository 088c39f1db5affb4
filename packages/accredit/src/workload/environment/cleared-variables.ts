/** Which variables of the user never enter a workload: a table, and the rule that reads it. */

/** Variables that are cleared, and why. A star stands for any characters; case does not matter. */
export interface ClearedVariables {
  readonly names: readonly string[];
  readonly reason: string;
}

/** A program's environment. */
export type Environment = Readonly<Record<string, string>>;

/**
 * Everything that is a Google credential, or decides which one a client takes, where it sends it, or for which project
 * it asks. A program that needs one of these sets it itself: `accredit run -- env NAME=value program`.
 *
 * Credentials for other clouds stay (`AWS_*` and the like): they are the program's business, and become Google's only
 * through a credential file that names them, which is cleared.
 */
export const CLEARED_VARIABLES: readonly ClearedVariables[] = [
  {
    names: ['GOOGLE_APPLICATION_CREDENTIALS'],
    reason: 'the first place that ADC looks at (AIP-4110); Node reads it in lower case, too',
  },
  {
    names: [
      'GOOGLE_CREDENTIALS',
      'GOOGLE_CLOUD_KEYFILE_JSON',
      'GCLOUD_KEYFILE_JSON',
      'GOOGLE_OAUTH_ACCESS_TOKEN',
      'GOOGLE_IMPERSONATE_SERVICE_ACCOUNT*',
      'GOOGLE_BACKEND_*',
    ],
    reason:
      'credentials of the Terraform provider and of its gcs backend; Pulumi and Packer read the first ones, too',
  },
  {
    names: [
      'GOOGLE_CLOUD_CREDENTIALS*',
      'GOOGLE_CLOUD_KEYFILE*',
      'GCLOUD_KEYFILE*',
      'STORAGE_CREDENTIALS*',
      'STORAGE_KEYFILE*',
    ],
    reason:
      'credentials of the Ruby clients (PATH_ENV_VARS and JSON_ENV_VARS of Google::Cloud::Storage::Credentials)',
  },
  {
    names: ['GOOGLE_PRIVATE_KEY', 'GOOGLE_CLIENT_EMAIL', 'GOOGLE_REFRESH_TOKEN', 'GOOGLE_ACCOUNT_TYPE'],
    reason:
      'parts of a credential that the googleauth library for Ruby puts together (google-auth-library-ruby, pull 28)',
  },
  {
    names: [
      'GCP_SERVICE_ACCOUNT_*',
      'GCP_ACCESS_TOKEN',
      'GCP_AUTH_KIND',
      'GCE_CREDENTIALS_FILE_PATH',
      'GCE_PEM_FILE_PATH',
      'GCE_EMAIL',
    ],
    reason: 'credentials of the Ansible collection google.cloud and of the modules before it',
  },
  { names: ['GOOGLE_GHA_CREDS_PATH'], reason: 'the credential file of google-github-actions/auth' },
  { names: ['GOOGLE_API_KEY', 'GEMINI_API_KEY'], reason: 'API keys of the user' },
  { names: ['FIREBASE_TOKEN'], reason: 'a refresh token of the Firebase CLI' },
  { names: ['GOOGLE_ACCESS_TOKEN'], reason: 'an access token for restic' },
  {
    names: [
      'RCLONE_GCS_SERVICE_ACCOUNT_*',
      'RCLONE_GCS_*TOKEN*',
      'RCLONE_GCS_CLIENT_*',
      'RCLONE_GCS_*URL',
      'RCLONE_GCS_ENDPOINT',
      'RCLONE_GCS_ANONYMOUS',
    ],
    reason: "credentials and endpoints of rclone's Cloud Storage backend",
  },
  {
    names: ['CSQL_PROXY_TOKEN', 'CSQL_PROXY_*CREDENTIALS*', 'CSQL_PROXY_IMPERSONATE_SERVICE_ACCOUNT'],
    reason: 'credentials of the Cloud SQL proxy',
  },
  {
    names: ['GS_ACCESS_KEY_ID', 'GS_SECRET_ACCESS_KEY', 'GS_PROFILE', 'GS_SECURITY_TOKEN'],
    reason: 'HMAC keys for gsutil and boto',
  },
  {
    names: ['BOTO_CONFIG', 'BOTO_PATH', 'AWS_CREDENTIAL_FILE'],
    reason: 'files from which gsutil and boto read credentials',
  },
  {
    names: ['DEVSHELL_CLIENT_PORT', 'DEVSHELL_PROJECT_ID'],
    reason: "the credentials and the project of Google's Cloud Shell",
  },
  {
    names: ['CLOUDSDK_*'],
    reason:
      'every setting of gcloud: tokens, accounts, impersonation, hosts, proxies, project, the directory with its logins',
  },
  {
    names: [
      'GOOGLE_CLOUD_PROJECT',
      'GCLOUD_PROJECT',
      'GOOGLE_PROJECT',
      'GOOGLE_PROJECT_ID',
      'GCP_PROJECT',
      'GCE_PROJECT',
      'GOOGLE_CLOUD_QUOTA_PROJECT',
      'GOOGLE_BILLING_PROJECT',
      'USER_PROJECT_OVERRIDE',
      'GOOGLE_CLOUD_CPP_USER_PROJECT',
    ],
    reason:
      "projects of the user: libraries take them before the metadata server's, which is where a VM has it from",
  },
  {
    names: [
      'GCE_METADATA_*',
      'NO_GCE_CHECK',
      'METADATA_SERVER_DETECTION',
      'METADATA_EMULATOR_HOST',
      'DETECT_GCP_RETRIES',
    ],
    reason: 'where the metadata server is, and whether it is asked at all (metadata notes 12)',
  },
  {
    names: [
      'K_SERVICE',
      'K_REVISION',
      'K_CONFIGURATION',
      'CLOUD_RUN_JOB',
      'CLOUD_RUN_WORKER_POOL',
      'FUNCTION_NAME',
      'GAE_*',
      'APPENGINE_RUNTIME',
    ],
    reason:
      'marks of services that are no VM: libraries find credentials in another way there, or wait without end',
  },
  {
    names: ['GOOGLE_CLOUD_UNIVERSE_DOMAIN', 'GOOGLE_UNIVERSE_DOMAIN', 'GOOGLE_*_CUSTOM_ENDPOINT'],
    reason: 'other hosts than those of googleapis.com',
  },
  {
    names: [
      'STORAGE_EMULATOR_HOST',
      'FIREBASE_STORAGE_EMULATOR_HOST',
      'CLOUD_STORAGE_EMULATOR_ENDPOINT',
      'CLOUD_STORAGE_TESTBENCH_ENDPOINT',
    ],
    reason: 'another Cloud Storage, to which the libraries send no token',
  },
  {
    names: [
      'GOOGLE_API_USE_CLIENT_CERTIFICATE',
      'GOOGLE_API_USE_MTLS_ENDPOINT',
      'GOOGLE_API_CERTIFICATE_CONFIG',
    ],
    reason: "the user's client certificate, and the hosts that want one (AIP-4114)",
  },
  {
    names: ['GOOGLE_AUTH_TRUST_BOUNDARY_ENABLED', 'GOOGLE_API_PREVENT_AGENT_TOKEN_SHARING_FOR_GCP_SERVICES'],
    reason: 'what tokens are bound to',
  },
  {
    names: [
      'HTTP_PROXY',
      'HTTPS_PROXY',
      'ALL_PROXY',
      'FTP_PROXY',
      'NO_PROXY',
      'GRPC_PROXY',
      'NO_GRPC_PROXY',
      'NODE_USE_ENV_PROXY',
      'GLOBAL_AGENT_*_PROXY',
    ],
    reason: "the user's proxies: they cannot be reached from a namespace, and would see tokens otherwise",
  },
  {
    names: [
      'SSL_CERT_FILE',
      'REQUESTS_CA_BUNDLE',
      'CURL_CA_BUNDLE',
      'NODE_EXTRA_CA_CERTS',
      'HTTPLIB2_CA_CERTS',
      'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH',
      'DENO_CERT',
      'WGETRC',
    ],
    reason: 'roots that would take the place of the bundle that holds ours',
  },
];

/** What of a cleared family stays: which Python gcloud runs with, and how much it says. */
const KEPT_VARIABLES: readonly string[] = [
  'CLOUDSDK_PYTHON',
  'CLOUDSDK_PYTHON_ARGS',
  'CLOUDSDK_PYTHON_SITEPACKAGES',
  'CLOUDSDK_GSUTIL_PYTHON',
  'CLOUDSDK_BQ_PYTHON',
  'CLOUDSDK_ROOT_DIR',
  'CLOUDSDK_CORE_DISABLE_PROMPTS',
  'CLOUDSDK_CORE_VERBOSITY',
];

const cleared = new RegExp(
  `^(?:${CLEARED_VARIABLES.flatMap(({ names }) => names)
    .map((name) => name.replaceAll('*', '.*'))
    .join('|')})$`,
  'i',
);
const kept = new Set(KEPT_VARIABLES);

/** Whether a variable is taken from a workload. */
export function isCleared(name: string): boolean {
  return cleared.test(name) && !kept.has(name.toUpperCase());
}

/** The user's environment without what is cleared. */
export function clearVariables(environment: Readonly<Record<string, string | undefined>>): Environment {
  const entries = Object.entries(environment).filter(([name]) => !isCleared(name));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
