import { describe, expect, test } from 'vitest';
import { createVenueTime } from './venue-time.ts';

const hour = 3_600_000;
const at = (moment: string) => Date.parse(moment);

describe('a venue in Chicago whose days begin at four', () => {
  const { dayOf, dayStart } = createVenueTime('America/Chicago', 4);

  test.each([
    ['at noon', '2026-06-01T12:00:00-05:00', '2026-06-01'],
    ['at four', '2026-06-01T04:00:00-05:00', '2026-06-01'],
    ['a moment before four', '2026-06-01T03:59:59.999-05:00', '2026-05-31'],
    ['past midnight', '2026-06-01T00:00:00-05:00', '2026-05-31'],
    ['in the evening, when it is tomorrow in UTC', '2026-06-01T23:00:00-05:00', '2026-06-01'],
    ['past midnight of a new year', '2027-01-01T01:00:00-06:00', '2026-12-31'],
    ['past midnight of a leap day', '2028-03-01T01:00:00-06:00', '2028-02-29'],
  ])('%s', (_case, moment, day) => expect(dayOf(at(moment))).toBe(day));

  test('an evening past midnight is one day, from its first to its last moment', () => {
    const start = at('2026-06-01T04:00:00-05:00');
    expect(dayStart(at('2026-06-02T03:59:59.999-05:00'))).toBe(start);
    expect(dayStart(start)).toBe(start);
    expect(dayStart(start + 24 * hour)).toBe(start + 24 * hour);
  });

  test('the day on which the clocks go forward has 23 hours, and the one on which they go back 25', () => {
    const length = (noon: string, nextNoon: string) => dayStart(at(nextNoon)) - dayStart(at(noon));
    expect(length('2026-03-07T12:00:00-06:00', '2026-03-08T12:00:00-05:00')).toBe(23 * hour);
    expect(length('2026-10-31T12:00:00-05:00', '2026-11-01T12:00:00-06:00')).toBe(25 * hour);
  });
});

/** Every hour around both changes of the clocks. */
const changes = ['2026-03-07', '2026-10-31'].flatMap((from) =>
  Array.from({ length: 60 }, (_, hours) => at(`${from}T06:00:00Z`) + hours * hour),
);
const zones = ['America/Chicago', 'America/Havana', 'Asia/Kathmandu'];

describe.each(zones)('in %s', (zone) => {
  const hours = new Intl.DateTimeFormat('en', { timeZone: zone, hourCycle: 'h23', hour: '2-digit' });
  const dates = new Intl.DateTimeFormat('en-CA', { timeZone: zone });

  test.each([0, 1, 4, 12, 23])('days that begin at %i hold together when the clocks change', (startsAt) => {
    const { dayOf, dayStart } = createVenueTime(zone, startsAt);
    for (const moment of changes) {
      const date = dates.format(moment);
      const dateBefore = new Date(at(date) - hour).toISOString().slice(0, 10);
      const day = dayOf(moment);
      expect(day).toBe(Number(hours.format(moment)) >= startsAt ? date : dateBefore);
      const start = dayStart(moment);
      expect(start).toBeLessThanOrEqual(moment);
      expect(dayOf(start)).toBe(day);
      expect(dayOf(start - 1)).not.toBe(day);
    }
  });
});
