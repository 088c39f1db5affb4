/** The variables by which clients are told which roots to believe. */
import type { Environment } from './cleared-variables.ts';

/** The files that trust variables name, as absolute paths. */
export interface TrustFiles {
  /** The system's roots and our authority: for variables that replace the roots. */
  readonly bundleFile: string;
  /** Our authority alone: for variables that add to the roots. */
  readonly caFile: string;
}

/** Variables whose file takes the place of the client's own roots. */
const REPLACING: readonly (readonly [name: string, readers: string])[] = [
  ['SSL_CERT_FILE', 'OpenSSL and what is built on it (Python ssl, Ruby, curl on most systems), and Go'],
  ['REQUESTS_CA_BUNDLE', 'Python requests, and so google-auth and the Google clients for Python'],
  ['CURL_CA_BUNDLE', 'curl, and Python requests'],
  ['CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE', 'gcloud, and gsutil where gcloud starts it'],
  ['HTTPLIB2_CA_CERTS', 'Python httplib2, and so googleapiclient and parts of gsutil'],
  ['GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', 'gRPC for C++, Python, Ruby and PHP'],
];

/** Variables whose file is read besides the client's own roots. */
const ADDING: readonly (readonly [name: string, readers: string])[] = [
  ['NODE_EXTRA_CA_CERTS', 'Node and Bun'],
  ['DENO_CERT', 'Deno'],
];

/**
 * Returns every variable that a client reads for its roots. No single one reaches all: gcloud alone needs two, one for
 * most of its calls and another for identity tokens of impersonated accounts, which ignore the first.
 */
export function renderTrustVariables({ bundleFile, caFile }: TrustFiles): Environment {
  return Object.fromEntries([
    ...REPLACING.map(([name]) => [name, bundleFile]),
    ...ADDING.map(([name]) => [name, caFile]),
  ]);
}
