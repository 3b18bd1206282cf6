import { figure } from '@dugout/appliance/contract/metric-figure.ts';
import type { StationResult } from '@dugout/appliance/contract/progress.ts';
import { QrCode } from '../../components/qr-code.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';
import { StatusMark } from '../progress/status-mark.tsx';

/** What a game came to, for whoever gets up from the seat; the code leads to the same on their phone. */
export function SeatResult({
  game: { ticket, initials, score, page_url },
  result,
}: {
  game: NonNullable<StationResult['game']>;
  result: StationResult['result'];
}) {
  const t = useText();
  const { number } = useFormats();
  return (
    <div className="grid grow content-center items-center gap-8 lg:grid-cols-[1fr_auto]">
      <section className="flex flex-col gap-5 rounded-2xl border-2 border-line bg-surface p-6 sm:p-10">
        <h2 className="figures text-2xl font-bold text-ink-soft">{t('seat.guest', { ticket, initials })}</h2>
        {score !== null && (
          <p className="figures text-7xl font-extrabold tracking-tight">
            {number(score)} <span className="text-2xl font-semibold text-ink-soft">{t('seat.points')}</span>
          </p>
        )}
        <div role="status" className="flex flex-col gap-3">
          <Measured result={result} />
        </div>
        {result !== null && result.highlights.length > 0 && (
          <ul className="figures text-xl">
            {result.highlights.map(({ metric, title, value, unit, status }) => (
              <li
                key={metric}
                className="flex flex-wrap items-baseline justify-between gap-x-6 border-t-2 border-line py-2.5"
              >
                <span>{title}</span>
                {(status === 'improved' || status === 'declined') && <StatusMark status={status} />}
                <span className="ms-auto font-bold">{figure(metric, value, unit)}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <aside className="flex flex-col items-center gap-3 text-center">
        <QrCode content={page_url} label={t('seat.page')} className="size-64" />
        <p className="max-w-64 text-lg font-semibold">{t('seat.page')}</p>
      </aside>
    </div>
  );
}

function Measured({ result }: { result: StationResult['result'] }) {
  const t = useText();
  if (result === null) return <p className="text-xl text-ink-soft">{t('seat.nothing_recorded')}</p>;
  if (result.state === 'pending') return <p className="text-xl">{t('seat.pending')}</p>;
  if (result.status === null) return <p className="text-xl">{t('seat.failed')}</p>;
  return (
    <>
      <h3>
        <StatusMark status={result.status} className="text-4xl font-extrabold tracking-tight" />
      </h3>
      <p className="text-xl">{t(`progress.meaning.${result.status}`)}</p>
    </>
  );
}
