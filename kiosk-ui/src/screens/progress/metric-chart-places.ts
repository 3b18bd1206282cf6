import type { MetricHistory } from '@dugout/appliance/contract/progress.ts';

/** Room for a point at the edge. */
const margin = 10;

/**
 * Where the games of a measurement stand on paper of this size: one step per game, and a scale that holds every value
 * and the band in which a change is none. A single value, or equal ones, stand in the middle.
 */
export function placed(
  { points, baseline, detectable_change }: Pick<MetricHistory, 'points' | 'baseline' | 'detectable_change'>,
  width: number,
  height: number,
) {
  const reach = detectable_change ?? 0;
  const edges = baseline === null ? [] : [baseline - reach, baseline + reach];
  const values = [...points.flatMap(({ value }) => (value === null ? [] : [value])), ...edges];
  const least = Math.min(...values);
  const span = Math.max(...values) - least;
  const yOf = (value: number) =>
    span === 0 ? height / 2 : height - margin - ((value - least) / span) * (height - 2 * margin);
  const step = (width - 2 * margin) / Math.max(1, points.length - 1);
  return {
    points: points.flatMap(({ value, game_id }, at) =>
      value === null ? [] : [{ x: margin + at * step, y: yOf(value), game: game_id }],
    ),
    band:
      baseline === null || detectable_change === null
        ? null
        : { top: yOf(baseline + reach), height: yOf(baseline - reach) - yOf(baseline + reach) },
    middle: baseline === null ? null : yOf(baseline),
  };
}
