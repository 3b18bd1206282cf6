import { figure } from '@dugout/appliance/contract/metric-figure.ts';
import type { MetricKey, MetricReport, ProgressReply } from '@dugout/appliance/contract/progress.ts';
import { type Text, useText } from '../../i18n/use-text.ts';
import { type MetricGroup, measured } from './metric-groups.ts';
import { reasonText } from './reason-text.ts';
import { StatusMark } from './status-mark.tsx';

/** The measurements that answer one question; those without a value say why. */
export function MetricList({ group, metrics }: { group: MetricGroup; metrics: ProgressReply['metrics'] }) {
  const t = useText();
  const { known, unknown } = measured(group, metrics);
  if (known.length + unknown.length === 0) return null;
  return (
    <section
      aria-labelledby={`metrics-${group}`}
      className="flex flex-col gap-2 rounded-2xl border-2 border-line bg-surface p-5 sm:p-6"
    >
      <h2 id={`metrics-${group}`} className="text-2xl font-bold">
        {t(`progress.group.${group}`)}
      </h2>
      <p className="text-ink-soft">{t(`progress.group_about.${group}`)}</p>
      {known.length > 0 && (
        <table className="figures w-full max-sm:block">
          <thead className="text-ink-soft max-sm:sr-only">
            <tr>
              <th scope="col" className="py-1.5 pe-4 text-start font-medium">
                {t('progress.metric')}
              </th>
              <th scope="col" className="py-1.5 pe-6 text-end font-medium">
                {t('progress.value')}
              </th>
              <th scope="col" className="py-1.5 pe-6 text-end font-medium">
                {t('progress.usual')}
              </th>
              <th scope="col" className="w-64 py-1.5 text-start font-medium">
                {t('progress.change')}
              </th>
            </tr>
          </thead>
          <tbody className="max-sm:block">
            {known.map(([key, metric]) => (
              <tr
                key={key}
                className="border-t-2 border-line max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:gap-x-4 max-sm:py-2"
              >
                <th scope="row" className="py-2 pe-4 text-start font-medium max-sm:py-0.5">
                  {metric.title}
                </th>
                <td className="py-2 pe-6 text-end text-lg font-bold whitespace-nowrap max-sm:px-0 max-sm:py-0.5">
                  {figure(key, metric.value, metric.unit)}
                </td>
                <td className="py-2 pe-6 text-end text-ink-soft max-sm:order-last sm:whitespace-nowrap max-sm:px-0 max-sm:py-0.5">
                  {usual(t, key, metric)}
                </td>
                <td className="py-2 max-sm:py-0.5">
                  {metric.better !== 'neither' && metric.baseline !== null && (
                    <StatusMark status={metric.status} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {unknown.length > 0 && (
        <details className="text-ink-soft">
          <summary className="min-h-10 content-center">
            {t('progress.unknown', { count: unknown.length })}
          </summary>
          <ul className="list-disc ps-6">
            {unknown.map(([key, { title, reason }]) => (
              <li key={key}>{t('progress.unknown_because', { title, reason: reasonText(t, reason) })}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** How the first games were, and how far a game differs from them without meaning anything, where that is known. */
export function usual(
  t: Text,
  key: MetricKey,
  {
    baseline,
    detectable_change,
    unit,
    better,
  }: Pick<MetricReport, 'baseline' | 'detectable_change' | 'unit' | 'better'>,
): string {
  if (baseline === null) return '';
  const at = figure(key, baseline, unit);
  if (detectable_change === null || better === 'neither') return at;
  return t('progress.usual_range', { baseline: at, detectable: figure(key, detectable_change, unit) });
}
