/**
 * A cloud with instances, in a process of its own; prints where the metadata servers of the first ones are, divided
 * by spaces. Its instances are declared as in `accredit.yaml`.
 *
 * node metadata-cloud.ts [INSTANCES [LISTENING [DATA_DIRECTORY]]]
 */
import process from 'node:process';
import { startCloud } from '../packages/accredit/src/cloud.ts';
import { applyConfiguration } from '../packages/accredit/src/config/apply.ts';
import { readConfiguration } from '../packages/accredit/src/config/read.ts';
import type { Services } from '../packages/accredit/src/http/services.ts';
import { machineMs, takeOrders } from './orders.ts';

const [instances = '1', listening = '1', dataDirectory] = process.argv.slice(2);
const PROJECT = 'my-project';

/** Of one region each: a region's subnetwork has room for 4,092 instances. */
const ZONES = ['us-central1-a', 'us-east1-b', 'europe-west1-b', 'asia-east1-a'] as const;

const zoneOf = (index: number) => ZONES[index % ZONES.length] ?? ZONES[0];
const nameOf = (index: number) => `vm-${String(index).padStart(5, '0')}`;

/** The first instance is an ordinary one, with what people put into metadata; the others are plain. */
function declare(count: number): string {
  const lines = Array.from(
    { length: count },
    (_, index) =>
      `      - { name: ${nameOf(index)}, zone: ${zoneOf(index)}, serviceAccount: workload${extrasOf(index)} }`,
  );
  return `projects:
  - projectId: ${PROJECT}
    metadata: { enable-oslogin: 'TRUE' }
    serviceAccounts: [{ accountId: workload }]
    instances:
${lines.join('\n')}
`;
}

function extrasOf(index: number): string {
  if (index > 0) return '';
  const script = `#!/bin/sh\\n${'apt-get install --yes nginx\\n'.repeat(10)}`;
  return `, tags: [web, http-server], labels: { env: test }, metadata: { startup-script: "${script}" }`;
}

async function configure({ resources, clock, objectBytes }: Services): Promise<void> {
  const configuration = readConfiguration(declare(Number(instances)), 'accredit.yaml', process.cwd());
  await applyConfiguration(configuration, resources, { ownerEmail: 'owner@example.com', clock, objectBytes });
}

const cloud = await startCloud({ configure, ...(dataDirectory === undefined ? {} : { dataDirectory }) });
const { resources } = cloud.services;

async function addressOf(index: number): Promise<string> {
  const instance = await resources.instances.get(PROJECT, zoneOf(index), nameOf(index));
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
for (let index = 0; index < Number(listening); index += 1) addresses.push(await addressOf(index));
process.stdout.write(`${addresses.join(' ')}\n`);
takeOrders({ waiting: () => cloud.metadataWaiters, change });
process.on('SIGTERM', () => void cloud.close().then(() => process.exit(0)));
