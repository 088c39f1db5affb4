import { InvalidArgumentError } from 'commander';
import { DURATION_FORM, parseDurationMs, parseSpanMs, renderSpan, SPAN_FORM } from '../config/durations.ts';
import { SECOND_MS } from '../kernel/timestamps.ts';

/** Reads a span such as `1h30m` of an option; gives whole seconds. */
export function spanSeconds(min: number, max: number): (text: string) => number {
  return (text) => {
    const seconds = (parseSpanMs(text) ?? Number.NaN) / SECOND_MS;
    if (seconds >= min && seconds <= max) return seconds;
    throw new InvalidArgumentError(`It must be ${SPAN_FORM}; from ${renderSpan(min)} to ${renderSpan(max)}.`);
  };
}

/** Reads a duration such as `500ms` of an option; gives whole milliseconds, at least 1. */
export function durationMs(maxMs: number): (text: string) => number {
  return (text) => {
    const ms = parseDurationMs(text) ?? Number.NaN;
    if (ms >= 1 && ms <= maxMs) return ms;
    const limit = renderSpan(maxMs / SECOND_MS);
    throw new InvalidArgumentError(`It must be ${DURATION_FORM}; from 1ms to ${limit}.`);
  };
}
