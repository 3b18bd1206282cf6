import {
  type ActionInput,
  type CompleteInput,
  Game,
  type GameAction,
  type GameInput,
  GameReply,
} from '../../../appliance/contract/games.ts';
import { type HttpClient, Unanswered } from './http-client.ts';
import type { Ledger, OpenQuestion } from './ledger.ts';

/** Every step of a game goes through here, so that the ledger holds exactly what was acknowledged. */
export function createGameCalls(client: HttpClient, ledger: Ledger) {
  const actor = client.username;

  async function noted<Reply extends Game>(
    action: OpenQuestion['action'],
    gameId: string | null,
    call: Promise<Reply>,
  ): Promise<Reply> {
    try {
      const game = await call;
      ledger.steps.push({ gameId: game.id, action, actor, to: game.state });
      return game;
    } catch (error) {
      if (error instanceof Unanswered) ledger.open.push({ actor, action, gameId });
      throw error;
    }
  }

  return {
    /** @param email of the guest, which names them in this run */
    async signUp(input: GameInput, email: string): Promise<Game> {
      const game = await noted('create', null, client.post('/games', Game, input));
      ledger.signUps.set(game.id, email);
      return game;
    },
    act: (gameId: string, action: Exclude<GameAction, 'complete'>, input: ActionInput = {}) =>
      noted(action, gameId, client.post(`/games/${gameId}/${action}`, GameReply, input)),
    async complete(gameId: string, result: CompleteInput): Promise<GameReply> {
      const game = await noted(
        'complete',
        gameId,
        client.post(`/games/${gameId}/complete`, GameReply, result),
      );
      ledger.results.set(gameId, result);
      return game;
    },
    callNext: (attraction: string) =>
      noted('recall', null, client.post('/api/queue/call-next', GameReply, { attraction })),
    game: (gameId: string) => client.get(`/games/${gameId}`, Game),
  };
}
export type GameCalls = ReturnType<typeof createGameCalls>;
