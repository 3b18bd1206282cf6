import type { PlayerSync } from '../../../contract/notifications.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { gameById, gameView, type PageUrl } from '../games/index.ts';
import { readPlayer } from '../players/index.ts';
import type { PlayerChangeRow } from './notifications-tables.ts';

/** The progress in these games of a player, as phones see it; a game without any is left out. */
export type ReadProgress = (
  reader: Reader,
  playerId: string,
  gameIds: readonly string[],
) => Promise<PlayerSync['progress']>;

type Changed = Pick<PlayerSync, 'player' | 'games' | 'progress' | 'deleted'>;

/** The things that changed, as they are now. */
export async function changedThings(
  reader: Reader,
  { username }: Pick<Principal, 'username'>,
  playerId: string,
  changes: readonly PlayerChangeRow[],
  { pageUrl, readProgress }: { pageUrl: PageUrl; readProgress: ReadProgress },
): Promise<Changed> {
  const there = changes.filter(({ gone }) => gone === 0);
  const idsOf = (kind: PlayerChangeRow['kind']) =>
    there.flatMap((change) => (change.kind === kind ? [change.thing_id] : []));

  const games: PlayerSync['games'] = [];
  for (const id of idsOf('game')) {
    const row = await reader.get(gameById, { id });
    if (row?.player_id === playerId) games.push(gameView(row, 'tablet', pageUrl));
  }
  const player = idsOf('player').includes(playerId)
    ? ((await readPlayer(reader, playerId, username)) ?? null)
    : null;
  const inGames = idsOf('progress');
  return {
    player,
    games,
    progress: inGames.length === 0 ? [] : await readProgress(reader, playerId, inGames),
    deleted: changes.flatMap(({ kind, thing_id: id, gone }) => (gone === 1 ? [{ kind, id }] : [])),
  };
}
