import { expect, test } from 'vitest';
import type { CalibrationResult, ChannelCalibration } from '../../../../contract/glove-calibration.ts';
import { fingers } from '../../../../contract/glove-frame.ts';
import { seededRandom } from '../../../testing/seeded-random.ts';
import { createDriftWatch } from './drift.ts';
import { handLayout } from './testing/obedient-hand.ts';

const good = (more: Partial<ChannelCalibration> = {}): ChannelCalibration => ({
  lo: 0.2,
  hi: 0.8,
  quality: 'good',
  reasons: [],
  ...more,
});
const calibration = (channels: Record<string, ChannelCalibration> = {}): CalibrationResult => ({
  channels: { ...Object.fromEntries(fingers.map((finger) => [finger, good()])), ...channels },
  gyro_bias: null,
  pose: null,
  quality: 'good',
  reasons: [],
});

/** A game of some seconds: what each finger's curl is at a time in seconds, 0 open … 1 closed. */
function played(
  curl: (s: number, finger: string) => number,
  { seconds = 30, holes = false, of = calibration() } = {},
) {
  const random = seededRandom(3);
  const watch = createDriftWatch(of);
  const layout = { id: 5, channels: handLayout.channels.slice(0, 5) };
  for (let seq = 0; seq < seconds * 100; seq += 10) {
    const values = Int16Array.from({ length: 50 }, (_, at) => {
      const x = curl((seq + Math.floor(at / 5)) / 100, fingers[at % 5] ?? '');
      return Math.round((0.2 + 0.6 * x) * 4_095 + (random() - 0.5) * 20);
    });
    const block = {
      glove: 'a',
      run: 'r',
      seq,
      lost: holes ? 1 : 0,
      t0Us: seq * 1e4,
      dtUs: 10_000,
      count: 10,
    };
    watch.take({ ...block, layout, values, calibrated: false, deviceAuto: false });
  }
  return watch.drift();
}
/** Two seconds open, two seconds of play. */
const play = (s: number) => (s % 4 < 2 ? 0 : 0.5 - 0.5 * Math.cos(Math.PI * s));

test('a hand that opens as it did has not drifted', () => {
  expect(played(play)?.drifted).toBe(false);
});
test('one finger that reads more when the hand is open has', () => {
  const drift = played((s, finger) => play(s) + (finger === 'ring' ? 0.15 : 0));
  expect(drift?.drifted).toBe(true);
  expect(drift?.fingers.ring).toBeCloseTo(0.15, 1);
  expect(drift?.fingers.index).toBeCloseTo(0, 1);
});
test('so have all that read less than an open hand can', () => {
  expect(played((s) => play(s) - 0.15)).toMatchObject({ drifted: true });
});
test('what hangs half open now and then is a hand, not drift', () => {
  expect(played((s) => (s % 8 < 2 ? 0.08 : s % 8 < 5 ? 0 : play(s)))?.drifted).toBe(false);
});
test('a thumb that is tucked in, or a finger that is not stretched, is a hand, too', () => {
  const drift = played((s, finger) =>
    finger === 'thumb' ? 1 : finger === 'pinky' ? Math.max(play(s), 0.18) : play(s),
  );
  expect(drift?.drifted).toBe(false);
  expect(Object.keys(drift?.fingers ?? {})).toEqual(['index', 'middle', 'ring']);
});
test.each<[string, (s: number) => number]>([
  ['never opens', (s) => 0.4 + 0.6 * play(s)],
  ['is never still', (s) => 0.5 - 0.5 * Math.cos(2 * Math.PI * s)],
])('of a hand that %s nothing is said', (_case, curl) => {
  expect(played(curl)).toBeNull();
});
test('of a hand that was open for a second nothing is said', () => {
  expect(played(() => 0, { seconds: 1 })).toBeNull();
});
test('samples on both sides of a hole are no rest', () => {
  expect(played(() => 0, { holes: true })).toBeNull();
});
test('a finger that was not calibrated is not spoken of', () => {
  const of = calibration({ ring: good({ quality: 'poor', reasons: ['did_not_move'] }) });
  expect(Object.keys(played(play, { of })?.fingers ?? {})).toEqual(['thumb', 'index', 'middle', 'pinky']);
});
