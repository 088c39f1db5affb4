import { type Call, method, type Query } from '../../http/method.ts';
import { type ApiError, type ApiErrorDetail, alreadyExists } from '../../kernel/api-error.ts';
import { instanceName, projectName, type ResourceName } from '../../kernel/resource-names.ts';
import { invalidField } from '../../protocol/compute/field-errors.ts';
import { isResourceName } from '../../protocol/compute/names.ts';
import { readReference } from '../../protocol/compute/references.ts';
import { COMPUTE_WRITE } from '../../protocol/iam/scopes.ts';
import type { Instance, NetworkInterface } from '../../resources/instances.ts';
import type { Operation, OperationError } from '../../resources/operations.ts';
import { PreconditionFailed } from '../../store/store.ts';
import { type InstancePlan, planInstance } from './instance-plan.ts';
import { type InstanceResource, instanceResource } from './instance-resource.ts';
import { renderOperation } from './operation-json.ts';
import { missing, type Place, placeOf, type ZoneTarget } from './places.ts';
import { draftOperation, findEarlier, readRequestId } from './requests.ts';
import { findAccountProblem } from './service-account-use.ts';

type InsertTarget = ZoneTarget & { readonly body: InstanceResource };
type InsertCall = Call<{ readonly project: string; readonly zone: string }, InstanceResource>;

/** The instance to be, so that a refusal names it; a name that cannot be leaves the project (compute notes 1.10). */
async function nameOfNew(target: InsertTarget): Promise<ResourceName> {
  const { projectId, zone } = await placeOf(target);
  const { name = '' } = target.body;
  return isResourceName(name) ? instanceName(projectId, zone, name) : projectName(projectId);
}

export const insert = method({
  id: 'compute.instances.insert',
  http: 'POST /compute/v1/projects/{project}/zones/{zone}/instances',
  scopes: COMPUTE_WRITE,
  permission: { check: 'compute.instances.create', onBody: nameOfNew },
  body: { kind: 'json', decode: instanceResource },
  async handle(call) {
    const place = await placeOf(call);
    readRequestId(call.query);
    refuseSources(call.query, place);
    const plan = planInstance(call.body, place);
    for (const { permission, resource } of plan.permissions) await call.authorize(permission, resource);
    const operation = await call.services.resources.instances.holdings.exclusively(
      async () => (await findEarlier(call, 'insert', place)) ?? (await makeInstance(call, place, plan)),
    );
    return { json: renderOperation(operation, call.services.clock.now()) };
  },
});

/**
 * There are no templates and no machine images yet, so none is found.
 *
 * Deviation; pinned by 'there are no templates and no machine images to start from'.
 *
 * @throws {ApiError} 404
 */
function refuseSources(query: Query, place: Place): void {
  for (const parameter of ['sourceInstanceTemplate', 'sourceMachineImage']) {
    const given = query.get(parameter);
    if (given !== undefined && given !== '') {
      throw missing(readReference(given, place), { echoes: true });
    }
  }
}

/**
 * Makes the instance, or finds out in the operation why it cannot be made.
 *
 * @throws {ApiError} 409 for a name that is taken
 */
async function makeInstance(call: InsertCall, place: Place, plan: InstancePlan): Promise<Operation> {
  const { instances } = call.services.resources;
  const { projectId, zone, name } = plan.draft;
  const target = instanceName(projectId, zone, name);
  if ((await instances.get(projectId, zone, name)) !== undefined) throw taken(target);
  for (const { source } of plan.draft.disks ?? []) {
    if (source !== '' && (await instances.holdings.hasDisk(source))) throw taken(source, { echoes: true });
  }
  const instance = instances.draft(plan.draft);
  const outcome = await equip(call, place, plan);
  const common = { operationType: 'insert', target, targetId: instance.id } as const;
  if ('code' in outcome) {
    return write(call, place, draftOperation(call, place, { ...common, error: outcome }));
  }
  const { warnings } = plan;
  const operation = draftOperation(call, place, {
    ...common,
    ...(warnings.length === 0 ? {} : { warnings }),
  });
  const startedAtMs = operation.endsAtMs;
  return write(call, place, operation, { ...instance, networkInterfaces: [outcome], startedAtMs });
}

/** @param detail - `echoes` where it is not the resource that the call is about */
function taken(resource: ResourceName, detail: Pick<ApiErrorDetail, 'echoes'> = {}): ApiError {
  return alreadyExists(`The resource '${resource}' already exists`, detail);
}

/**
 * Gets what the instance needs from others: the right to its account, and its addresses.
 *
 * @returns the network interface, or what the operation fails with
 */
async function equip(
  call: InsertCall,
  place: Place,
  { account, network }: InstancePlan,
): Promise<NetworkInterface | OperationError> {
  const { holdings } = call.services.resources.instances;
  const networkIP = await findAddress(call, place, network.networkIP);
  const problem = account === undefined ? undefined : await findAccountProblem(call, account.email);
  if (problem !== undefined) return problem;
  if (typeof networkIP !== 'string') return networkIP;
  const { subnetwork, accessConfig, nicType } = network;
  return {
    name: 'nic0',
    network: network.network,
    subnetwork,
    networkIP,
    ...(accessConfig === undefined
      ? {}
      : { accessConfig: { ...accessConfig, natIP: await holdings.freeExternal() } }),
    ...(nicType === undefined ? {} : { nicType }),
  };
}

/** @throws {ApiError} 400 for an address of the caller's choice that no instance of the subnet can have */
async function findAddress(
  call: InsertCall,
  { projectId, region }: Place,
  wanted: string | undefined,
): Promise<string | OperationError> {
  const { holdings } = call.services.resources.instances;
  if (wanted === undefined) {
    return (await holdings.freeInternal(projectId, region)) ?? exhausted(projectId, region);
  }
  const state = await holdings.internalState(projectId, region, wanted);
  if (state === 'free') return wanted;
  if (state === 'taken') {
    const message = `IP '${wanted}' is already being used by another resource.`;
    return { code: 'IP_IN_USE_BY_ANOTHER_RESOURCE', message, httpStatus: 400 };
  }
  // Guess: the text.
  const why = 'The address is not a host address of the subnetwork.';
  throw invalidField('resource.networkInterfaces[0].networkIP', wanted, why);
}

/** Guess: the text, without the suffix that Google puts behind the subnetwork's name. */
function exhausted(projectId: string, region: string): OperationError {
  const message = `IP space of 'projects/${projectId}/regions/${region}/subnetworks/default' is exhausted.`;
  return { code: 'IP_SPACE_EXHAUSTED', message, httpStatus: 400 };
}

/** Writes the operation, and the instance where it is made; whoever was faster with the same request wins. */
async function write(
  call: InsertCall,
  place: Place,
  operation: Operation,
  instance?: Instance,
): Promise<Operation> {
  const { resources } = call.services;
  const { instances, operations, policies } = resources;
  // Whatever was written about an earlier instance of this name is none of its business.
  const made = instance === undefined ? [] : [instances.put(instance), policies.remove(operation.target)];
  try {
    await resources.commit(
      [...made, ...(await operations.put(operation))],
      [...(instance === undefined ? [] : [instances.at(0, instance)]), ...operations.isFirst(operation)],
    );
    return operation;
  } catch (error) {
    if (!(error instanceof PreconditionFailed)) throw error;
    const earlier = await findEarlier(call, 'insert', place);
    if (earlier === undefined) throw taken(operation.target);
    return earlier;
  }
}
