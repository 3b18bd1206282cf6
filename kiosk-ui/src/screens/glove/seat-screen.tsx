import type { Glove } from '@dugout/appliance/contract/gloves.ts';
import type { StationResult } from '@dugout/appliance/contract/progress.ts';
import { useQuery } from '@tanstack/react-query';
import { Ruler } from 'lucide-react';
import { useState } from 'react';
import { glovesQuery, stationResultQuery } from '../../appliance-client/queries.ts';
import { Mark } from '../../components/brand.tsx';
import { Button } from '../../components/button.tsx';
import { Failure } from '../../components/failure.tsx';
import { Freshness } from '../../components/freshness.tsx';
import { Message } from '../../components/message.tsx';
import { useText } from '../../i18n/use-text.ts';
import { CalibrationPanel } from './calibration-panel.tsx';
import { SeatResult } from './seat-result.tsx';
import { SeatSignals } from './seat-signals.tsx';

/** The screen beside a glove seat: who plays, what the gloves measure, and what it came to. */
export function SeatScreen({ stationId }: { stationId: string }) {
  const t = useText();
  const seat = useQuery(stationResultQuery(stationId));
  const gloves = useQuery(glovesQuery);
  if (seat.isError && !seat.data) return <Failure error={seat.error} />;
  if (!seat.data) return <Message title={t('starting')} />;
  const { station, game } = seat.data;
  const here = (gloves.data?.items ?? []).filter(
    ({ station_id, name }) => station_id === station.id || name === station.device,
  );
  return (
    <div className="mx-auto flex min-h-dvh max-w-6xl flex-col gap-6 p-5 sm:p-8">
      <header className="flex flex-wrap items-center justify-between gap-4">
        <h1 className="flex items-center gap-3 text-3xl font-extrabold tracking-tight">
          <Mark className="size-10" />
          {station.name}
        </h1>
        <Freshness of={[seat, gloves]} />
      </header>
      <main className="flex grow flex-col gap-6">
        <Seat key={game?.id} seat={seat.data} gloves={here} />
      </main>
    </div>
  );
}

function Seat({ seat: { game, result }, gloves }: { seat: StationResult; gloves: readonly Glove[] }) {
  const t = useText();
  const [fitting, setFitting] = useState<string | null>(null);
  if (game?.state === 'completed') return <SeatResult game={game} result={result} />;
  const isPlaying = game?.state === 'playing';
  return (
    <>
      <section className="flex flex-wrap items-center justify-between gap-4">
        <div className="flex flex-col gap-1">
          <h2 className="figures text-5xl font-extrabold tracking-tight">
            {game ? t('seat.guest', { ticket: game.ticket, initials: game.initials }) : t('seat.free')}
          </h2>
          <p role="status" className="text-xl text-ink-soft">
            {t(game ? `seat.${game.state === 'playing' ? 'playing' : 'confirmed'}` : 'seat.free_about')}
          </p>
        </div>
        {game && !isPlaying && (
          <ul className="flex flex-wrap gap-3">
            {gloves.map(({ name, hand }) => (
              <li key={name}>
                <Button
                  size="kiosk"
                  icon={Ruler}
                  tone={fitting === name ? 'soft' : 'primary'}
                  aria-pressed={fitting === name}
                  onClick={() => setFitting(fitting === name ? null : name)}
                >
                  {t('seat.fit', { hand: hand ?? 'none' })}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </section>
      {gloves.length === 0 && <p className="text-xl">{t('seat.no_glove')}</p>}
      {game && !isPlaying && fitting !== null ? (
        <CalibrationPanel
          key={fitting}
          glove={{ name: fitting }}
          gameId={game.id}
          onDone={() => setFitting(null)}
        />
      ) : (
        <ul className={`grid gap-5 ${gloves.length > 1 ? 'lg:grid-cols-2' : ''}`}>
          {gloves.map((glove) => (
            <SeatSignals key={glove.name} glove={glove} />
          ))}
        </ul>
      )}
    </>
  );
}
