import type { RefusalReason, RefusalStatus, Refused } from './refusal.ts';
import type { MetadataSettings } from './settings.ts';

/** A refusal as it is sent. */
export interface ErrorPage {
  readonly status: RefusalStatus;
  readonly contentType: 'text/html; charset=UTF-8' | 'application/text' | 'application/json';
  readonly body: string;
}

/** The request that is refused, as it came. */
export interface RefusedRequest {
  readonly method: string;
  /** Without the query: it may hold what should not be repeated. */
  readonly path: string;
}

/** What an HTML page says: the title of its status, and a sentence of HTML. */
interface PageText {
  readonly title: string;
  readonly message: (method: string, path: string) => string;
}

/** What is sent without a page. */
type PlainText = Pick<ErrorPage, 'contentType' | 'body'>;

/**
 * Renders a refusal.
 *
 * Deviation: the pages carry the essential sentences of Google's, in plain markup of our own; pinned by
 * 'is plain HTML with the essential sentence'. What the metadata notes (part 4) do not give is worded by us.
 *
 * @param bodies - `text` for the sentence alone where nobody has published what the body is
 */
export function renderRefusal(
  refused: Pick<Refused, 'status' | 'reason'>,
  request: RefusedRequest,
  bodies: MetadataSettings['errorBodies'] = 'page',
): ErrorPage {
  const { status, reason } = refused;
  const text = TEXTS[reason];
  if ('body' in text) return { status, ...text };
  if (bodies === 'text' && UNKNOWN_BODIES.has(status)) {
    const body = `${text.message(request.method, request.path).replace(/<\/?code>/g, '')}\n`;
    return { status, contentType: 'application/text', body };
  }
  const message = text.message(escapeHtml(request.method), escapeHtml(request.path));
  const body = page(`${status} ${text.title}`, message);
  return { status, contentType: 'text/html; charset=UTF-8', body };
}

/** Statuses of which nobody has published a body (metadata notes 14). */
const UNKNOWN_BODIES: ReadonlySet<number> = new Set([400, 405, 429, 503]);

/**
 * Google's words, as the emulator of GKE's server quotes them. Guess: the Pod's namespace and account, which nobody
 * names here, are those of a Pod that names none.
 *
 * @see https://github.com/matheuscscp/gke-metadata-server
 */
const NOT_ANNOTATED = `Your Kubernetes service account (default/default) is not annotated with a target Google service account, which is a requirement for retrieving Identity Tokens using Workload Identity.
Please add the iam.gke.io/gcp-service-account=[GSA_NAME]@[PROJECT_ID] annotation to your Kubernetes service account.
Refer to https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
`;

