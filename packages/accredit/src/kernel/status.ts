/**
 * The google.rpc codes that our services answer with, each with its HTTP status.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
 */
export const HTTP_STATUS_OF_CODE = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ABORTED: 409,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
} as const;

/** A google.rpc code name. */
export type StatusCode = keyof typeof HTTP_STATUS_OF_CODE;

/** The number of each code, as `google.rpc.Status` has it; the page above lists them. */
export const CODE_NUMBERS: Readonly<Record<StatusCode, number>> = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
};

/** Returns the name of a code, for people; the number itself where it has none here. */
export function codeName(number: number): string {
  return Object.entries(CODE_NUMBERS).find(([, known]) => known === number)?.[0] ?? String(number);
}
