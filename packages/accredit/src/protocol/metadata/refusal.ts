/**
 * Every reason for which the metadata server refuses, with its status (metadata notes 3, 4.5 and 14).
 *
 * Closed, so that each has its page (`error-pages.ts`) and each is tested. Guess: the statuses of `unknown-alt`,
 * `unknown-format`, `scopes-not-granted`, `https-only` and those of guest attributes beyond 403 and 404, about which
 * nothing is published.
 */
const REFUSAL_STATUSES = {
  // What a request means, known from its path and query.
  'not-found': 404,
  'legacy-endpoint': 403,
  'guest-attributes-disabled': 403,
  'workload-certificates-not-configured': 412,
  'no-upcoming-maintenance': 503,
  'alt-without-recursive': 400,
  'unknown-alt': 400,
  'wait-on-listing': 400,
  'wait-on-token': 400,
  'timeout-not-integer': 400,
  'timeout-error': 500,
  'audience-missing': 400,
  'account-not-annotated': 404,
  'unknown-format': 400,
  'scopes-not-enforceable': 400,
  'scopes-not-granted': 400,
  'scopes-forbidden': 403,
  'invalid-parameter': 400,
  'guest-attribute-name': 400,
  'guest-attribute-not-text': 400,
  'guest-attribute-too-large': 413,
  // What the connection or the headers say.
  'missing-flavor': 403,
  'https-only': 403,
  'forwarded-for': 403,
  'forwarded-for-named': 403,
  'foreign-host': 403,
  'method-not-allowed': 405,
  'bad-request': 400,
  'request-timeout': 408,
  'uri-too-long': 414,
  'headers-too-large': 431,
  'rate-limited': 429,
  'too-many-writes': 429,
  'too-many-waiters': 503,
  unavailable: 503,
} as const;

export type RefusalReason = keyof typeof REFUSAL_STATUSES;
export type RefusalStatus = (typeof REFUSAL_STATUSES)[RefusalReason];

/** A request that is refused; `renderRefusal` makes its page. */
export interface Refused {
  readonly kind: 'refused';
  readonly status: RefusalStatus;
  readonly reason: RefusalReason;
}

/** All reasons, for tests that must cover each; the cast restores the key type that `Object.keys` forgets. */
export const REFUSAL_REASONS = Object.keys(REFUSAL_STATUSES) as readonly RefusalReason[];

export function refuse(reason: RefusalReason): Refused {
  return { kind: 'refused', status: REFUSAL_STATUSES[reason], reason };
}
