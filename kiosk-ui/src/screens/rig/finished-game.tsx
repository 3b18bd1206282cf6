import type { Game } from '@dugout/appliance/contract/games.ts';
import { QrCode } from '../../components/qr-code.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';

/** The last result, and the way to the souvenir while the guest still stands here. */
export function FinishedGame({ game, small = false }: { game: Game; small?: boolean }) {
  const t = useText();
  const { number } = useFormats();
  return (
    <section
      aria-label={t('rig.finished')}
      className={`flex flex-wrap items-center justify-between gap-8 ${small ? 'mt-8' : 'rounded-3xl bg-slate p-8 text-slate-ink sm:p-12'}`}
    >
      <div className="flex min-w-0 flex-col gap-2">
        <p className={small ? 'text-xl' : 'text-2xl'}>{t('rig.finished_by', { name: game.player.name })}</p>
        <p className={`figures font-extrabold tracking-tight ${small ? 'text-4xl' : 'text-8xl'}`}>
          {number(game.score ?? 0)}
        </p>
        <p className="max-w-sm text-xl">{t('rig.souvenir')}</p>
      </div>
      <QrCode content={game.page_url} label={t('rig.souvenir')} className={small ? 'size-40' : 'size-64'} />
    </section>
  );
}
