import { PhoneGameInput, PhoneGameReply, phoneGameLimit } from '../../../contract/progress.ts';
import type { Database } from '../../platform/database/database.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import { ok, type Route, writeRoute } from '../../platform/http/route.ts';
import type { GamesModule } from '../games/index.ts';
import { type PlayersModule, playerProblems } from '../players/index.ts';
import type { SessionsModule } from '../sessions/index.ts';
import type { PhoneGameIntake, StoredPhoneGame } from './phone-game-intake.ts';
import type { ProgressService } from './progress-service.ts';

export interface PhoneGameRoutesDeps {
  progress: Pick<ProgressService, 'owe'>;
  intake: PhoneGameIntake;
  games: Pick<GamesModule, 'playedElsewhere'>;
  players: Pick<PlayersModule, 'consentsOf'>;
  sessions: Pick<SessionsModule, 'addPosted'>;
  database: Pick<Database, 'now'>;
}

export const phoneGameRoutes = (deps: PhoneGameRoutesDeps): Route[] => [
  writeRoute<unknown, unknown, Buffer, StoredPhoneGame>({
    method: 'POST',
    path: '/api/game',
    aliases: ['/game'],
    access: ['player'],
    tag: 'progress',
    summary: 'Post a game that was played with a glove at a phone: its score and what was measured',
    body: 'bytes',
    bytesAre: PhoneGameInput,
    bodyLimit: phoneGameLimit,
    remote: 'venue_only',
    replies: { 200: PhoneGameReply },
    async prepare({ body, principal, at }) {
      const playerId = ownId(principal.playerId);
      // Asked before the body is looked at, and again when the game is made.
      refuseWithout(deps.players.consentsOf(deps.database.now, playerId).sensor);
      return deps.intake.store(body, at);
    },
    write(tx, { principal }, { sessionId, head, samples, began, ended }) {
      const player_id = ownId(principal.playerId);
      refuseWithout(deps.players.consentsOf(tx, player_id).sensor);
      const { attraction, hand = null } = head;
      const played = { player_id, attraction, result: head, began, ended };
      const game_id = deps.games.playedElsewhere(tx, played, principal);
      const session = { id: sessionId, game_id, player_id, hand, samples };
      deps.sessions.addPosted(tx, { ...session, started_at: began, ended_at: ended });
      return ok({ game_id, processing_event_id: deps.progress.owe(tx, { id: game_id, player_id }) });
    },
  }),
];

/** An account of the role may belong to nobody. */
function ownId(playerId: string | null): string {
  if (playerId === null) throw new Problem(httpProblems.forbidden);
  return playerId;
}

function refuseWithout(consent: boolean): void {
  if (!consent) throw new Problem(playerProblems.consent_required, undefined, { consent: 'sensor' });
}
