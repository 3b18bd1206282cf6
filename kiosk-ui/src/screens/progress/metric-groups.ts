import { fingers } from '@dugout/appliance/contract/glove-frame.ts';
import type { MetricKey, MetricReport } from '@dugout/appliance/contract/progress.ts';

/** Measurements that answer one question. */
export const metricGroups = ['reach', 'smoothness', 'rhythm', 'lasting', 'calm', 'hands'] as const;
export type MetricGroup = (typeof metricGroups)[number];

const ofFingers = (start: 'rom' | 'sparc' | 'ldlj'): MetricKey[] =>
  fingers.map((finger) => `${start}_${finger}` as const);

export const metricsOf: Readonly<Record<MetricGroup, readonly MetricKey[]>> = {
  reach: [...ofFingers('rom'), 'coverage'],
  smoothness: ['sparc_wrist', 'ldlj', ...ofFingers('sparc'), ...ofFingers('ldlj')],
  rhythm: ['reps', 'cadence', 'regularity', 'hesitations', 'halts'],
  lasting: ['decrement', 'decrement_ratio', 'speed_decrement'],
  calm: ['steadiness', 'steadiness_frequency', 'reaction_time', 'reaction_spread'],
  hands: ['symmetry'],
};

type Measured = MetricReport & { value: number };
const isMeasured = (entry: [MetricKey, MetricReport]): entry is [MetricKey, Measured] =>
  entry[1].value !== null;

/** Those that have a value, and those that have none. */
export function measured(group: MetricGroup, metrics: Readonly<Partial<Record<MetricKey, MetricReport>>>) {
  const all = metricsOf[group].flatMap((key): [MetricKey, MetricReport][] => {
    const metric = metrics[key];
    return metric === undefined ? [] : [[key, metric]];
  });
  return { known: all.filter(isMeasured), unknown: all.filter((entry) => !isMeasured(entry)) };
}
