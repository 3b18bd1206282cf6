import { Slate } from '../../components/slate.tsx';
import type { Lane } from './lane.ts';

/** A guest who plays: ticket, initials and where. */
export function BoardGuest({ guest: { ticket, initials, station } }: { guest: Lane['playing'][number] }) {
  return (
    <li className="flex items-center gap-[calc(var(--u)*1.2)]">
      <Slate ticket={ticket} className="text-2xl" />
      <span className="flex flex-col leading-tight">
        <bdi className="text-xl font-bold">{initials}</bdi>
        {station !== null && <span className="text-sm text-ink-soft">{station}</span>}
      </span>
    </li>
  );
}
