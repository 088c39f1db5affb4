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

/** The names of this API's operations; those of others are kept beside them, and need a permission. */
const OPERATION_NAME = /^operations\/(?:pc|cp)\.\d{1,19}$/;

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
  http: ['GET /v1/{name=operations/*}', 'GET /v3/{name=operations/*}'],
  ownNames: OPERATION_NAME,
  scopes: PROJECT_READ,
  open: 'whoever knows the name of an operation was told it',
  async handle({ path, services }) {
    const isOwn = OPERATION_NAME.test(path.name);
    const operation = isOwn ? await services.resources.longRunningOperations.find(path.name) : undefined;
    // Guess: the text.
    if (operation === undefined) throw notFound('Requested entity was not found.');
    return renderOperation(operation, services);
  },
});
