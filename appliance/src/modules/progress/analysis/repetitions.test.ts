import { describe, expect, test } from 'vitest';
import type { Recording } from './recording.ts';
import { fatigue, repetitionMetrics } from './repetition-metrics.ts';
import { aRecording, aStretch, gameStartUs, sampled, wholeHand } from './testing/synthetic-motion.ts';
import { fingerSignals, handSignals } from './usable-signals.ts';

const wave = (t: number) => 0.5 - 0.5 * Math.cos(2 * Math.PI * 0.8 * t);

/** Closings of one second each, begun at these seconds, to this height. */
const closings = (begun: readonly number[], height: (i: number) => number = () => 1) =>
  sampled((begun.at(-1) ?? 0) + 3, 100, (t) => {
    const i = begun.findLastIndex((at) => at <= t);
    const since = i < 0 ? 1 : t - (begun[i] ?? 0);
    return since >= 1 ? 0 : height(i) * (0.5 - 0.5 * Math.cos(2 * Math.PI * since));
  });

function measured(curl: Float64Array, more: Partial<Recording> = {}) {
  const recording = aRecording([aStretch(wholeHand(curl))], more);
  return metricsOf(recording);
}

function metricsOf(recording: Recording) {
  const finger = (name: Parameters<typeof fingerSignals>[1]) => fingerSignals(recording, name);
  const ofFingers = {
    thumb: finger('thumb'),
    index: finger('index'),
    middle: finger('middle'),
    ring: finger('ring'),
    pinky: finger('pinky'),
  };
  return repetitionMetrics(recording, handSignals(recording, ofFingers));
}

test('30 s at 0.8 Hz are 24 repetitions, 48 a minute, all alike', () => {
  const { reps, cadence, regularity, hesitations, halts, decrement } = measured(sampled(30, 100, wave));
  expect(reps.value).toBe(24);
  expect(cadence.value).toBeCloseTo(48, 6);
  expect(regularity.value).toBeCloseTo(0, 6);
  expect([hesitations.value, halts.value]).toEqual([0, 0]);
  expect(decrement.value).toBeCloseTo(0, 3);
});

test('the same at 70 Hz, by the fingers that are there', () => {
  const channels = { index: sampled(30, 70, wave), ring: new Float64Array(2100).fill(Number.NaN) };
  const { reps, cadence } = metricsOf(aRecording([aStretch(channels, { rateHz: 70 })]));
  expect(reps.value).toBe(24);
  expect(cadence.value).toBeCloseTo(48, 1);
});

describe('decrement', () => {
  const amplitudes = Array.from({ length: 24 }, (_, i) => 0.98 ** i);

  test('is a slope per repetition and a ratio of the ends', () => {
    expect(fatigue(amplitudes).slope).toBeCloseTo(-0.016766, 6);
    expect(fatigue(amplitudes).ratio).toBeCloseTo(0.681233, 6);
  });

  test('is found in the signal', () => {
    const begun = amplitudes.map((_, i) => 1 + i * 1.2);
    const { decrement, decrement_ratio, speed_decrement } = measured(closings(begun, (i) => 0.98 ** i));
    expect(decrement.value).toBeCloseTo(-0.016766, 4);
    expect(decrement_ratio.value).toBeCloseTo(0.681233, 4);
    expect(speed_decrement.value).toBeCloseTo(-0.016766, 4);
  });

  test('needs ten repetitions, and a scale that stays', () => {
    const nine = closings(Array.from({ length: 9 }, (_, i) => 1 + i * 1.2));
    expect(measured(nine).decrement).toMatchObject({ value: null, reason: 'too_few_repetitions' });
    const fromAMovingScale = measured(sampled(30, 100, wave), { why: 'device_auto', comparable: false });
    expect(fromAMovingScale.decrement).toMatchObject({ value: null, reason: 'device_auto' });
    expect(fromAMovingScale.cadence.value).toBeCloseTo(48, 6);
  });
});

test('an interval above twice the median is a hesitation, above three times a halt as well', () => {
  const pauses = [1, 1, 1, 1, 2.1, 1, 1, 3.5, 1, 1];
  const begun = [1];
  for (const pause of pauses) begun.push((begun.at(-1) ?? 0) + pause * 1.2);
  const { reps, hesitations, halts, regularity } = measured(closings(begun));
  expect(reps.value).toBe(11);
  expect([hesitations.value, halts.value]).toEqual([2, 1]);
  expect(regularity.value).toBeGreaterThan(0.5);
});

test('between 0.4 and 0.6 nothing is counted, and a bounce within 150 ms is none', () => {
  const trembling = sampled(10, 100, (t) => 0.5 + 0.08 * Math.sin(2 * Math.PI * 2 * t));
  expect(measured(trembling).reps.value).toBe(0);
  const bouncing = sampled(10, 100, (t) => 0.5 - 0.5 * Math.cos(2 * Math.PI * 8 * t));
  // 8 Hz are 125 ms apart: every other rise falls into the time after a repetition.
  expect(measured(bouncing).reps.value).toBeLessThanOrEqual(40);
});

test('no interval is taken across a gap', () => {
  const half = sampled(20, 100, wave);
  const pieces = [aStretch(wholeHand(half)), aStretch(wholeHand(half), { t0Us: gameStartUs + 21e6 })];
  const { reps, cadence, halts, regularity } = metricsOf(aRecording(pieces));
  expect(reps.value).toBe(32);
  expect(cadence.value).toBeCloseTo(48, 6);
  expect(regularity.value).toBeCloseTo(0, 6);
  expect(halts.value).toBe(0);
});

test('too few to tell a rhythm', () => {
  const { reps, cadence, regularity, halts } = measured(closings([1, 2.2, 3.4, 4.6]));
  expect(reps.value).toBe(4);
  for (const none of [cadence, regularity, halts])
    expect(none).toEqual({ value: null, quality: 0, reason: 'too_few_repetitions' });
});
