import { invalidArgument } from '../kernel/api-error.ts';
import { type FieldSelection, parseFieldSelection, selectFields } from '../kernel/field-selection.ts';
import type { FamilyName, Query } from './method.ts';

/**
 * The query parameters that every API takes.
 *
 * Deviation: API keys (`key`) are not looked at; pinned by 'an API key changes nothing'. `alt` knows `json` and `media`,
 * and no `proto` or `sse`.
 *
 * @see https://cloud.google.com/apis/docs/system-parameters
 */
export interface SystemParameters {
  readonly selection: FieldSelection;
  /** Spaces of indentation; 0 writes compact JSON. */
  readonly indent: number;
  /** `$.xgafv=1`. */
  readonly legacyErrors: boolean;
  readonly media: boolean;
}

/** Indentation where the caller does not say `prettyPrint=false`. */
const PRETTY_INDENT = 2;

const FALSE = new Set(['false', '0', 'no']);

/**
 * Reads the indentation and error format first, so that errors of the others are written as asked.
 */
export function readFormat(query: Query): { readonly indent: number; readonly legacyErrors: boolean } {
  const pretty = query.get('prettyPrint') ?? query.get('$prettyPrint') ?? query.get('pp');
  const indent = pretty !== undefined && FALSE.has(pretty.toLowerCase()) ? 0 : PRETTY_INDENT;
  return { indent, legacyErrors: query.get('$.xgafv') === '1' };
}

/**
 * Reads the system parameters.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` for a field selection or an `alt` that cannot be
 */
export function readSystemParameters(query: Query, family: FamilyName): SystemParameters {
  const fields = query.get('fields') ?? query.get('$fields');
  const alt = query.get('alt') ?? query.get('$alt') ?? 'json';
  if (alt !== 'json' && alt !== 'media') throw invalidAlt(alt, family);
  return {
    ...readFormat(query),
    selection: fields === undefined || fields === '' ? true : parseFieldSelection(fields),
    media: alt === 'media',
  };
}

function invalidAlt(alt: string, family: FamilyName) {
  return invalidArgument(`Invalid value '${alt.slice(0, 40)}' for parameter 'alt'. Use 'json' or 'media'.`, {
    reason: family === 'storage' ? 'invalidAltValue' : 'invalidParameter',
    location: { type: 'parameter', name: 'alt' },
  });
}

/** Writes a value as the caller asked for it. */
export function encodeJson(
  value: unknown,
  { selection, indent }: Pick<SystemParameters, 'selection' | 'indent'>,
): string {
  const text = JSON.stringify(selectFields(value, selection), undefined, indent);
  return indent === 0 ? text : `${text}\n`;
}
