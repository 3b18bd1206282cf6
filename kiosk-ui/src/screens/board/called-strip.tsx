import { BellRing } from 'lucide-react';
import { loudnessOf } from '../../calls/new-calls.ts';
import type { Called } from '../../calls/use-called.ts';
import { Slate } from '../../components/slate.tsx';
import { usePage } from '../../components/use-page.ts';
import { useText } from '../../i18n/use-text.ts';

const calledAtOnce = 4;

/**
 * Who is called now, at every attraction: the one thing on this board that must be seen from anywhere. It keeps its
 * height when nobody is, so that nothing below it moves.
 */
export function CalledStrip({ called }: { called: readonly Called[] }) {
  const t = useText();
  const shown = usePage(called, calledAtOnce, 8_000);
  const anybody = shown.length > 0;
  const isCrowded = shown.length > 3;
  const isUrgent = shown.some((guest) => loudnessOf(guest) > 1);
  const headline = isUrgent ? 'board.called_urgently' : anybody ? 'board.called' : 'board.nobody_called';
  return (
    <section
      aria-labelledby="called"
      className={`flex h-[calc(var(--u)*24)] shrink-0 flex-col gap-[calc(var(--u)*1)] rounded-2xl p-[calc(var(--u)*1.8)] portrait:h-[calc(var(--u)*38)] ${
        anybody
          ? 'justify-between bg-fill text-on-fill'
          : 'items-center justify-center border-2 border-line bg-surface text-center'
      }`}
    >
      <h2
        id="called"
        className={`flex items-center gap-[0.5em] leading-tight font-extrabold tracking-tight ${anybody ? 'text-2xl' : 'text-4xl'}`}
      >
        <BellRing aria-hidden className={`size-[1.1em] ${anybody ? '' : 'text-accent'}`} />
        {t(headline)}
      </h2>
      {anybody ? (
        <ul className="grid min-h-0 grow items-center gap-x-[calc(var(--u)*3)] landscape:auto-cols-fr landscape:grid-flow-col portrait:grid-cols-2">
          {shown.map((guest) => (
            <li
              key={`${guest.attraction} ${guest.ticket} ${guest.call}`}
              className={`flex animate-call items-center gap-[calc(var(--u)*1.6)] ${loudnessOf(guest) > 1 ? 'rounded-2xl px-[calc(var(--u)*1)] py-[calc(var(--u)*0.5)] outline-[calc(var(--u)*0.4)] -outline-offset-[calc(var(--u)*0.2)] outline-current' : ''}`}
            >
              <Slate ticket={guest.ticket} className={isCrowded ? 'text-5xl' : 'text-6xl'} />
              <span className="flex min-w-0 flex-col gap-[0.2em] leading-none">
                <bdi className={`font-bold ${isCrowded ? 'text-2xl' : 'text-3xl'}`}>{guest.initials}</bdi>
                <span className={`leading-tight font-semibold ${isCrowded ? 'text-sm' : 'text-base'}`}>
                  {guest.station ?? guest.attraction}
                </span>
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-xl text-ink-soft">{t('board.watch')}</p>
      )}
    </section>
  );
}
