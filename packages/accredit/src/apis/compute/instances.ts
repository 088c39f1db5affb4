import { method } from '../../http/method.ts';
import { instanceName } from '../../kernel/resource-names.ts';
import { invalidUsage } from '../../protocol/compute/field-errors.ts';
import { toLink } from '../../protocol/compute/references.ts';
import { REGIONS, ZONES } from '../../protocol/compute/zones.ts';
import { COMPUTE_READ, COMPUTE_WRITE } from '../../protocol/iam/scopes.ts';
import type { Page, PageRequest, Stored } from '../../resources/collection.ts';
import type { Instance } from '../../resources/instances.ts';
import type { Operation } from '../../resources/operations.ts';
import { PreconditionFailed } from '../../store/store.ts';
import { INSTANCE_FIELDS, renderInstance } from './instance-json.ts';
import { findInstance, type InstanceTarget, nameOfInstance } from './instance-target.ts';
import { type Listed, readFlag, readListRequest, readPage } from './lists.ts';
import { renderOperation } from './operation-json.ts';
import { missing, placeOf, projectNameOf, projectOf, zoneName } from './places.ts';
import { draftOperation, findEarlier, readRequestId } from './requests.ts';

export const get = method({
  id: 'compute.instances.get',
  http: 'GET /compute/v1/projects/{project}/zones/{zone}/instances/{instance}',
  scopes: COMPUTE_READ,
  permission: { check: 'compute.instances.get', on: nameOfInstance },
  async handle(call) {
    const found = await findInstance(call);
    if (found === undefined) throw missing(await nameOfInstance(call));
    return { json: renderInstance(found.value, call.services.clock.now()) };
  },
});

export const list = method({
  id: 'compute.instances.list',
  http: 'GET /compute/v1/projects/{project}/zones/{zone}/instances',
  scopes: COMPUTE_READ,
  permission: { check: 'compute.instances.list', on: projectNameOf },
  async handle(call) {
    const place = await placeOf(call);
    const { instances } = call.services.resources;
    const name = `${zoneName(place)}/instances`;
    const nowMs = call.services.clock.now();
    const { items, nextPageToken } = await readPage(
      (after, limit) =>
        walkInstances((page) => instances.list(place.projectId, place.zone, page), { after, limit }, nowMs),
      readListRequest(call.query, name, INSTANCE_FIELDS),
    );
    return {
      json: {
        kind: 'compute#instanceList',
        id: name,
        items: items.length === 0 ? undefined : items.map(({ json }) => json),
        nextPageToken,
        selfLink: toLink(name),
      },
    };
  },
});

export const aggregatedList = method({
  id: 'compute.instances.aggregatedList',
  http: 'GET /compute/v1/projects/{project}/aggregated/instances',
  scopes: COMPUTE_READ,
  permission: { check: 'compute.instances.list', on: projectNameOf },
  async handle(call) {
    const { projectId } = await projectOf(call);
    const { instances } = call.services.resources;
    const name = `projects/${projectId}/aggregated/instances`;
    const nowMs = call.services.clock.now();
    const { items, nextPageToken } = await readPage(
      (after, limit) =>
        walkInstances((page) => instances.listProject(projectId, page), { after, limit }, nowMs, true),
      readListRequest(call.query, name, INSTANCE_FIELDS),
    );
    return {
      json: {
        kind: 'compute#instanceAggregatedList',
        id: name,
        items: toScopes(items, readFlag(call.query, 'includeAllScopes')),
        nextPageToken,
        selfLink: toLink(name),
      },
    };
  },
});

/** Walks a list of instances; the key of one is its name, with its zone before it where all zones are walked. */
async function* walkInstances(
  read: (page: PageRequest) => Promise<Page<Stored<Instance>>>,
  { after, limit }: PageRequest,
  nowMs: number,
  allZones = false,
): AsyncGenerator<Listed> {
  let next = after;
  do {
    const page = await read({ limit, after: next });
    for (const { value } of page.items) {
      const key = allZones ? `${value.zone}/${value.name}` : value.name;
      yield { key, createdAtMs: value.createdAtMs, json: renderInstance(value, nowMs) };
    }
    next = page.next;
  } while (next !== undefined);
}

/** Returns a page of instances by zone; zones without any say so (compute notes 3.5). */
function toScopes(items: readonly Listed[], includeAllScopes: boolean): Readonly<Record<string, unknown>> {
  const byZone = Map.groupBy(items, ({ key }) => `zones/${key.slice(0, key.indexOf('/'))}`);
  const scopes = new Set([...byZone.keys(), ...ZONES.map(({ name }) => `zones/${name}`)]);
  if (includeAllScopes) for (const scope of OTHER_SCOPES) scopes.add(scope);
  return Object.fromEntries(
    [...scopes].sort().map((scope) => {
      const found = byZone.get(scope);
      return [
        scope,
        found === undefined ? { warning: noResults(scope) } : { instances: found.map(({ json }) => json) },
      ];
    }),
  );
}

/** Scopes that no instance can be in. */
const OTHER_SCOPES: readonly string[] = ['global', ...REGIONS.map(({ name }) => `regions/${name}`)];

function noResults(scope: string): Readonly<Record<string, unknown>> {
  return {
    code: 'NO_RESULTS_ON_PAGE',
    message: `There are no results for scope '${scope}' on this page.`,
    data: [{ key: 'scope', value: scope }],
  };
}

/** Named for what it does: `delete` is a word of the language. */
export const remove = method({
  id: 'compute.instances.delete',
  http: 'DELETE /compute/v1/projects/{project}/zones/{zone}/instances/{instance}',
  scopes: COMPUTE_WRITE,
  permission: { check: 'compute.instances.delete', on: nameOfInstance },
  async handle(call) {
    const place = await placeOf(call);
    readRequestId(call.query);
    const removeNow = async (): Promise<Operation> => {
      const earlier = await findEarlier(call, 'delete', place);
      if (earlier !== undefined) return earlier;
      const found = await findInstance(call);
      if (found === undefined) throw missing(await nameOfInstance(call));
      if (found.value.deletionProtection === true) {
        throw invalidUsage("Resource cannot be deleted if it's protected against deletion.");
      }
      const target = instanceName(place.projectId, place.zone, found.value.name);
      const given = { operationType: 'delete', target, targetId: found.value.id } as const;
      return (await commitRemoval(call, found, draftOperation(call, place, given))) ?? removeNow();
    };
    return { json: renderOperation(await removeNow(), call.services.clock.now()) };
  },
});

/**
 * Removes an instance with its policy, its addresses and its disks, which live and go with it.
 *
 * Deviation: it is gone at once, also where the operation is seen to take time; pinned by 'an instance that is deleted is
 * gone at once'. And so are disks that were to stay, as there are no disk resources yet; pinned by 'a disk goes with its
 * instance'.
 *
 * @returns `undefined` where somebody else changed it meanwhile
 */
async function commitRemoval(
  { services }: InstanceTarget,
  { value, revision }: Stored<Instance>,
  operation: Operation,
): Promise<Operation | undefined> {
  const { resources } = services;
  const { instances, operations, policies } = resources;
  try {
    await resources.commit(
      [...instances.remove(value), policies.remove(operation.target), ...(await operations.put(operation))],
      [instances.at(revision, value), ...operations.isFirst(operation)],
    );
    return operation;
  } catch (error) {
    if (error instanceof PreconditionFailed) return undefined;
    throw error;
  }
}
