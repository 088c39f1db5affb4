/** The variables by which a container knows that it is a service on Cloud Run (metadata notes 13.2.5). */
import type { Environment } from './cleared-variables.ts';

/**
 * Returns those of a service's first revision.
 *
 * Guess: the name of the revision; Cloud Run's own adds three letters of chance.
 *
 * @param service - name of the service, which is its configuration's too
 * @see https://cloud.google.com/run/docs/container-contract#services-env-vars
 */
export function renderServiceVariables(service: string): Environment {
  return { K_SERVICE: service, K_REVISION: `${service}-00001`, K_CONFIGURATION: service };
}
