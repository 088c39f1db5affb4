import { type CallTarget, method } from '../../http/method.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import { checkPathName } from '../../protocol/compute/names.ts';
import { COMPUTE_READ } from '../../protocol/iam/scopes.ts';
import type { Operation } from '../../resources/operations.ts';
import { renderOperation } from './operation-json.ts';
import { awaitOperation } from './operation-wait.ts';
import { missing, operationsName, projectOf } from './places.ts';

type OperationTarget = CallTarget<{ readonly project: string; readonly operation: string }>;

async function nameOfOperation(target: OperationTarget): Promise<ResourceName> {
  const { projectId } = await projectOf(target);
  return `${operationsName({ projectId })}/${checkPathName('operation', target.path.operation)}`;
}

/** Operations of zones are not among the global ones (compute notes 4.4). */
async function findOperation(target: OperationTarget): Promise<Operation> {
  const { projectId } = await projectOf(target);
  const { operations } = target.services.resources;
  const operation = await operations.find(projectId, undefined, target.path.operation);
  if (operation === undefined) throw missing(await nameOfOperation(target));
  return operation;
}

export const get = method({
  id: 'compute.globalOperations.get',
  http: 'GET /compute/v1/projects/{project}/global/operations/{operation}',
  scopes: COMPUTE_READ,
  permission: { check: 'compute.globalOperations.get', on: nameOfOperation },
  async handle(call) {
    return { json: renderOperation(await findOperation(call), call.services.clock.now()) };
  },
});

export const wait = method({
  id: 'compute.globalOperations.wait',
  http: 'POST /compute/v1/projects/{project}/global/operations/{operation}/wait',
  scopes: COMPUTE_READ,
  permission: { check: 'compute.globalOperations.get', on: nameOfOperation },
  async handle(call) {
    return { json: await awaitOperation(await findOperation(call), call.services) };
  },
});
