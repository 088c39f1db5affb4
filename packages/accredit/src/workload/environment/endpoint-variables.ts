/** The variables by which gcloud finds the APIs without TLS and without a proxy. */
import type { Environment } from './cleared-variables.ts';

/** The APIs whose address gcloud takes from a variable, with the path that it expects there. */
const ENDPOINT_PATHS: readonly (readonly [api: string, path: string])[] = [
  ['STORAGE', '/storage/v1/'],
  ['COMPUTE', '/compute/v1/'],
  ['IAM', '/'],
  ['IAMCREDENTIALS', '/'],
  ['CLOUDRESOURCEMANAGER', '/'],
  ['SERVICEUSAGE', '/'],
];

/**
 * Returns the settings of gcloud for a cloud that answers for all APIs under one address.
 *
 * @param apiUrl - `http://HOST:PORT` on loopback, without a final slash
 */
export function renderEndpointVariables(apiUrl: string): Environment {
  return {
    ...Object.fromEntries(
      ENDPOINT_PATHS.map(([api, path]) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api}`, `${apiUrl}${path}`]),
    ),
    CLOUDSDK_AUTH_TOKEN_HOST: `${apiUrl}/token`,
    CLOUDSDK_AUTH_AUTH_HOST: `${apiUrl}/o/oauth2/auth`,
    // A login in a browser goes over plain HTTP here, which gcloud's library refuses unless told.
    OAUTHLIB_INSECURE_TRANSPORT: '1',
  };
}
