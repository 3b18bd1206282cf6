import { expect, test } from 'vitest';
import { absent } from './finding.ts';
import { reactionMetrics } from './reaction-metrics.ts';
import { at } from './signal.ts';
import {
  aRecording,
  aStretch,
  gameStartUs,
  minimumJerkPosition,
  sampled,
} from './testing/synthetic-motion.ts';
import { fingerSignals, gyroSignals } from './usable-signals.ts';

const cueUs = (seconds: number) => gameStartUs + Math.round(seconds * 1e6);
const cueTimes = Array.from({ length: 10 }, (_, i) => 2 + i * 4);
const cues = cueTimes.map(cueUs);

/** A hand that closes so long after each cue, and opens a second later. */
const closingAfter = (delays: readonly number[]) =>
  sampled(44, 100, (t) =>
    delays.reduce((curl, delay, i) => {
      const since = t - (cueTimes[i] ?? 0) - delay;
      return curl + minimumJerkPosition(since / 0.4) - minimumJerkPosition((since - 1) / 0.4);
    }, 0),
  );

const measure = (curl: Float64Array, moments: readonly number[] = cues) => {
  const recording = aRecording([aStretch({ index: curl })]);
  return reactionMetrics(moments, fingerSignals(recording, 'index'), gyroSignals(recording));
};
const always = (seconds: number) => cueTimes.map(() => seconds);

test.each([0.25, 0.4, 0.8])('a hand that sets out %s s after each cue', (seconds) => {
  const { reaction_time, reaction_spread } = measure(closingAfter(always(seconds)));
  // A minimum-jerk movement of 0.4 s passes 5 % of its peak after 24 ms; the first sample above it comes at 30.
  expect(reaction_time.value).toBeCloseTo(seconds * 1000 + 30, 3);
  expect(reaction_spread.value).toBeCloseTo(0, 6);
  expect(reaction_time.quality).toBe(1);
});

test('a hand that trembles all the time sets out when it is faster than before the cue', () => {
  const trembling = sampled(44, 100, (t) => 0.02 * Math.sin(6 * Math.PI * t));
  const closing = closingAfter(always(0.3));
  const { reaction_time } = measure(closing.map((value, i) => value + at(trembling, i)));
  expect(Math.abs((reaction_time.value ?? 0) - 330)).toBeLessThan(40);
  expect(reaction_time.quality).toBe(1);
});

test('the spread is that between the quartiles', () => {
  const delays = [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65];
  const { reaction_time, reaction_spread } = measure(closingAfter(delays));
  expect(Math.abs((reaction_time.value ?? 0) - 425)).toBeLessThan(35);
  expect(reaction_spread.value).toBeCloseTo(225, -1);
});

test('anticipations, lapses and cues nobody saw are left out, and lower the quality', () => {
  const delays = [0.02, 0.05, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 1.7, 1.7];
  const { reaction_time } = measure(closingAfter(delays));
  expect(Math.abs((reaction_time.value ?? 0) - 300)).toBeLessThan(35);
  expect(reaction_time.quality).toBeCloseTo(0.6 * 0.6, 10);
  const outside = [...cues, cueUs(-5), cueUs(500)];
  expect(measure(closingAfter(always(0.3)), outside).reaction_time.quality).toBeCloseTo(10 / 12, 10);
});

test.each([
  ['no cues', closingAfter(always(0.3)), [], 'no_cues'],
  ['cues that are no moments', closingAfter(always(0.3)), [Number.NaN], 'no_cues'],
  ['four answers', closingAfter(always(0.3)), cues.slice(0, 4), 'too_few_reactions'],
  ['a hand that rests', sampled(44, 100, () => 0.2), cues, 'too_few_reactions'],
])('%s are too little', (_name, curl, moments, reason) => {
  expect(measure(curl, moments).reaction_time).toMatchObject({ value: null, reason });
});

test('without a curl the turning of the hand answers', () => {
  const speed = sampled(44, 100, (t) => cueTimes.reduce((sum, at) => sum + 5 * bumpAt(t - at - 0.3), 0));
  const recording = aRecording([aStretch({ gx: speed, gy: speed, gz: speed })]);
  const { reaction_time } = reactionMetrics(cues, { reason: 'no_curl' }, gyroSignals(recording));
  expect(Math.abs((reaction_time.value ?? 0) - 300)).toBeLessThan(35);
  const nothing = reactionMetrics(cues, { reason: 'no_curl' }, { reason: 'no_gyroscope' });
  expect(nothing.reaction_time).toEqual(absent('no_curl'));
});

const bumpAt = (since: number) => (since > 0 && since < 0.4 ? Math.sin((Math.PI * since) / 0.4) ** 2 : 0);
