import { InvalidArgumentError } from 'commander';
import { DURATION_FORM, parseDurationMs, renderDuration } from '../config/durations.ts';
import { SECOND_MS } from '../kernel/timestamps.ts';

/** How a duration is written, for the help of the commands that take one. */
export const DURATION_HELP = `Durations are ${DURATION_FORM.replaceAll("'", '')}.`;

/** Returns the bounds of a duration in whole seconds, as help and messages give them. */
export function renderBounds(min: number, max: number): string {
  return `${renderDuration(min)} to ${renderDuration(max)}`;
}

/** Reads a duration such as `1h30m` of an option; gives whole seconds. */
export function durationSeconds(min: number, max: number): (text: string) => number {
  return (text) => {
    const seconds = parseSeconds(text);
    if (seconds >= min && seconds <= max) return seconds;
    throw new InvalidArgumentError(
      `It must be ${DURATION_FORM}, in whole seconds; from ${renderBounds(min, max)}.`,
    );
  };
}

/** Reads a life of tokens of an option: `900`, which is seconds as Google's APIs have them, or a duration such as `15m`. */
export function lifetimeSeconds(max: number): (text: string) => number {
  return (text) => {
    const seconds = /^\d{1,9}$/.test(text) ? Number(text) : parseSeconds(text);
    if (seconds >= 1 && seconds <= max) return seconds;
    throw new InvalidArgumentError(
      `It must be whole seconds, or ${DURATION_FORM}; from ${renderBounds(1, max)}.`,
    );
  };
}

/** Returns `NaN` where the text is no duration, or not one in whole seconds. */
function parseSeconds(text: string): number {
  const seconds = (parseDurationMs(text) ?? Number.NaN) / SECOND_MS;
  return Number.isInteger(seconds) ? seconds : Number.NaN;
}

/** Reads a duration such as `500ms` of an option; gives whole milliseconds, at least 1. */
export function durationMs(maxMs: number): (text: string) => number {
  return (text) => {
    const ms = parseDurationMs(text) ?? Number.NaN;
    if (ms >= 1 && ms <= maxMs) return ms;
    const limit = renderDuration(maxMs / SECOND_MS);
    throw new InvalidArgumentError(`It must be ${DURATION_FORM}; from 1ms to ${limit}.`);
  };
}
