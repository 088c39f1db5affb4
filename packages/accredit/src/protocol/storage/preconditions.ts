/** Conditions of a request on the state that it meets: decimal numbers; `ifGenerationMatch` 0 is "no live object". */
export interface Conditions {
  readonly ifGenerationMatch?: string;
  readonly ifGenerationNotMatch?: string;
  readonly ifMetagenerationMatch?: string;
  readonly ifMetagenerationNotMatch?: string;
}

/** What the conditions say: go on, 412, or 304. */
export type ConditionOutcome = 'met' | 'failed' | 'notModified';

/** What conditions are compared with. A bucket has no generation that they could name. */
export interface ConditionTarget {
  readonly generation?: string;
  readonly metageneration: number;
}

/**
 * Evaluates the conditions of the query.
 *
 * A failed `…Match` is 412, a failed `…NotMatch` 304, on writes as on reads (storage notes, fact 2).
 *
 * @param target - the live object, or the bucket; `undefined` where an upload finds none
 */
export function evaluateConditions(
  conditions: Conditions,
  target: ConditionTarget | undefined,
): ConditionOutcome {
  const { ifGenerationMatch, ifGenerationNotMatch, ifMetagenerationMatch, ifMetagenerationNotMatch } =
    conditions;
  const generation = target === undefined ? '0' : target.generation;
  const metageneration = target === undefined ? undefined : String(target.metageneration);
  const outcomes: ConditionOutcome[] = [];
  if (ifGenerationMatch !== undefined) outcomes.push(ifGenerationMatch === generation ? 'met' : 'failed');
  if (ifGenerationNotMatch !== undefined) {
    // "If no live object exists, the precondition fails": whatever number is given.
    const fails = target === undefined || ifGenerationNotMatch === generation;
    outcomes.push(fails ? 'notModified' : 'met');
  }
  if (ifMetagenerationMatch !== undefined) {
    outcomes.push(ifMetagenerationMatch === metageneration ? 'met' : 'failed');
  }
  if (ifMetagenerationNotMatch !== undefined) {
    // Guess: where there is no object, its metageneration is not the one named.
    outcomes.push(ifMetagenerationNotMatch === metageneration ? 'notModified' : 'met');
  }
  return worst(...outcomes);
}

/** The conditions of HTTP, which count on reads alone (storage notes 4.2). */
export interface HttpConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  /** Only for downloads. HTTP dates. */
  readonly ifModifiedSince?: string | undefined;
  readonly ifUnmodifiedSince?: string | undefined;
}

/**
 * Evaluates `If-Match`, `If-None-Match` and their kin (RFC 9110 §13.1).
 *
 * @param etags - all that the resource goes by, without quotes
 * @param updatedAtMs - when it changed last; compared to the second
 */
export function evaluateHttpConditions(
  conditions: HttpConditions,
  etags: readonly string[],
  updatedAtMs: number,
): ConditionOutcome {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  const updatedSeconds = Math.floor(updatedAtMs / 1000);
  const outcomes: ConditionOutcome[] = [];
  if (ifMatch !== undefined) outcomes.push(namesAny(ifMatch, etags) ? 'met' : 'failed');
  else if (ifUnmodifiedSince !== undefined) {
    outcomes.push(updatedSeconds > toSeconds(ifUnmodifiedSince, Number.POSITIVE_INFINITY) ? 'failed' : 'met');
  }
  if (ifNoneMatch !== undefined) outcomes.push(namesAny(ifNoneMatch, etags) ? 'notModified' : 'met');
  else if (ifModifiedSince !== undefined) {
    const since = toSeconds(ifModifiedSince, Number.NEGATIVE_INFINITY);
    outcomes.push(updatedSeconds <= since ? 'notModified' : 'met');
  }
  return worst(...outcomes);
}

/** Returns the outcome that counts: 412 beats 304, and both beat going on. */
export function worst(...outcomes: readonly ConditionOutcome[]): ConditionOutcome {
  if (outcomes.includes('failed')) return 'failed';
  return outcomes.includes('notModified') ? 'notModified' : 'met';
}

/** Says whether a list of entity tags names one of ours; quotes and `W/` do not matter. */
function namesAny(header: string, etags: readonly string[]): boolean {
  if (header.trim() === '*') return true;
  return header
    .split(',')
    .map((tag) =>
      tag
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1'),
    )
    .some((tag) => etags.includes(tag));
}

/** A date that cannot be read is as if it were not there (RFC 9110 §13.1.3). */
function toSeconds(date: string, otherwise: number): number {
  const timeMs = Date.parse(date);
  return Number.isNaN(timeMs) ? otherwise : timeMs / 1000;
}
