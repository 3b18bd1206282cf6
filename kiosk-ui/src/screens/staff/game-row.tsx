import type { Station } from '@dugout/appliance/contract/attractions.ts';
import type { Game } from '@dugout/appliance/contract/games.ts';
import type { QueuedGame } from '@dugout/appliance/contract/queue.ts';
import type { Command } from '@dugout/appliance/contract/replication.ts';
import { Users } from 'lucide-react';
import { memo } from 'react';
import { Slate } from '../../components/slate.tsx';
import { useFormats, useWaitText } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';
import type { StaffVerb } from './action-ledger.ts';
import { RigNotice } from './rig-notice.tsx';
import { RowAnswer, RowRecall } from './row-recall.tsx';
import { RowTimer } from './row-timer.tsx';
import { RowVerbs } from './row-verbs.tsx';
import { RowText } from './text-state.tsx';
import { WaitingNote } from './waiting-note.tsx';

export type GameRowProps = {
  game: Game | QueuedGame;
  pending: StaffVerb | undefined;
  /** Asked from afar, and not decided by the venue. */
  asked: Command | undefined;
  failed: boolean;
  stations: readonly Station[];
  attraction: string | undefined;
};

/** One guest: ticket, name, what is known, and the two verbs staff need next. The name yields last. */
export const GameRow = memo(function GameRow(props: GameRowProps) {
  const { game, pending, asked, failed, stations, attraction } = props;
  const t = useText();
  const { number } = useFormats();
  const waitText = useWaitText();
  const station = stations.find(({ id }) => id === game.station_id);
  const facts = [
    attraction,
    'position' in game ? waitText(game.estimate) : undefined,
    station?.name,
    game.recall_count > 1 ? t('row.calls', { calls: game.recall_count }) : undefined,
    game.score === null ? undefined : t('row.score', { score: number(game.score) }),
  ].filter((fact) => fact !== undefined);

  return (
    <li
      aria-busy={pending !== undefined}
      className={`@container relative border-t-2 border-line px-4 py-3 has-[[aria-expanded=true]]:z-40 ${failed ? 'bg-bad-soft' : ''}`}
    >
      <div className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-1 @min-[32rem]:grid-cols-[auto_1fr_auto]">
        <Slate ticket={game.ticket} className="text-xl" />
        <p className="flex flex-wrap items-center gap-x-3 text-lg leading-snug font-semibold">
          <bdi className="break-words">{game.player.name}</bdi>
          {game.party_size > 1 && (
            <span className="figures inline-flex items-center gap-1 text-base font-medium text-ink-soft">
              <Users aria-hidden className="size-4" />
              <span className="sr-only">{t('row.party', { size: game.party_size })}</span>
              <span aria-hidden>{game.party_size}</span>
            </span>
          )}
        </p>
        <div className="col-span-2 row-start-3 mt-1 @min-[32rem]:col-span-1 @min-[32rem]:col-start-3 @min-[32rem]:row-start-1 @min-[32rem]:mt-0">
          <RowVerbs game={game} pending={pending} asked={asked !== undefined} stations={stations} />
        </div>
        <p className="figures col-span-full flex flex-wrap items-center gap-x-4 text-ink-soft">
          <span>
            <RowTimer game={game} />
            {facts.map((fact) => (
              <span key={fact}> · {fact}</span>
            ))}
          </span>
          <RowText game={game} />
          <RowRecall game={game} />
          <RowAnswer answer={game.answer} />
          <RigNotice of={game} />
        </p>
        {asked && (
          <div className="col-span-full">
            <WaitingNote command={asked} />
          </div>
        )}
      </div>
    </li>
  );
});
