import type { LeaderboardEntry } from '@dugout/appliance/contract/leaderboards.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';

export function RankRow({ entry }: { entry: LeaderboardEntry }) {
  const { number } = useFormats();
  return (
    <li className="flex max-h-[calc(var(--u)*14)] grow items-center gap-[calc(var(--u)*2)] border-b-2 border-line last:border-none">
      <span className="figures w-[1.4em] shrink-0 text-3xl font-bold text-ink-soft">{entry.rank}</span>
      <span className="min-w-0 grow text-3xl leading-tight font-semibold break-words">
        <bdi>{entry.name}</bdi>
      </span>
      <Extras entry={entry} />
      <span className="figures shrink-0 min-w-[4.2em] text-end text-3xl font-extrabold">
        {number(entry.score)}
      </span>
    </li>
  );
}

/** Distance and home runs where the attraction has them. They yield before the name does. */
export function Extras({ entry: { distance, homeruns } }: { entry: LeaderboardEntry }) {
  const t = useText();
  const { decimal } = useFormats();
  if (distance === null && homeruns === null) return null;
  return (
    <span className="figures flex shrink-0 flex-col items-end text-lg leading-tight text-ink-soft">
      {homeruns !== null && <span>{t('leaderboard.homeruns', { homeruns })}</span>}
      {distance !== null && <span>{t('leaderboard.distance', { distance: decimal(distance) })}</span>}
    </span>
  );
}
