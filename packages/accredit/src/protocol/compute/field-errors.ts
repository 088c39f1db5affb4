import { ApiError, invalidArgument } from '../../kernel/api-error.ts';
import { clip } from '../../kernel/clip.ts';

/** The longest piece of a caller's own value that an error repeats: longer than any filter that a client builds. */
const ECHO_LIMIT = 1000;

/**
 * A field or parameter with a wrong value (compute notes 1.9).
 *
 * @param field - `resource.name` for a body field, the bare name for a parameter
 * @param value - as the caller sent it
 * @param why - the rest of the message, in Google's words; no full stop where Google has none
 */
export function invalidField(field: string, value: string, why: string): ApiError {
  const shown = clip(value, ECHO_LIMIT, '...');
  return invalidArgument(`Invalid value for field '${field}': '${shown}'. ${why}`, { reason: 'invalid' });
}

/** A field that must be there and is not (compute notes 1.9). */
export function requiredField(field: string): ApiError {
  return invalidArgument(`Required field '${field}' not specified`, { reason: 'required' });
}

/** A text that is too long; `size` is counted in the unit of the limit (compute notes 2). */
export function tooLargeField(field: string, limit: number, size: number): ApiError {
  const text = `Value for field '${field}' is too large: maximum size ${limit} character(s); actual size ${size}.`;
  return invalidArgument(text, { reason: 'invalid' });
}

/** A combination or a state that a rule forbids; the rule ends with its own full stop (compute notes 1.9 "usage"). */
export function invalidUsage(rule: string): ApiError {
  return invalidArgument(`Invalid resource usage: '${rule}'.`, { reason: 'invalid' });
}

/** A reference to a resource that is not there: the noun is `image`, `network`, `subnetwork`, `disk`, … */
export function missingReference(field: string, value: string, noun: string): ApiError {
  return invalidField(field, value, `The referenced ${noun} resource cannot be found.`);
}

/** Contents that changed since the caller read them: 412 `conditionNotMet` (compute notes 1.7). */
export function staleField(message: string): ApiError {
  return new ApiError('FAILED_PRECONDITION', message, { httpStatus: 412, reason: 'conditionNotMet' });
}

/**
 * A call that the resource's present state does not allow: 400 (compute notes 1.10).
 *
 * Guess: the reason, `badRequest`.
 */
export function wrongState(message: string): ApiError {
  return invalidArgument(message, { reason: 'badRequest' });
}