const TEXTS: { readonly [reason in RefusalReason]: PageText | PlainText } = {
  // These three are answered without a page by real servers (metadata notes 4.4, 4.5, 13.1.5). Guess: their content types.
  'guest-attributes-disabled': {
    contentType: 'application/text',
    body: 'Guest attributes endpoint access is disabled.',
  },
  'no-upcoming-maintenance': {
    contentType: 'application/json',
    body: '{ "error": "no notifications have been received yet, try again later" }',
  },
  'account-not-annotated': { contentType: 'application/text', body: NOT_ANNOTATED },
  'not-found': {
    title: 'Not Found',
    message: (_, path) => `The requested URL <code>${path}</code> was not found on this server.`,
  },
  'legacy-endpoint': forbidden(
    (path) =>
      `Legacy metadata endpoint accessed: ${path}\nLegacy metadata endpoints are disabled. Please use the /v1/ endpoint.`,
  ),
  'scopes-forbidden': forbidden(() => 'The scopes parameter names a scope that the instance does not have.'),
  'invalid-parameter': invalid('A parameter of the request is missing, or has a value that it cannot have.'),
  'guest-attribute-name': invalid(
    'A guest attribute has a namespace and a key of letters, digits, dots, underscores and hyphens.',
  ),
  'guest-attribute-not-text': invalid('The value of a guest attribute must be UTF-8 text.'),
  'guest-attribute-too-large': {
    title: 'Content Too Large',
    message: () => 'The guest attributes of an instance may not grow that large.',
  },
  'https-only': forbidden(() => 'This metadata server answers HTTPS alone.'),
  'missing-flavor': forbidden(() => 'Missing Metadata-Flavor:Google header.'),
  'forwarded-for': forbidden(),
  'forwarded-for-named': forbidden(() => 'Requests with an X-Forwarded-For header are not allowed.'),
  'foreign-host': forbidden(() => 'The Host header does not name this metadata server.'),
  'alt-without-recursive': invalid(
    'The alt parameter applies to a value, or to a directory together with recursive=true.',
  ),
  'unknown-alt': invalid('The alt parameter must be json or text.'),
  'wait-on-listing': invalid(
    'The wait_for_change parameter applies to a value, or to a directory together with recursive=true.',
  ),
  'wait-on-token': invalid('The wait_for_change parameter does not apply to tokens.'),
  'timeout-not-integer': invalid('The timeout_sec parameter must be a whole number of seconds.'),
  'timeout-error': {
    title: 'Internal Server Error',
    message: () => 'The timeout_sec parameter is no whole number.',
  },
  'audience-missing': invalid('non-empty audience parameter required'),
  'unknown-format': invalid('The format parameter must be standard or full.'),
  'scopes-not-enforceable': invalid('The enforce_scopes parameter must be true where it is given.'),
  'scopes-not-granted': invalid('The scopes parameter names a scope that the instance does not have.'),
  'method-not-allowed': {
    title: 'Method Not Allowed',
    message: (method, path) =>
      `The request method <code>${method}</code> is inappropriate for the URL <code>${path}</code>.`,
  },
  'bad-request': {
    title: 'Bad Request',
    message: () => 'Your client has sent what is no valid HTTP request.',
  },
  'request-timeout': {
    title: 'Request Timeout',
    message: () => 'The request did not come to its end in time.',
  },
  'uri-too-long': {
    title: 'URI Too Long',
    message: () => 'The requested URL is longer than this server reads.',
  },
  'headers-too-large': {
    title: 'Request Header Fields Too Large',
    message: () => 'The headers of the request are larger than this server reads.',
  },
  'workload-certificates-not-configured': {
    title: 'Precondition Failed',
    message: () => 'This instance is not configured for managed workload identity.',
  },
  'rate-limited': {
    title: 'Too Many Requests',
    message: () =>
      'Too many requests for access tokens that cannot be cached. Retry with exponential backoff.',
  },
  'too-many-writes': {
    title: 'Too Many Requests',
    message: () => 'Too many guest attributes are written. Retry with exponential backoff.',
  },
  'too-many-waiters': {
    title: 'Service Unavailable',
    message: () => 'Too many requests wait for a change of this instance already.',
  },
  unavailable: {
    title: 'Service Unavailable',
    message: () => 'The metadata server is temporarily unavailable. Retry in a second.',
  },
};

/** @param cause - what is said beside Google's general sentence; absent: nothing */
function forbidden(cause?: (path: string) => string): PageText {
  const refuses = (path: string) =>
    `Your client does not have permission to get URL <code>${path}</code> from this server.`;
  return {
    title: 'Forbidden',
    message: (_, path) => (cause === undefined ? refuses(path) : `${refuses(path)} ${cause(path)}`),
  };
}

function invalid(cause: string): PageText {
  return { title: 'Invalid Request', message: () => cause };
}

/** Returns a page of HTML. @param message - HTML already */
export function page(title: string, message: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<h1>${title}</h1>
<p>${message}</p>
</html>
`;
}

const HTML_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

function escapeHtml(raw: string): string {
  return raw.replace(/[&<>"']/g, (character) => HTML_ESCAPES.get(character) ?? '');
}
