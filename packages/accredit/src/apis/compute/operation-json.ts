import { toPacificTime } from '../../protocol/compute/pacific-time.ts';
import { toLink } from '../../protocol/compute/references.ts';
import { type Operation, operationStatusAt } from '../../resources/operations.ts';
import { operationsName, zoneName } from './places.ts';

/** What an operation calls the statuses that it fails with (compute notes 4.1). */
const HTTP_ERROR_MESSAGES: Readonly<Record<number, string>> = {
  400: 'BAD REQUEST',
  403: 'FORBIDDEN',
  404: 'NOT FOUND',
  409: 'CONFLICT',
  412: 'PRECONDITION FAILED',
  503: 'SERVICE UNAVAILABLE',
};

/** Returns an operation as it is answered at a time; how it ended shows once it has (compute notes 4.1). */
export function renderOperation(operation: Operation, nowMs: number): Readonly<Record<string, unknown>> {
  const { insertedAtMs, endsAtMs, name, projectId, zone } = operation;
  const isDone = operationStatusAt(operation, nowMs) === 'DONE';
  return {
    kind: 'compute#operation',
    id: operation.id,
    name,
    zone: zone === undefined ? undefined : toLink(zoneName({ projectId, zone })),
    clientOperationId: operation.requestId,
    operationType: operation.operationType,
    targetLink: toLink(operation.target),
    targetId: operation.targetId,
    status: isDone ? 'DONE' : 'RUNNING',
    user: operation.user,
    progress: isDone ? 100 : 0,
    insertTime: toPacificTime(insertedAtMs),
    startTime: toPacificTime(insertedAtMs),
    ...(isDone ? { endTime: toPacificTime(endsAtMs), ...renderOutcome(operation) } : {}),
    selfLink: toLink(`${operationsName(operation)}/${name}`),
  };
}

function renderOutcome({ error, warnings }: Operation): Readonly<Record<string, unknown>> {
  if (error === undefined) return { warnings };
  return {
    error: { errors: [{ code: error.code, message: error.message }] },
    httpErrorStatusCode: error.httpStatus,
    httpErrorMessage: HTTP_ERROR_MESSAGES[error.httpStatus],
  };
}
