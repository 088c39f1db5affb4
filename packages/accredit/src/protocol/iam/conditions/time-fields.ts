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

/** Letters of the longest name of a time zone, and some more. */
const ZONE_NAME_LIMIT = 64;

/** Names of the time zone database: ASCII, and they begin with a letter. What else `Intl` takes for one are offsets. */
const ZONE_NAME = new RegExp(`^[A-Za-z][\\x21-\\x7e]{0,${ZONE_NAME_LIMIT - 1}}$`);

/** What reads the parts of a moment in one time zone. */
type ZoneFormat = Pick<Intl.DateTimeFormat, 'formatToParts'>;

/** A time zone that was asked for, and the moment it was asked about last: conditions of one request ask about one. */
interface Zone {
  readonly format: ZoneFormat;
  last: { readonly timeMs: number; readonly localMs: number } | undefined;
}

/**
 * Returns what tells the local time of a moment. It keeps a format for each zone that was asked for: there are some 600
 * names, and `Intl` does not mind their case, so that they are kept by their lower case. The memory is bounded by that.
 *
 * @param makeFormat - throws a `RangeError` for a zone that there is not
 */
export function createLocalTime(makeFormat: (zone: string) => ZoneFormat = formatFor) {
  const zones = new Map<string, Zone>();
  const zoneOf = (name: string): Zone => {
    if (!ZONE_NAME.test(name)) throw new RangeError('Invalid time zone.');
    const key = name.toLowerCase();
    const zone = zones.get(key) ?? { format: makeFormat(name), last: undefined };
    zones.set(key, zone);
    return zone;
  };
  /**
   * @param timeMs - Unix milliseconds
   * @param zone - a name of the time zone database, or an offset `+01:00`; default UTC
   * @throws {RangeError} for a zone that there is not
   */
  return (timeMs: number, zone: string | undefined): LocalTime => {
    if (zone === undefined) return new Date(timeMs);
    const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
    return offset === null ? inZone(timeMs, zoneOf(zone)) : new Date(timeMs + offsetMs(offset));
  };
}

/** The local time of conditions. */
export const localTime = createLocalTime();

function offsetMs([zone, sign, hours, minutes]: RegExpExecArray): number {
  if (Number(hours) > 23 || Number(minutes) > 59) throw new RangeError(`Invalid time zone '${zone}'.`);
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS);
}

function inZone(timeMs: number, zone: Zone): LocalTime {
  if (zone.last?.timeMs !== timeMs) zone.last = { timeMs, localMs: readLocalMs(timeMs, zone.format) };
  return new Date(zone.last.localMs);
}

function readLocalMs(timeMs: number, format: ZoneFormat): number {
  const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, value]));
  const field = (name: Intl.DateTimeFormatPartTypes) => Number(parts.get(name));
  const local = new Date(0);
  // A year before 1 is 'BC': the year 1 BC is the year 0.
  const year = parts.get('era') === 'BC' ? 1 - field('year') : field('year');
  local.setUTCFullYear(year, field('month') - 1, field('day'));
  return local.setUTCHours(
    field('hour'),
    field('minute'),
    field('second'),
    new Date(timeMs).getUTCMilliseconds(),
  );
}

function formatFor(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
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
}
