const TIMESTAMP =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** A moment with all the digits that RFC 3339 gives it. */
export interface Moment {
  /** Unix seconds. */
  readonly seconds: number;
  /** 0 to 999,999,999, counted forward. */
  readonly nanos: number;
}

/** Reads what `timestamp('…')` takes, RFC 3339 with any offset; `undefined` for what is none, 30 February included. */
export function parseTimestamp(text: string): Moment | undefined {
  const found = TIMESTAMP.exec(text);
  if (found === null) return undefined;
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second,
    fraction = '',
    sign,
    offsetHour = '0',
    offsetMinute = '0',
  ] = found;
  const midnight = dayStart(Number(year), Number(month), Number(day));
  if (midnight === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return undefined;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  const offset = (sign === '-' ? -1 : 1) * (Number(offsetHour) * 3600 + Number(offsetMinute) * 60);
  const seconds = midnight + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offset;
  return inRange({ seconds, nanos: Number(fraction.padEnd(9, '0')) });
}

/** Reads what `date('…')` takes, `YYYY-MM-DD`: the start of that day in UTC. */
export function parseDate(text: string): Moment | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  const seconds = dayStart(Number(year), Number(month), Number(day));
  return seconds === undefined ? undefined : inRange({ seconds, nanos: 0 });
}

function dayStart(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const same =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same ? date.getTime() / 1000 : undefined;
}

/** The first and the last second of a protobuf Timestamp: years 1 to 9999. */
const [FIRST_SECOND, LAST_SECOND] = [-62_135_596_800, 253_402_300_799];

function inRange(moment: Moment): Moment | undefined {
  return moment.seconds >= FIRST_SECOND && moment.seconds <= LAST_SECOND ? moment : undefined;
}

const DURATION = /^([-+]?)((?:\d{1,18}(?:\.\d{1,9})?(?:h|m|s|ms|us|ns))+)$/;
const NANOS_PER_UNIT: Readonly<Record<string, bigint>> = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1000n,
  ns: 1n,
};

/** Seconds of the longest protobuf Duration: some 10,000 years. */
const LONGEST_SECONDS = 315_576_000_000n;

/** A span of time; both parts have its sign. */
export interface Span {
  readonly seconds: bigint;
  /** Less than a second. */
  readonly nanos: number;
}

/** Reads what `duration('…')` takes: seconds, `90s`, and whatever else CEL does, `1h30m`; `undefined` for what is none. */
export function parseDuration(text: string): Span | undefined {
  const [, sign, terms = ''] = DURATION.exec(text) ?? [];
  if (sign === undefined) return undefined;
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of terms.matchAll(/(\d+)(?:\.(\d+))?([a-z]+)/g)) {
    const scale = NANOS_PER_UNIT[unit] ?? 0n;
    nanos += BigInt(whole) * scale + (BigInt(fraction.padEnd(9, '0')) * scale) / 1_000_000_000n;
  }
  const signed = sign === '-' ? -nanos : nanos;
  const seconds = signed / 1_000_000_000n;
  if (seconds > LONGEST_SECONDS || seconds < -LONGEST_SECONDS) return undefined;
  return { seconds, nanos: Number(signed % 1_000_000_000n) };
}
