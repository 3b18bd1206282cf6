import type { Station } from '@dugout/appliance/contract/attractions.ts';
import type { Game, GameState } from '@dugout/appliance/contract/games.ts';
import { useText } from '../../i18n/use-text.ts';
import { pendingVerb } from './action-ledger.ts';
import { GameRow } from './game-row.tsx';
import { useLedger, useWaitingByGame } from './use-actions.tsx';

export type FloorSectionProps = {
  state: GameState;
  games: readonly Game[];
  stations: readonly Station[];
  /** Given when several attractions are on show: then each row tells its own. */
  attractionNames: ReadonlyMap<string, string> | undefined;
  /** Not shown at all while it is empty. */
  optional?: boolean;
};

export function FloorSection({
  state,
  games,
  stations,
  attractionNames,
  optional = false,
}: FloorSectionProps) {
  const t = useText();
  const ledger = useLedger();
  const waiting = useWaitingByGame();
  if (optional && games.length === 0) return null;
  const title = `floor-${state}`;
  return (
    <section aria-labelledby={title} className="rounded-2xl border-2 border-line bg-surface">
      <h2 id={title} className="flex items-baseline gap-2 px-4 pt-3 pb-2 text-lg font-bold">
        {t(`floor.${state}`)}
        <span className="figures rounded-full bg-sunken px-2.5 text-base">{games.length}</span>
      </h2>
      {games.length === 0 ? (
        <p className="px-4 pb-4 text-ink-soft">{t(`floor.${state}.nobody`)}</p>
      ) : (
        <ul>
          {games.map((game) => (
            <GameRow
              key={game.id}
              game={game}
              pending={pendingVerb(ledger, game.id)}
              asked={waiting.get(game.id)}
              failed={ledger.some((entry) => entry.state === 'failed' && entry.subject.gameId === game.id)}
              stations={stations}
              attraction={attractionNames?.get(game.attraction)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}
