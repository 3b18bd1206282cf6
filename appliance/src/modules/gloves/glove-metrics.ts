import type { Registry } from 'prom-client';
import { createCounter, createGauge } from '../../platform/metrics.ts';
import { judged, type Tally } from './glove-counts.ts';

/** What operators see of all gloves together; each one is in `GET /api/gloves`. */
export function createGloveMetrics(registry: Registry, tallies: () => readonly { tally: Tally }[]) {
  const sumOf = (of: (tally: Tally) => number) => () =>
    tallies().reduce((sum, { tally }) => sum + of(tally), 0);
  for (const [name, help, of] of [
    [
      'dugout_glove_samples',
      'Samples of gloves that were taken since the start',
      ({ samples }: Tally) => samples,
    ],
    [
      'dugout_glove_samples_lost',
      'Samples that gloves numbered and that did not come',
      ({ lost }: Tally) => lost,
    ],
    ['dugout_glove_frames_repeated', 'Frames that had come before', ({ repeated }: Tally) => repeated],
    [
      'dugout_glove_rejected',
      'Lines and frames of gloves that were no samples',
      ({ codes }: Tally) => judged(codes).rejected,
    ],
  ] as const) {
    createGauge(registry, { name, help, value: sumOf(of) });
  }
  createGauge(registry, {
    name: 'dugout_gloves_heard',
    help: 'Gloves that were heard since the start',
    value: () => tallies().length,
  });
  const failures = createCounter(registry, {
    name: 'dugout_glove_sink_failures_total',
    help: 'Blocks of samples that somebody did not take',
    labels: [],
  });
  const cuts = createCounter(registry, {
    name: 'dugout_glove_connections_cut_total',
    help: 'TCP connections of gloves, and of others, that were ended here',
    labels: ['reason'],
  });
  return {
    sinkFailed: () => failures.inc(),
    cut: (reason: string) => cuts.inc({ reason }),
  };
}
