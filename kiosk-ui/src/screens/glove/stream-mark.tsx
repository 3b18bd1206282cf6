import { Pause, TriangleAlert } from 'lucide-react';
import { useNow } from '../../appliance-client/use-now.ts';
import type { StreamState } from '../../glove/glove-stream.ts';
import { useAgeText } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';

/** Frames come twenty times a second; who is silent for longer has something. */
const silentAfterMs = 2_000;

/** Why a plot stands still, over the plot; nothing while it moves. */
export function StreamMark({
  state,
  silentMs,
  paused,
}: {
  state: StreamState;
  silentMs: () => number;
  paused: boolean;
}) {
  const t = useText();
  const age = useAgeText();
  useNow();
  const silent = state === 'following' && silentMs() > silentAfterMs;
  const Icon = paused ? Pause : TriangleAlert;
  const standsStill = paused || silent || state !== 'following';
  return (
    <div className="pointer-events-none absolute inset-x-4 top-4 flex justify-end p-3">
      <p
        className={`figures flex items-center gap-2 rounded-full border-2 border-edge bg-surface px-4 py-1.5 font-semibold ${standsStill ? '' : 'invisible'}`}
      >
        <Icon aria-hidden className="size-5 shrink-0" />
        <span role="status">
          {paused
            ? t('glove.paused')
            : state !== 'following'
              ? t(`glove.stream.${state}`)
              : silent && t('glove.silent')}
        </span>
        {silent && !paused && <span aria-hidden>{age(silentMs())}</span>}
      </p>
    </div>
  );
}
