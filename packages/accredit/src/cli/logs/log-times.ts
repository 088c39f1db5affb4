import { InvalidArgumentError } from 'commander';
import { DURATION_FORM, parseDurationMs } from '../../config/durations.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import { usageError } from '../errors.ts';

/** A moment as an option names it: some time ago, or at a time. */
export type Moment = { readonly agoMs: number } | { readonly atMs: number };

/** RFC 3339 §5.6. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;

/** Reads a moment of an option: `5m`, `5m ago` or `2026-11-23T05:00:00Z`. */
export function parseMoment(text: string): Moment {
  const agoMs = parseDurationMs(text.replace(/ ago$/, ''));
  if (agoMs !== undefined) return { agoMs };
  const atMs = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(atMs)) return { atMs };
  throw new InvalidArgumentError(
    `It must be a time such as '2026-11-23T05:00:00Z', or how long ago: ${DURATION_FORM}.`,
  );
}

/** A span of time, Unix milliseconds; what is absent is open. */
export interface Span {
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

/**
 * Returns the span between two moments.
 *
 * @param nowMs - by the clock that the moments are meant by
 * @throws {CliError} of status 2 where it ends before it begins
 */
export function resolveSpan(
  { since, until }: { readonly since?: Moment; readonly until?: Moment },
  nowMs: number,
): Span {
  const sinceMs = since === undefined ? undefined : resolveMoment(since, nowMs);
  const untilMs = until === undefined ? undefined : resolveMoment(until, nowMs);
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs >= untilMs)
    throw usageError(
      `--since (${toRfc3339(sinceMs)}) must be before --until (${toRfc3339(untilMs)}); a duration is how long ago.`,
    );
  return { sinceMs, untilMs };
}

/** Returns Unix milliseconds. @param nowMs - by the clock that the moment is meant by */
function resolveMoment(moment: Moment, nowMs: number): number {
  return 'atMs' in moment ? moment.atMs : nowMs - moment.agoMs;
}
