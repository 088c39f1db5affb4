import { method } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { notFound } from '../../kernel/api-error.ts';
import { randomDigits } from '../../kernel/identifiers.ts';
import { PROJECT_READ } from '../../protocol/iam/scopes.ts';
import {
  type LongRunningOperation,
  renderLongRunningOperation,
  type TypedMessage,
} from '../../resources/long-running-operations.ts';

/** Digits of an operation's number. Guess: as Google's are seen. */
const OPERATION_DIGITS = 19;

/** The prefix of an operation's name, by version of the API that began it. */
const PREFIXES = { v1: 'pc', v3: 'cp' } as const;

/** Returns a message with its type: `google.cloudresourcemanager.v1.Project`. */
export function typed(type: string, message: Readonly<Record<string, unknown>> = {}): TypedMessage {
  return { '@type': `type.googleapis.com/${type}`, ...message };
}

/** Returns a new operation of this API, which is seen to run for as long as the cloud's operations do. */
export function beginOperation(
  { resources, random, operationDelayMs }: Services,
  version: keyof typeof PREFIXES,
  { metadata, response }: Pick<LongRunningOperation, 'response'> & { readonly metadata: TypedMessage },
): LongRunningOperation {
  const name = `operations/${PREFIXES[version]}.${randomDigits(random, OPERATION_DIGITS)}`;
  return resources.longRunningOperations.draft({ name, metadata, response, durationMs: operationDelayMs });
}

/** Answers an operation as it stands now. */
export function renderOperation(operation: LongRunningOperation, { clock }: Services) {
  return { json: renderLongRunningOperation(operation, clock.now()) };
}

export const getOperation = method({
  id: 'cloudresourcemanager.operations.get',
  http: ['GET /v1/operations/{operation}', 'GET /v3/operations/{operation}'],
  scopes: PROJECT_READ,
  open: 'whoever knows the name of an operation was told it',
  async handle({ path, services }) {
    const operation = await services.resources.longRunningOperations.find(`operations/${path.operation}`);
    // Guess: the text.
    if (operation === undefined) throw notFound('Requested entity was not found.');
    return renderOperation(operation, services);
  },
});
