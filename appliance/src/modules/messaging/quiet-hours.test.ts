import { describe, expect, test } from 'vitest';
import { createQuietHours } from './quiet-hours.ts';

const span = { from: 21, until: 8 };
const endOf = (zone: string, local: string, hours = span) => {
  const end = createQuietHours(zone, hours).endOf(Date.parse(local));
  return end === null ? null : new Date(end).toISOString();
};

describe('from nine in the evening until eight', () => {
  test.each([
    ['America/Chicago', '2026-06-01T20:59:59-05:00', null],
    ['America/Chicago', '2026-06-01T21:00:00-05:00', '2026-06-02T13:00:00.000Z'],
    ['America/Chicago', '2026-06-02T03:30:00-05:00', '2026-06-02T13:00:00.000Z'],
    ['America/Chicago', '2026-06-02T07:59:59-05:00', '2026-06-02T13:00:00.000Z'],
    ['America/Chicago', '2026-06-02T08:00:00-05:00', null],
    ['Asia/Tokyo', '2026-06-01T23:00:00+09:00', '2026-06-01T23:00:00.000Z'],
    ['Asia/Kathmandu', '2026-06-01T22:00:00+05:45', '2026-06-02T02:15:00.000Z'],
    ['Europe/Berlin', '2026-06-01T12:00:00+02:00', null],
  ])('%s, %s: until %s', (zone, local, end) => expect(endOf(zone, local)).toBe(end));

  test.each([
    ['in spring, when an hour is missing', '2026-03-07T22:00:00-06:00', '2026-03-08T13:00:00.000Z'],
    ['in autumn, when an hour comes twice', '2026-10-31T22:00:00-05:00', '2026-11-01T14:00:00.000Z'],
  ])('%s, by the clock on the wall', (_when, local, end) =>
    expect(endOf('America/Chicago', local)).toBe(end),
  );
});

test('within one day', () => {
  const siesta = { from: 13, until: 15 };
  expect(endOf('Europe/Madrid', '2026-06-01T14:00:00+02:00', siesta)).toBe('2026-06-01T13:00:00.000Z');
  expect(endOf('Europe/Madrid', '2026-06-01T15:00:00+02:00', siesta)).toBeNull();
  expect(endOf('Europe/Madrid', '2026-06-01T12:59:00+02:00', siesta)).toBeNull();
});

test('a clock that is set counts as what it shows', () => {
  const quiet = createQuietHours('America/Chicago', span);
  const evening = Date.parse('2026-06-01T22:00:00-05:00');
  expect(quiet.endOf(evening)).not.toBeNull();
  expect(quiet.endOf(evening - 3 * 3_600_000)).toBeNull();
  expect(quiet.endOf(evening)).not.toBeNull();
});

test.each([[null], [{ from: 8, until: 8 }]])('there may be none: %j', (none) => {
  expect(createQuietHours('UTC', none).endOf(0)).toBeNull();
});
