import { afterEach, describe, expect, it } from 'vitest';
import { learnVenueTime, venueNow } from './venue-clock.ts';

const deviceNow = Date.parse('2026-06-01T10:00:00.000Z');
afterEach(() => learnVenueTime('2026-06-01T10:00:00.000Z', deviceNow));

describe("the venue's clock", () => {
  it('corrects a tablet whose clock is wrong', () => {
    learnVenueTime('2026-06-01T12:30:00.000Z', deviceNow);
    expect(new Date(venueNow(deviceNow)).toISOString()).toBe('2026-06-01T12:30:00.000Z');
    expect(new Date(venueNow(deviceNow + 5_000)).toISOString()).toBe('2026-06-01T12:30:05.000Z');
  });

  it('ignores what is no moment', () => {
    learnVenueTime('2026-06-01T10:00:00.000Z', deviceNow);
    learnVenueTime('soon', deviceNow);
    expect(venueNow(deviceNow)).toBe(deviceNow);
  });
});
