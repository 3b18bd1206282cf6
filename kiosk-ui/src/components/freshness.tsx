import { CircleDashed, type LucideIcon, Radio, TriangleAlert, Unplug } from 'lucide-react';
import type { Freshness as FreshnessState } from '../appliance-client/freshness.ts';
import { type ReadingState, useFreshness } from '../appliance-client/live.tsx';
import { venueNow } from '../appliance-client/venue-clock.ts';
import { useFormats } from '../i18n/use-formats.ts';
import { useText } from '../i18n/use-text.ts';

const icons: Record<FreshnessState['state'], LucideIcon> = {
  connecting: CircleDashed,
  live: Radio,
  stale: TriangleAlert,
  offline: Unplug,
};

/** What a screen says about its own currency; spoken when it changes. */
export function useFreshnessText(freshness: FreshnessState): string {
  const t = useText();
  const { exactTime } = useFormats();
  if (freshness.state === 'stale')
    return t('freshness.stale', { since: exactTime(venueNow(freshness.since)) });
  if (freshness.state === 'offline' && freshness.since !== null)
    return t('freshness.offline_since', { since: exactTime(venueNow(freshness.since)) });
  return t(`freshness.${freshness.state}`);
}

/**
 * Whether the screen is live, stale (and since when) or offline. Every screen has exactly one. On a board the
 * warning grows into a banner that is read from as far as the board itself.
 */
export function Freshness({ of, board = false }: { of: readonly ReadingState[]; board?: boolean }) {
  const freshness = useFreshness(of);
  const text = useFreshnessText(freshness);
  const Icon = icons[freshness.state];
  const alarming = freshness.state === 'stale' || freshness.state === 'offline';
  const look = alarming
    ? 'bg-bad-soft text-bad border-bad font-semibold'
    : 'border-transparent text-ink-soft';
  const size = alarming ? (board ? 'px-6 py-3 text-xl' : 'px-4 py-2 text-lg') : 'px-3 py-1.5 text-base';
  return (
    <p
      role="status"
      data-freshness={freshness.state}
      className={`figures inline-flex items-center gap-2 rounded-full border-2 leading-tight ${look} ${size}`}
    >
      <Icon
        aria-hidden
        className={`size-[1.2em] shrink-0 ${freshness.state === 'live' ? 'text-good' : ''}`}
      />
      {text}
    </p>
  );
}
