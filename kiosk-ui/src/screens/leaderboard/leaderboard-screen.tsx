import type { LiveTopic } from '@dugout/appliance/contract/live.ts';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { Live } from '../../appliance-client/live.tsx';
import { attractionsQuery, leaderboardQuery } from '../../appliance-client/queries.ts';
import { useNow } from '../../appliance-client/use-now.ts';
import { Mark } from '../../components/brand.tsx';
import { Failure } from '../../components/failure.tsx';
import { FadesWhenStale, FarScreen } from '../../components/far-screen.tsx';
import { Freshness } from '../../components/freshness.tsx';
import { useText } from '../../i18n/use-text.ts';
import { RankRow } from './rank-row.tsx';
import { RecordMoment } from './record-moment.tsx';
import { TopThree } from './top-three.tsx';
import { windowAt } from './windows.ts';

const topics: readonly LiveTopic[] = ['leaderboard', 'attractions'];

/** The ten best. `?attraction=derby` and `?window=today` hold it still; without a window it turns by itself. */
export default function LeaderboardScreen() {
  const t = useText();
  return (
    <Live topics={topics}>
      <title>{t('title', { screen: t('screen.leaderboard') })}</title>
      <FarScreen>
        <Ranks />
      </FarScreen>
    </Live>
  );
}

function Ranks() {
  const t = useText();
  const [search] = useSearchParams();
  const attractions = useQuery(attractionsQuery);
  const attraction = search.get('attraction') ?? attractions.data?.items[0]?.id ?? 'derby';
  const window = windowAt(search.get('window'), useNow());
  const board = useQuery({ ...leaderboardQuery(attraction, window), placeholderData: (before) => before });
  // Read beside the window on show, so that a record is noticed and the next window needs no wait.
  const allTime = useQuery(leaderboardQuery(attraction, 'all'));
  const name = attractions.data?.items.find(({ id }) => id === attraction)?.name ?? attraction;
  const entries = board.data?.entries ?? [];
  return (
    <>
      <RecordMoment key={attraction} entries={allTime.data?.entries} />
      <header className="flex items-center justify-between gap-6 pb-[calc(var(--u)*2)]">
        <h1 className="flex items-center gap-[0.4em] text-4xl font-extrabold tracking-tight">
          <Mark className="size-[1.1em] shrink-0" />
          {name}
        </h1>
        <div className="flex flex-col items-end gap-2">
          <p className="rounded-full bg-fill px-6 py-2 text-xl font-bold text-on-fill">
            {board.data && windowName(t, board.data)}
          </p>
          <Freshness of={[board]} on="board" />
        </div>
      </header>
      <FadesWhenStale of={[board]}>
        {board.isError && <Failure error={board.error} />}
        {board.data && entries.length === 0 && (
          <p className="grid grow place-items-center text-center text-4xl font-bold">
            {t('leaderboard.empty')}
          </p>
        )}
        {entries.length > 0 && (
          <div
            key={board.data?.window}
            className="grid min-h-0 grow animate-appear gap-[calc(var(--u)*3)] landscape:grid-cols-[5fr_6fr] portrait:grid-rows-[5fr_6fr]"
          >
            <TopThree entries={entries.slice(0, 3)} />
            <ol className="flex min-h-0 flex-col" start={4}>
              {entries.slice(3).map((entry) => (
                <RankRow key={entry.game_id} entry={entry} />
              ))}
            </ol>
          </div>
        )}
      </FadesWhenStale>
      <footer className="flex items-end justify-between gap-6 pt-[calc(var(--u)*1.5)] text-base text-ink-soft">
        <p>{board.data && t('leaderboard.players', { players: board.data.players })}</p>
        <p>{board.data && t('leaderboard.tie_rule')}</p>
      </footer>
    </>
  );
}

function windowName(t: ReturnType<typeof useText>, board: { window: string; window_name: string }): string {
  if (board.window === 'all' || board.window === 'today') return t(`leaderboard.window.${board.window}`);
  return board.window_name;
}
