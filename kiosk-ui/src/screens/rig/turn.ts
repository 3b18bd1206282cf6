import type { Game } from '@dugout/appliance/contract/games.ts';

export type Turn = { at: 'playing' | 'ready'; game: Game } | { at: 'free' };

export type RigPlace = { attraction: string; stationId: string | null };

/**
 * What this rig does now: the game that plays here, else the guest confirmed first for here, else for nowhere in
 * particular. A rig that has no station of its own serves its attraction.
 */
export function turnOf(place: RigPlace, confirmed: readonly Game[], playing: readonly Game[]): Turn {
  const here = (game: Game) =>
    game.attraction === place.attraction && (place.stationId === null || game.station_id === place.stationId);
  const anywhere = (game: Game) => game.attraction === place.attraction && game.station_id === null;

  const now = playing.find(here) ?? playing.find(anywhere);
  if (now) return { at: 'playing', game: now };
  const waiting = confirmed.toSorted((a, b) => (a.confirmed_at ?? '').localeCompare(b.confirmed_at ?? ''));
  const next = waiting.find(here) ?? waiting.find(anywhere);
  return next ? { at: 'ready', game: next } : { at: 'free' };
}
