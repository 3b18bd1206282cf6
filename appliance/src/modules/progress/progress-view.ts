import { metricDefinitions, metricKeys } from '../../../contract/metrics.ts';
import type {
  Metric,
  MetricKey,
  MetricReport,
  ProgressHistory,
  ProgressReply,
  ProgressScore,
  ProgressSeries,
  Reconciliation,
} from '../../../contract/progress.ts';
import { toMoment } from '../../platform/clock.ts';
import { type MetricJudgement, nothingSaid } from './judgement.ts';
import type { AnalysisRow, ProcessingEventRow } from './progress-tables.ts';

type ByKey<Value> = Readonly<Record<MetricKey, Value>>;

const byKey = <Value>(value: (key: MetricKey) => Value): Record<MetricKey, Value> =>
  Object.fromEntries(metricKeys.map((key) => [key, value(key)])) as Record<MetricKey, Value>;

const metricsIn = (row: AnalysisRow) => JSON.parse(row.metrics) as ByKey<Metric>;
const judgementsIn = (row: AnalysisRow) => JSON.parse(row.statuses) as ByKey<MetricJudgement>;
const scoreIn = (row: AnalysisRow) => JSON.parse(row.score) as ProgressScore;

/** A metric that an older release did not know is listed, too. */
const unmeasured = (key: MetricKey, reason: string): Metric => ({
  value: null,
  unit: metricDefinitions[key].unit,
  quality: 0,
  reason,
});

const report = (key: MetricKey, metric: Metric, judgement: MetricJudgement): MetricReport => {
  const { title, better } = metricDefinitions[key];
  return { title, better, ...metric, ...judgement };
};

/** What a game's analysis came to. */
export function progressView(analysis: AnalysisRow, event: ProcessingEventRow): ProgressReply {
  const metrics = metricsIn(analysis);
  const judgements = judgementsIn(analysis);
  const { metrics: silence } = nothingSaid('not_enough_data');
  return {
    game_id: analysis.game_id,
    processing_event_id: analysis.processing_event_id,
    state: 'done',
    code: event.code,
    algo_version: analysis.algo_version,
    hand: analysis.hand,
    comparable: analysis.comparable === 1,
    why: analysis.why,
    status: analysis.status,
    score: scoreIn(analysis),
    metrics: byKey((key) =>
      report(key, metrics[key] ?? unmeasured(key, 'not_measured'), judgements[key] ?? silence[key]),
    ),
    computed_at: toMoment(analysis.computed_at),
    supersedes: analysis.supersedes,
  };
}

/** A game that could not be analysed: every metric is listed, with why there is none. */
export function failureView(event: ProcessingEventRow): ProgressReply {
  const code = event.code ?? 'analysis_failed';
  const { status, score, metrics } = nothingSaid('not_comparable');
  return {
    game_id: event.game_id,
    processing_event_id: event.id,
    state: 'failed',
    code,
    algo_version: event.algo_version,
    hand: null,
    comparable: false,
    why: code,
    status,
    score,
    metrics: byKey((key) => report(key, unmeasured(key, code), metrics[key])),
    computed_at: toMoment(event.done_at ?? event.created_at),
    supersedes: null,
  };
}

/** What the player is told of it. */
export function reconciliationOf(analysis: AnalysisRow, event: ProcessingEventRow): Reconciliation {
  const { state: _, hand: __, ...told } = progressView(analysis, event);
  return told;
}

/** The analyses of a player that stand, by what can be held against each other; in the order of play. */
export function historyView(player_id: string, rows: readonly AnalysisRow[]): ProgressHistory {
  const superseded = new Set(rows.flatMap(({ supersedes }) => supersedes ?? []));
  const series = new Map<string, AnalysisRow[]>();
  for (const row of rows) {
    if (superseded.has(row.processing_event_id)) continue;
    const name = JSON.stringify([row.attraction, row.hand, row.glove_class, row.algo_version]);
    series.set(name, [...(series.get(name) ?? []), row]);
  }
  return { player_id, series: [...series.values()].flatMap(seriesView) };
}

function seriesView(rows: readonly AnalysisRow[]): ProgressSeries[] {
  const last = rows.at(-1);
  if (last === undefined) return [];
  const games = rows.map((row) => ({
    game_id: row.game_id,
    at: toMoment(row.played_at),
    metrics: metricsIn(row),
    judgements: judgementsIn(row),
  }));
  const { metrics: silence } = nothingSaid('not_enough_data');
  const { hand, attraction, glove_class, algo_version, status } = last;
  return [
    {
      hand,
      attraction,
      glove_class,
      algo_version,
      status,
      games: rows.map((row) => ({
        game_id: row.game_id,
        at: toMoment(row.played_at),
        comparable: row.comparable === 1,
        why: row.why,
        status: row.status,
        score: scoreIn(row).value,
      })),
      metrics: byKey((key) => {
        const { title, unit, better } = metricDefinitions[key];
        return {
          title,
          unit,
          better,
          ...(games.at(-1)?.judgements[key] ?? silence[key]),
          points: games.map(({ game_id, at, metrics, judgements }) => ({
            game_id,
            at,
            value: metrics[key]?.value ?? null,
            status: judgements[key]?.status ?? 'not_enough_data',
          })),
        };
      }),
    },
  ];
}
