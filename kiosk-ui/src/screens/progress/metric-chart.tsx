import { figure } from '@dugout/appliance/contract/metric-figure.ts';
import type { MetricHistory, MetricKey } from '@dugout/appliance/contract/progress.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';
import { placed } from './metric-chart-places.ts';
import { usual } from './metric-list.tsx';
import { StatusMark } from './status-mark.tsx';

const width = 400;
const height = 150;

/** One measurement over the games: the band is what chance brings about, and only what leaves it is a change. */
export function MetricChart({ metricKey, metric }: { metricKey: MetricKey; metric: MetricHistory }) {
  const t = useText();
  const { title, unit, status, better, baseline } = metric;
  const newest = metric.points.findLast(({ value }) => value !== null)?.value ?? null;
  const { points, band, middle } = placed(metric, width, height);
  return (
    <li className="flex flex-col gap-2 rounded-2xl border-2 border-line bg-surface p-4">
      <h3 className="flex flex-wrap items-baseline justify-between gap-x-4 text-lg font-bold">
        {title}
        {better !== 'neither' && baseline !== null && <StatusMark status={status} className="text-base" />}
      </h3>
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden className="w-full">
        {band && <rect x="0" y={band.top} width={width} height={band.height} className="fill-sunken" />}
        {middle !== null && (
          <line x1="0" x2={width} y1={middle} y2={middle} className="stroke-edge" strokeDasharray="6 6" />
        )}
        <polyline
          points={points.map(({ x, y }) => `${x},${y}`).join(' ')}
          className="fill-none stroke-ink"
          strokeWidth="2"
        />
        {points.map(({ x, y, game }) => (
          <circle key={game} cx={x} cy={y} r="5" className="fill-fill stroke-ink" strokeWidth="2" />
        ))}
      </svg>
      <p className="figures flex flex-wrap justify-between gap-x-4">
        {newest !== null && (
          <span className="font-bold">{t('progress.last', { value: figure(metricKey, newest, unit) })}</span>
        )}
        <span className="text-ink-soft">
          {baseline === null
            ? t('progress.no_usual')
            : t('progress.usual_is', { usual: usual(t, metricKey, metric) })}
        </span>
      </p>
      <ChartTable metricKey={metricKey} metric={metric} />
    </li>
  );
}

function ChartTable({
  metricKey,
  metric: { points, unit, title },
}: {
  metricKey: MetricKey;
  metric: MetricHistory;
}) {
  const t = useText();
  const { date } = useFormats();
  return (
    <table className="sr-only">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{t('progress.played')}</th>
          <th scope="col">{t('progress.value')}</th>
        </tr>
      </thead>
      <tbody>
        {points.map(({ game_id, at, value }) => (
          <tr key={game_id}>
            <th scope="row">{date(at)}</th>
            <td>{value === null ? t('signals.none') : figure(metricKey, value, unit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
