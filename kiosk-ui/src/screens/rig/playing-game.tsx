import { RotateCcw } from 'lucide-react';
import { useNow } from '../../appliance-client/use-now.ts';
import { venueNow } from '../../appliance-client/venue-clock.ts';
import { Button } from '../../components/button.tsx';
import { ResultForm } from '../../components/result-form.tsx';
import { timerText } from '../../i18n/format.ts';
import { useText } from '../../i18n/use-text.ts';
import { GuestHeading } from './guest-heading.tsx';
import type { GameProps } from './rig-action.ts';

/** A game under way. Abort stands apart, below, and gives the guest back to "confirmed": nothing is lost by it. */
export function PlayingGame({ game, busy, onAct }: GameProps) {
  const t = useText();
  const now = venueNow(useNow());
  return (
    <section
      aria-label={t('rig.playing')}
      className="flex flex-col gap-8 rounded-3xl border-2 border-line bg-surface p-6 sm:p-10"
    >
      <div className="flex flex-wrap items-start justify-between gap-4">
        <p className="text-2xl font-semibold text-good">{t('rig.playing')}</p>
        <p role="timer" className="figures text-4xl font-bold">
          {timerText(now - Date.parse(game.played_at ?? game.state_at))}
        </p>
      </div>
      <GuestHeading game={game} />
      {game.allowed.includes('complete') && (
        <ResultForm
          attraction={game.attraction}
          size="kiosk"
          busy={busy === 'complete'}
          onComplete={(input) => onAct({ game, verb: 'complete', input })}
        />
      )}
      {game.allowed.includes('abort') && (
        <Button
          tone="danger"
          size="kiosk"
          icon={RotateCcw}
          busy={busy === 'abort'}
          onClick={() => onAct({ game, verb: 'abort' })}
          className="mt-4 self-start"
        >
          {t('rig.abort')}
        </Button>
      )}
    </section>
  );
}
