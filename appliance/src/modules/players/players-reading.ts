import type { Player } from '../../../contract/players.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import { consentsOf, playerById } from './players-store.ts';
import { currentConsents, playerView } from './players-view.ts';

/** A player as they see themselves; `username` is null for whoever else may see them. */
export async function readPlayer(
  reader: Reader,
  id: string,
  username: string | null,
): Promise<Player | undefined> {
  const row = await reader.get(playerById, { id });
  return row && playerView(row, currentConsents(await reader.all(consentsOf, { player_id: id })), username);
}
