import type { Game } from '@dugout/appliance/contract/games.ts';
import { Slate } from '../../components/slate.tsx';
import { useText } from '../../i18n/use-text.ts';

/** Who stands here, readable from where the operator stands. */
export function GuestHeading({ game }: { game: Game }) {
  const t = useText();
  return (
    <div className="flex flex-wrap items-center gap-x-8 gap-y-4">
      <Slate ticket={game.ticket} className="text-7xl" />
      <div>
        <h2 className="text-4xl font-bold tracking-tight break-words sm:text-5xl" dir="auto">
          {game.player.name}
        </h2>
        {game.party_size > 1 && (
          <p className="text-2xl text-ink-soft">{t('row.party', { size: game.party_size })}</p>
        )}
      </div>
    </div>
  );
}
