import {
  type Game,
  GameHistory,
  GamePage,
  type GameState,
  gameStates,
} from '../../../appliance/contract/games.ts';
import { MessagePage } from '../../../appliance/contract/messaging.ts';
import { disagreements } from './agreement.ts';
import { mailDomain } from './guests.ts';
import type { HttpClient } from './http-client.ts';
import type { Ledger } from './ledger.ts';

export interface Audit {
  /** Games of our own guests, by the state in which they are now. */
  readonly states: Readonly<Record<GameState, number>>;
  readonly texts: number;
  readonly acknowledged: number;
  readonly unanswered: number;
  readonly disagreements: readonly string[];
}

export interface AuditOptions {
  readonly admin: HttpClient;
  readonly ledger: Ledger;
  readonly run: string;
  readonly actors: ReadonlySet<string>;
}

const nobody: ReadonlySet<string> = new Set();

/** Holds everything that was acknowledged against what the appliance tells now. */
export async function audit({ admin, ledger, run, actors }: AuditOptions): Promise<Audit> {
  const games = new Map((await allGames(admin)).map((game) => [game.id, game]));
  const texts = await textsByGame(admin);
  const touched = Map.groupBy(ledger.steps, ({ gameId }) => gameId);
  const found: string[] = [];

  for (const [gameId, steps] of touched) {
    const game = games.get(gameId);
    if (game === undefined) {
      found.push(`game ${gameId} was acknowledged and is not there`);
      continue;
    }
    const { items: history } = await admin.get(`/api/games/${gameId}/history`, GameHistory);
    const open = ledger.open.filter((question) => question.gameId === null || question.gameId === gameId);
    // A guest from before this run has a history of which the run knows only its own part.
    const exclusive = ledger.signUps.has(gameId) ? actors : nobody;
    const known = { steps, open, result: ledger.results.get(gameId), actors: exclusive };
    found.push(...disagreements({ game, history, texts: texts.get(gameId) ?? 0 }, known));
  }

  const ours = [...games.values()].filter(({ player }) => isOfRun(player.email, run));
  const openSignUps = ledger.open.filter(({ action }) => action === 'create').length;
  const doubled = ours.filter(({ id }) => !ledger.signUps.has(id));
  if (doubled.length > openSignUps) {
    found.push(
      `sign-ups that nobody made, or that were made twice: ${doubled.map(({ ticket }) => ticket).join(', ')}`,
    );
  }
  return {
    states: countStates(ours),
    texts: ours.reduce((sum, { id }) => sum + (texts.get(id) ?? 0), 0),
    acknowledged: ledger.steps.length,
    unanswered: ledger.open.length,
    disagreements: found,
  };
}

const isOfRun = (email: string | null, run: string): boolean =>
  email?.startsWith(`${run}-`) === true && email.endsWith(`@${mailDomain}`);

function countStates(games: readonly Game[]): Record<GameState, number> {
  const count = (state: GameState) => games.filter((game) => game.state === state).length;
  return Object.fromEntries(gameStates.map((state) => [state, count(state)])) as Record<GameState, number>;
}

async function allGames(admin: HttpClient): Promise<Game[]> {
  const games: Game[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: GamePage = await admin.get(`/api/games?limit=200&cursor=${cursor}`, GamePage);
    games.push(...page.items);
    cursor = page.next_cursor;
  }
  return games;
}

async function textsByGame(admin: HttpClient): Promise<Map<string, number>> {
  const texts = new Map<string, number>();
  let path: string | null = '/api/messages?limit=200';
  while (path !== null) {
    const page: MessagePage = await admin.get(path, MessagePage);
    for (const { game_id, kind } of page.items) {
      if (game_id !== null && (kind === 'recall' || kind === 'reminder')) texts.set(game_id, (texts.get(game_id) ?? 0) + 1);
    }
    path = page.next_cursor === null ? null : `/api/messages?limit=200&cursor=${page.next_cursor}`;
  }
  return texts;
}
