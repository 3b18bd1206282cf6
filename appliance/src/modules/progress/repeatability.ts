import { fingers } from '../../../contract/glove-frame.ts';
import type { MetricKey } from '../../../contract/progress.ts';

/**
 * How far two games of one person who has not changed may lie apart, before the person's own games can tell: the
 * smallest real difference (1.96·√2·SEM), as a share of the value and no less than `least` in its unit.
 */
export interface Repeatability {
  readonly share: number;
  readonly least: number;
  /** `log`: what counts is how many times as large a value is, and `share` is that less one. */
  readonly scale: 'linear' | 'log';
  readonly source: string;
}

const kanzler =
  'Kanzler et al., J NeuroEng Rehabil 2020, doi 10.1186/s12984-020-00748-5, table 3 (pegboard): upper end';
const elble = 'Elble et al., PMC6174406: 66 % of the baseline’s geometric mean; measured at the head';
const ours = 'no published figure for a glove: a cautious guess, until there are eight games of one’s own';

const ofFingers = (prefix: 'rom' | 'sparc' | 'ldlj', one: Repeatability): [MetricKey, Repeatability][] =>
  fingers.map((finger) => [`${prefix}_${finger}`, one]);

const sparc: Repeatability = { share: 0.35, least: 0.2, scale: 'linear', source: kanzler };
const jerk: Repeatability = { share: 0.31, least: 0.5, scale: 'linear', source: kanzler };
const guess = (share: number, least: number): Repeatability => ({
  share,
  least,
  scale: 'linear',
  source: ours,
});

/** Those that are judged; what is better neither way has nothing to be told apart by. */
export const repeatability: ReadonlyMap<MetricKey, Repeatability> = new Map<MetricKey, Repeatability>([
  ...ofFingers('rom', guess(0.3, 0.1)),
  ...ofFingers('sparc', sparc),
  ...ofFingers('ldlj', jerk),
  ['sparc_wrist', sparc],
  ['ldlj', jerk],
  ['regularity', guess(0.66, 0.05)],
  ['hesitations', guess(0.66, 3)],
  ['halts', guess(0.66, 3)],
  ['decrement', guess(0.66, 0.01)],
  ['decrement_ratio', guess(0.3, 0.15)],
  ['speed_decrement', guess(0.66, 0.01)],
  ['steadiness', { share: 0.66, least: 0, scale: 'log', source: elble }],
  ['reaction_time', guess(0.3, 50)],
  ['reaction_spread', guess(0.66, 50)],
  ['symmetry', guess(0.66, 10)],
]);
