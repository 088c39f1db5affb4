/**
 * A cloud with instances, in a process of its own; prints where their metadata servers are, divided by spaces.
 *
 * node metadata-cloud.ts [INSTANCES]
 */
import process from 'node:process';
import { startCloud } from '../packages/accredit/src/cloud.ts';
import type { Services } from '../packages/accredit/src/http/services.ts';
import type { Instance } from '../packages/accredit/src/resources/instances.ts';
import { machineMs, takeOrders } from './orders.ts';

const [instances = '1'] = process.argv.slice(2);
const PROJECT = 'my-project';
const ZONE = 'us-central1-a';
const EMAIL = `workload@${PROJECT}.iam.gserviceaccount.com`;

const nameOf = (index: number) => `vm-${String(index).padStart(5, '0')}`;

/** An instance as people have them. */
function draftInstance({ resources }: Services, index: number): Instance {
  const account = { email: EMAIL, scopes: ['https://www.googleapis.com/auth/cloud-platform'] };
  const script = `#!/bin/sh\n${'apt-get install --yes nginx\n'.repeat(10)}`;
  return resources.instances.draft({
    projectId: PROJECT,
    zone: ZONE,
    name: nameOf(index),
    tags: ['web', 'http-server'],
    labels: { env: 'test' },
    metadata: [{ key: 'startup-script', value: script }],
    serviceAccounts: [account],
  });
}

async function configure(services: Services): Promise<void> {
  const { resources } = services;
  const { projects, serviceAccounts } = resources;
  await resources.commit(projects.put(projects.draft(PROJECT)));
  await resources.commit(serviceAccounts.put(serviceAccounts.draft(PROJECT, EMAIL)));
  const drafts = Array.from({ length: Number(instances) }, (_, index) => draftInstance(services, index));
  await resources.commit(drafts.map((draft) => resources.instances.put(draft)));
}

const cloud = await startCloud({ configure });
const { resources } = cloud.services;

async function addressOf(index: number): Promise<string> {
  const instance = await resources.instances.get(PROJECT, ZONE, nameOf(index));
  if (instance === undefined) throw new Error('The instance is not there.');
  return (await cloud.places(instance.value)).metadataAddress ?? '';
}

/** Changes an attribute of the project, which every instance shows; says when. */
async function change(): Promise<number> {
  const project = await resources.projects.get(PROJECT);
  if (project === undefined) throw new Error('The project is not there.');
  const key = 'changed';
  const last = project.value.commonInstanceMetadata.find((item) => item.key === key)?.value ?? '0';
  const items = project.value.commonInstanceMetadata.filter((item) => item.key !== key);
  // Always as long, so that every answer is.
  const value = String(Number(last) + 1).padStart(8, '0');
  const atMs = machineMs();
  await resources.commit(
    resources.projects.put({ ...project.value, commonInstanceMetadata: [...items, { key, value }] }),
  );
  return atMs;
}

const addresses: string[] = [];
for (let index = 0; index < Number(instances); index += 1) addresses.push(await addressOf(index));
process.stdout.write(`${addresses.join(' ')}\n`);
takeOrders({ waiting: () => cloud.metadataWaiters, change });
process.on('SIGTERM', () => void cloud.close().then(() => process.exit(0)));
