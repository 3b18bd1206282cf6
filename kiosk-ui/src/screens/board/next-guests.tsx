import { Slate } from '../../components/slate.tsx';
import { useWaitText } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';
import type { Lane, LaneRoom } from './lane.ts';

/** As many rows as the room holds whole: a half row is worse than none. */
const rows: Record<LaneRoom, string> = {
  alone: 'landscape:[&>li:nth-child(n+7)]:hidden portrait:[&>li]:text-3xl',
  shared: 'landscape:[&>li:nth-child(n+6)]:hidden portrait:[&>li:nth-child(n+5)]:hidden',
};

export function NextGuests({ guests, room }: { guests: Lane['next']; room: LaneRoom }) {
  const t = useText();
  const waitText = useWaitText();
  return (
    <div className="min-h-0">
      <h3 className="mb-[calc(var(--u)*0.5)] text-lg leading-tight font-semibold text-ink-soft">
        {t('board.next')}
      </h3>
      {guests.length === 0 && <p className="text-xl">{t('board.no_queue')}</p>}
      <ol className={rows[room]}>
        {guests.map(({ ticket, initials, position, estimate }) => (
          <li
            key={ticket}
            className="flex items-center gap-[calc(var(--u)*1.4)] border-t-2 border-line py-[calc(var(--u)*0.5)] text-2xl first:border-none"
          >
            <span className="figures w-[1.1em] text-ink-soft">{position}</span>
            <Slate ticket={ticket} />
            <bdi className="font-bold whitespace-nowrap">{initials}</bdi>
            <span className="figures ms-auto text-[0.84em] whitespace-nowrap">{waitText(estimate)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
