import type { Services } from '../../http/services.ts';
import type { Operation } from '../../resources/operations.ts';
import { renderOperation } from './operation-json.ts';

/** How long `wait` waits at most. @see https://cloud.google.com/compute/docs/reference/rest/v1/zoneOperations/wait */
const WAIT_LIMIT_MS = 120_000;

/** Waits until an operation is done, two minutes at most, and returns it as it is then. */
export async function awaitOperation(
  operation: Operation,
  { clock, sleep }: Services,
): Promise<Readonly<Record<string, unknown>>> {
  const remainingMs = operation.endsAtMs - clock.now();
  if (remainingMs > 0) await sleep(Math.min(remainingMs, WAIT_LIMIT_MS));
  return renderOperation(operation, clock.now());
}
