import { InvalidArgumentError } from 'commander';
import { DURATION_FORM, parseDurationMs } from '../../config/durations.ts';
import { SECOND_MS } from '../../kernel/timestamps.ts';
import { parseTimestamp } from '../../protocol/iam/conditions/time-literals.ts';
import type { DecisionQuestion } from './refusals.ts';

/** Nanoseconds in a millisecond. */
const MS_NANOS = 1_000_000;

/** Reads when a question is asked for: RFC 3339, or a duration from the cloud's time on, before it with a minus sign. */
export function parseMoment(text: string): NonNullable<DecisionQuestion['at']> {
  const moment = parseTimestamp(text);
  if (moment !== undefined) {
    return { atMs: moment.seconds * SECOND_MS + Math.floor(moment.nanos / MS_NANOS) };
  }
  const [, sign, duration = ''] = /^([+-]?)([^]*)$/.exec(text) ?? [];
  const ms = parseDurationMs(duration);
  if (ms !== undefined) return { afterMs: sign === '-' ? -ms : ms };
  throw new InvalidArgumentError(
    `It must be a time such as '2026-11-23T05:00:00Z', or a duration from now on: ${DURATION_FORM}.`,
  );
}
