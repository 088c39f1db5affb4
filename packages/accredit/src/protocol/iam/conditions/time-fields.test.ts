/** What local times cost: formats are dear in memory and in time, and whoever writes an expression names the zones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalTime } from './time-fields.ts';

/** Local times that count the formats that they make, and how often they read one. */
function countingLocalTime() {
  const counts = { formats: 0, readings: 0 };
  const localTime = createLocalTime((zone) => {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone });
    counts.formats += 1;
    return {
      formatToParts(timeMs) {
        counts.readings += 1;
        return format.formatToParts(timeMs);
      },
    };
  });
  return { counts, localTime };
}

/** Writes a name in so many ways. */
function spellings(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, bits) =>
    name.replace(/./g, (letter, place: number) => ((bits >> place) & 1 ? letter.toUpperCase() : letter)),
  );
}

test('a time zone has one format, however its name is spelled', () => {
  const { counts, localTime } = countingLocalTime();
  for (const zone of spellings('europe/berlin', 200)) localTime(0, zone);
  assert.equal(counts.formats, 1);
});

test('a moment is read once in each zone, however many conditions ask for it', () => {
  const { counts, localTime } = countingLocalTime();
  for (let times = 0; times < 100; times += 1)
    for (const zone of ['Europe/Berlin', 'Asia/Tokyo']) localTime(1000, zone);
  assert.equal(counts.readings, 2);
  localTime(2000, 'Asia/Tokyo');
  assert.equal(counts.readings, 3);
});

test('what is no name of the time zone database makes no format', () => {
  const { counts, localTime } = countingLocalTime();
  for (const zone of [
    '+0100',
    '-01',
    '',
    'a'.repeat(65),
    'europe/berlin\u0000',
    'Europe/\u212Aiev',
    'Nowhere/At_All',
  ])
    assert.throws(() => localTime(0, zone), RangeError, zone);
  assert.equal(counts.formats, 0);
});
