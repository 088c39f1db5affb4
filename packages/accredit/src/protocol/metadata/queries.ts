import { type Refused, refuse } from './refusal.ts';

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
}

const PLAIN_VIEW: View = { kind: 'view', recursive: false, alt: undefined };

/**
 * Reads `recursive` and `alt`.
 *
 * Guess: an empty `alt` is none, and an unknown one is refused (metadata notes 6.3.11).
 * Deviation: `wait_for_change=true` is refused, for nothing waits here yet and an answer at once would make its
 * client spin; pinned by 'a wait is refused, not answered at once'.
 */
export function parseView(query: Query): View | Refused {
  if (query.size === 0) return PLAIN_VIEW;
  if (parseBoolean(query.get('wait_for_change')) === true) return refuse('wait-unsupported');
  const alt = query.get('alt') || undefined;
  if (alt !== undefined && alt !== 'json' && alt !== 'text') return refuse('unknown-alt');
  return { kind: 'view', recursive: parseBoolean(query.get('recursive')) === true, alt };
}
