import { HTTP_STATUS_OF_CODE, type StatusCode } from './status.ts';

/** One wrong field of a request, as google.rpc.BadRequest spells it. */
export interface FieldViolation {
  /** Path of the field: `policy.bindings[0].role`. */
  readonly field: string;
  readonly description: string;
}

/** A google.rpc.ErrorInfo: a reason that programs may branch on. */
export interface ErrorInfo {
  /** UPPER_SNAKE_CASE, closed per domain: `ACCESS_TOKEN_EXPIRED`. */
  readonly reason: string;
  /** The service that owns the reason: `googleapis.com`, `iam.googleapis.com`. */
  readonly domain: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What an error says beyond its code and message. Each API family renders the part that its envelope has. */
export interface ApiErrorDetail {
  /** HTTP status where the family departs from the code's own: Storage answers a precondition with 412. */
  readonly httpStatus?: number;
  /** camelCase reason of the older envelopes (`errors[0].reason`): `notFound`, `conditionNotMet`. */
  readonly reason?: string;
  /** `errors[0].message` where it is not the message itself. */
  readonly legacyMessage?: string;
  /** Where the older envelopes point: header `Authorization`, parameter `project`. */
  readonly location?: { readonly type: 'header' | 'parameter'; readonly name: string };
  /** `errors[0].extendedHelp`: a page where the caller can do something about it. */
  readonly extendedHelp?: string;
  readonly info?: ErrorInfo;
  readonly violations?: readonly FieldViolation[];
  /** google.rpc.ResourceInfo: the resource that is meant. */
  readonly resourceName?: string;
  /** Headers of the answer, such as `WWW-Authenticate`. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Whether the message repeats what stood in the body, the query or a header, which may be anything: the audit log does
   * not keep it. That of `INVALID_ARGUMENT` and `OUT_OF_RANGE` is taken to, said or not.
   */
  readonly echoes?: true;
  /** For the log alone: what was expected and what came. Never a token or a key. */
  readonly cause?: unknown;
}

/**
 * An answer that the caller can act on, thrown by meaning and rendered once, by its API's family.
 *
 * Anything else that is thrown is our bug: the caller sees `Internal error.` and a request id.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: StatusCode;
  readonly detail: ApiErrorDetail;

  constructor(code: StatusCode, message: string, detail: ApiErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.detail = detail;
  }

  /** HTTP status of the answer. */
  get httpStatus(): number {
    return this.detail.httpStatus ?? HTTP_STATUS_OF_CODE[this.code];
  }
}

/** The request is wrong whatever the state: a bad name, a missing field, a value out of range. */
export function invalidArgument(message: string, detail: ApiErrorDetail = {}): ApiError {
  return new ApiError('INVALID_ARGUMENT', message, detail);
}

/** No such resource. Older envelopes say `notFound`. */
export function notFound(message: string, detail: ApiErrorDetail = {}): ApiError {
  return new ApiError('NOT_FOUND', message, { reason: 'notFound', ...detail });
}

/** The caller is known and may not. Older envelopes say `forbidden`. */
export function permissionDenied(message: string, detail: ApiErrorDetail = {}): ApiError {
  return new ApiError('PERMISSION_DENIED', message, { reason: 'forbidden', ...detail });
}

/** The name is taken. Older envelopes say `alreadyExists`. */
export function alreadyExists(message: string, detail: ApiErrorDetail = {}): ApiError {
  return new ApiError('ALREADY_EXISTS', message, { reason: 'alreadyExists', ...detail });
}

/** Somebody else was faster: read again, then write. */
export function aborted(message: string, detail: ApiErrorDetail = {}): ApiError {
  return new ApiError('ABORTED', message, { reason: 'aborted', ...detail });
}

/** A precondition that the request states does not hold: 412 `conditionNotMet`. */
export function conditionNotMet(message: string, detail: ApiErrorDetail = {}): ApiError {
  return new ApiError('FAILED_PRECONDITION', message, {
    httpStatus: 412,
    reason: 'conditionNotMet',
    location: { type: 'header', name: 'If-Match' },
    ...detail,
  });
}

/** The OAuth errors of RFC 6749 §5.2 and RFC 8693 §2.2.2 that our endpoints answer. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_token'
  | 'unauthorized_client'
  | 'unsupported_grant_type';

/** An error of an OAuth endpoint: `{"error","error_description"}`. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly error: OAuthErrorCode;
  readonly httpStatus: number;

  /**
   * @param error - RFC 6749 §5.2 code
   * @param description - for humans; Google's text where it is known
   * @param httpStatus - default 400
   */
  constructor(error: OAuthErrorCode, description: string, httpStatus = 400) {
    super(description);
    this.error = error;
    this.httpStatus = httpStatus;
  }
}
