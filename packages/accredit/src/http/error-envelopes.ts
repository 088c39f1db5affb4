import { ApiError, type FieldViolation, OAuthError } from '../kernel/api-error.ts';
import type { HttpResponse } from './message.ts';
import type { FamilyName } from './method.ts';

/** How an error is to be written. */
export interface EnvelopeOptions {
  readonly family: FamilyName;
  /** `$.xgafv=1`: ESF adds the older `errors[]`. */
  readonly legacyErrors: boolean;
  readonly indent: number;
  /** The message alone, for whoever asked for bytes. */
  readonly bareText?: boolean;
  readonly requestId: string;
}

/** What the caller sees of a bug of ours. */
const INTERNAL_ERROR = 'Internal error.';

const JSON_TYPE = 'application/json; charset=UTF-8';

/** What Storage sends a bare message as, in most records (storage notes 14, 29). */
const TEXT_TYPE = 'text/html; charset=UTF-8';

/** What each family puts around a JSON error. */
const FAMILY_HEADERS: Readonly<Record<FamilyName, Readonly<Record<string, string>>>> = {
  esf: esfHeaders(),
  compute: esfHeaders(),
  control: esfHeaders(),
  oauth: {
    'Cache-Control': 'no-cache, no-store, max-age=0, must-revalidate',
    Pragma: 'no-cache',
    Server: 'ESF',
  },
  storage: { Vary: 'Origin, X-Origin', 'Cache-Control': 'private, max-age=0', Server: 'UploadServer' },
};

function esfHeaders(): Readonly<Record<string, string>> {
  return {
    Vary: 'Origin, X-Origin, Referer',
    Server: 'ESF',
    'Cache-Control': 'private',
    'X-XSS-Protection': '0',
    'X-Frame-Options': 'SAMEORIGIN',
    'X-Content-Type-Options': 'nosniff',
  };
}

/**
 * Returns the headers of an answer: those that its family sends with every one, and its own, which win.
 *
 * An answer that says how long it may be kept does not carry the family's `Pragma: no-cache` beside that.
 */
export function familyHeaders(
  family: FamilyName,
  own: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const { Pragma, ...shared } = FAMILY_HEADERS[family];
  const pragma = Pragma === undefined || own['Cache-Control'] !== undefined ? {} : { Pragma };
  return { ...shared, ...pragma, ...own };
}

/**
 * Turns what was thrown into an answer. The only place where an error becomes bytes.
 *
 * Anything that is not an error for the caller becomes `Internal error.`; the request id leads to the log.
 */
export function renderError(thrown: unknown, options: EnvelopeOptions): HttpResponse {
  if (thrown instanceof OAuthError) return renderOAuthError(thrown, options);
  const error =
    thrown instanceof ApiError
      ? thrown
      : new ApiError('INTERNAL', `${INTERNAL_ERROR} Request ${options.requestId}.`);
  const headers = {
    ...error.detail.headers,
    ...FAMILY_HEADERS[options.family],
    // Storage's answers carry the id of their request, which leads to our log as Google's does to theirs.
    ...(options.family === 'storage' && options.requestId !== ''
      ? { 'X-GUploader-UploadID': options.requestId }
      : {}),
  };
  if (options.bareText === true) {
    const body = error.detail.legacyMessage ?? error.message;
    return { status: error.httpStatus, headers: { ...headers, 'Content-Type': TEXT_TYPE }, body };
  }
  const envelope = { error: ENVELOPES[options.family](error, options) };
  return {
    status: error.httpStatus,
    headers: { ...headers, 'Content-Type': JSON_TYPE },
    body: `${JSON.stringify(envelope, undefined, options.indent)}\n`,
  };
}

function renderOAuthError(error: OAuthError, { indent }: EnvelopeOptions): HttpResponse {
  const body = { error: error.error, error_description: error.message };
  return {
    status: error.httpStatus,
    headers: { ...FAMILY_HEADERS.oauth, 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body, undefined, indent),
  };
}

type Envelope = (error: ApiError, options: EnvelopeOptions) => Readonly<Record<string, unknown>>;

/** The form of `error` in each family (IAM notes 4.1). */
const ENVELOPES: Readonly<Record<FamilyName, Envelope>> = {
  esf: esfEnvelope,
  control: esfEnvelope,
  oauth: esfEnvelope,
  compute: (error) => ({
    ...legacyEnvelope(error),
    // The front end adds status and details to errors of authentication, and they are what programs branch on.
    ...(error.detail.info === undefined ? {} : { status: error.code, details: detailsOf(error) }),
  }),
  // Storage says the short text that the others keep for `errors[0]` (storage notes 3.0).
  storage: (error) => ({ ...legacyEnvelope(error), message: error.detail.legacyMessage ?? error.message }),
};

function esfEnvelope(error: ApiError, { legacyErrors }: EnvelopeOptions): Readonly<Record<string, unknown>> {
  const details = detailsOf(error);
  return {
    code: error.httpStatus,
    message: error.message,
    ...(legacyErrors ? { errors: [legacyItem(error)] } : {}),
    status: error.code,
    ...(details.length === 0 ? {} : { details }),
  };
}

function legacyEnvelope(error: ApiError): Readonly<Record<string, unknown>> {
  return { code: error.httpStatus, message: error.message, errors: [legacyItem(error)] };
}

/** Reasons of the older envelopes for errors that name none. */
const LEGACY_REASONS: Readonly<Partial<Record<ApiError['code'], string>>> = {
  INVALID_ARGUMENT: 'badRequest',
  FAILED_PRECONDITION: 'failedPrecondition',
  UNAUTHENTICATED: 'authError',
  RESOURCE_EXHAUSTED: 'rateLimitExceeded',
  INTERNAL: 'backendError',
  UNAVAILABLE: 'backendError',
};

function legacyItem(error: ApiError): Readonly<Record<string, string>> {
  const { location, reason, legacyMessage, extendedHelp } = error.detail;
  const isUsageLimit = error.code === 'RESOURCE_EXHAUSTED' || reason === 'accessNotConfigured';
  return {
    message: legacyMessage ?? error.message,
    domain: isUsageLimit ? 'usageLimits' : 'global',
    reason: reason ?? LEGACY_REASONS[error.code] ?? 'badRequest',
    ...(location === undefined ? {} : { locationType: location.type, location: location.name }),
    ...(extendedHelp === undefined ? {} : { extendedHelp }),
  };
}

function detailsOf({ detail }: ApiError): readonly Readonly<Record<string, unknown>>[] {
  const { info, violations, resourceName } = detail;
  return [
    ...(info === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', ...info }]),
    ...(violations === undefined ? [] : [badRequest(violations)]),
    ...(resourceName === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.ResourceInfo', resourceName }]),
  ];
}

function badRequest(fieldViolations: readonly FieldViolation[]): Readonly<Record<string, unknown>> {
  return { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations };
}

/**
 * The answer to a path that is nobody's, or a wrong verb: a small HTML page, as the front end gives (IAM notes 4.1).
 *
 * @param pathname - shown to the caller, escaped
 */
export function renderUnknownPath(pathname: string): HttpResponse {
  const shown = pathname.slice(0, 500).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return {
    status: 404,
    headers: { 'Content-Type': 'text/html; charset=UTF-8', 'Referrer-Policy': 'no-referrer' },
    body:
      '<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n<title>Error 404 (Not Found)!!1</title>\n' +
      `<p><b>404.</b> The requested URL <code>${shown}</code> was not found on this server.\n`,
  };
}
