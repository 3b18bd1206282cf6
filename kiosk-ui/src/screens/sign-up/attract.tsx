import { useQuery } from '@tanstack/react-query';
import { attractionsQuery, publicQueueQuery } from '../../appliance-client/queries.ts';
import { SoundSwitch } from '../../calls/sound-switch.tsx';
import { useCalled } from '../../calls/use-called.ts';
import { BallField } from '../../components/ball-field.tsx';
import { Brand } from '../../components/brand.tsx';
import { Failure } from '../../components/failure.tsx';
import { Freshness } from '../../components/freshness.tsx';
import { useText } from '../../i18n/use-text.ts';
import { AttractionCard } from './attraction-card.tsx';
import { CalledBanner } from './called-banner.tsx';
import { KeptSignUps } from './kept-sign-ups.tsx';

/** The first picture: what there is to play, and the true wait before anybody commits to it. */
export function Attract({ onChoose }: { onChoose: (attraction: string) => void }) {
  const t = useText();
  const attractions = useQuery(attractionsQuery);
  const board = useQuery(publicQueueQuery).data;
  const called = useCalled(board?.attractions);
  return (
    <div className="relative isolate flex min-h-dvh flex-col">
      <BallField className="fixed inset-0 -z-10 size-full" />
      <header className="flex flex-wrap items-center justify-between gap-4 p-6 text-2xl sm:px-10 sm:pt-8">
        <Brand name={board?.site_name ?? t('brand')} />
        <div className="flex items-center gap-4">
          <SoundSwitch />
          <span className="rounded-full bg-surface">
            <Freshness of={[attractions]} />
          </span>
        </div>
      </header>
      <main className="flex grow flex-col justify-between gap-8 px-6 pb-8 sm:px-10 sm:pb-10">
        <div className="animate-appear">
          <h1 className="text-5xl font-extrabold tracking-tight sm:text-7xl">{t('attract.title')}</h1>
          <p className="mt-3 text-2xl font-medium">{t('attract.text')}</p>
        </div>
        <div className="flex flex-col gap-4">
          <CalledBanner called={called ?? []} />
          <KeptSignUps />
          {attractions.isError && <Failure error={attractions.error} />}
          <ul className="grid gap-4 sm:auto-cols-fr sm:grid-flow-col">
            {attractions.data?.items.map((attraction) => (
              <li key={attraction.id}>
                <AttractionCard attraction={attraction} onChoose={() => onChoose(attraction.id)} />
              </li>
            ))}
          </ul>
        </div>
      </main>
    </div>
  );
}
