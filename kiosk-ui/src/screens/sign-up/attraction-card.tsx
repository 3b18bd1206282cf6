import type { Attraction } from '@dugout/appliance/contract/attractions.ts';
import { ArrowRight } from 'lucide-react';
import { useWaitText } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';

/** One attraction and its wait now. Paused or full, it says so instead of taking a guest it cannot serve. */
export function AttractionCard({ attraction, onChoose }: { attraction: Attraction; onChoose: () => void }) {
  const t = useText();
  const waitText = useWaitText();
  const { name, paused, capacity, waiting, estimate } = attraction;
  const full = capacity !== null && waiting >= capacity;
  const closed = paused ? t('attract.paused') : full ? t('attract.full') : undefined;
  return (
    <button
      type="button"
      disabled={closed !== undefined}
      onClick={onChoose}
      className="group flex h-full min-h-52 w-full flex-col gap-1 rounded-3xl border-2 border-line bg-surface p-6 text-start shadow-xl transition-[border-color,scale] enabled:hover:border-accent enabled:active:scale-[0.985] disabled:bg-sunken"
    >
      <span className="text-2xl font-bold">{name}</span>
      <span className="figures mt-auto text-4xl font-extrabold tracking-tight text-accent group-disabled:text-ink-soft">
        {closed ?? waitText(estimate)}
      </span>
      <span className="flex items-center justify-between gap-3 text-xl text-ink-soft">
        {t('attract.waiting', { waiting })}
        {closed === undefined && (
          <ArrowRight
            aria-hidden
            className="size-12 shrink-0 rounded-full bg-fill p-2.5 text-on-fill rtl:-scale-x-100"
          />
        )}
      </span>
    </button>
  );
}
