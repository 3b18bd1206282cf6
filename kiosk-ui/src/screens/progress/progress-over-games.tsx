import type { MetricKey, ProgressSeries } from '@dugout/appliance/contract/progress.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { progressQuery } from '../../appliance-client/queries.ts';
import { Mark } from '../../components/brand.tsx';
import { ChoiceRow } from '../../components/choice-row.tsx';
import { Failure } from '../../components/failure.tsx';
import { Freshness } from '../../components/freshness.tsx';
import { Message } from '../../components/message.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { type Text, useText } from '../../i18n/use-text.ts';
import { MetricChart } from './metric-chart.tsx';
import { type MetricGroup, metricGroups, metricsOf } from './metric-groups.ts';
import { reasonText } from './reason-text.ts';
import { StatusMark } from './status-mark.tsx';

/** A player's games one after the other, and what is more than chance in them. */
export function ProgressOverGames({ playerId }: { playerId: string | null }) {
  const t = useText();
  const history = useQuery(progressQuery(playerId));
  const [chosen, setChosen] = useState(0);
  if (history.isError && !history.data) return <Failure error={history.error} />;
  if (!history.data) return <Message title={t('starting')} />;
  const { series } = history.data;
  const shown = series[chosen] ?? series[0];
  return (
    <div className="mx-auto flex min-h-dvh max-w-5xl flex-col gap-6 p-5 sm:p-8">
      <header className="flex flex-wrap items-center justify-between gap-4">
        <h1 className="flex items-center gap-3 text-3xl font-extrabold tracking-tight">
          <Mark className="size-10" />
          {t('screen.progress')}
        </h1>
        <Freshness of={[history]} />
      </header>
      <main className="flex flex-col gap-8">
        {!shown && <p className="text-xl">{t('progress.none')}</p>}
        {series.length > 1 && (
          <ChoiceRow
            label={t('progress.series')}
            choices={series.map((_, at) => at)}
            chosen={chosen}
            onChoose={setChosen}
            nameOf={(at) => seriesName(t, series[at])}
          />
        )}
        {shown && <Series series={shown} />}
      </main>
    </div>
  );
}

const seriesName = (t: Text, series: ProgressSeries | undefined): string =>
  series === undefined
    ? ''
    : t('progress.series_name', {
        hand: series.hand ?? 'none',
        attraction: series.attraction,
        kind: series.glove_class,
      });

function Series({ series }: { series: ProgressSeries }) {
  const t = useText();
  const [group, setGroup] = useState<MetricGroup>('reach');
  const charts = metricsOf[group].flatMap(
    (key): [MetricKey, NonNullable<ProgressSeries['metrics'][MetricKey]>][] => {
      const metric = series.metrics[key];
      return metric?.points.some(({ value }) => value !== null) ? [[key, metric]] : [];
    },
  );
  return (
    <>
      <section className="flex flex-col gap-2 rounded-2xl border-2 border-line bg-surface p-6 sm:p-8">
        <h2>
          <StatusMark status={series.status} className="text-4xl font-extrabold tracking-tight" />
        </h2>
        <p className="text-xl">{t(`progress.meaning.${series.status}`)}</p>
      </section>
      <section aria-label={t('progress.charts')} className="flex flex-col gap-5">
        <ChoiceRow
          label={t('progress.groups')}
          choices={metricGroups}
          chosen={group}
          onChoose={setGroup}
          nameOf={(name) => t(`progress.group.${name}`)}
        />
        <p className="text-ink-soft">
          {t(`progress.group_about.${group}`)} {t('progress.band')}
        </p>
        {charts.length === 0 && <p className="text-xl text-ink-soft">{t('progress.nothing_measured')}</p>}
        <ul className="grid gap-5 sm:grid-cols-2">
          {charts.map(([key, metric]) => (
            <MetricChart key={key} metricKey={key} metric={metric} />
          ))}
        </ul>
      </section>
      <Games games={series.games} />
    </>
  );
}

function Games({ games }: Pick<ProgressSeries, 'games'>) {
  const t = useText();
  const { date } = useFormats();
  return (
    <section aria-labelledby="games" className="flex flex-col gap-2">
      <h2 id="games" className="text-2xl font-bold">
        {t('progress.games')}
      </h2>
      <ul className="figures">
        {games.toReversed().map(({ game_id, at, status, comparable, why }) => (
          <li key={game_id} className="flex flex-wrap items-center gap-x-6 border-t-2 border-line py-1">
            <Link
              href={`/progress?game=${game_id}`}
              className="min-h-12 content-center font-semibold underline"
            >
              <time dateTime={at}>{date(at)}</time>
            </Link>
            <StatusMark status={status} className="ms-auto" />
            {!comparable && (
              <span className="basis-full pb-2 text-ink-soft">
                {t('progress.not_compared', { reason: reasonText(t, why) })}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
