/** The `proxy` way: a proxy of the workload's own, and every variable by which clients find it and believe the cloud. */
import { renderMetadataVariables } from '../environment/metadata-variables.ts';
import { writePrivateFiles } from '../environment/private-files.ts';
import { renderProxyVariables } from '../environment/proxy-variables.ts';
import { checkWay, type Limit, type OpenWay, type WayPlan } from '../environment/way.ts';
import { renderWorkloadEnvironment } from '../environment/workload-environment.ts';
import { openProxy } from './proxy.ts';

/** What this way cannot do. */
const PROXY_LIMITS: readonly Limit[] = [
  {
    what: 'programs that ignore proxy variables: many agents and static binaries, and fetch and http of Node 20',
    why: 'they look for the real hosts in the real network',
  },
  {
    what: 'programs with 169.254.169.254 built in that use no proxy for it, such as the guest agent and OS Login',
    why: 'they find no metadata server',
  },
  {
    what: 'clients for Node on google-gax, such as that for Compute, on Node 20',
    why: 'their transport ignores the proxy and finds no host',
  },
  {
    what: "programs on Python's httplib2, such as google-api-python-client, without the package PySocks",
    why: 'httplib2 refuses to use any proxy without it',
  },
  { what: 'gRPC and HTTP/2', why: 'the cloud speaks HTTP/1.1' },
  {
    what: 'programs in Java',
    why: 'they take proxies and roots from system properties, and no variable sets those without a line on standard error',
  },
  {
    what: 'PHP with libcurl, programs built on GnuTLS (but wget), and browsers',
    why: 'no variable tells them which roots to believe',
  },
  {
    what: 'anything that a program does on purpose',
    why: 'it is reached, not confined: the network and the files of the user are open to it',
  },
];

/**
 * Opens the `proxy` way.
 *
 * @throws {EnvironmentError} `google-machine`, `user-credentials`
 */
export async function openProxyWay(plan: WayPlan): Promise<OpenWay> {
  checkWay('proxy', plan);
  const files = await writePrivateFiles(plan.directory, plan.caPem);
  const proxy = await openProxy(plan);
  return {
    environment: {
      ...renderWorkloadEnvironment(plan.user.environment, files),
      ...renderMetadataVariables(plan.metadataAddress),
      ...renderProxyVariables(proxy.url),
    },
    limits: PROXY_LIMITS,
    close: proxy.close,
  };
}
