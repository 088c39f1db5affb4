/** The variables by which clients find a proxy. */
import type { Secret } from '../../kernel/secret.ts';
import type { Environment } from './cleared-variables.ts';

/**
 * What is reached without the proxy: this machine's loopback, where the user's own servers are, and the metadata port of
 * the instance. Never the metadata server's own names, or `169.254.169.254` as a range: they lead through the proxy.
 * In plain names and addresses, the only form that all clients read.
 */
const NO_PROXY = 'localhost,127.0.0.1,::1,[::1]';

/** Both cases, as clients read one, the other, or either; curl takes `http_proxy` in lower case only. */
export function renderProxyVariables(url: Secret): Environment {
  const proxy = url.reveal();
  const names = ['http_proxy', 'https_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
  return {
    ...Object.fromEntries(names.map((name) => [name, proxy])),
    no_proxy: NO_PROXY,
    NO_PROXY,
    // Node reads the others only when told, and Node 20 not even then (ADC notes 3).
    NODE_USE_ENV_PROXY: '1',
  };
}
