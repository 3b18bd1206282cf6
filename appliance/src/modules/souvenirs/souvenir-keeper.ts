import type { Database } from '../../platform/database/database.ts';
import type { MediaStore } from '../../platform/images/media-store.ts';
import type { PlayersModule } from '../players/index.ts';
import { orphansKeptMs } from './souvenirs.ts';
import type { SouvenirsService } from './souvenirs-service.ts';
import { souvenirsStore } from './souvenirs-store.ts';
import type { SouvenirRow } from './souvenirs-tables.ts';

export interface KeeperDeps {
  souvenirs: SouvenirsService;
  players: Pick<PlayersModule, 'photos'>;
  database: Pick<Database, 'now' | 'write'>;
  media: MediaStore;
}

const batch = 100;

const filesOf = ({ print, story, thumbnail }: SouvenirRow) =>
  [print, story, thumbnail].filter((file) => file !== null);

/** Holds rows and files together: every row that says `ready` has its files whole, every file has a row. */
export function createSouvenirKeeper({ souvenirs, players, database, media }: KeeperDeps) {
  async function* readySouvenirs(signal: AbortSignal): AsyncGenerator<SouvenirRow> {
    for (let after = ''; !signal.aborted; ) {
      const rows = souvenirsStore.ready(database.now, after, batch);
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.game_id;
    }
  }

  async function isWhole(souvenir: SouvenirRow): Promise<boolean> {
    for (const file of filesOf(souvenir)) if (!(await media.has(file))) return false;
    return true;
  }

  return {
    /** Has every souvenir made anew whose pictures are missing or damaged; tells how many. */
    async mendAll(signal: AbortSignal): Promise<number> {
      let mended = 0;
      for await (const souvenir of readySouvenirs(signal)) {
        if (signal.aborted) break;
        if (await isWhole(souvenir)) continue;
        await database.write((tx) => souvenirs.mend(tx, souvenir.game_id));
        mended += 1;
      }
      return mended;
    },

    /** Lets go of what has had its time, then deletes every file that no row points to. */
    async tidy(signal: AbortSignal): Promise<void> {
      while (!signal.aborted && (await database.write((tx) => souvenirs.expire(tx, batch))) === batch);
      const kept = new Set(players.photos(database.now));
      for await (const souvenir of readySouvenirs(signal))
        for (const file of filesOf(souvenir)) kept.add(file);
      if (!signal.aborted) await media.sweep((file) => kept.has(file), orphansKeptMs);
    },
  };
}
export type SouvenirKeeper = ReturnType<typeof createSouvenirKeeper>;
