/** The `env` way: variables only, for gcloud and curl. */
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { joinConnections, openUpstream } from '../carry.ts';
import { renderPlace } from '../proxy/destinations.ts';
import { createConnections, LOOPBACK_HOST, type LoopbackPort, listenOnLoopback } from '../proxy/loopback.ts';
import { renderEndpointVariables } from './endpoint-variables.ts';
import { renderMetadataVariables } from './metadata-variables.ts';
import { writePrivateFiles } from './private-files.ts';
import { checkWay, type Limit, type OpenWay, type WayPlan } from './way.ts';
import { renderWorkloadEnvironment } from './workload-environment.ts';

/** What this way cannot do. */
const ENDPOINT_LIMITS: readonly Limit[] = [
  {
    what: 'every program but gcloud and curl, such as client libraries and gsutil',
    why: 'they get tokens of the VM but call the real Google APIs with them, which refuse these tokens',
  },
  {
    what: 'gcloud commands for APIs other than Storage, Compute, IAM, Resource Manager and Service Usage',
    why: 'gcloud knows their hosts by itself and calls the real ones',
  },
  { what: 'curl with --disable or -q', why: 'it does not read the settings that lead it here' },
];

/**
 * Opens the `env` way.
 *
 * gcloud has a variable for each API. curl has none, but one for the directory of its settings, which can say where to
 * connect to for a host: so commands with the production URLs work, TLS and all. The user's own settings of curl are
 * not read then; they may hold credentials.
 *
 * @throws {EnvironmentError} `google-machine`, `user-credentials`
 */
export async function openEndpointWay(plan: WayPlan): Promise<OpenWay> {
  checkWay('env', plan);
  const files = await writePrivateFiles(plan.directory, plan.caPem);
  const { port, close } = await openTlsPort(plan.tlsSocket);
  const curlConfig = renderCurlConfig(plan, `${LOOPBACK_HOST}:${port}`);
  await writeFile(join(files.curlDirectory, '.curlrc'), curlConfig, { mode: 0o600 });
  return {
    environment: {
      ...renderWorkloadEnvironment(plan.user.environment, files),
      ...renderMetadataVariables(plan.metadataAddress),
      ...renderEndpointVariables(plan.apiUrl),
      CURL_HOME: files.curlDirectory,
    },
    limits: ENDPOINT_LIMITS,
    close,
  };
}

/** Under which names a program on a VM asks for the metadata server. */
const METADATA_HOSTS: readonly string[] = [
  'metadata.google.internal',
  'metadata.google.internal.',
  'metadata.goog',
  'metadata',
  '169.254.169.254',
];

/**
 * Returns curl's settings. The first `connect-to` that fits counts: what is allowed and this machine lead where they
 * always do. The last one has no host and fits every host with TLS, so what is not the cloud's meets a certificate that
 * is not for it, and fails, instead of leaving the machine.
 */
function renderCurlConfig({ metadataAddress, allow }: WayPlan, tlsAddress: string): string {
  const own = [{ host: 'localhost', port: 443 }, { host: '127.0.0.1', port: 443 }, ...allow].map(renderPlace);
  const places = [
    ...METADATA_HOSTS.map((host) => `${host}:80:${metadataAddress}`),
    ...own.map((place) => `${place}:${place}`),
    `:443:${tlsAddress}`,
  ];
  return places.map((place) => `connect-to = "${place}"\n`).join('');
}

/** A loopback port that leads to the cloud's TLS, for clients that cannot connect to a Unix socket. */
async function openTlsPort(tlsSocket: string): Promise<LoopbackPort> {
  const connections = createConnections();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    // What follows an error is 'close', and that is dealt with.
    client.on('error', () => {});
    openUpstream(() => connections.keep(connect({ path: tlsSocket, allowHalfOpen: true }))).then(
      (upstream) => joinConnections(client, upstream),
      () => client.destroy(),
    );
  });
  return await listenOnLoopback(server, connections);
}
