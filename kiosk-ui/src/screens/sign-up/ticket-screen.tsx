import { useQuery } from '@tanstack/react-query';
import { attractionsQuery, queueQuery } from '../../appliance-client/queries.ts';
import type { Delivered } from '../../appliance-client/sign-up-delivery.ts';
import { failureText } from '../../components/failure.tsx';
import { Freshness } from '../../components/freshness.tsx';
import { QrCode } from '../../components/qr-code.tsx';
import { Slate } from '../../components/slate.tsx';
import { useWaitText } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';
import { AutoReturn } from './auto-return.tsx';
import { Bases } from './bases.tsx';

export type TicketScreenProps = { delivered: Delivered; attraction: string; onDone: () => void };

/** Home plate: the ticket, the place in line, and the way to take both along. */
export function TicketScreen({ delivered, attraction, onDone }: TicketScreenProps) {
  const t = useText();
  const { game, notQueued, photoRefused } = delivered;
  const attractions = useQuery(attractionsQuery);
  const name = attractions.data?.items.find(({ id }) => id === attraction)?.name ?? attraction;
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex items-center justify-between gap-4 px-6 py-4 sm:px-10">
        <Bases reached={4} />
        <Freshness of={[attractions]} />
      </header>
      <main className="mx-auto grid w-full max-w-5xl grow animate-appear items-center gap-8 px-6 pb-8 sm:grid-cols-[1fr_auto] sm:gap-12 sm:px-10">
        <div className="flex flex-col items-start gap-5">
          <h1 className="text-4xl font-extrabold tracking-tight sm:text-5xl" dir="auto">
            {t('ticket.title', { name: game.player.name })}
          </h1>
          <p className="text-2xl text-ink-soft">{t('ticket.yours', { attraction: name })}</p>
          <Slate ticket={game.ticket} className="text-8xl sm:text-9xl" />
          {notQueued === undefined ? (
            <Place gameId={game.id} attraction={attraction} />
          ) : (
            <p role="alert" className="text-2xl font-semibold text-bad">
              {t('ticket.not_queued', { reason: failureText(t, notQueued) })}
            </p>
          )}
          {photoRefused !== undefined && (
            <p role="alert" className="text-xl font-semibold text-bad">
              {t('ticket.photo_refused')}
            </p>
          )}
        </div>
        <figure className="flex flex-col items-center gap-4 text-center">
          <QrCode content={game.page_url} label={t('ticket.qr')} className="size-72" />
          <figcaption className="max-w-72 text-xl">{t('ticket.scan')}</figcaption>
        </figure>
      </main>
      <footer className="mx-auto w-full max-w-5xl px-6 pb-6 sm:px-10">
        <AutoReturn onDone={onDone} />
      </footer>
    </div>
  );
}

/** Where the guest stands in line, live while the ticket is shown. */
function Place({ gameId, attraction }: { gameId: string; attraction: string }) {
  const t = useText();
  const waitText = useWaitText();
  const queue = useQuery(queueQuery(attraction));
  const place = queue.data?.items.find(({ id }) => id === gameId);
  return (
    <div aria-live="polite" className="min-h-20 text-3xl">
      {place && (
        <>
          <p className="font-bold">{t('ticket.position', { position: place.position })}</p>
          <p className="figures text-ink-soft">{t('ticket.wait', { wait: waitText(place.estimate) })}</p>
        </>
      )}
    </div>
  );
}
