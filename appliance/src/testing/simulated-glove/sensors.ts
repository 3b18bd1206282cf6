import type { Chance } from './chance.ts';
import type { FaultRates } from './fault-rates.ts';
import { aPose, type Performance, type Pose } from './hand.ts';

/** What the sensors of a glove tell at one moment. */
export interface Reading {
  /** Of the bend sensors as they are converted, thumb first. */
  readonly raw: Int32Array;
  /** As the firmware sends it: the same, or rescaled. */
  readonly sent: Int32Array;
  /** What the hand really did. */
  readonly pose: Pose;
}

export interface SensorOptions {
  /** Full scale of each bend sensor's converter. */
  readonly fullScales: readonly number[];
  /** The firmware rescales by the range that it has seen so far, for ever, to 0 … full scale. */
  readonly deviceAuto: boolean;
  readonly faults: FaultRates;
  /** Standard deviation of a converter's noise, as a share of full scale. */
  readonly noise?: number;
}

/** Of full scale: what an open and a closed finger give, each glove a little different. */
const usualRange = { open: 0.2, closed: 0.72, spread: 0.04 };
/** Of the gyroscope, rad/s, and of the accelerometer, m/s². */
const inertialNoise = { gyro: 0.004, acceleration: 0.02 };

export interface Sensors {
  /** The hand at `handUs` of its performance. `seconds` have passed since the glove was put on. */
  read(performance: Performance, handUs: number, seconds: number): Reading;
  /** A glove that is switched off forgets the range it has seen. */
  forget(): void;
  /** What an open and a closed finger give. */
  readonly lo: readonly number[];
  readonly hi: readonly number[];
}

export function createSensors(
  { fullScales, deviceAuto, faults, noise = 0.0015 }: SensorOptions,
  chance: Chance,
): Sensors {
  const about = (share: number) => share + chance.between(-usualRange.spread, usualRange.spread);
  const lo = fullScales.map((scale) => scale * about(usualRange.open));
  const hi = fullScales.map((scale) => scale * about(usualRange.closed));
  const drifts = fullScales.map(() => (chance.happens(0.5) ? 1 : -1) * faults.driftPerMinute);
  const noisy = chance.fork();
  const reading: Reading = {
    raw: new Int32Array(fullScales.length),
    sent: new Int32Array(fullScales.length),
    pose: aPose(),
  };
  const seen = { least: new Float64Array(5), most: new Float64Array(5) };
  const forget = () => {
    seen.least.fill(Infinity);
    seen.most.fill(-Infinity);
  };
  forget();
  const stuckAt = fullScales.map((scale) => Math.round(scale * 0.4));

  return {
    lo,
    hi,
    forget,
    read(performance, handUs, seconds) {
      const { raw, sent, pose } = reading;
      performance.at(handUs, pose);
      for (let one = 0; one < 3; one += 1) {
        pose.gyro[one] = (pose.gyro[one] ?? 0) + inertialNoise.gyro * noisy.gaussian();
        const shaken = inertialNoise.acceleration * noisy.gaussian();
        pose.acceleration[one] = (pose.acceleration[one] ?? 0) + shaken;
        pose.linear[one] = (pose.linear[one] ?? 0) + shaken;
      }
      for (let finger = 0; finger < raw.length; finger += 1) {
        const [low = 0, high = 1, scale = 1] = [lo[finger], hi[finger], fullScales[finger]];
        const drifted = (pose.curls[finger] ?? 0) + ((drifts[finger] ?? 0) * seconds) / 60;
        const value =
          faults.stuckFinger === finger
            ? (stuckAt[finger] ?? 0)
            : Math.round(low + drifted * (high - low) + noise * scale * noisy.gaussian());
        raw[finger] = Math.min(scale, Math.max(0, value));
        sent[finger] = deviceAuto ? rescaled(finger, raw[finger] ?? 0, scale) : (raw[finger] ?? 0);
      }
      return reading;
    },
  };

  /** As LucidGloves does it: before a finger has moved it is in the middle. */
  function rescaled(finger: number, value: number, scale: number): number {
    const least = Math.min(seen.least[finger] ?? value, value);
    const most = Math.max(seen.most[finger] ?? value, value);
    seen.least[finger] = least;
    seen.most[finger] = most;
    return least === most ? Math.floor(scale / 2) : Math.floor(((value - least) * scale) / (most - least));
  }
}
