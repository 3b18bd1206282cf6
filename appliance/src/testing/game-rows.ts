import { newGame } from '../modules/games/games.ts';
import type { GameRow } from '../modules/games/index.ts';

/** A stored game as rules see it, without a database. */
export const aGameRow = (fields: Partial<GameRow> = {}): GameRow => ({
  ...newGame({
    id: '01900000-0000-7000-8000-000000000001',
    player_id: '01900000-0000-7000-8000-000000000002',
    attraction: 'derby',
    ticket: 'A001',
    code: 'k7',
    party_size: 1,
    created_at: 0,
  }),
  ...fields,
});
