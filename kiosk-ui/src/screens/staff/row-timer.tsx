import type { Game } from '@dugout/appliance/contract/games.ts';
import { useNow } from '../../appliance-client/use-now.ts';
import { venueNow } from '../../appliance-client/venue-clock.ts';
import { timerText } from '../../i18n/format.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';

const urgentMs = 60_000;

/** How long a guest has been where they are, in venue time: to the second where seconds count, else in minutes. */
export function RowTimer({ game }: { game: Game }) {
  const { time } = useFormats();
  if (game.state === 'completed') return time(game.completed_at ?? game.state_at);
  if (game.state === 'recalled' && game.grace_until !== null) return <TimeLeft until={game.grace_until} />;
  if (game.state === 'playing') return <Stopwatch since={game.played_at ?? game.state_at} />;
  return <Minutes since={game.state === 'queued' ? (game.queued_at ?? game.state_at) : game.state_at} />;
}

/** What is left to a called guest before the appliance takes them for a no-show. */
function TimeLeft({ until }: { until: string }) {
  const t = useText();
  const leftMs = Date.parse(until) - venueNow(useNow());
  return (
    <span role="timer" className={`font-semibold ${leftMs < urgentMs ? 'text-bad' : 'text-accent'}`}>
      {leftMs > 0 ? t('row.left', { time: timerText(leftMs) }) : t('row.overdue')}
    </span>
  );
}

function Stopwatch({ since }: { since: string }) {
  const t = useText();
  const passedMs = venueNow(useNow()) - Date.parse(since);
  return <span role="timer">{t('row.since', { time: timerText(passedMs) })}</span>;
}

/** Redrawn every ten seconds: a hundred waiting guests must not cost a redraw each, every second. */
function Minutes({ since }: { since: string }) {
  const t = useText();
  const passedMs = venueNow(useNow(10_000)) - Date.parse(since);
  return (
    <span role="timer">{t('row.minutes', { minutes: Math.max(0, Math.floor(passedMs / 60_000)) })}</span>
  );
}
