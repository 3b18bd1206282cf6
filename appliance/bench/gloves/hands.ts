import { createChance } from '../../src/testing/simulated-glove/chance.ts';
import { noFaults } from '../../src/testing/simulated-glove/fault-rates.ts';
import { frameChannels, fullScalesOf, lineOf, putSample } from '../../src/testing/simulated-glove/formats.ts';
import { createPerformance } from '../../src/testing/simulated-glove/hand.ts';
import { gamePhases, type Phase } from '../../src/testing/simulated-glove/performance-plan.ts';
import { createSensors, type Sensors } from '../../src/testing/simulated-glove/sensors.ts';

export const rateHz = 100;
export const dtUs = 1e6 / rateHz;
export const channels = frameChannels;
/** Of one of a player's games at the seat, over and over. */
export const threeMinutes = 180;

/** Samples of a hand, each read once; the same seed gives the same. */
function readHand(
  seed: number,
  samples: number,
  phases: readonly Phase[],
  each: (reading: ReturnType<Sensors['read']>, index: number) => void,
): Sensors {
  const performance = createPerformance({ seed, phases });
  const settings = { fullScales: fullScalesOf('frame'), deviceAuto: false, faults: noFaults };
  const sensors = createSensors(settings, createChance(seed));
  for (let index = 0; index < samples; index += 1) {
    each(sensors.read(performance, index * dtUs, index / rateHz), index);
  }
  return sensors;
}

export interface RecordedHand {
  /** Interleaved. */
  readonly values: Int16Array;
  /** What an open and a closed finger give. */
  readonly lo: readonly number[];
  readonly hi: readonly number[];
}

/** What a glove of 15 channels sends while a hand plays. */
export function recordedHand(
  seed: number,
  seconds: number,
  phases: readonly Phase[] = gamePhases,
): RecordedHand {
  const values = new Int16Array(seconds * rateHz * channels);
  const { lo, hi } = readHand(seed, seconds * rateHz, phases, (reading, index) =>
    putSample(values, index * channels, reading, null),
  );
  return { values, lo, hi };
}

/** The same as lines of the alpha encoding. */
export function alphaLines(seed: number, seconds: number): string[] {
  const lines: string[] = [];
  readHand(seed, seconds * rateHz, gamePhases, (reading) => lines.push(lineOf('alpha', reading, '\n')));
  return lines;
}

const hands = 8;
const secondsOfEach = 30;
const samplesOfEach = secondsOfEach * rateHz;
/** So that no two gloves send the same at the same time; a multiple of every frame's samples. */
const apart = 100;
let recorded: readonly Int16Array[] | undefined;

/** Where in `values` the sample of this number is that this glove sends. What it sends comes back after half a minute. */
export function sampleOf(glove: number, number: number): { values: Int16Array; at: number } {
  recorded ??= Array.from({ length: hands }, (_, seed) => recordedHand(seed + 1, secondsOfEach).values);
  const values = recorded[glove % hands] ?? new Int16Array();
  return { values, at: ((number + glove * apart) % samplesOfEach) * channels };
}
