import type { Station } from '@dugout/appliance/contract/attractions.ts';
import type { Game } from '@dugout/appliance/contract/games.ts';
import { appliance } from '../../appliance-client/appliance.ts';
import { Button } from '../../components/button.tsx';
import { PresenceMark } from '../../components/presence-mark.tsx';
import { Slate } from '../../components/slate.tsx';
import { useText } from '../../i18n/use-text.ts';
import { RigNotice } from './rig-notice.tsx';
import { useCommands } from './use-actions.tsx';
import { worstFirst } from './worst-first.ts';

export type StationsSectionProps = { stations: readonly Station[]; playing: readonly Game[] };

/** Every place to play, those in trouble first. */
export function StationsSection({ stations, playing }: StationsSectionProps) {
  const t = useText();
  const { run } = useCommands();

  const setInService = ({ id, name }: Station, wanted: boolean) =>
    run({
      verb: wanted ? 'station-in' : 'station-out',
      subject: { name },
      ask: (key) => appliance.changeStation(id, { in_service: wanted }, key),
      outcomeOf: () => ({ undo: (key) => appliance.changeStation(id, { in_service: !wanted }, key) }),
    });

  return (
    <section aria-labelledby="floor-stations" className="rounded-2xl border-2 border-line bg-surface">
      <h2 id="floor-stations" className="px-4 pt-3 pb-2 text-lg font-bold">
        {t('stations.title')}
      </h2>
      {stations.length === 0 && <p className="px-4 pb-4 text-ink-soft">{t('stations.none')}</p>}
      <ul>
        {worstFirst(stations).map((station) => {
          const game = playing.find(({ id }) => id === station.game_id);
          return (
            <li
              key={station.id}
              className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t-2 border-line px-4 py-2"
            >
              <span className="min-w-24 grow text-lg font-semibold">{station.name}</span>
              {game && <Slate ticket={game.ticket} className="text-base" />}
              <PresenceMark presence={station.in_service ? station.presence : 'out'} />
              <Button
                tone="quiet"
                aria-label={t(station.in_service ? 'stations.take_out_of' : 'stations.put_back_at', {
                  station: station.name,
                })}
                onClick={() => setInService(station, !station.in_service)}
              >
                {t(station.in_service ? 'stations.take_out' : 'stations.put_back')}
              </Button>
              <span className="basis-full">
                <RigNotice of={station} />
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
