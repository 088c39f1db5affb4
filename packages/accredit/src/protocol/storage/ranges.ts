/** What a `Range` header asks of an object, first and last byte counted from 0 and both included. */
export type RangeAnswer =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  | { readonly kind: 'notSatisfiable' };

const WHOLE: RangeAnswer = { kind: 'whole' };
const NOT_SATISFIABLE: RangeAnswer = { kind: 'notSatisfiable' };

/**
 * Says which part of an object a `Range` header asks for.
 *
 * A header that is malformed, of another unit or of several ranges is as if it were not there (RFC 9110 §14.2;
 * storage notes 6.3). An empty object satisfies no range.
 *
 * @param header - `bytes=0-4`, `bytes=6-`, `bytes=-5`
 * @param sizeBytes - of the object
 */
export function answerRange(header: string | undefined, sizeBytes: number): RangeAnswer {
  const [, from, to] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return WHOLE;
  if (from === '') {
    const length = Number(to);
    if (length === 0 || sizeBytes === 0) return NOT_SATISFIABLE;
    return { kind: 'part', first: Math.max(0, sizeBytes - length), last: sizeBytes - 1 };
  }
  const first = Number(from);
  if (to !== '' && Number(to) < first) return WHOLE;
  if (first >= sizeBytes) return NOT_SATISFIABLE;
  return {
    kind: 'part',
    first,
    last: Math.min(to === '' ? Number.POSITIVE_INFINITY : Number(to), sizeBytes - 1),
  };
}
