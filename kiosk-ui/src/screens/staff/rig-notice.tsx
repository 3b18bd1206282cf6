import type { Game } from '@dugout/appliance/contract/games.ts';
import { CircleCheck, type LucideIcon, PlugZap, RotateCcw, TriangleAlert } from 'lucide-react';
import { useNow } from '../../appliance-client/use-now.ts';
import { venueNow } from '../../appliance-client/venue-clock.ts';
import { timerText } from '../../i18n/format.ts';
import { useText } from '../../i18n/use-text.ts';

type Notice = NonNullable<Game['notice']>;

const looks: Record<Notice, { icon: LucideIcon; look: string }> = {
  rig_lost: { icon: PlugZap, look: 'font-semibold text-bad' },
  rig_resumed: { icon: CircleCheck, look: 'text-good' },
  result_conflict: { icon: TriangleAlert, look: 'font-semibold text-bad' },
  rig_aborted: { icon: RotateCcw, look: 'font-semibold text-accent' },
};

/** What happened to the rig in the middle of a game, and what the game waits for. */
export function RigNotice({
  of: { notice, interrupted_until },
}: {
  of: Pick<Game, 'notice' | 'interrupted_until'>;
}) {
  const t = useText();
  if (notice === null) return null;
  const { icon: Icon, look } = looks[notice];
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm ${look}`}>
      <Icon aria-hidden className="size-4 shrink-0" />
      {t(`notice.${notice}`)}
      {interrupted_until !== null && <Until moment={interrupted_until} />}
    </span>
  );
}

function Until({ moment }: { moment: string }) {
  const t = useText();
  const leftMs = Math.max(0, Date.parse(moment) - venueNow(useNow()));
  return (
    <span role="timer" className="figures">
      {t('notice.time_left', { time: timerText(leftMs) })}
    </span>
  );
}
