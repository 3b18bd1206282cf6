import type { Game } from '@dugout/appliance/contract/games.ts';
import type { Floor } from '@dugout/appliance/contract/queue.ts';
import { isMeant } from './find-guest.ts';
import { FloorSection } from './floor-section.tsx';
import { StationsSection } from './stations-section.tsx';

export type FloorViewProps = { floor: Floor; signedUp: readonly Game[]; lane: string | null; words: string };

/** Everybody on the floor, by state: who needs a decision now stands in the middle and, on a phone, first. */
export function FloorView({ floor, signedUp, lane, words }: FloorViewProps) {
  const shown = <Item extends Game>(games: readonly Item[]) =>
    games.filter((game) => (lane === null || game.attraction === lane) && isMeant(game, words));
  const several = lane === null && floor.attractions.length > 1;
  const names = new Map(floor.attractions.map(({ id, name }) => [id, name]));
  const section = { stations: floor.stations, attractionNames: several ? names : undefined };

  return (
    <div className="grid items-start gap-5 md:grid-cols-2 2xl:grid-cols-3">
      <div className="flex flex-col gap-5 md:col-start-2 md:row-start-1">
        <FloorSection state="recalled" games={shown(floor.called)} {...section} />
        <FloorSection state="confirmed" games={shown(floor.confirmed)} {...section} />
        <FloorSection state="playing" games={shown(floor.playing)} {...section} />
      </div>
      <div className="flex flex-col gap-5 md:col-start-1 md:row-span-2 md:row-start-1">
        <FloorSection state="queued" games={shown(floor.waiting)} {...section} />
        <FloorSection state="new" games={shown(signedUp)} {...section} optional />
      </div>
      <div className="flex flex-col gap-5 md:col-start-2 2xl:col-start-3 2xl:row-start-1">
        <StationsSection
          stations={floor.stations.filter(({ attraction }) => lane === null || attraction === lane)}
          playing={[...floor.confirmed, ...floor.playing]}
        />
        <FloorSection state="held" games={shown(floor.held)} {...section} />
        <FloorSection state="no_show" games={shown(floor.missed)} {...section} />
        <FloorSection state="completed" games={shown(floor.completed)} {...section} optional />
      </div>
    </div>
  );
}
