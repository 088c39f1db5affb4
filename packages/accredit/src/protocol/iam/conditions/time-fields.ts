import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../kernel/timestamps.ts';

/** The fields of a moment in some time zone: a date whose UTC fields are the local ones. */
type LocalTime = Date;

/** The functions of a timestamp; months, days of the month, of the week and of the year count from 0, dates from 1. */
export const READ_TIME_FIELD: Readonly<Record<string, (time: LocalTime) => number>> = {
  getDate: (time) => time.getUTCDate(),
  getDayOfMonth: (time) => time.getUTCDate() - 1,
  getDayOfWeek: (time) => time.getUTCDay(),
  getDayOfYear: (time) => Math.floor((time.getTime() - startOfYear(time)) / DAY_MS),
  getFullYear: (time) => time.getUTCFullYear(),
  getHours: (time) => time.getUTCHours(),
  getMilliseconds: (time) => time.getUTCMilliseconds(),
  getMinutes: (time) => time.getUTCMinutes(),
  getMonth: (time) => time.getUTCMonth(),
  getSeconds: (time) => time.getUTCSeconds(),
};

function startOfYear(time: LocalTime): number {
  return new Date(0).setUTCFullYear(time.getUTCFullYear());
}

/** Formats for time zones that were asked for. There are some hundred names of zones, and only those that are one are kept. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** Letters of the longest name of a time zone, and some more. */
const ZONE_NAME_LIMIT = 64;

/**
 * Returns the local time of a moment.
 *
 * @param timeMs - Unix milliseconds
 * @param zone - a name of the time zone database, or an offset `+01:00`; default UTC
 * @throws {RangeError} for a zone that there is not
 */
export function localTime(timeMs: number, zone: string | undefined): LocalTime {
  if (zone === undefined) return new Date(timeMs);
  const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  return offset === null ? inNamedZone(timeMs, zone) : new Date(timeMs + offsetMs(offset));
}

function offsetMs([zone, sign, hours, minutes]: RegExpExecArray): number {
  if (Number(hours) > 23 || Number(minutes) > 59) throw new RangeError(`Invalid time zone '${zone}'.`);
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS);
}

function inNamedZone(timeMs: number, zone: string): LocalTime {
  const parts = new Map(
    formatFor(zone)
      .formatToParts(timeMs)
      .map(({ type, value }) => [type, value]),
  );
  const field = (name: Intl.DateTimeFormatPartTypes) => Number(parts.get(name));
  const local = new Date(0);
  // A year before 1 is 'BC': the year 1 BC is the year 0.
  const year = parts.get('era') === 'BC' ? 1 - field('year') : field('year');
  local.setUTCFullYear(year, field('month') - 1, field('day'));
  local.setUTCHours(field('hour'), field('minute'), field('second'), new Date(timeMs).getUTCMilliseconds());
  return local;
}

function formatFor(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  if (zone.length > ZONE_NAME_LIMIT) throw new RangeError('Invalid time zone.');
  const format = new Intl.DateTimeFormat('en-US', {
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    timeZone: zone,
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}
