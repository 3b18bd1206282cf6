import type { LeaderboardEntry } from '@dugout/appliance/contract/leaderboards.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import { Extras } from './rank-row.tsx';

/** The first three, large, and never turned away by a page. */
export function TopThree({ entries }: { entries: readonly LeaderboardEntry[] }) {
  const { number } = useFormats();
  return (
    <ol className="flex min-h-0 flex-col gap-[calc(var(--u)*1.6)]">
      {entries.map((entry) => {
        const leads = entry.rank === 1;
        return (
          <li
            key={entry.game_id}
            className={`flex min-h-0 items-center gap-[calc(var(--u)*2.4)] rounded-2xl border-2 px-[calc(var(--u)*2.4)] py-[calc(var(--u)*1.6)] ${
              leads
                ? 'grow-[1.5] border-slate-edge bg-slate text-slate-ink shadow-[inset_0_calc(var(--u)*-0.6)_0_rgb(0_0_0/0.18)]'
                : 'grow border-line bg-surface'
            }`}
          >
            <span
              className={`figures shrink-0 font-extrabold ${leads ? 'text-7xl' : 'text-6xl text-accent'}`}
            >
              {entry.rank}
            </span>
            <span className="flex min-w-0 grow flex-col gap-1">
              <span className={`leading-tight font-bold break-words ${leads ? 'text-5xl' : 'text-3xl'}`}>
                <bdi>{entry.name}</bdi>
              </span>
              <span className="flex items-end justify-between gap-4">
                <span
                  className={`figures font-extrabold tracking-tight ${leads ? 'text-6xl leading-none' : 'text-4xl leading-none'}`}
                >
                  {number(entry.score)}
                </span>
                <span className={leads ? '[&_span]:text-slate-ink' : ''}>
                  <Extras entry={entry} />
                </span>
              </span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
