import { Pause } from 'lucide-react';
import { useWaitText } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';
import { BoardGuest } from './board-guest.tsx';
import type { Lane, LaneRoom } from './lane.ts';
import { NextGuests } from './next-guests.tsx';

/** How much of the screen a lane has: all of it, or a share beside the others (in portrait: above them). */
/** Who plays stands beside who is next where the lane is wide, and above where it is narrow. */
const layouts: Record<LaneRoom, string> = {
  alone: 'landscape:grid landscape:grid-cols-[2fr_3fr] landscape:grid-rows-[auto_1fr]',
  shared: 'portrait:grid portrait:grid-cols-[2fr_3fr] portrait:grid-rows-[auto_1fr]',
};
const heads: Record<LaneRoom, string> = { alone: 'landscape:col-span-2', shared: 'portrait:col-span-2' };
const playingShown: Record<LaneRoom, number> = { alone: 6, shared: 2 };

/** One attraction: the wait for whoever joins now, who plays, and who is next with an estimate. */
export function LaneColumn({ lane, room }: { lane: Lane; room: LaneRoom }) {
  const t = useText();
  const waitText = useWaitText();
  return (
    <section
      aria-label={lane.name}
      className={`flex min-h-0 flex-col gap-x-[calc(var(--u)*5)] gap-y-[calc(var(--u)*1.3)] overflow-hidden rounded-2xl border-2 border-line bg-surface p-[calc(var(--u)*1.8)] ${layouts[room]}`}
    >
      <div className={`flex items-baseline justify-between gap-4 ${heads[room]}`}>
        <h2 className="min-w-0 text-2xl leading-tight font-extrabold tracking-tight">{lane.name}</h2>
        <p className="figures shrink-0 text-xl font-semibold text-accent">
          {lane.paused ? (
            <span className="inline-flex items-center gap-[0.4em]">
              <Pause aria-hidden className="size-[0.9em]" />
              {t('board.paused')}
            </span>
          ) : (
            waitText(lane.estimate)
          )}
        </p>
      </div>
      <div>
        <h3 className="mb-[calc(var(--u)*0.7)] text-lg leading-tight font-semibold text-ink-soft">
          {t('board.playing')}
        </h3>
        {lane.playing.length === 0 ? (
          <p className="text-xl">{t('board.free')}</p>
        ) : (
          <ul className="flex flex-wrap gap-x-[calc(var(--u)*2.5)] gap-y-[calc(var(--u)*1)]">
            {lane.playing.slice(0, playingShown[room]).map((guest) => (
              <BoardGuest key={guest.ticket} guest={guest} />
            ))}
          </ul>
        )}
      </div>
      <NextGuests guests={lane.next} room={room} />
    </section>
  );
}
