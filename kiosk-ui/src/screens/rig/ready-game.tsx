import { Play } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { useText } from '../../i18n/use-text.ts';
import { GuestHeading } from './guest-heading.tsx';
import type { GameProps } from './rig-action.ts';

export function ReadyGame({ game, busy, onAct }: GameProps) {
  const t = useText();
  return (
    <section
      aria-label={t('rig.next')}
      className="flex flex-col gap-8 rounded-3xl border-2 border-line bg-surface p-6 sm:p-10"
    >
      <p className="text-2xl font-semibold text-accent">{t('rig.next')}</p>
      <GuestHeading game={game} />
      {game.allowed.includes('play') && (
        <Button
          tone="primary"
          size="kiosk"
          icon={Play}
          busy={busy === 'play'}
          onClick={() => onAct({ game, verb: 'play' })}
          className="min-h-28 text-4xl"
        >
          {t('rig.start')}
        </Button>
      )}
    </section>
  );
}
