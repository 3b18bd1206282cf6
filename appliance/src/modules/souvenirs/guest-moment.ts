import type { WaitEstimate } from '../../../contract/attractions.ts';
import type { ResultSummary } from '../../../contract/progress.ts';
import type { GameRow } from '../games/index.ts';
import type { Floor, PlaceInLine } from '../queue/index.ts';
import { type Availability, availabilityOf } from './souvenirs.ts';
import type { SouvenirRow } from './souvenirs-tables.ts';

/** Where a guest stands in their visit: what their own page is about. */
export type GuestMoment =
  | { readonly kind: 'signed_up' | 'held' | 'missed' | 'cancelled' }
  | { readonly kind: 'waiting'; readonly position: number; readonly estimate: WaitEstimate }
  | { readonly kind: 'called'; readonly minutesLeft: number | null }
  | { readonly kind: 'ready' | 'playing'; readonly station: string | null }
  | {
      readonly kind: 'played';
      readonly result: Result;
      readonly souvenir: Availability;
      /** What a glove measured; null when nothing was recorded. */
      readonly measured: ResultSummary | null;
      /** It is being worked out, and worth waiting for. */
      readonly awaitsMeasured: boolean;
    };

export interface Result {
  readonly score: number;
  readonly distance: number | null;
  readonly homeruns: number | null;
}

/** An analysis takes seconds. Who comes back later loads the page anew. */
const worthWaitingForMs = 10 * 60_000;

interface Seen {
  readonly game: GameRow;
  readonly souvenir: SouvenirRow | undefined;
  readonly floor: Pick<Floor, 'stations'>;
  readonly place: PlaceInLine | undefined;
  readonly measured: ResultSummary | null;
  readonly now: number;
}

export function momentOf({ game, souvenir, floor, place, measured, now }: Seen): GuestMoment {
  const station = floor.stations.find(({ id }) => id === game.station_id)?.name ?? null;
  switch (game.state) {
    case 'queued':
      return place === undefined ? { kind: 'signed_up' } : { kind: 'waiting', ...place };
    case 'recalled':
      return { kind: 'called', minutesLeft: minutesUntil(game.grace_until, now) };
    case 'confirmed':
      return { kind: 'ready', station };
    case 'playing':
      return { kind: 'playing', station };
    case 'completed': {
      const { score, distance, homeruns } = game;
      const result = { score: score ?? 0, distance, homeruns };
      const awaitsMeasured =
        measured?.state === 'pending' && now - (game.completed_at ?? 0) < worthWaitingForMs;
      return { kind: 'played', result, souvenir: availabilityOf(souvenir, now), measured, awaitsMeasured };
    }
    case 'no_show':
      return { kind: 'missed' };
    case 'held':
    case 'cancelled':
      return { kind: game.state };
    case 'new':
      return { kind: 'signed_up' };
  }
}

const minutesUntil = (moment: number | null, now: number): number | null =>
  moment === null ? null : Math.max(1, Math.ceil((moment - now) / 60_000));
