import type { Role } from '@dugout/appliance/contract/auth.ts';
import type { LiveTopic } from '@dugout/appliance/contract/live.ts';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { Live } from '../../appliance-client/live.tsx';
import { glovesQuery } from '../../appliance-client/queries.ts';
import { usePlace } from '../../appliance-client/use-place.ts';
import { Mark } from '../../components/brand.tsx';
import { Failure } from '../../components/failure.tsx';
import { Freshness } from '../../components/freshness.tsx';
import { Message } from '../../components/message.tsx';
import { SignedIn } from '../../components/signed-in.tsx';
import { useText } from '../../i18n/use-text.ts';
import { GloveBench } from './glove-bench.tsx';
import { GloveCard } from './glove-card.tsx';
import { SeatScreen } from './seat-screen.tsx';

const roles: readonly Role[] = ['staff', 'admin', 'tablet', 'rig', 'screen'];
const topics: readonly LiveTopic[] = ['gloves', 'devices', 'stations', 'queue', 'progress'];

/** All gloves of the venue; `?glove=<name>` shows one of them, `?station=<id>` stands beside a seat. */
export default function GloveScreen() {
  const t = useText();
  return (
    <SignedIn roles={roles}>
      <Live topics={topics}>
        <title>{t('title', { screen: t('screen.glove') })}</title>
        <Place />
      </Live>
    </SignedIn>
  );
}

function Place() {
  const t = useText();
  const [search] = useSearchParams();
  const { remote } = usePlace();
  const station = search.get('station');
  if (remote)
    return (
      <Message title={t('glove.at_venue')}>
        <p>{t('glove.at_venue.about')}</p>
      </Message>
    );
  return station === null ? <Gloves /> : <SeatScreen key={station} stationId={station} />;
}

function Gloves() {
  const t = useText();
  const [search] = useSearchParams();
  const gloves = useQuery(glovesQuery);
  const name = search.get('glove');
  if (gloves.isError && !gloves.data) return <Failure error={gloves.error} />;
  if (!gloves.data) return <Message title={t('starting')} />;
  const glove = gloves.data.items.find((one) => one.name === name);
  return (
    <div className="mx-auto flex min-h-dvh max-w-6xl flex-col gap-6 p-5 sm:p-8">
      <header className="flex flex-wrap items-center justify-between gap-4">
        <h1 className="flex items-center gap-3 text-3xl font-extrabold tracking-tight">
          <Mark className="size-10" />
          {glove?.name ?? t('screen.glove')}
        </h1>
        <Freshness of={[gloves]} />
      </header>
      <main className="flex grow flex-col gap-6">
        {glove ? (
          <GloveBench glove={glove} />
        ) : (
          <>
            {gloves.data.items.length === 0 && <p className="text-xl">{t('glove.none')}</p>}
            <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
              {gloves.data.items.map((one) => (
                <GloveCard key={one.name} glove={one} />
              ))}
            </ul>
          </>
        )}
      </main>
    </div>
  );
}
