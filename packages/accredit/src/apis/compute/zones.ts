import { method } from '../../http/method.ts';
import type { FilterFields } from '../../protocol/compute/filter.ts';
import { CATALOGUE_TIME } from '../../protocol/compute/pacific-time.ts';
import { toLink } from '../../protocol/compute/references.ts';
import { CPU_PLATFORMS, findZone, ZONES, type Zone } from '../../protocol/compute/zones.ts';
import { COMPUTE_READ } from '../../protocol/iam/scopes.ts';
import { type Listed, readListRequest, readPage } from './lists.ts';
import { missing, projectNameOf, projectOf, type ZoneTarget, zoneName } from './places.ts';

/** What a filter on zones may ask. */
const ZONE_FIELDS: FilterFields = {
  kind: 'text',
  id: 'literal',
  creationTimestamp: 'text',
  name: 'text',
  description: 'text',
  status: 'literal',
  region: 'text',
  selfLink: 'text',
};

export const get = method({
  id: 'compute.zones.get',
  http: 'GET /compute/v1/projects/{project}/zones/{zone}',
  scopes: COMPUTE_READ,
  permission: { check: 'compute.zones.get', on: nameOfZone },
  async handle(call) {
    const { projectId } = await projectOf(call);
    const zone = findZone(call.path.zone);
    if (zone === undefined) throw missing(await nameOfZone(call));
    return { json: encodeZone(projectId, zone) };
  },
});

/** The zone as the path names it: one that is not there is 404 here, and 400 in the path of something else. */
async function nameOfZone(target: ZoneTarget): Promise<string> {
  return zoneName({ projectId: (await projectOf(target)).projectId, zone: target.path.zone });
}

export const list = method({
  id: 'compute.zones.list',
  http: 'GET /compute/v1/projects/{project}/zones',
  scopes: COMPUTE_READ,
  permission: { check: 'compute.zones.list', on: projectNameOf },
  async handle(call) {
    const { projectId } = await projectOf(call);
    const name = `projects/${projectId}/zones`;
    const walk = (after: string | undefined) => walkZones(projectId, after);
    const { items, nextPageToken } = await readPage(walk, readListRequest(call.query, name, ZONE_FIELDS));
    return {
      json: {
        kind: 'compute#zoneList',
        id: name,
        items: items.length === 0 ? undefined : items.map(({ json }) => json),
        nextPageToken,
        selfLink: toLink(name),
      },
    };
  },
});

async function* walkZones(projectId: string, after: string | undefined): AsyncGenerator<Listed> {
  for (const zone of ZONES) {
    if (after !== undefined && zone.name <= after) continue;
    yield { key: zone.name, createdAtMs: 0, json: encodeZone(projectId, zone) };
  }
}

function encodeZone(projectId: string, zone: Zone) {
  return {
    kind: 'compute#zone',
    id: zone.id,
    creationTimestamp: CATALOGUE_TIME,
    name: zone.name,
    description: zone.name,
    status: 'UP',
    region: toLink(`projects/${projectId}/regions/${zone.region}`),
    selfLink: toLink(zoneName({ projectId, zone: zone.name })),
    availableCpuPlatforms: CPU_PLATFORMS,
  };
}
