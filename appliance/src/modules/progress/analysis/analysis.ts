import { type MetricKey, metricDefinitions, metricKeys } from '../../../../contract/metrics.ts';
import type { Metric } from '../../../../contract/progress.ts';
import { absent, type Finding } from './finding.ts';
import { joined, type Measured, symmetry } from './joining.ts';
import { type Analysis, type Recording, samplesIn } from './recording.ts';
import { recordingMetrics } from './recording-metrics.ts';

/**
 * Measures a game: what each of its recordings says, put together. Every metric is listed; one that cannot be told has
 * no value and a reason. Whether the game may be held against others is not asked here; a metric that has no meaning
 * on a scale which the glove moved meanwhile is absent all the same. Cues are epoch µs of the moments at which the
 * player could see them. Throws on nothing: a recording may hold anything.
 */
export function analyse(recordings: readonly Recording[], cues: readonly number[]): Analysis {
  const measured = recordings.map((recording) => ({
    recording,
    seconds: secondsOf(recording),
    metrics: recordingMetrics(recording, cues),
  }));
  const metrics = metricKeys.map((key) => [key, metricOf(key, measured)]);
  return { metrics: Object.fromEntries(metrics) as Record<MetricKey, Metric> };
}

/** Length of what was recorded, holes left out. */
const secondsOf = ({ stretches }: Recording): number =>
  stretches.reduce((sum, stretch) => sum + samplesIn(stretch) / stretch.rateHz, 0);

function metricOf(key: MetricKey, measured: readonly Measured[]): Metric {
  const { unit, least, most } = metricDefinitions[key];
  const finding = key === 'symmetry' ? symmetry(measured) : joined(key, measured);
  const isPossible = finding.value === null || (finding.value >= least && finding.value <= most);
  const { value, quality, reason }: Finding = isPossible ? finding : absent('out_of_range');
  return { value, unit, quality, reason };
}
