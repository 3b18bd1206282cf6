import type { Attraction, Station } from '@dugout/appliance/contract/attractions.ts';
import type { Game } from '@dugout/appliance/contract/games.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { appliance } from '../../appliance-client/appliance.ts';
import { newIdempotencyKey } from '../../appliance-client/idempotency-key.ts';
import { gamesQuery } from '../../appliance-client/queries.ts';
import { mayPass } from '../../appliance-client/refusal.ts';
import { Mark } from '../../components/brand.tsx';
import { Button } from '../../components/button.tsx';
import { Failure } from '../../components/failure.tsx';
import { Freshness } from '../../components/freshness.tsx';
import { useText } from '../../i18n/use-text.ts';
import { FinishedGame } from './finished-game.tsx';
import { FreeRig } from './free-rig.tsx';
import { PlayingGame } from './playing-game.tsx';
import { ReadyGame } from './ready-game.tsx';
import type { RigAction } from './rig-action.ts';
import { turnOf } from './turn.ts';
export type RigPanelProps = { station: Station | undefined; attraction: Attraction };

/** One rig, one guest at a time: start, complete, or give the guest back. */
export function RigPanel({ station, attraction }: RigPanelProps) {
  const t = useText();
  const client = useQueryClient();
  const confirmed = useQuery(gamesQuery('confirmed'));
  const playing = useQuery(gamesQuery('playing'));
  const [finished, setFinished] = useState<Game>();
  const place = { attraction: attraction.id, stationId: station?.id ?? null };
  const turn = turnOf(place, confirmed.data?.items ?? [], playing.data?.items ?? []);

  const act = useMutation({
    networkMode: 'always',
    mutationFn: ({ game, verb, input, key }: RigAction & { key: string }) =>
      appliance.act(
        game.id,
        verb,
        input ?? (verb === 'play' && station ? { station_id: station.id } : {}),
        key,
      ),
    onSuccess: async (game, { verb }) => {
      setFinished(verb === 'complete' ? game : undefined);
      await client.invalidateQueries({ queryKey: ['games'] });
    },
  });
  const send = (action: RigAction) => act.mutate({ ...action, key: newIdempotencyKey() });
  const busy = act.isPending ? act.variables.verb : undefined;

  return (
    <div className="mx-auto flex min-h-dvh max-w-5xl flex-col gap-6 p-5 sm:p-8">
      <header className="flex flex-wrap items-center justify-between gap-4">
        <h1 className="flex items-center gap-3 text-3xl font-extrabold tracking-tight">
          <Mark className="size-10" />
          {station?.name ?? attraction.name}
          {station && <span className="text-xl font-medium text-ink-soft">{attraction.name}</span>}
        </h1>
        <Freshness of={[confirmed, playing]} />
      </header>
      {act.error && (
        <Failure error={act.error}>
          {mayPass(act.error) && <Button onClick={() => act.mutate(act.variables)}>{t('tray.retry')}</Button>}
          <Button tone="quiet" icon={X} aria-label={t('tray.dismiss')} onClick={act.reset} />
        </Failure>
      )}
      <main className="flex grow flex-col justify-center">
        {turn.at === 'playing' && (
          <PlayingGame key={turn.game.id} game={turn.game} busy={busy} onAct={send} />
        )}
        {turn.at === 'ready' && <ReadyGame game={turn.game} busy={busy} onAct={send} />}
        {turn.at === 'free' &&
          (finished ? <FinishedGame game={finished} /> : <FreeRig attraction={attraction} />)}
        {turn.at === 'ready' && finished && <FinishedGame game={finished} small />}
      </main>
    </div>
  );
}
