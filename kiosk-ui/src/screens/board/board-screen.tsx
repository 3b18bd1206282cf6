import type { LiveTopic } from '@dugout/appliance/contract/live.ts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { Live } from '../../appliance-client/live.tsx';
import { publicQueueQuery } from '../../appliance-client/queries.ts';
import { useNow } from '../../appliance-client/use-now.ts';
import { venueNow } from '../../appliance-client/venue-clock.ts';
import { SoundSwitch } from '../../calls/sound-switch.tsx';
import { useCallChime } from '../../calls/use-call-chime.ts';
import { useCalled } from '../../calls/use-called.ts';
import { Brand } from '../../components/brand.tsx';
import { FadesWhenStale, FarScreen } from '../../components/far-screen.tsx';
import { Freshness } from '../../components/freshness.tsx';
import { usePage } from '../../components/use-page.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';
import { CalledStrip } from './called-strip.tsx';
import { LaneColumn } from './lane-column.tsx';

const topics: readonly LiveTopic[] = ['queue', 'stations', 'attractions'];
const lanesAtOnce = 3;

/** The public board. `?attraction=derby` shows that one alone. */
export default function BoardScreen() {
  const t = useText();
  return (
    <Live topics={topics}>
      <title>{t('title', { screen: t('screen.board') })}</title>
      <FarScreen>
        <Board />
      </FarScreen>
    </Live>
  );
}

function Board() {
  const t = useText();
  const [search] = useSearchParams();
  const only = search.get('attraction');
  const board = useQuery(publicQueueQuery);
  const attractions = board.data?.attractions;
  const lanes = useMemo(
    () => attractions?.filter(({ id }) => only === null || id === only) ?? [],
    [attractions, only],
  );
  const called = useCalled(attractions && lanes);
  useCallChime(called);
  const shown = usePage(lanes, lanesAtOnce);
  return (
    <>
      <header className="flex items-center justify-between gap-6 pb-4">
        <h1 className="text-2xl">
          <Brand name={board.data?.site_name ?? t('brand')} />
        </h1>
        <div className="flex items-center gap-6">
          <SoundSwitch />
          <Freshness of={[board]} on="board" />
          <Clock />
        </div>
      </header>
      <FadesWhenStale of={[board]}>
        <CalledStrip called={called ?? []} />
        <div className="grid min-h-0 grow gap-[calc(var(--u)*2)] landscape:auto-cols-fr landscape:grid-flow-col portrait:auto-rows-fr">
          {shown.map((lane) => (
            <LaneColumn key={lane.id} lane={lane} room={shown.length === 1 ? 'alone' : 'shared'} />
          ))}
        </div>
      </FadesWhenStale>
    </>
  );
}

function Clock() {
  const { time } = useFormats();
  return <span className="figures text-2xl font-semibold">{time(venueNow(useNow()))}</span>;
}
