import { expect } from 'vitest';
import { Game, type GameAction, type GameState } from '../../contract/games.ts';
import type { PlayerDetails } from '../../contract/players.ts';
import type { Call, TestAppliance } from './test-appliance.ts';

type Venue = Pick<TestAppliance, 'post'>;

interface GameDetails {
  player?: Partial<PlayerDetails>;
  attraction?: string;
  party_size?: number;
}

/** The steps by which a venue brings a guest into a state. */
const waysTo: Readonly<Record<GameState, readonly GameAction[]>> = {
  new: [],
  queued: ['queue'],
  recalled: ['queue', 'recall'],
  confirmed: ['queue', 'recall', 'confirm'],
  playing: ['queue', 'recall', 'confirm', 'play'],
  completed: ['queue', 'recall', 'confirm', 'play', 'complete'],
  held: ['queue', 'hold'],
  no_show: ['queue', 'recall', 'no-show'],
  cancelled: ['cancel'],
};

export const aResult = { score: 1200, distance: 131.5, homeruns: 3 };

/** Takes a step as the administrator, or as told; answers whatever comes of it. */
export const act = (venue: Venue, gameId: string, action: GameAction, call: Call = {}) =>
  venue.post(`/api/games/${gameId}/${action}`, {
    as: 'user',
    ...(action === 'complete' ? { body: aResult } : {}),
    ...call,
  });

/** A guest's game in the given state, brought there by the steps that lead to it. */
export async function aGame(
  venue: Venue,
  state: GameState = 'new',
  details: GameDetails = {},
): Promise<Game> {
  const body = { ...details, player: { name: 'Ana Pérez', ...details.player } };
  const made = await venue.post('/api/games', { as: 'user', body });
  expect(made).toMatchObject({ status: 201 });
  let game = Game.parse(made.body);
  for (const action of waysTo[state]) {
    const step = await act(venue, game.id, action);
    expect(step).toMatchObject({ status: 200 });
    game = Game.parse(step.body);
  }
  return game;
}

/** So many guests, queued one after the other. */
export async function aQueueOf(venue: Venue, guests: number, details: GameDetails = {}): Promise<Game[]> {
  const games: Game[] = [];
  for (let guest = 0; guest < guests; guest += 1) games.push(await aGame(venue, 'queued', details));
  return games;
}
