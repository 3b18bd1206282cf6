import { fingers } from '../../../../../contract/glove-frame.ts';
import { seededRandom } from '../../../../testing/seeded-random.ts';
import type { Recording, Stretch } from '../recording.ts';

/** Speed of a movement of distance 1 with the least jerk there can be, both ends included. */
export function minimumJerkSpeed(seconds: number, rateHz: number): Float64Array {
  return Float64Array.from({ length: Math.round(seconds * rateHz) + 1 }, (_, i) => {
    const u = i / (seconds * rateHz);
    return (30 / seconds) * (u ** 2 - 2 * u ** 3 + u ** 4);
  });
}

/** Several such movements of one second, begun `apart` seconds from each other and added up. */
export function submovements(count: number, apart: number, rateHz: number): Float64Array {
  const one = minimumJerkSpeed(1, rateHz);
  const step = Math.round(apart * rateHz);
  const sum = new Float64Array((count - 1) * step + one.length);
  for (let begun = 0; begun < count; begun++)
    one.forEach((value, i) => {
      sum[begun * step + i] = (sum[begun * step + i] ?? 0) + value;
    });
  return sum;
}

/** Where a movement of distance 1 is after a share of its duration. */
export const minimumJerkPosition = (share: number): number => {
  const u = Math.min(1, Math.max(0, share));
  return 10 * u ** 3 - 15 * u ** 4 + 6 * u ** 5;
};

export const sampled = (seconds: number, rateHz: number, value: (seconds: number) => number): Float64Array =>
  Float64Array.from({ length: Math.round(seconds * rateHz) }, (_, i) => value(i / rateHz));

export const gameStartUs = Date.UTC(2026, 5, 1, 18) * 1000;

export const aStretch = (
  channels: Record<string, Float64Array>,
  { rateHz = 100, t0Us = gameStartUs }: Partial<Pick<Stretch, 'rateHz' | 't0Us'>> = {},
): Stretch => ({ t0Us, rateHz, channels });

export const aRecording = (stretches: readonly Stretch[], more: Partial<Recording> = {}): Recording => ({
  hand: 'right',
  gloveClass: 'lucid',
  comparable: true,
  why: null,
  stretches,
  ...more,
});

/** The five fingers doing the same. */
export const wholeHand = (curl: Float64Array): Record<string, Float64Array> =>
  Object.fromEntries(fingers.map((finger) => [finger, curl]));

/** When the cues of a game come, seconds: every third of them, while the hand is open. */
export const cueSeconds = (seconds: number): number[] => {
  const cues: number[] = [];
  for (let at = 21.2; at < seconds - 2; at += 3) cues.push(at);
  return cues;
};

export const reactionSeconds = 0.3;

/**
 * A game of the glove attraction as 15 channels: twenty seconds of holding still with a sway of 6 Hz and 0.05 rad/s, then
 * a closing and an opening of the hand every three seconds on a cue (or every 0.6 s where `isBrisk`), the wrist turning along. Noise is that of real
 * sensors.
 */
export function aGame(
  seconds: number,
  rateHz: number,
  { isBrisk = false } = {},
): Record<string, Float64Array> {
  const random = seededRandom(1);
  const noise = (size: number) => size * (random() + random() + random() - 1.5);
  const period = isBrisk ? 1.1 : 3;
  const sway = 0.05 * Math.SQRT2;
  const moving = (t: number) => (t < 20 ? -1 : (t - 21.2 - reactionSeconds + period) % period);
  const curlAt = (t: number, reach: number): number => {
    const since = moving(t);
    if (since < 0) return 0.05;
    return 0.05 + reach * (minimumJerkPosition(since / 0.5) - minimumJerkPosition((since - 0.55) / 0.5));
  };
  const turning = (t: number): number => {
    const since = moving(t);
    if (since < 0 || since > 1.05) return 0;
    const u = (since % 0.525) / 0.5;
    return u > 1 ? 0 : (since < 0.525 ? 1 : -1) * 60 * (u ** 2 - 2 * u ** 3 + u ** 4);
  };
  const channel = (value: (t: number) => number, size: number): Float64Array =>
    sampled(seconds, rateHz, (t) => value(t) + noise(size));
  return {
    ...Object.fromEntries(
      fingers.map((finger, i) => [finger, channel((t) => curlAt(t, 0.9 - 0.05 * i), 0.004)]),
    ),
    qw: channel(() => 1, 0),
    qx: channel(() => 0, 0),
    qy: channel(() => 0, 0),
    qz: channel(() => 0, 0),
    gx: channel((t) => turning(t) + sway * Math.sin(12 * Math.PI * t), 0.002),
    gy: channel(() => 0, 0.002),
    gz: channel(() => 0, 0.002),
    ax: channel((t) => 3 * turning(t), 0.02),
    ay: channel(() => 0, 0.02),
    az: channel(() => 9.80665, 0.02),
  };
}

/** The largest distance between a signal and what it should be. */
export const farthest = (signal: Float64Array | undefined, expected: (i: number) => number): number =>
  (signal ?? Float64Array.of(Number.NaN)).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - expected(i))),
    0,
  );
