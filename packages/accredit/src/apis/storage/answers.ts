import type { Reply } from '../../http/method.ts';
import { type ApiError, conditionNotMet } from '../../kernel/api-error.ts';
import type { ConditionOutcome } from '../../protocol/storage/preconditions.ts';

/** What Storage says of answers that nobody may keep (storage notes, part 0). */
export const NOT_TO_BE_KEPT = {
  'Cache-Control': 'no-cache, no-store, max-age=0, must-revalidate',
  Pragma: 'no-cache',
  Expires: 'Mon, 01 Jan 1990 00:00:00 GMT',
} as const;

/** The call that is answered: its id leads from the answer to our log, as Google's leads to theirs. */
interface Answered {
  readonly requestId: string;
}

/** The header that carries the id of a call. */
export function uploadId({ requestId }: Answered): Readonly<Record<string, string>> {
  return { 'X-GUploader-UploadID': requestId };
}

/**
 * Answers with JSON.
 *
 * @param etag - of the resource, where the answer is one
 */
export function answer(call: Answered, json: unknown, etag?: string): Reply {
  const tag = etag === undefined ? {} : { ETag: etag };
  return { headers: { ...uploadId(call), ...NOT_TO_BE_KEPT, ...tag }, json };
}

/** Answers that it is done, and nothing is left to show. */
export function noContent(call: Answered): Reply {
  return { status: 204, headers: { ...uploadId(call), ...NOT_TO_BE_KEPT } };
}

/**
 * Answers for conditions that were not met.
 *
 * @param etag - of the resource as it is; `undefined` where there is none
 * @returns the answer of a 304; `undefined` where the conditions are met
 * @throws {ApiError} 412
 */
export function answerConditions(
  call: Answered,
  outcome: ConditionOutcome,
  etag: string | undefined,
): Reply | undefined {
  if (outcome === 'failed') throw preconditionFailed();
  if (outcome === 'met') return undefined;
  return { status: 304, headers: { ...uploadId(call), ...(etag === undefined ? {} : { ETag: etag }) } };
}

/** The error of a condition that does not hold (storage notes 3.0). */
export function preconditionFailed(): ApiError {
  return conditionNotMet('At least one of the pre-conditions you specified did not hold.');
}
