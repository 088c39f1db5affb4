import type { Call } from '../../http/method.ts';
import { instanceName } from '../../kernel/resource-names.ts';
import type { Instance } from '../../resources/instances.ts';
import type { Operation, OperationError, OperationType } from '../../resources/operations.ts';
import { findInstance, type InstancePath, nameOfInstance } from './instance-target.ts';
import { missing, type Place, placeOf, zoneName } from './places.ts';
import { draftOperation, findEarlier, readRequestId } from './requests.ts';

/** A call that changes an instance. */
export type InstanceCall<B> = Call<InstancePath, B>;

/** When a change is asked for, and when its operation is seen to be done. */
export interface ChangeTimes {
  readonly nowMs: number;
  readonly doneAtMs: number;
}

/**
 * Says what an instance becomes: another record, the same one where nothing is to be done, or what the operation fails
 * with. It may be asked again, where somebody else changes the instance meanwhile.
 *
 * @throws {ApiError} what is refused before there is an operation
 */
export type Decision = (
  instance: Instance,
  times: ChangeTimes,
) => Instance | OperationError | Promise<Instance | OperationError>;

/**
 * Changes an instance, and answers with the operation that did it; a request that came before gets its operation again.
 *
 * Deviation: the change shows at once, also where the operation is seen to take time, so that a metadata server and the
 * API never disagree; pinned by 'a change shows at once, also while its operation is seen to run'.
 *
 * @throws {ApiError} 404 where there is no such instance
 */
export async function changeInstance<B>(
  call: InstanceCall<B>,
  operationType: OperationType,
  decide: Decision,
): Promise<Operation> {
  const place = await placeOf(call);
  readRequestId(call.query);
  const { turns } = call.services.resources.instances;
  return turns.run(`${zoneName(place)}/${call.path.instance}`, async () => {
    const earlier = await findEarlier(call, operationType, place);
    return earlier ?? (await attempt(call, place, operationType, decide));
  });
}

/** @throws {PreconditionFailed} where the instance changed, or the same request was served, meanwhile */
async function attempt<B>(
  call: InstanceCall<B>,
  place: Place,
  operationType: OperationType,
  decide: Decision,
): Promise<Operation> {
  const { resources } = call.services;
  const { instances, operations } = resources;
  const found = await findInstance(call);
  if (found === undefined) throw missing(await nameOfInstance(call));
  const { value: instance, revision } = found;
  const target = instanceName(place.projectId, place.zone, instance.name);
  const draft = draftOperation(call, place, { operationType, target, targetId: instance.id });
  const outcome = await decide(instance, { nowMs: draft.insertedAtMs, doneAtMs: draft.endsAtMs });
  const hasFailed = 'code' in outcome;
  const operation = hasFailed ? { ...draft, error: outcome } : draft;
  await resources.commit(
    [
      ...(hasFailed || outcome === instance ? [] : [instances.put(outcome)]),
      ...(await operations.put(operation)),
    ],
    [instances.at(revision, instance), ...operations.isFirst(operation)],
  );
  return operation;
}
