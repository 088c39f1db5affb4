import { type CallTarget, method } from '../../http/method.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import { checkPathName } from '../../protocol/compute/names.ts';
import { COMPUTE_READ } from '../../protocol/iam/scopes.ts';
import type { Operation } from '../../resources/operations.ts';
import { renderOperation } from './operation-json.ts';
import { awaitOperation } from './operation-wait.ts';
import { missing, operationsName, placeOf } from './places.ts';

type OperationTarget = CallTarget<{
  readonly project: string;
  readonly zone: string;
  readonly operation: string;
}>;

async function nameOfOperation(target: OperationTarget): Promise<ResourceName> {
  const place = await placeOf(target);
  return `${operationsName(place)}/${checkPathName('operation', target.path.operation)}`;
}

async function findOperation(target: OperationTarget): Promise<Operation> {
  const { projectId, zone } = await placeOf(target);
  const operation = await target.services.resources.operations.find(projectId, zone, target.path.operation);
  if (operation === undefined) throw missing(await nameOfOperation(target));
  return operation;
}

export const get = method({
  id: 'compute.zoneOperations.get',
  http: 'GET /compute/v1/projects/{project}/zones/{zone}/operations/{operation}',
  scopes: COMPUTE_READ,
  permission: { check: 'compute.zoneOperations.get', on: nameOfOperation },
  async handle(call) {
    return { json: renderOperation(await findOperation(call), call.services.clock.now()) };
  },
});

export const wait = method({
  id: 'compute.zoneOperations.wait',
  http: 'POST /compute/v1/projects/{project}/zones/{zone}/operations/{operation}/wait',
  scopes: COMPUTE_READ,
  permission: { check: 'compute.zoneOperations.get', on: nameOfOperation },
  async handle(call) {
    return { json: await awaitOperation(await findOperation(call), call.services) };
  },
});
