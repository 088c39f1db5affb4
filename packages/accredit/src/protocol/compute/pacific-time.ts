import { HOUR_MS, MINUTE_MS } from '../../kernel/timestamps.ts';

const OFFSET_FORMAT = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/Los_Angeles',
  timeZoneName: 'longOffset',
});

/** The hour that was last asked about: lists ask about the same few, and the offset changes on whole hours alone. */
let lastHour = { hour: Number.NaN, offset: '-08:00' };

function offsetAt(timeMs: number): string {
  const hour = Math.floor(timeMs / HOUR_MS);
  if (lastHour.hour !== hour) {
    const parts = OFFSET_FORMAT.formatToParts(timeMs);
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    lastHour = { hour, offset: name.replace(/^GMT/, '') };
  }
  return lastHour.offset;
}

/** Returns a time as Compute Engine writes it: local time of its makers, `2025-04-07T10:45:22.544-07:00`. */
export function toPacificTime(timeMs: number): string {
  const offset = offsetAt(timeMs);
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  const shiftMs = (hours * HOUR_MS + minutes * MINUTE_MS) * (offset.startsWith('-') ? -1 : 1);
  return new Date(timeMs + shiftMs).toISOString().replace('Z', offset);
}

/** When everything in Google's own catalogue was made: the epoch. */
export const CATALOGUE_TIME = '1969-12-31T16:00:00.000-08:00';
