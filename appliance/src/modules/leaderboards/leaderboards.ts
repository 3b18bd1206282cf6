import type { VenueTime } from '../../platform/venue-time.ts';
import type { EventWindowRow } from './leaderboards-tables.ts';

export const tieRule =
  'Each player counts with their best game. Higher score first; equal scores share a rank and are listed by who played first.';

/** The span of time a board is about, by when it was played; pure. */
export interface Window {
  id: string;
  name: string;
  from: number;
  until: number;
}

const endOfTime = Number.MAX_SAFE_INTEGER;

/** `all`, `today`, or an event window; null when there is no such window for the attraction. */
export function windowOf(
  id: string,
  attraction: string,
  event: EventWindowRow | undefined,
  now: number,
  venueTime: VenueTime,
): Window | null {
  if (id === 'all') return { id, name: 'All time', from: 0, until: endOfTime };
  if (id === 'today') return { id, name: 'Today', from: venueTime.dayStart(now), until: endOfTime };
  if (event === undefined || event.attraction !== attraction) return null;
  return { id, name: event.name, from: event.starts_at, until: event.ends_at };
}

/** First place of a stretch of `limit` around `place`, with as many above as below where there are. */
export const firstAround = (place: number, limit: number): number =>
  Math.max(1, place - Math.floor(limit / 2));
