/**
 * What is measured of a hand. Without schemas: a thread that is begun for a game's analysis would load their library first,
 * which takes as long as a third of the analysis.
 */

import { type Finger, fingers } from './glove-frame.ts';

type FingerMetric = `rom_${Finger}` | `sparc_${Finger}` | `ldlj_${Finger}`;
type HandMetric =
  | 'sparc_wrist'
  | 'ldlj'
  | 'reps'
  | 'cadence'
  | 'regularity'
  | 'hesitations'
  | 'halts'
  | 'decrement'
  | 'decrement_ratio'
  | 'speed_decrement'
  | 'steadiness'
  | 'steadiness_frequency'
  | 'reaction_time'
  | 'reaction_spread'
  | 'symmetry'
  | 'coverage';
export type MetricKey = FingerMetric | HandMetric;

/** What a metric is, in words for whoever played. A value outside its range is none. */
export interface MetricDefinition {
  readonly title: string;
  /** As a person reads it; `1` is a plain number or a share. */
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  /** Which way it goes when somebody gets better; `neither` is shown and never judged. */
  readonly better: 'higher' | 'lower' | 'neither';
}

const ofFinger = (finger: Finger): [FingerMetric, MetricDefinition][] => {
  const name = finger === 'pinky' ? 'little finger' : finger;
  return [
    [`rom_${finger}`, { title: `Reach, ${name}`, unit: '1', least: 0, most: 1.5, better: 'higher' }],
    [`sparc_${finger}`, { title: `Smoothness, ${name}`, unit: '1', least: -100, most: 0, better: 'higher' }],
    [`ldlj_${finger}`, { title: `Flow, ${name}`, unit: '1', least: -60, most: 10, better: 'higher' }],
  ];
};

const ofHand: readonly [HandMetric, MetricDefinition][] = [
  ['sparc_wrist', { title: 'Smoothness, wrist', unit: '1', least: -100, most: 0, better: 'higher' }],
  ['ldlj', { title: 'Flow, hand', unit: '1', least: -60, most: 10, better: 'higher' }],
  ['reps', { title: 'Closings', unit: '1', least: 0, most: 1_000_000, better: 'neither' }],
  ['cadence', { title: 'Pace', unit: '1/min', least: 0, most: 1_000, better: 'neither' }],
  ['regularity', { title: 'Unevenness of the rhythm', unit: '1', least: 0, most: 100, better: 'lower' }],
  ['hesitations', { title: 'Hesitations', unit: '1', least: 0, most: 1_000_000, better: 'lower' }],
  ['halts', { title: 'Halts', unit: '1', least: 0, most: 1_000_000, better: 'lower' }],
  ['decrement', { title: 'Reach kept per closing', unit: '1', least: -10, most: 10, better: 'higher' }],
  ['decrement_ratio', { title: 'Reach kept to the end', unit: '1', least: 0, most: 100, better: 'higher' }],
  ['speed_decrement', { title: 'Speed kept per closing', unit: '1', least: -10, most: 10, better: 'higher' }],
  ['steadiness', { title: 'Sway while holding still', unit: 'rad/s', least: 0, most: 100, better: 'lower' }],
  [
    'steadiness_frequency',
    { title: 'Pace of that sway', unit: 'Hz', least: 3.5, most: 12, better: 'neither' },
  ],
  ['reaction_time', { title: 'Reaction time', unit: 'ms', least: 100, most: 1_500, better: 'lower' }],
  [
    'reaction_spread',
    { title: 'Spread of the reaction time', unit: 'ms', least: 0, most: 1_500, better: 'lower' },
  ],
  ['symmetry', { title: 'Difference between hands', unit: '%', least: 0, most: 200, better: 'lower' }],
  ['coverage', { title: 'Time spent fully open or closed', unit: '1', least: 0, most: 1, better: 'neither' }],
];

const definitions = [...fingers.flatMap(ofFinger), ...ofHand];

/** Every metric there is. An analysis lists them all. */
export const metricDefinitions: Readonly<Record<MetricKey, MetricDefinition>> = Object.fromEntries(
  definitions,
) as Record<MetricKey, MetricDefinition>;
export const metricKeys: readonly MetricKey[] = definitions.map(([key]) => key);
