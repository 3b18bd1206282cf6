import type { SouvenirOutput } from '../../../contract/souvenirs.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import type { Reply } from '../../platform/http/route.ts';
import type { MediaStore } from '../../platform/images/media-store.ts';
import type { GameRow } from '../games/index.ts';
import { availabilityOf } from './souvenirs.ts';
import { souvenirProblems } from './souvenirs-problems.ts';
import type { SouvenirRow } from './souvenirs-tables.ts';

export interface CounterDeps {
  media: Pick<MediaStore, 'read'>;
  /** Whether the guest still agrees to what it shows. */
  mayShow(reader: Reader, souvenir: SouvenirRow, playerId: string): Promise<boolean>;
  /** Hears of pictures that should be there and are not. */
  missing(gameId: string): Promise<void>;
}

interface Asked {
  readonly game: Pick<GameRow, 'id' | 'ticket' | 'player_id'>;
  readonly souvenir: SouvenirRow | undefined;
  readonly output: SouvenirOutput;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Entity tag the caller has. */
  readonly known: string | string[] | undefined;
  /** To be kept rather than looked at. */
  readonly download?: boolean;
}

const retryAfterSeconds = 1;

const pending: Reply = {
  status: 202,
  body: { state: 'waiting', retry_after_seconds: retryAfterSeconds },
  headers: { 'retry-after': String(retryAfterSeconds), 'cache-control': 'no-store' },
};

/** Where souvenirs are handed out: whole ones only, and only while they may be shown. */
export function createSouvenirCounter({ media, mayShow, missing }: CounterDeps) {
  return {
    /** Throws `no_souvenir`, `souvenir_expired`, `souvenir_failed`. */
    async handOut(
      reader: Reader,
      { game, souvenir, output, at, known, download = false }: Asked,
    ): Promise<Reply> {
      const availability = availabilityOf(souvenir, at);
      if (availability === 'none') throw new Problem(souvenirProblems.no_souvenir);
      if (availability === 'expired') throw new Problem(souvenirProblems.souvenir_expired);
      if (availability === 'failed')
        throw new Problem(souvenirProblems.souvenir_failed, undefined, { retry_after_seconds: 30 });
      const file = souvenir?.[output] ?? null;
      if (souvenir?.state === 'waiting') return pending;
      const bytes =
        souvenir !== undefined && file !== null && (await mayShow(reader, souvenir, game.player_id))
          ? await media.read(file)
          : null;
      if (file === null || bytes === null) {
        await missing(game.id);
        return pending;
      }

      const tag = `"${file}"`;
      const headers = { etag: tag, 'cache-control': 'private, no-cache' };
      if (known === tag) return { status: 304, headers };
      const extension = file.slice(file.lastIndexOf('.') + 1);
      const name = `dugout-${game.ticket.toLowerCase()}-${output}.${extension}`;
      return {
        status: 200,
        body: bytes,
        headers: {
          ...headers,
          'content-type': extension === 'webp' ? 'image/webp' : 'image/jpeg',
          'content-disposition': `${download ? 'attachment' : 'inline'}; filename="${name}"`,
        },
      };
    },
  };
}
export type SouvenirCounter = ReturnType<typeof createSouvenirCounter>;
