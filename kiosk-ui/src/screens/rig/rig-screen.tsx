import type { Attraction, Station } from '@dugout/appliance/contract/attractions.ts';
import type { Role } from '@dugout/appliance/contract/auth.ts';
import type { LiveTopic } from '@dugout/appliance/contract/live.ts';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { Live } from '../../appliance-client/live.tsx';
import { attractionsQuery, sessionQuery, stationsQuery } from '../../appliance-client/queries.ts';
import { Failure } from '../../components/failure.tsx';
import { Message } from '../../components/message.tsx';
import { SignedIn } from '../../components/signed-in.tsx';
import { useText } from '../../i18n/use-text.ts';
import { PlaceChooser } from './place-chooser.tsx';
import { RigPanel } from './rig-panel.tsx';

const roles: readonly Role[] = ['rig', 'staff', 'admin'];
const topics: readonly LiveTopic[] = ['queue', 'stations', 'attractions'];

/** The panel beside one rig. `?station=<id>` or `?attraction=<id>` says which; a rig's own account knows by itself. */
export default function RigScreen() {
  const t = useText();
  return (
    <SignedIn roles={roles}>
      <Live topics={topics}>
        <title>{t('title', { screen: t('screen.rig') })}</title>
        <Rig />
      </Live>
    </SignedIn>
  );
}

function Rig() {
  const t = useText();
  const [search] = useSearchParams();
  const session = useQuery(sessionQuery);
  const stations = useQuery(stationsQuery);
  const attractions = useQuery(attractionsQuery);
  if (attractions.isError) return <Failure error={attractions.error} />;
  if (!attractions.data || (!stations.data && !stations.isError)) return <Message title={t('starting')} />;

  // Whoever may not read the stations still serves an attraction as a whole.
  const places = stations.data?.items ?? [];
  const username = session.data?.user.username;
  const station = stationFor(search.get('station'), username, places);
  const attraction = attractionFor(station, search.get('attraction'), attractions.data.items, places);
  if (!attraction) return <PlaceChooser stations={places} attractions={attractions.data.items} />;
  return <RigPanel key={station?.id ?? attraction.id} station={station} attraction={attraction} />;
}

function stationFor(wanted: string | null, username: string | undefined, stations: readonly Station[]) {
  return (
    stations.find(({ id }) => id === wanted) ??
    stations.find(({ device }) => device !== null && device === username)
  );
}

function attractionFor(
  station: Station | undefined,
  wanted: string | null,
  attractions: readonly Attraction[],
  stations: readonly Station[],
): Attraction | undefined {
  const id = station?.attraction ?? wanted;
  const chosen = attractions.find((attraction) => attraction.id === id);
  const choiceIsOpen = stations.length > 0 || attractions.length > 1;
  return chosen ?? (choiceIsOpen ? undefined : attractions[0]);
}
