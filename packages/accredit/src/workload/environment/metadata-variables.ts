/** The variables by which clients find a metadata server that is not at its usual address (metadata notes 12). */
import type { Environment } from './cleared-variables.ts';

/**
 * Returns them all: gcloud reads `ROOT`; Python `HOST`, and `IP` to see whether it is on a VM; Node `IP` before `HOST`;
 * Go, Java, Ruby and .NET `HOST`.
 *
 * @param metadataAddress - `HOST:PORT` on loopback
 */
export function renderMetadataVariables(metadataAddress: string): Environment {
  return {
    GCE_METADATA_HOST: metadataAddress,
    GCE_METADATA_IP: metadataAddress,
    GCE_METADATA_ROOT: metadataAddress,
  };
}
