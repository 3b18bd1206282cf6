/**
 * Leaderboards: who played best, when.
 *
 * Owns `event_windows`. Reads games, players and attractions. Listens to `game.changed`; publishes nothing.
 */
import type { Events } from '../../platform/events/events.ts';
import type { LiveFeed } from '../../platform/http/live-feed.ts';
import { gameChanged } from '../games/index.ts';
import { type LeaderboardsRoutesDeps, leaderboardsRoutes } from './leaderboards-routes.ts';
import { eventWindows } from './leaderboards-tables.ts';

export const leaderboardTables = [eventWindows];

export interface LeaderboardsModuleDeps extends LeaderboardsRoutesDeps {
  events: Events;
  live: LiveFeed;
}

export function createLeaderboardsModule(deps: LeaderboardsModuleDeps) {
  deps.events.listen(gameChanged, ({ before, after }) => {
    if (before?.state === 'completed' || after.state === 'completed') deps.live.changed('leaderboard');
  });
  return { routes: leaderboardsRoutes(deps) };
}
