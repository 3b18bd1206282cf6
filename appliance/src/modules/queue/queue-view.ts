import type { Attraction, WaitEstimate } from '../../../contract/attractions.ts';
import type { PublicQueue, Queue, QueuedGame } from '../../../contract/queue.ts';
import { toMoment } from '../../platform/clock.ts';
import { type GameWithPlayer, gameView, type PageUrl } from '../games/index.ts';
import { initials } from '../players/index.ts';
import type { Floor } from './floor.ts';
import { estimateWait } from './wait-estimate.ts';

/** How many of the next guests a public board shows. */
const shownOnBoard = 8;

export const attractionViews = (floor: Floor): Attraction[] =>
  floor.attractions.map(({ lane: _, ...view }) => view);

export function waitingViews(
  floor: Floor,
  role: string,
  pageUrl: PageUrl,
  attraction?: string,
): QueuedGame[] {
  const lanes = new Map(floor.attractions.map(({ id, lane }) => [id, lane]));
  return floor.waiting.flatMap(({ game, position }) => {
    const lane = lanes.get(game.attraction);
    if (lane === undefined || (attraction !== undefined && game.attraction !== attraction)) return [];
    return [{ ...gameView(game, role, pageUrl), position, estimate: estimateWait(position, lane) }];
  });
}

export const queueView = (floor: Floor, role: string, pageUrl: PageUrl, attraction?: string): Queue => ({
  items: waitingViews(floor, role, pageUrl, attraction),
  attractions: attractionViews(floor).filter(({ id }) => attraction === undefined || id === attraction),
});

/** What everybody may see: tickets and initials. */
export function publicQueueView(floor: Floor, version: number, siteName: string): PublicQueue {
  const stationNames = new Map(floor.stations.map(({ id, name }) => [id, name]));
  const entry = (game: GameWithPlayer) => ({
    ticket: game.ticket,
    initials: initials(game.player_name),
    station: game.station_id === null ? null : (stationNames.get(game.station_id) ?? null),
  });
  return {
    at: toMoment(floor.now),
    version,
    site_name: siteName,
    attractions: floor.attractions.map(({ lane, id, name, paused, waiting, estimate }) => {
      const here = (games: readonly GameWithPlayer[]) =>
        games.filter((game) => game.attraction === id).map(entry);
      return {
        id,
        name,
        paused,
        waiting,
        estimate,
        playing: here([...floor.playing, ...floor.confirmed]),
        called: floor.called
          .filter((game) => game.attraction === id)
          .map((game) => ({ ...entry(game), rung: game.rung ?? 'board', call: game.call_number ?? 0 })),
        next: floor.waiting
          .filter(({ game }) => game.attraction === id)
          .slice(0, shownOnBoard)
          .map(({ game, position }) => ({
            ...entry(game),
            position,
            estimate: estimateWait(position, lane),
          })),
      };
    }),
  };
}

/** Where one guest is in line, and how long that takes; undefined for a guest who is not. */
export interface PlaceInLine {
  position: number;
  estimate: WaitEstimate;
}

export function placeInLine(floor: Floor, gameId: string): PlaceInLine | undefined {
  const waiting = floor.waiting.find(({ game }) => game.id === gameId);
  const lane = floor.attractions.find(({ id }) => id === waiting?.game.attraction)?.lane;
  if (waiting === undefined || lane === undefined) return undefined;
  return { position: waiting.position, estimate: estimateWait(waiting.position, lane) };
}
