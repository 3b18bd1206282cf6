import type { Reader } from '../../platform/database/transaction.ts';
import { consentsOf, playerById } from './players-store.ts';
import { currentConsents } from './players-view.ts';

/** A player’s photo, a name in the media store, while they agree to be in a picture; else null. */
export async function photoToShow(reader: Reader, playerId: string): Promise<string | null> {
  const { photo: agreed } = currentConsents(await reader.all(consentsOf, { player_id: playerId }));
  return agreed ? ((await reader.get(playerById, { id: playerId }))?.photo ?? null) : null;
}
