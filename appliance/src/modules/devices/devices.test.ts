import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createDeviceClocks } from './device-clocks.ts';
import { createDeviceMarks } from './device-marks.ts';
import { clockOf } from './devices.ts';

const readings = (measured: number | null, observed: number | null, roundTrip: number | null = 10) => ({
  clock_measured_ms: measured,
  clock_round_trip_ms: roundTrip,
  clock_observed_ms: observed,
});

describe('a device’s clock', () => {
  test('is unknown until it has told its time', () => {
    expect(clockOf(readings(null, null, null))).toBeNull();
  });
  test('is what the device measured, as long as that can be true', () => {
    expect(clockOf(readings(-300, -290))).toMatchObject({
      offset_ms: -300,
      source: 'measured',
      is_off: false,
    });
    expect(clockOf(readings(500, null))).toMatchObject({ offset_ms: 500, source: 'measured' });
  });
  test('is what we see when the device claims more than any message allows', () => {
    expect(clockOf(readings(4_000, 20))).toMatchObject({
      offset_ms: 20,
      source: 'observed',
      round_trip_ms: null,
      is_off: false,
    });
  });
  test.each([
    [2_001, true],
    [2_000, false],
    [-2_001, true],
    [-1_999, false],
  ])('that must be corrected by %i ms is off: %s', (offset, off) => {
    expect(clockOf(readings(null, offset))?.is_off).toBe(off);
  });
});

describe('the estimate from arrivals', () => {
  test('goes by the fastest message, so a replay of an hour does not disturb it', async () => {
    const clock = createFakeClock();
    const clocks = createDeviceClocks(clock);
    const ahead = 3_000;
    expect(clocks.observe('rig', 100_000 + ahead, 100_040)).toBe(40 - ahead);
    expect(clocks.observe('rig', 100_000 + ahead, 100_005)).toBe(5 - ahead);
    for (let event = 0; event < 500; event += 1)
      expect(clocks.observe('rig', 100_000 + ahead - 3_600_000 + event, 100_100)).toBe(5 - ahead);
  });
  test('forgets after ten minutes, so a clock that was set is seen', async () => {
    const clock = createFakeClock();
    const clocks = createDeviceClocks(clock);
    clocks.observe('rig', 103_000, 100_000);
    await clock.advance(301_000);
    expect(clocks.observe('rig', 400_000, 400_005)).toBe(-3_000);
    await clock.advance(301_000);
    expect(clocks.observe('rig', 700_000, 700_005)).toBe(5);
  });
});

describe('marks', () => {
  test('are stored once a second, however many there are, and not lost by a write that fails', async () => {
    const clock = createFakeClock();
    const stored: [string, number, string][] = [];
    let isFull = true;
    const marks = createDeviceMarks(clock, async (taken) => {
      if (isFull) throw new Error('disk full');
      for (const [device, { count, reason }] of taken) stored.push([device, count, reason]);
    });
    for (let message = 0; message < 10_000; message += 1) marks.note('rig-1', 'schema');
    marks.note('rig-1', 'not_granted');
    await clock.advance(1_000);
    expect(stored).toEqual([]);
    isFull = false;
    marks.note('rig-2', 'schema');
    await clock.advance(999);
    expect(stored).toEqual([]);
    await clock.advance(1);
    expect(stored).toEqual([
      ['rig-1', 10_001, 'not_granted'],
      ['rig-2', 1, 'schema'],
    ]);
    await clock.advance(10_000);
    expect(stored).toHaveLength(2);
  });
});
