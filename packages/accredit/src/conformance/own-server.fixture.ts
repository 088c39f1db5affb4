/** A cloud of the tests with one instance for each profile, and what changes it from inside. */
import { setTimeout as delay } from 'node:timers/promises';
import { instanceControl } from '../cli/instances/instance-control.ts';
import { OwnerClient } from '../cli/owner-client.ts';
import { type Cloud, startCloud } from '../cloud.ts';
import { OWNER_EMAIL } from '../http/authenticate.ts';
import type { Instance } from '../resources/instances.ts';
import { ensureProject } from '../resources/new-project.ts';
import { parseServer } from './address.ts';
import type { Profile } from './check.ts';
import type { Control } from './control.ts';
import type { Target } from './probe.ts';

const PROJECT_ID = 'conformance-project';
const ZONE = 'us-central1-a';
const EMAIL = `vm@${PROJECT_ID}.iam.gserviceaccount.com`;
const SCOPES = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/devstorage.read_only',
  'https://www.googleapis.com/auth/userinfo.email',
];

/** Which instance is asked, by its profile. */
const NAMES: Readonly<Record<Profile, string>> = { gce: 'vm', gke: 'node', 'cloud-run': 'service' };

/** Starts the cloud. @param runtimeDirectory - where its sockets go */
export function startOwnCloud(runtimeDirectory: string): Promise<Cloud> {
  return startCloud({
    xdgRuntimeDirectory: runtimeDirectory,
    async configure({ resources }) {
      await ensureProject(resources, PROJECT_ID, OWNER_EMAIL);
      const account = resources.serviceAccounts.draft(PROJECT_ID, EMAIL);
      const draft = (name: string, change: Partial<Instance> = {}) =>
        resources.instances.draft({
          projectId: PROJECT_ID,
          zone: ZONE,
          name,
          serviceAccounts: [{ email: EMAIL, scopes: SCOPES }],
          tags: ['http-server', 'web'],
          ...change,
        });
      const instances = [
        withExternalAddress(draft(NAMES.gce)),
        draft(NAMES.gke, { metadataServer: { profile: 'gke' } }),
        draft(NAMES['cloud-run'], { metadataServer: { profile: 'cloud-run' } }),
      ];
      await resources.commit([
        ...resources.serviceAccounts.put(account),
        ...instances.map((instance) => resources.instances.put(instance)),
      ]);
    },
  });
}

function withExternalAddress(instance: Instance): Instance {
  const accessConfig = { name: 'external-nat', natIP: '203.0.113.7' };
  return {
    ...instance,
    networkInterfaces: instance.networkInterfaces.map((nic) => ({ ...nic, accessConfig })),
  };
}

async function find(cloud: Cloud, name: string): Promise<Instance> {
  const stored = await cloud.services.resources.instances.get(PROJECT_ID, ZONE, name);
  if (stored === undefined) throw new Error(`There is no instance '${name}'.`);
  return stored.value;
}

async function hostOf(cloud: Cloud, name: string): Promise<string> {
  const { metadataAddress } = await cloud.places(await find(cloud, name));
  if (metadataAddress === undefined) throw new Error(`The instance '${name}' has no loopback address.`);
  return metadataAddress;
}

/** Changes an instance as the command line does. */
function controlOf(cloud: Cloud, name: string): Control {
  return instanceControl(new OwnerClient(cloud.ownerSocket), { projectId: PROJECT_ID, zone: ZONE, name });
}

/** Returns the server of a profile as the suite sees it. */
export async function ownTarget(cloud: Cloud, profile: Profile): Promise<Target> {
  const name = NAMES[profile];
  return {
    ...parseServer(await hostOf(cloud, name)),
    profile,
    control: controlOf(cloud, name),
    mayWrite: true,
    publishedKeys: async () => {
      const keys = await fetch(`${cloud.apiUrl}/oauth2/v3/certs`, {
        headers: { Host: 'www.googleapis.com' },
      });
      return keys.json();
    },
    now: () => performance.now(),
    sleep: (delayMs) => delay(delayMs),
  };
}
