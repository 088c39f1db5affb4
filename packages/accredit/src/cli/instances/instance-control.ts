import { randomBytes } from 'node:crypto';
import { CONTROL_HOST } from '../../apis/control/host.ts';
import { PROFILES, type Profile } from '../../conformance/check.ts';
import { type Control, type Fault, NotControllable, type OtherServer } from '../../conformance/control.ts';
import { list, object, oneOf, optional, string } from '../../kernel/decode.ts';
import { CallFailed, type OwnerClient, path } from '../owner-client.ts';
import { COMPUTE_HOST, waitForOperation } from './instance-calls.ts';
import type { InstancePlace } from './instance-options.ts';

interface Item {
  readonly key: string;
  readonly value: string;
}

const readMetadata = object(
  {
    metadata: object(
      { fingerprint: string, items: list(object({ key: string, value: string }, 'ignore')) },
      'ignore',
    ),
  },
  'ignore',
);
const readFault = object({ id: string }, 'ignore');
const readPlaces = object(
  {
    instance: object({ metadataProfile: oneOf(...PROFILES) }, 'ignore'),
    metadataAddress: optional(string),
  },
  'ignore',
);

/** How long a maintenance takes that is there for one check. */
const MAINTENANCE_SECONDS = 60;

/** Bytes of the random part of the name of an instance that is there for one check. */
const NAME_BYTES = 5;

/** The control of an instance of a running cloud, over the cloud's own APIs. */
export function instanceControl(owner: OwnerClient, place: InstancePlace): Control {
  const faults = new Set<string>();
  return {
    setAttribute: (key, value) =>
      changeItems(owner, place, (items) => [...without(items, key), { key, value }]),
    removeAttribute: (key) => changeItems(owner, place, (items) => without(items, key)),
    setMaintenanceEvent: (value) => setMaintenance(owner, place, value),
    advanceClock: (seconds) => advanceClock(owner, seconds),
    addFault: async (fault) => void faults.add(await addFault(owner, place, fault)),
    async clearFaults() {
      for (const id of faults) await removeFault(owner, id);
      faults.clear();
    },
    withoutServiceAccount: () => createBareInstance(owner, place),
  };
}

/** The metadata server of an instance. */
export interface ListeningServer {
  /** `HOST:PORT`, on loopback. */
  readonly host: string;
  /** Which of Google's metadata servers it is. */
  readonly profile: Profile;
}

/** Opens the metadata server of an instance on loopback. */
export async function listenFor(
  owner: OwnerClient,
  { projectId, zone, name }: InstancePlace,
): Promise<ListeningServer> {
  const answer = await owner.call({
    method: 'POST',
    host: CONTROL_HOST,
    path: '/v1/metadataServers:listen',
    body: { project: projectId, zone, instance: name },
  });
  const { metadataAddress, instance } = readPlaces(answer, '');
  if (metadataAddress === undefined)
    throw new NotControllable(`instance '${name}' has no address on loopback`);
  return { host: metadataAddress, profile: instance.metadataProfile };
}

/** Returns the JWKS of the cloud. */
export function fetchPublishedKeys(owner: OwnerClient): Promise<unknown> {
  return owner.call({ method: 'GET', host: 'www.googleapis.com', path: '/oauth2/v3/certs' });
}

function without(items: readonly Item[], key: string): readonly Item[] {
  return items.filter((item) => item.key !== key);
}

function pathOf({ projectId, zone, name }: InstancePlace): string {
  return path`/compute/v1/projects/${projectId}/zones/${zone}/instances/${name}`;
}

/** What the cloud refuses is not controllable; what breaks on the way is an error of this command. */
async function orNotControllable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CallFailed)
      throw new NotControllable(`the cloud refused: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Changes all of the metadata on the condition that nobody else did meanwhile (compute notes 5.5). */
function changeItems(
  owner: OwnerClient,
  place: InstancePlace,
  change: (items: readonly Item[]) => readonly Item[],
): Promise<void> {
  return orNotControllable(async () => {
    const host = COMPUTE_HOST;
    const { metadata } = readMetadata(await owner.call({ method: 'GET', host, path: pathOf(place) }), '');
    const body = { fingerprint: metadata.fingerprint, items: change(metadata.items) };
    const request = { method: 'POST' as const, host, path: `${pathOf(place)}/setMetadata`, body };
    await waitForOperation(owner, place.projectId, place.zone, await owner.call(request));
  });
}

/** Maintenance begins now, and is what the scheduling of the instance says; it ends when its time has passed. */
function setMaintenance(
  owner: OwnerClient,
  { projectId, zone, name }: InstancePlace,
  value: string,
): Promise<void> {
  if (value === 'NONE') return advanceClock(owner, MAINTENANCE_SECONDS);
  const request = {
    method: 'POST' as const,
    host: CONTROL_HOST,
    path: `${path`/v1/projects/${projectId}/zones/${zone}/instances/${name}`}:simulateMaintenance`,
    body: { startsInSeconds: 0, durationSeconds: MAINTENANCE_SECONDS },
  };
  return orNotControllable(async () => void (await owner.call(request)));
}

function advanceClock(owner: OwnerClient, seconds: number): Promise<void> {
  const request = {
    method: 'POST' as const,
    host: CONTROL_HOST,
    path: '/v1/clock:advance',
    body: { seconds },
  };
  return orNotControllable(async () => void (await owner.call(request)));
}

function addFault(
  owner: OwnerClient,
  { projectId, zone, name }: InstancePlace,
  fault: Fault,
): Promise<string> {
  const instance = `projects/${projectId}/zones/${zone}/instances/${name}`;
  const request = {
    method: 'POST' as const,
    host: CONTROL_HOST,
    path: '/v1/faults',
    body: { instance, ...fault },
  };
  return orNotControllable(async () => readFault(await owner.call(request), '').id);
}

/** A fault that has met all its requests may be gone already. */
async function removeFault(owner: OwnerClient, id: string): Promise<void> {
  const request = { method: 'DELETE' as const, host: CONTROL_HOST, path: path`/v1/faults/${id}` };
  await owner.call(request).catch((error: unknown) => {
    if (!(error instanceof CallFailed && error.httpStatus === 404)) throw error;
  });
}

/** Creates an instance without a service account, for as long as one check takes. */
function createBareInstance(owner: OwnerClient, { projectId, zone }: InstancePlace): Promise<OtherServer> {
  return orNotControllable(async () => {
    const place = { projectId, zone, name: `conformance-${randomBytes(NAME_BYTES).toString('hex')}` };
    const instances = path`/compute/v1/projects/${projectId}/zones/${zone}/instances`;
    const body = {
      name: place.name,
      machineType: `zones/${zone}/machineTypes/e2-medium`,
      disks: [
        {
          boot: true,
          autoDelete: true,
          initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12' },
        },
      ],
      networkInterfaces: [{ network: 'global/networks/default' }],
      serviceAccounts: [],
    };
    const created = await owner.call({ method: 'POST', host: COMPUTE_HOST, path: instances, body });
    await waitForOperation(owner, projectId, zone, created);
    const { host } = await listenFor(owner, place).catch(async (error: unknown) => {
      await deleteInstance(owner, place);
      throw error;
    });
    return { host, release: () => deleteInstance(owner, place) };
  });
}

async function deleteInstance(owner: OwnerClient, place: InstancePlace): Promise<void> {
  const answer = await owner.call({ method: 'DELETE', host: COMPUTE_HOST, path: pathOf(place) });
  await waitForOperation(owner, place.projectId, place.zone, answer);
}
