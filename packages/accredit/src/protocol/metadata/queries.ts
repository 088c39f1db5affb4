import { type Refused, refuse } from './refusal.ts';
import type { MetadataSettings } from './settings.ts';

/** Decoded query parameters, each by its name. */
export type Query = ReadonlyMap<string, string>;

const NO_PARAMETERS: Query = new Map();

/**
 * Decodes a query, `+` and percent-encoding as usual; what cannot be decoded stays as it is.
 *
 * Guess: of a repeated parameter the first counts.
 *
 * @param rawQuery - as in the request line, without the question mark; empty for none
 */
export function parseQuery(rawQuery: string): Query {
  if (rawQuery === '') return NO_PARAMETERS;
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQuery)) if (!query.has(name)) query.set(name, value);
  return query;
}

const TRUE_WORDS = new Set(['true', 't', 'yes', 'y', '1', 'on']);
const FALSE_WORDS = new Set(['false', 'f', 'no', 'n', '0', 'off']);

/**
 * Reads a boolean parameter: `absl::SimpleAtob` and `on`, `off`, in any case (metadata notes 6.2).
 *
 * @returns `undefined` where the parameter is absent or neither; most parameters take that for false
 */
export function parseBoolean(word: string | undefined): boolean | undefined {
  const lower = word?.toLowerCase() ?? '';
  if (TRUE_WORDS.has(lower)) return true;
  return FALSE_WORDS.has(lower) ? false : undefined;
}

/** How a node is to be shown. */
export interface View {
  readonly kind: 'view';
  readonly recursive: boolean;
  /** `undefined` for what the node answers by itself. */
  readonly alt: 'json' | 'text' | undefined;
  /** Present where the answer is to wait for a change. */
  readonly wait?: WaitTerms;
}

/** How long an answer waits for a change. */
export interface WaitTerms {
  /** The etag that the client has; `undefined` where it waits for the next change whatever it is. */
  readonly lastEtag: string | undefined;
  /** After so many seconds the value is answered as it is; `undefined` waits for ever. */
  readonly timeoutSeconds: number | undefined;
}

/** The longest wait that is told apart from an endless one: what a timer can count, 24 days (2^31 ms). */
export const TIMEOUT_LIMIT_SECONDS = 2_147_483;

const PLAIN_VIEW: View = { kind: 'view', recursive: false, alt: undefined };

/**
 * Reads `recursive`, `alt` and what belongs to `wait_for_change`.
 *
 * `last_etag` and `timeout_sec` mean nothing without a wait (metadata notes 7.10). Guess: an empty `alt` is none.
 */
export function parseView(query: Query, settings: MetadataSettings): View | Refused {
  if (query.size === 0) return PLAIN_VIEW;
  const alt = parseAlt(query.get('alt'), settings);
  if (typeof alt === 'object') return alt;
  const recursive = parseBoolean(query.get('recursive')) === true;
  if (parseBoolean(query.get('wait_for_change')) !== true) return { kind: 'view', recursive, alt };
  const timeoutSeconds = parseTimeout(query.get('timeout_sec'), settings);
  if (typeof timeoutSeconds === 'object') return timeoutSeconds;
  return { kind: 'view', recursive, alt, wait: { lastEtag: query.get('last_etag'), timeoutSeconds } };
}

function parseAlt(
  word: string | undefined,
  { unknownAlt }: MetadataSettings,
): 'json' | 'text' | undefined | Refused {
  if (word === 'json' || word === 'text') return word;
  return word === undefined || word === '' || unknownAlt === 'ignored' ? undefined : refuse('unknown-alt');
}

/** What a `timeout_sec` that is no whole number means (metadata notes 14). */
const NOT_INTEGER = {
  refused: refuse('timeout-not-integer'),
  ignored: undefined,
  error: refuse('timeout-error'),
} as const;

/** Guess: an empty `timeout_sec` is none, and a number beyond {@link TIMEOUT_LIMIT_SECONDS} is that limit. */
function parseTimeout(
  word: string | undefined,
  { nonIntegerTimeout, zeroTimeout }: MetadataSettings,
): number | undefined | Refused {
  if (word === undefined || word === '') return undefined;
  if (!/^\d+$/.test(word)) return NOT_INTEGER[nonIntegerTimeout];
  const seconds = Math.min(Number(word), TIMEOUT_LIMIT_SECONDS);
  return seconds === 0 && zeroTimeout === 'unbounded' ? undefined : seconds;
}
