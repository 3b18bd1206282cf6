import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../testing/seeded-random.ts';
import { describeRecordings } from '../../../testing/shared-recordings.ts';
import { analyse } from './analysis.ts';
import { interpolated } from './resampling.ts';
import { at, norms } from './signal.ts';
import { jerkOfAcceleration, jerkOfInertialUnit, spectralArcLength } from './smoothness.ts';
import { percentile } from './statistics.ts';
import { hasDominantFrequency, swayIn } from './steadiness.ts';
import { aRecording, aStretch } from './testing/synthetic-motion.ts';

interface Golden {
  readonly imu_digits: readonly {
    readonly file: string;
    readonly resampled_50hz: number;
    readonly gyro_norm_max: number;
    readonly gyro_norm_mean: number;
    readonly sparc_gyro_norm: number;
    readonly ldlj_a: number;
  }[];
  readonly glove_5flex: readonly {
    readonly file: string;
    readonly rows: number;
    readonly letters: Readonly<Record<string, { readonly n: number; readonly median: readonly number[] }>>;
    readonly p5: readonly number[];
    readonly p95: readonly number[];
  }[];
}

const goldenOf = (folder: string): Golden =>
  JSON.parse(readFileSync(join(folder, 'golden/golden.json'), 'utf8')) as Golden;

/** A table by columns, as text. */
function tableOf(path: string): { column: (name: string) => string[] } {
  const [header = [], ...rows] = gunzipSync(readFileSync(path))
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return { column: (name) => rows.map((row) => row[header.indexOf(name)] ?? '') };
}

const axes = ['x', 'y', 'z'] as const;
type Vector = [Float64Array, Float64Array, Float64Array];

describeRecordings('digits drawn in the air with a phone', (folder) => {
  const digits = () =>
    goldenOf(folder).imu_digits.map((golden) => {
      const table = tableOf(join(folder, 'imu-digits', golden.file));
      const stamps = Float64Array.from(table.column('timestamp'), Number);
      const milliseconds = stamps.map((stamp) => stamp - at(stamps, 0));
      const at50Hz = (sensor: string) =>
        axes.map((axis) =>
          interpolated(milliseconds, Float64Array.from(table.column(`${sensor}_${axis}`), Number), 20),
        ) as Vector;
      return {
        golden,
        rotation: at50Hz('gyroscope'),
        linear: at50Hz('linear_acceleration'),
        acceleration: at50Hz('accelerometer'),
      };
    });

  test('are, resampled to 50 Hz, as smooth as the reference says', () => {
    for (const { golden, rotation, linear } of digits()) {
      const speed = norms(rotation);
      expect(speed).toHaveLength(golden.resampled_50hz);
      expect(Math.max(...speed)).toBeCloseTo(golden.gyro_norm_max, 6);
      expect(speed.reduce((sum, value) => sum + value, 0) / speed.length).toBeCloseTo(
        golden.gyro_norm_mean,
        6,
      );
      expect(spectralArcLength(speed, 50)).toBeCloseTo(golden.sparc_gyro_norm, 6);
      expect(jerkOfAcceleration(linear, 50)).toBeCloseTo(golden.ldlj_a, 6);
    }
  });

  test('have a jerk of the raw accelerometer, too, which is another number', () => {
    for (const { golden, rotation, acceleration } of digits())
      expect(Math.abs(jerkOfInertialUnit(acceleration, rotation, 50) - golden.ldlj_a)).toBeLessThan(1.6);
  });

  /** Share of the windows in which a sway of 5.5 Hz, added along a random axis, stands out. */
  test('show an added sway the more, the stronger it is', () => {
    const random = seededRandom(7);
    const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const files = digits();
    const detected = (rms: number): number => {
      const verdicts: boolean[] = [];
      for (let round = 0; round < 12; round++) {
        for (const { rotation } of files) {
          const direction = [gaussian(), gaussian(), gaussian()];
          const size = Math.hypot(...direction);
          const phase = 2 * Math.PI * random();
          const swaying = rotation.map((axis, which) =>
            axis.map((value, i) => {
              const sway = rms * Math.SQRT2 * Math.sin((2 * Math.PI * 5.5 * i) / 50 + phase);
              return value + (sway * at(direction, which)) / size;
            }),
          );
          for (let from = 0; from + 150 <= at50(swaying); from += 75)
            verdicts.push(
              hasDominantFrequency(
                swayIn(
                  swaying.map((axis) => axis.subarray(from, from + 150)),
                  50,
                  512,
                ),
              ),
            );
        }
      }
      return (100 * verdicts.filter(Boolean).length) / verdicts.length;
    };
    // Published for 100 such files; these are six of them, twelve windows, in many directions.
    for (const [rms, published] of [
      [0, 3.5],
      [0.1, 7],
      [0.2, 24.5],
      [0.4, 68],
      [0.8, 98],
      [1.6, 100],
    ] as const)
      expect(Math.abs(detected(rms) - published)).toBeLessThan(12);
  });
});

const at50 = (signals: readonly Float64Array[]): number => signals[0]?.length ?? 0;

describeRecordings('letters signed with a glove of five flex sensors', (folder) => {
  const fingers = ['thumb', 'index', 'middle', 'ring', 'pinky'] as const;

  test('have the medians and percentiles of the golden file, and are measured', () => {
    for (const golden of goldenOf(folder).glove_5flex) {
      const table = tableOf(join(folder, 'glove-5flex-quat-50hz', golden.file));
      const labels = table.column('label');
      const curls = fingers.map((_, i) => Float64Array.from(table.column(`ch${i}_norm`), Number));
      expect(labels).toHaveLength(golden.rows);
      for (const [letter, { n, median }] of Object.entries(golden.letters)) {
        const ofLetter = curls.map((curl) => curl.filter((_, i) => labels[i] === letter));
        expect(ofLetter.map(({ length }) => length)).toEqual(fingers.map(() => n));
        ofLetter.forEach((curl, i) => {
          expect(percentile(curl, 50)).toBeCloseTo(at(median, i), 4);
        });
      }
      const channels = Object.fromEntries(
        fingers.map((finger, i) => [finger, curls[i] ?? new Float64Array(0)]),
      );
      const { metrics } = analyse([aRecording([aStretch(channels, { rateHz: 50 })])], []);
      curls.forEach((curl, i) => {
        expect(percentile(curl, 5)).toBeCloseTo(at(golden.p5, i), 4);
        expect(percentile(curl, 95)).toBeCloseTo(at(golden.p95, i), 4);
        const range = at(golden.p95, i) - at(golden.p5, i);
        expect(Math.abs((metrics[`rom_${fingers[i] ?? 'thumb'}`].value ?? 0) - range)).toBeLessThan(0.01);
      });
      expect(metrics.sparc_wrist.reason).toBe('no_gyroscope');
    }
  });
});
