import type { Role } from '@dugout/appliance/contract/auth.ts';
import type { LiveTopic } from '@dugout/appliance/contract/live.ts';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { Live } from '../../appliance-client/live.tsx';
import { sessionQuery } from '../../appliance-client/queries.ts';
import { SignedIn } from '../../components/signed-in.tsx';
import { useText } from '../../i18n/use-text.ts';
import { GameResult } from './game-result.tsx';
import { ProgressOverGames } from './progress-over-games.tsx';

const roles: readonly Role[] = ['player', 'staff', 'admin'];
const topics: readonly LiveTopic[] = ['progress'];

/** What gloves have measured of a player: of one game (`?game=`), or over their games (`?player=`; else one's own). */
export default function ProgressScreen() {
  const t = useText();
  return (
    <SignedIn roles={roles}>
      <Live topics={topics}>
        <title>{t('title', { screen: t('screen.progress') })}</title>
        <Progress />
      </Live>
    </SignedIn>
  );
}

function Progress() {
  const [search] = useSearchParams();
  const session = useQuery(sessionQuery);
  const game = search.get('game');
  if (game !== null) return <GameResult key={game} gameId={game} />;
  const player = search.get('player') ?? session.data?.user.player_id ?? null;
  return (
    <ProgressOverGames key={player} playerId={player === session.data?.user.player_id ? null : player} />
  );
}
