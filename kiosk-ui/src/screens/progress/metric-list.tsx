import type { ProgressReply } from '@dugout/appliance/contract/progress.ts';
import { useText } from '../../i18n/use-text.ts';
import { figure } from './figure.ts';
import { type MetricGroup, measured } from './metric-groups.ts';
import { reasonText } from './reason-text.ts';
import { StatusMark } from './status-mark.tsx';

/** The measurements that answer one question; those without a value say why. */
export function MetricList({ group, metrics }: { group: MetricGroup; metrics: ProgressReply['metrics'] }) {
  const t = useText();
  const { known, unknown } = measured(group, metrics);
  if (known.length + unknown.length === 0) return null;
  return (
    <section aria-labelledby={`metrics-${group}`} className="flex flex-col gap-2">
      <h2 id={`metrics-${group}`} className="text-2xl font-bold">
        {t(`progress.group.${group}`)}
      </h2>
      <p className="text-ink-soft">{t(`progress.group_about.${group}`)}</p>
      {known.length > 0 && (
        <table className="figures w-full">
          <thead className="sr-only">
            <tr>
              <th scope="col">{t('progress.metric')}</th>
              <th scope="col">{t('progress.value')}</th>
              <th scope="col">{t('progress.usual')}</th>
              <th scope="col">{t('progress.change')}</th>
            </tr>
          </thead>
          <tbody>
            {known.map(([key, { title, value, unit, baseline, detectable_change, status, better }]) => (
              <tr key={key} className="border-t-2 border-line">
                <th scope="row" className="py-2.5 pe-4 text-start font-medium">
                  {title}
                </th>
                <td className="py-2.5 pe-4 text-end text-lg font-bold whitespace-nowrap">
                  {figure(value, unit)}
                </td>
                <td className="py-2.5 pe-4 text-end whitespace-nowrap text-ink-soft">
                  {baseline !== null &&
                    t('progress.usual_is', {
                      baseline: figure(baseline, '1'),
                      detectable: figure(detectable_change ?? 0, '1'),
                    })}
                </td>
                <td className="py-2.5 text-end">{better !== 'neither' && <StatusMark status={status} />}</td>
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
