import { when } from './condition-case.fixture.ts';
import type { Table } from './row.fixture.ts';
import { ADA, CSV } from './world.fixture.ts';

const FALSE = 'condition false';
const ERROR = 'condition error';

export const TIMES: Table = {
  about: 'conditions on time (IAM notes 1.4)',
  stored: 'too',
  given: { caller: ADA, permission: 'storage.objects.get', resource: CSV },
  rows: [
    ['until a time that is to come', when("request.time < timestamp('2030-01-01T00:00:00Z')"), 'granted'],
    ['until a time that has come', when("request.time < timestamp('2026-01-01T00:00:00Z')"), FALSE],
    ['not at the end itself', when("request.time < timestamp('2026-11-23T05:00:00Z')"), FALSE],
    [
      'at the end itself where it says so',
      when("request.time <= timestamp('2026-11-23T05:00:00Z')"),
      'granted',
    ],
    [
      'a second before the end',
      when("request.time < timestamp('2026-11-23T05:00:00Z')", { at: '2026-11-23T04:59:59Z' }),
      'granted',
    ],
    ['from a time on', when("request.time >= timestamp('2026-11-23T05:00:00Z')"), 'granted'],
    ['an end in another zone', when("request.time < timestamp('2026-11-23T06:00:00+02:00')"), FALSE],
    [
      'an hour more than a time',
      when("request.time < timestamp('2026-11-23T04:30:00Z') + duration('3600s')"),
      'granted',
    ],
    ['a date', when("request.time > date('2026-11-23')"), 'granted'],
    [
      'hours of work in Greenwich',
      when('request.time.getHours() >= 9 && request.time.getHours() < 17'),
      FALSE,
    ],
    [
      'hours of work in Tokyo',
      when("request.time.getHours('Asia/Tokyo') >= 9 && request.time.getHours('Asia/Tokyo') < 17"),
      'granted',
    ],
    [
      'on working days',
      when('request.time.getDayOfWeek() > 0 && request.time.getDayOfWeek() < 6'),
      'granted',
    ],
    ['on a Sunday', when('request.time.getDayOfWeek() > 0', { at: '2026-11-22T05:00:00Z' }), FALSE],
    [
      'on what is still Sunday in Denver',
      when("request.time.getDayOfWeek('America/Denver') == 0"),
      'granted',
    ],
    ['months are counted from zero', when('request.time.getMonth() == 10'), 'granted'],
    [
      'days of the month from zero, dates from one',
      when('request.time.getDayOfMonth() == 22 && request.time.getDate() == 23'),
      'granted',
    ],
    ['a time that is none', when("request.time < timestamp('tomorrow')"), ERROR],
    ['a zone that is none', when("request.time.getHours('Mars/Olympus') >= 0"), ERROR],
  ],
};
