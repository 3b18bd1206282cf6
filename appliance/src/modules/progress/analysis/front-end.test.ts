import { describe, expect, test } from 'vitest';
import { brought } from './front-end.ts';
import { interpolated, withoutSpikes } from './resampling.ts';
import { at } from './signal.ts';
import { aRecording, aStretch, farthest, gameStartUs, sampled } from './testing/synthetic-motion.ts';

const wave = (t: number) => 0.5 - 0.5 * Math.cos(2 * Math.PI * 0.8 * t);
const curls = (seconds: number, rateHz = 100) => ({ index: sampled(seconds, rateHz, wave) });

test('what comes at the common rate is left as it is', () => {
  const channels = curls(4);
  const { runs, missing, seconds } = brought(aRecording([aStretch(channels)]), ['index']);
  expect(runs).toHaveLength(1);
  expect(runs[0]?.startUs).toBe(gameStartUs);
  expect(runs[0]?.signals[0]).toEqual(channels.index);
  expect({ missing, seconds }).toEqual({ missing: 0, seconds: 4 });
});

test.each([10, 24, 52.5, 70, 100, 281, 1000])('%s Hz become 100 Hz by straight lines', (rateHz) => {
  const { runs, missing } = brought(aRecording([aStretch(curls(20, rateHz), { rateHz })]), ['index']);
  expect(missing).toBeCloseTo(0, 12);
  expect(runs).toHaveLength(1);
  const bend = (2 * Math.PI * 0.8) ** 2 / 2 / 8 / rateHz ** 2;
  expect(farthest(runs[0]?.signals[0], (i) => wave(i / 100))).toBeLessThan(bend + 1e-9);
});

describe('what is missing', () => {
  const withHole = (samples: number, filler: number) => {
    const { index } = curls(20);
    return { index: index.fill(filler, 1000, 1000 + samples) };
  };

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e9, -7])(
    '%s is a missing sample, and goes no further',
    (filler) => {
      const { runs, missing } = brought(aRecording([aStretch(withHole(9, filler))]), ['index']);
      expect(runs).toHaveLength(1);
      expect(missing).toBeCloseTo(9 / 2000, 10);
      expect(farthest(runs[0]?.signals[0], (i) => wave(i / 100))).toBeLessThan(0.04);
    },
  );

  test('a gap of 100 ms is bridged, a longer one splits', () => {
    const runsWith = (samples: number) =>
      brought(aRecording([aStretch(withHole(samples, Number.NaN))]), ['index']).runs;
    expect(runsWith(9)).toHaveLength(1);
    expect(runsWith(10).map(({ startUs }) => startUs - gameStartUs)).toEqual([0, 10_100_000]);
  });

  test('a sample counts when all channels that are asked for have it', () => {
    const channels = { ...curls(20), thumb: sampled(12, 100, wave) };
    expect(brought(aRecording([aStretch(channels)]), ['index', 'thumb']).missing).toBeCloseTo(0.4, 10);
    expect(brought(aRecording([aStretch(channels)]), ['index']).missing).toBe(0);
    expect(brought(aRecording([aStretch(channels)]), ['ring']).missing).toBe(1);
  });

  test('time between stretches counts', () => {
    const later = aStretch(curls(10), { t0Us: gameStartUs + 15e6 });
    const { missing, runs } = brought(aRecording([aStretch(curls(10)), later]), ['index']);
    expect(missing).toBeCloseTo(0.2, 3);
    expect(runs).toHaveLength(2);
  });

  test('stretches years apart take no room for what is between them', () => {
    const later = aStretch(curls(10), { t0Us: gameStartUs + 3e15 });
    const { missing, seconds } = brought(aRecording([aStretch(curls(10)), later]), ['index']);
    expect(missing).toBeGreaterThan(0.999);
    expect(seconds).toBeCloseTo(20, 10);
  });
});

test('stretches in any order give the same as one, and where they overlap the first to begin is believed', () => {
  const whole = sampled(30, 100, wave);
  const piece = (from: number, to: number, wrongUpTo = from) =>
    aStretch(
      { index: whole.slice(from, to).map((value, i) => (from + i < wrongUpTo ? 1.4 : value)) },
      { t0Us: gameStartUs + from * 10_000 },
    );
  const pieces = [piece(2000, 3000, 2100), piece(0, 1200), piece(900, 2100, 1200), piece(100, 300, 300)];
  const { runs, missing } = brought(aRecording(pieces), ['index']);
  expect(missing).toBe(0);
  expect(runs[0]?.signals[0]).toEqual(whole);
});

test.each([
  ['nothing', []],
  ['a stretch without channels', [aStretch({})]],
  ['a stretch without samples', [aStretch({ index: new Float64Array(0) })]],
  ['a rate of nothing', [aStretch(curls(4), { rateHz: 0 })]],
  ['no time', [aStretch(curls(4), { t0Us: Number.NaN })]],
  ['a rate of next to nothing', [aStretch(curls(4), { rateHz: 1e-320 })]],
])('%s is all missing', (_name, stretches) => {
  expect(brought(aRecording(stretches), ['index'])).toMatchObject({ runs: [], missing: 1, seconds: 0 });
});

test.each([
  ['one sample', { index: Float64Array.of(0.5) }, 100],
  ['samples that are too far from each other', curls(60, 9), 9],
])('%s make no run', (_name, channels, rateHz) => {
  expect(brought(aRecording([aStretch(channels, { rateHz })]), ['index']).runs).toEqual([]);
});

test('what claims to be longer than anybody plays is not brought to any rate', () => {
  const days = aStretch({ index: new Float64Array(500_000) }, { rateHz: 10 });
  expect(brought(aRecording([days]), ['index'])).toMatchObject({ runs: [], seconds: 49_999.91 });
});

describe('spikes', () => {
  test('single ones go, whatever their height', () => {
    const clean = curls(10).index;
    const spiked = clean.slice();
    for (const i of [100, 333, 700]) spiked[i] = 1.9;
    expect(farthest(withoutSpikes(spiked, 6), (i) => at(clean, i))).toBeLessThan(0.03);
  });

  test.each([2, 6, 12])('a sway of %s Hz keeps its crests', (frequencyHz) => {
    const sway = sampled(10, 100, (t) => Math.sin(2 * Math.PI * frequencyHz * t));
    expect(withoutSpikes(sway, 6)).toEqual(sway);
  });

  test('an edge that stays is none', () => {
    const edge = sampled(4, 100, (t) => (t < 2 ? 0 : 1));
    expect(withoutSpikes(edge, 6)).toEqual(edge);
  });
});

test('interpolation asks for a value at each step from first to last time', () => {
  expect([...interpolated(Float64Array.of(10, 20, 40), Float64Array.of(0, 1, 5), 5)]).toEqual([
    0, 0.5, 1, 2, 3, 4, 5,
  ]);
  expect([...interpolated(new Float64Array(0), new Float64Array(0), 5)]).toEqual([]);
});
