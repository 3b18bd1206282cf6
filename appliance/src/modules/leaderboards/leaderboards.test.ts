import { describe, expect, test } from 'vitest';
import { createVenueTime } from '../../platform/venue-time.ts';
import { firstAround, windowOf } from './leaderboards.ts';
import type { EventWindowRow } from './leaderboards-tables.ts';

const venueTime = createVenueTime('America/Chicago', 4);
const now = Date.parse('2026-06-02T02:30:00-05:00');
const opening: EventWindowRow = {
  id: 'opening',
  name: 'Opening night',
  attraction: 'derby',
  starts_at: 1_000,
  ends_at: 2_000,
  created_at: 0,
};

describe('a window', () => {
  test('of all time holds every game there was and will be', () => {
    const window = windowOf('all', 'derby', undefined, now, venueTime);
    expect(window).toMatchObject({ name: 'All time', from: 0 });
    expect(window?.until).toBeGreaterThan(Date.UTC(9999, 0));
  });
  test('of today began when the event day began, also past midnight', () => {
    const window = windowOf('today', 'derby', undefined, now, venueTime);
    expect(window?.from).toBe(Date.parse('2026-06-01T04:00:00-05:00'));
  });
  test('of an event has its name and its ends', () => {
    expect(windowOf('opening', 'derby', opening, now, venueTime)).toEqual({
      id: 'opening',
      name: 'Opening night',
      from: 1_000,
      until: 2_000,
    });
  });
  test('is none when nobody opened it, or for another attraction', () => {
    expect(windowOf('closing', 'derby', undefined, now, venueTime)).toBeNull();
    expect(windowOf('opening', 'pong', opening, now, venueTime)).toBeNull();
  });
});

test.each([
  [1, 10, 1],
  [5, 10, 1],
  [6, 10, 1],
  [7, 10, 2],
  [50, 10, 45],
  [50, 1, 50],
  [2, 100, 1],
])('around place %i, %i entries begin at place %i', (place, limit, first) => {
  expect(firstAround(place, limit)).toBe(first);
});
