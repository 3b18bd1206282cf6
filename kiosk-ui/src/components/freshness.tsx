import { CircleDashed, type LucideIcon, Radio, TriangleAlert, Unplug } from 'lucide-react';
import type { Freshness as FreshnessState } from '../appliance-client/freshness.ts';
import { type ReadingState, useFreshness, useTrueAt } from '../appliance-client/live.tsx';
import { useNow } from '../appliance-client/use-now.ts';
import { usePlace } from '../appliance-client/use-place.ts';
import { venueNow } from '../appliance-client/venue-clock.ts';
import { useAgeText, useFormats } from '../i18n/use-formats.ts';
import { useText } from '../i18n/use-text.ts';

const icons: Record<FreshnessState['state'], LucideIcon> = {
  connecting: CircleDashed,
  live: Radio,
  stale: TriangleAlert,
  offline: Unplug,
};

/** What a screen says about its own currency; spoken when it changes. */
function useFreshnessText(freshness: FreshnessState, remote: boolean, trueAt: number | null): string {
  const t = useText();
  const { exactTime } = useFormats();
  // Beside an age that grows for all to see, a moment that grows older with it would be said twice.
  if (freshness.state === 'stale' && freshness.since === trueAt) return t('freshness.aged');
  if (freshness.state === 'stale')
    return t('freshness.stale', { since: exactTime(venueNow(freshness.since)) });
  if (freshness.state === 'offline' && freshness.since !== null)
    return t('freshness.offline_since', { since: exactTime(venueNow(freshness.since)) });
  if (freshness.state === 'offline') return t(remote ? 'freshness.no_cloud' : 'freshness.offline');
  return t(`freshness.${freshness.state}`);
}

const sizes = {
  bar: { calm: 'py-0.5 text-base md:px-3', alarming: 'px-3 py-1 text-base' },
  page: { calm: 'px-3 py-1.5 text-base', alarming: 'px-4 py-2 text-lg' },
  board: { calm: 'px-3 py-1.5 text-base', alarming: 'px-6 py-3 text-xl' },
};

/**
 * Whether the screen is live, stale (and since when) or offline. Every screen has exactly one. On a board the
 * warning grows into a banner that is read from as far as the board itself. On a replica it tells how old the data
 * are, too.
 */
export function Freshness({ of, on = 'page' }: { of: readonly ReadingState[]; on?: keyof typeof sizes }) {
  const freshness = useFreshness(of);
  const { remote } = usePlace();
  const trueAt = useTrueAt();
  const text = useFreshnessText(freshness, remote, trueAt);
  const Icon = icons[freshness.state];
  const alarming = freshness.state === 'stale' || freshness.state === 'offline';
  const look = alarming
    ? 'bg-bad-soft text-bad border-bad font-semibold'
    : 'border-transparent text-ink-soft';
  const size = sizes[on][alarming ? 'alarming' : 'calm'];
  return (
    <p
      className={`figures inline-flex flex-wrap items-center gap-x-2 rounded-full border-2 leading-tight ${look} ${size}`}
    >
      <span role="status" data-freshness={freshness.state} className="inline-flex items-center gap-2">
        <Icon
          aria-hidden
          className={`size-[1.2em] shrink-0 ${freshness.state === 'live' ? 'text-good' : ''}`}
        />
        {text}
      </span>
      {trueAt !== null && <DataAge trueAt={trueAt} />}
    </p>
  );
}

/** Changes every second, and therefore is not spoken by itself. */
function DataAge({ trueAt }: { trueAt: number }) {
  const t = useText();
  const { exactTime } = useFormats();
  const ageText = useAgeText();
  const now = useNow();
  return (
    <span data-age className="inline-flex gap-2">
      <span aria-hidden className="max-md:hidden">
        ·
      </span>
      {t('freshness.as_of', { time: exactTime(venueNow(trueAt)), age: ageText(now - trueAt) })}
    </span>
  );
}
