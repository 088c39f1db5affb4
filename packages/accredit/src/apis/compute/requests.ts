import type { Call, Query } from '../../http/method.ts';
import { nameOfPrincipal, type Principal } from '../../kernel/principals.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import { invalidField } from '../../protocol/compute/field-errors.ts';
import type { Operation, OperationDraft, OperationPlace, OperationType } from '../../resources/operations.ts';

/** A UUID that is not all zero (RFC 9562 §4). */
const REQUEST_ID = /^(?!0{8}-(?:0{4}-){3}0{12}$)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A call of any method that answers with an operation. */
export type ChangingCall = Pick<Call<unknown, unknown>, 'query' | 'services' | 'caller'>;

/** Reads `requestId`: the same one with the same method gives the same operation. @throws {ApiError} 400 */
export function readRequestId(query: Query): string | undefined {
  const value = query.get('requestId');
  if (value === undefined || value === '') return undefined;
  // Guess: the text (compute notes 1.8).
  if (!REQUEST_ID.test(value)) throw invalidField('requestId', value, 'Invalid request ID.');
  return value;
}

/** Finds the operation that this call began when it was sent before. */
export async function findEarlier(
  { query, services }: ChangingCall,
  operationType: OperationType,
  { projectId, zone }: OperationPlace,
): Promise<Operation | undefined> {
  const requestId = readRequestId(query);
  if (requestId === undefined) return undefined;
  return services.resources.operations.findRequest({
    projectId,
    operationType,
    requestId,
    ...(zone === undefined ? {} : { zone }),
  });
}

/** Returns the operation of this call, not written yet. */
export function draftOperation(
  { query, services, caller }: ChangingCall,
  { projectId, zone }: OperationPlace,
  given: Pick<OperationDraft, 'operationType' | 'targetId' | 'error' | 'warnings'> & {
    readonly target: ResourceName;
  },
): Operation {
  const requestId = readRequestId(query);
  return services.resources.operations.draft({
    ...given,
    projectId,
    ...(zone === undefined ? {} : { zone }),
    user: userOf(caller.principal),
    durationMs: services.operationDelayMs,
    ...(requestId === undefined ? {} : { requestId }),
  });
}

/** Returns the address of a caller, as operations and the refusal of actAs name it. */
export function userOf(principal: Principal): string {
  return nameOfPrincipal(principal);
}
