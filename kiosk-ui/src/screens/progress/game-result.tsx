import type { ProgressReply } from '@dugout/appliance/contract/progress.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { gameProgressQuery } from '../../appliance-client/queries.ts';
import { Mark } from '../../components/brand.tsx';
import { buttonLook } from '../../components/button.tsx';
import { Failure } from '../../components/failure.tsx';
import { Freshness } from '../../components/freshness.tsx';
import { Message } from '../../components/message.tsx';
import { useText } from '../../i18n/use-text.ts';
import { metricGroups } from './metric-groups.ts';
import { MetricList } from './metric-list.tsx';
import { reasonText } from './reason-text.ts';
import { StatusMark } from './status-mark.tsx';

/** What one game came to, held against the player's own first games. */
export function GameResult({ gameId }: { gameId: string }) {
  const t = useText();
  const progress = useQuery(gameProgressQuery(gameId));
  if (progress.isError && !progress.data) return <Failure error={progress.error} />;
  if (!progress.data) return <Message title={t('starting')} />;
  if (progress.data.state === 'pending')
    return (
      <Message title={t('progress.pending')}>
        <p>{t('progress.pending_about')}</p>
      </Message>
    );
  if (progress.data.state === 'failed')
    return (
      <Message title={t('progress.failed')}>
        <p>{t('progress.failed_because', { reason: reasonText(t, progress.data.code) })}</p>
      </Message>
    );
  const { status, why, comparable, score, metrics } = progress.data;
  return (
    <div className="mx-auto flex min-h-dvh max-w-4xl flex-col gap-6 p-5 sm:p-8">
      <header className="flex flex-wrap items-center justify-between gap-4">
        <h1 className="flex items-center gap-3 text-3xl font-extrabold tracking-tight">
          <Mark className="size-10" />
          {t('progress.game')}
        </h1>
        <Freshness of={[progress]} />
      </header>
      <main className="flex flex-col gap-5">
        <section className="flex flex-col gap-3 rounded-2xl border-2 border-line bg-surface p-6 sm:p-8">
          <h2>
            <StatusMark status={status} className="text-4xl font-extrabold tracking-tight" />
          </h2>
          <p className="text-xl">{t(`progress.meaning.${status}`)}</p>
          {!comparable && (
            <p className="text-xl">{t('progress.not_compared', { reason: reasonText(t, why) })}</p>
          )}
          {score.value !== null && <Score score={score} />}
        </section>
        {metricGroups.map((group) => (
          <MetricList key={group} group={group} metrics={metrics} />
        ))}
        <Link href="/progress" className={`${buttonLook('plain', 'kiosk')} self-start`}>
          {t('progress.over_games')}
        </Link>
      </main>
    </div>
  );
}

function Score({ score: { value, detectable_change } }: { score: ProgressReply['score'] }) {
  const t = useText();
  return (
    <p className="figures text-xl text-ink-soft">
      {t('progress.score', {
        value: Math.round(value ?? 0),
        detectable: Math.round(detectable_change ?? 0),
        known: detectable_change === null ? 'no' : 'yes',
      })}
    </p>
  );
}
