import type { Clock } from '../../platform/clock.ts';
import type { Reader, Statements, Transaction } from '../../platform/database/transaction.ts';
import type { VenueTime } from '../../platform/venue-time.ts';
import type { AttractionsModule } from '../attractions/index.ts';
import type { GameRow, GamesModule, PageUrl } from '../games/index.ts';
import type { MessagingModule } from '../messaging/index.ts';
import type { PlayersModule } from '../players/index.ts';
import type { SouvenirFiles } from './souvenir-studio.ts';
import type { SouvenirContent } from './souvenir-wording.ts';
import { printedDay, shownForMs } from './souvenirs.ts';
import { souvenirsStore } from './souvenirs-store.ts';
import type { SouvenirRow } from './souvenirs-tables.ts';

export interface SouvenirsServiceDeps {
  clock: Pick<Clock, 'now'>;
  games: Pick<GamesModule, 'game'>;
  players: Pick<PlayersModule, 'player' | 'consentsOf' | 'photoToShow'>;
  attractions: Pick<AttractionsModule, 'attraction'>;
  messaging: Pick<MessagingModule, 'souvenirReady'>;
  venueTime: VenueTime;
  siteName: string;
  pageUrl: PageUrl;
  /** Asks for the pictures, in the same transaction; what is being made is made anew. */
  renderLater(tx: Transaction, gameId: string): void;
  /** Nobody wants the pictures any more. */
  renderNever(tx: Transaction, gameId: string): void;
}

/** What is on a souvenir, but for the bytes of the photo. */
export interface SouvenirOrder {
  readonly content: Omit<SouvenirContent, 'photo'>;
  /** Name in the media store. */
  readonly photo: string | null;
}

type Reads = Pick<Statements, 'all' | 'get'>;

const noPictures = { print: null, story: null, thumbnail: null, photo: null, rendered_at: null };

export function createSouvenirsService(deps: SouvenirsServiceDeps) {
  const { clock, games, players, attractions, messaging, venueTime, siteName, pageUrl } = deps;

  function order(tx: Transaction, game: GameRow): void {
    const now = clock.now();
    souvenirsStore.remove(tx, game.id);
    souvenirsStore.insert(tx, {
      ...noPictures,
      game_id: game.id,
      state: 'waiting',
      created_at: now,
      expires_at: now + shownForMs,
    });
    deps.renderLater(tx, game.id);
  }

  function orderAgain(tx: Transaction, souvenir: SouvenirRow): void {
    souvenirsStore.update(tx, { ...souvenir, ...noPictures, state: 'waiting' });
    deps.renderLater(tx, souvenir.game_id);
  }

  const photoOf = (reads: Reads, playerId: string): string | null =>
    players.consentsOf(reads, playerId).photo ? players.player(reads, playerId).photo : null;

  return {
    /** A game that is completed gets a souvenir; one whose completion is taken back loses it. */
    follow(tx: Transaction, { before, after }: { before: GameRow | null; after: GameRow }): void {
      if (after.state === 'completed' && before?.state !== 'completed') order(tx, after);
      if (before?.state === 'completed' && after.state !== 'completed') {
        souvenirsStore.remove(tx, after.id);
        deps.renderNever(tx, after.id);
      }
    },

    /** Makes the pictures once more: one is missing, or the guest's photo is another. */
    mend(tx: Transaction, gameId: string): void {
      const souvenir = souvenirsStore.byGame(tx, gameId);
      if (souvenir !== undefined && souvenir.expires_at > clock.now()) orderAgain(tx, souvenir);
    },

    /** The player's photo has changed: all that is shown of them is made anew. */
    photoChanged(tx: Transaction, playerId: string): void {
      for (const souvenir of souvenirsStore.ofPlayer(tx, playerId, clock.now())) orderAgain(tx, souvenir);
    },

    /** What to draw; null when nobody waits for it. */
    orderOf(reads: Reads, gameId: string): SouvenirOrder | null {
      if (souvenirsStore.byGame(reads, gameId)?.state !== 'waiting') return null;
      const game = games.game(reads, gameId);
      return {
        content: {
          attraction: game.attraction,
          attractionName: attractions.attraction(reads, game.attraction).name,
          name: game.player_name,
          score: game.score ?? 0,
          distance: game.distance,
          homeruns: game.homeruns,
          venue: siteName,
          date: printedDay(venueTime.dayOf(game.completed_at ?? game.created_at)),
          url: pageUrl(game.code),
        },
        photo: photoOf(reads, game.player_id),
      };
    },

    /** The pictures are whole and on disk. */
    rendered(tx: Transaction, gameId: string, files: SouvenirFiles, photo: string | null): void {
      const souvenir = souvenirsStore.byGame(tx, gameId);
      if (souvenir === undefined) return;
      souvenirsStore.update(tx, { ...souvenir, ...files, photo, state: 'ready', rendered_at: clock.now() });
      messaging.souvenirReady(tx, gameId);
    },

    failed(tx: Transaction, gameId: string): void {
      const souvenir = souvenirsStore.byGame(tx, gameId);
      if (souvenir !== undefined) souvenirsStore.update(tx, { ...souvenir, state: 'failed' });
    },

    /** Lets go of at most `limit` souvenirs whose time is over; tells how many. */
    expire(tx: Transaction, limit: number): number {
      const past = souvenirsStore.past(tx, clock.now(), limit);
      for (const souvenir of past) {
        souvenirsStore.update(tx, { ...souvenir, ...noPictures, state: 'expired' });
        deps.renderNever(tx, souvenir.game_id);
      }
      return past.length;
    },

    /** Whether the photo that a souvenir shows may still be shown. */
    async mayShow(reader: Reader, souvenir: SouvenirRow, playerId: string): Promise<boolean> {
      return souvenir.photo === null || souvenir.photo === (await players.photoToShow(reader, playerId));
    },
  };
}
export type SouvenirsService = ReturnType<typeof createSouvenirsService>;
