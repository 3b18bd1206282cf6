import type { MetricKey, ProgressReply, ResultSummary } from '../../../contract/progress.ts';

type Highlight = ResultSummary['highlights'][number];

/** Said of a game in which nothing has changed, the easiest to understand first. */
const usual: readonly MetricKey[] = ['reps', 'cadence', 'rom_index', 'reaction_time', 'steadiness'];
const most = 3;

/** The result of a game in a few words; null when it is nobody's business any more. */
export function resultSummary(progress: ProgressReply | { state: 'pending' } | null): ResultSummary | null {
  if (progress === null) return null;
  if (progress.state === 'pending') return { state: 'pending', status: null, highlights: [] };
  if (progress.state === 'failed')
    return progress.code === 'erased' ? null : { state: 'failed', status: null, highlights: [] };
  const { status, metrics } = progress;
  const told = (keys: readonly MetricKey[]): Highlight[] =>
    keys.flatMap((metric) => {
      const { title, value, unit, status: its } = metrics[metric];
      return value === null ? [] : [{ metric, title, value, unit, status: its }];
    });
  const changed = told(Object.keys(metrics) as MetricKey[]).filter(({ status: its }) => isChange(its));
  const rest = told(usual).filter(({ metric }) => !changed.some((one) => one.metric === metric));
  return { state: 'done', status, highlights: [...changed, ...rest].slice(0, most) };
}

const isChange = (status: Highlight['status']): boolean => status === 'improved' || status === 'declined';
