import { instanceName } from '../kernel/resource-names.ts';
import { cpuPlatformOf } from '../protocol/compute/machine-types.ts';
import { regionOf } from '../protocol/compute/zones.ts';
import type { Instance } from '../resources/instances.ts';
import type { Project } from '../resources/projects.ts';
import { computeDefaultEmail } from '../resources/service-accounts.ts';
import type { DeclaredAttachment, DeclaredInstance } from './declared-instances.ts';
import { differingFields } from './differing-fields.ts';
import type { Draft } from './draft.ts';
import { settleCertificates } from './settle-certificates.ts';

/** Takes in an instance. */
export async function settleInstance(
  draft: Draft,
  project: Project,
  declared: DeclaredInstance,
): Promise<void> {
  const { instances } = draft.resources;
  const { projectId } = project;
  const { zone, name, path } = declared;
  const stored = await instances.get(projectId, zone, name);
  if (stored?.value.ephemeral === true) {
    draft.complain([...path, 'name'], `expected a name that no running workload has, got '${name}'.`);
    return;
  }
  const fields = fieldsOf(draft, declared, project, stored?.value.minCpuPlatform);
  const before = stored?.value ?? (await draftInstance(draft, { projectId, zone, name, ...fields }));
  if (before === undefined) {
    draft.complain(
      [...path, 'name'],
      `expected room for '${name}' in the network and a free disk name, got none.`,
    );
    return;
  }
  const instance = { ...before, ...fields };
  await draft.settle({
    name: instanceName(projectId, zone, name),
    identity: instance.id,
    isNew: stored === undefined,
    differing: stored === undefined ? [] : differingFields(before, fields),
    grants: declared.grants,
    changes: [instances.put(instance)],
    preconditions: [instances.at(stored?.revision ?? 0, instance)],
  });
}

function fieldsOf(
  draft: Draft,
  { fields, attached, certificates }: DeclaredInstance,
  project: Project,
  minCpuPlatform: string | undefined,
): Partial<Instance> {
  const { machineType } = fields;
  const workloadCertificates = certificates && settleCertificates(draft, certificates);
  return {
    ...fields,
    ...(machineType === undefined ? {} : { cpuPlatform: cpuPlatformOf(machineType, minCpuPlatform) }),
    ...(attached === undefined
      ? {}
      : { serviceAccounts: [{ email: emailOf(attached, project), scopes: attached.scopes }] }),
    ...(workloadCertificates === undefined ? {} : { workloadCertificates }),
  };
}

/** Returns the address of the account that an instance gets. */
export function emailOf({ account }: DeclaredAttachment, { projectNumber }: Project): string {
  return account === 'default' ? computeDefaultEmail(projectNumber) : account;
}

/** Returns a new instance with an address and a disk that no other one has; `undefined` where there are none. */
async function draftInstance(
  draft: Draft,
  given: Pick<Instance, 'projectId' | 'zone' | 'name'> & Partial<Instance>,
): Promise<Instance | undefined> {
  const { instances } = draft.resources;
  const instance = instances.draft(given);
  const networkIP = await freeAddress(draft, given.projectId, regionOf(given.zone));
  if (networkIP === undefined) return undefined;
  for (const { source } of instance.disks) {
    if (await instances.holdings.hasDisk(source)) return undefined;
  }
  const networkInterfaces = instance.networkInterfaces.map((nic) => ({ ...nic, networkIP }));
  return { ...instance, networkInterfaces };
}

/** Returns the lowest address that neither an instance has nor another new one of this draft. */
async function freeAddress(draft: Draft, projectId: string, region: string): Promise<string | undefined> {
  const { holdings } = draft.resources.instances;
  const last = draft.lastAddresses.get(`${projectId}/${region}`);
  let address = last === undefined ? await holdings.freeInternal(projectId, region) : addressAfter(last);
  while (address !== undefined) {
    const state = await holdings.internalState(projectId, region, address);
    if (state === 'outside') return undefined;
    if (state === 'free') break;
    address = addressAfter(address);
  }
  if (address !== undefined) draft.lastAddresses.set(`${projectId}/${region}`, address);
  return address;
}

/** Returns the IPv4 address that comes next. */
function addressAfter(address: string): string {
  const number = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0) + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
