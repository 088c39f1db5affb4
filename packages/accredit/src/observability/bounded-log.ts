import type { Log, LogFields, SetAlarm } from '../kernel/ports.ts';
import { SECOND_MS } from '../kernel/timestamps.ts';

/**
 * How many lines with one message a second has. Who sends requests decides how many are refused, and so how many lines
 * there are: 60,000 a second would fill a disk within hours. A person reads fewer.
 */
export const LINES_A_SECOND = 20;

/** Levels that are written unless told otherwise. Who asks for `debug` wants every line. */
const BOUNDED = ['info', 'warn', 'error'] as const;

/**
 * Makes a log that writes so many lines of one message a second, and then how many more there were. Messages are
 * constants, so there are few of them.
 */
export function boundRepetition(log: Log, setAlarm: SetAlarm): Log {
  const bounded = { ...log, debug: log.debug.bind(log) };
  for (const level of BOUNDED) bounded[level] = boundLevel(log[level].bind(log), setAlarm);
  return bounded;
}

type Write = (fields: LogFields, message: string) => void;

function boundLevel(write: Write, setAlarm: SetAlarm): Write {
  /** How many lines each message has had in its second. */
  const counts = new Map<string, number>();
  const endSecond = (message: string) => {
    const more = (counts.get(message) ?? 0) - LINES_A_SECOND;
    counts.delete(message);
    if (more > 0) write({ of: message, more }, 'and more of the same');
  };
  return (fields, message) => {
    const count = (counts.get(message) ?? 0) + 1;
    counts.set(message, count);
    if (count === 1) setAlarm(SECOND_MS, () => endSecond(message));
    if (count <= LINES_A_SECOND) write(fields, message);
  };
}
