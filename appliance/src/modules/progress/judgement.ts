import { metricDefinitions, metricKeys } from '../../../contract/metrics.ts';
import type { Metric, MetricKey, ProgressScore, ProgressStatus } from '../../../contract/progress.ts';
import { believedNoise, detectableChange, median, type NoiseFloor } from './detectable-change.ts';
import { type Repeatability, repeatability } from './repeatability.ts';

/** A game as far as it is judged. */
export interface MeasuredGame {
  readonly comparable: boolean;
  readonly metrics: Readonly<Record<MetricKey, Pick<Metric, 'value'>>>;
}

export interface MetricJudgement {
  readonly status: ProgressStatus;
  readonly baseline: number | null;
  readonly change: number | null;
  readonly detectable_change: number | null;
}

export interface Judgement {
  /** Of the game as a whole: that of its score. */
  readonly status: ProgressStatus;
  readonly score: ProgressScore;
  readonly metrics: Readonly<Record<MetricKey, MetricJudgement>>;
}

/** The baseline is the median of so many games, and what is held against it that of the last so many. */
const baselineGames = 5;
const lastGames = 3;

/** A metric counts for at most so many times its noise, which is the whole of the scale. */
const furthest = 5;
const pointsPerNoise = 10;
const middle = 50;
/** How alike metrics of one hand move, until the person's own games can tell. */
const assumedCorrelation = 0.5;

/**
 * Holds the last of these games against the ones before it: games of one player, hand, attraction, class of glove and
 * version of the algorithm, oldest first. Those that are not comparable are left out; when the last is one, nothing is
 * said.
 */
export function judge(games: readonly MeasuredGame[]): Judgement {
  const last = games.at(-1);
  if (last === undefined || !last.comparable) return nothingSaid('not_comparable');
  const comparable = games.filter((game) => game.comparable);
  const courses = new Map(metricKeys.map((key) => [key, courseOf(key, comparable)]));
  const metrics = metricKeys.map((key) => {
    const course = courses.get(key);
    const isThere = last.metrics[key].value !== null;
    return [key, course === undefined || !isThere ? unknown(course) : judgementOf(course)] as const;
  });
  const { status, score } = judgedWhole(comparable, [...courses.values()]);
  return { status, score, metrics: Object.fromEntries(metrics) as Judgement['metrics'] };
}

/** One metric over the games that have it, on the scale on which its noise is even. */
interface Course {
  readonly key: MetricKey;
  readonly better: 1 | -1 | 0;
  readonly scale: Repeatability['scale'];
  /** By game; null where the metric is absent. */
  readonly values: readonly (number | null)[];
  readonly known: readonly number[];
  /** Null before there are five values. */
  readonly baseline: number | null;
  readonly floor: NoiseFloor;
  /** Of one game. */
  readonly noise: number;
}

const sides = { higher: 1, lower: -1, neither: 0 } as const;
/** How much less noise than the published one is believed of somebody. */
const steadierThanMost = 2.5;
/** Below this a value on a scale of multiples is none that a sensor could tell from 0. */
const leastOfLog = 1e-6;

function courseOf(key: MetricKey, games: readonly MeasuredGame[]): Course {
  const { scale, share, least } = repeatability.get(key) ?? { scale: 'linear', share: 0, least: 0 };
  const values = games.map(({ metrics }) => {
    const { value } = metrics[key];
    return value === null || scale === 'linear' ? value : Math.log(Math.max(value, leastOfLog));
  });
  const known = values.filter((value) => value !== null);
  const baseline = known.length < baselineGames ? null : median(known.slice(0, baselineGames));
  const srd = scale === 'log' ? Math.log1p(share) : Math.max(share * Math.abs(baseline ?? 0), least);
  const published = srd / (1.96 * Math.SQRT2);
  const floor = { published, ever: published / steadierThanMost };
  return {
    key,
    better: sides[metricDefinitions[key].better],
    scale,
    values,
    known,
    baseline,
    floor,
    noise: Math.max(believedNoise(known, floor), tiny),
  };
}

const onScale = ({ scale }: Course, value: number): number => (scale === 'log' ? Math.exp(value) : value);

const unknown = (course: Course | undefined): MetricJudgement => ({
  ...silence,
  status: 'not_enough_data',
  baseline: course === undefined || course.baseline === null ? null : onScale(course, course.baseline),
});

function judgementOf(course: Course): MetricJudgement {
  const { baseline, known, better } = course;
  if (baseline === null) return unknown(course);
  const now = median(known.slice(-lastGames));
  const inUnit = onScale(course, baseline);
  const judged = { baseline: inUnit, change: onScale(course, now) - inUnit };
  if (better === 0) return { ...judged, status: 'no_clear_change', detectable_change: null };
  const detectable = detectableChange(known, course.floor);
  return {
    ...judged,
    status: statusOf((now - baseline) * better, detectable),
    detectable_change: Math.abs(onScale(course, baseline + better * detectable) - inUnit),
  };
}

const statusOf = (gain: number, detectable: number): ProgressStatus => {
  if (!Number.isFinite(gain) || Math.abs(gain) <= detectable) return 'no_clear_change';
  return gain > 0 ? 'improved' : 'declined';
};

/** How far one value is on the good side of the baseline, in points. */
function pointsOf(course: Course, value: number): number {
  const away = ((value - (course.baseline ?? value)) * course.better) / course.noise;
  return middle + pointsPerNoise * Math.min(furthest, Math.max(-furthest, away));
}
/** Of games that are equal to the last digit. */
const tiny = 1e-12;

/**
 * The mean of the metrics that the last game has and that have a baseline: one judgement, where thirty would each
 * have its own chance of a false alarm.
 */
function judgedWhole(
  games: readonly MeasuredGame[],
  courses: readonly Course[],
): Pick<Judgement, 'status' | 'score'> {
  const counted = courses.filter(
    ({ better, baseline, values }) => better !== 0 && baseline !== null && typeof values.at(-1) === 'number',
  );
  const scores = games.flatMap((_, game) => {
    const points = counted.flatMap((course) => {
      const value = course.values[game] ?? null;
      return value === null ? [] : pointsOf(course, value);
    });
    return points.length === 0 ? [] : points.reduce((sum, one) => sum + one, 0) / points.length;
  });
  const value = scores.at(-1);
  if (value === undefined || scores.length < baselineGames)
    return { status: 'not_enough_data', score: noScore };
  const baseline = median(scores.slice(0, baselineGames));
  const change = median(scores.slice(-lastGames)) - baseline;
  const alike = (1 + (counted.length - 1) * assumedCorrelation) / counted.length;
  const detectable = detectableChange(scores, {
    published: pointsPerNoise * Math.sqrt(alike),
    ever: leastPoints,
  });
  const parts = counted.map((course) => ({
    metric: course.key,
    points: pointsOf(course, course.values.at(-1) ?? 0),
  }));
  return {
    status: statusOf(change, detectable),
    score: { value, baseline, change, detectable_change: detectable, parts },
  };
}

/** A score that keeps still to less than this does so by chance. */
const leastPoints = 0.5;

const silence = { baseline: null, change: null, detectable_change: null };
const noScore: ProgressScore = { ...silence, value: null, parts: [] };

export function nothingSaid(status: ProgressStatus): Judgement {
  const metrics = metricKeys.map((key) => [key, { ...silence, status }] as const);
  return { status, score: noScore, metrics: Object.fromEntries(metrics) as Judgement['metrics'] };
}
