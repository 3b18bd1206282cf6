/**
 * Recall: the ladder by which a called guest is found, from a text to staff who go and look.
 *
 * Owns no table: the rung is on the game. Calls games and messaging. Joins `game.changed` and `message.changed`;
 * publishes nothing.
 */
import type { Events } from '../../platform/events/events.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import { gameChanged } from '../games/index.ts';
import { messageChanged } from '../messaging/index.ts';
import { climbLadder, climbLadderJob } from './recall-jobs.ts';
import { createRecallService, type RecallServiceDeps } from './recall-service.ts';

export interface RecallModuleDeps extends RecallServiceDeps {
  events: Events;
  jobs: Jobs;
}

export function createRecallModule(deps: RecallModuleDeps): void {
  const { events, jobs } = deps;
  const recall = createRecallService({
    ...deps,
    climbLater: (tx, due, delayMs) =>
      jobs.reschedule(tx, climbLadder, due, { uniqueKey: due.game_id, delayMs }),
    climbNoMore: (tx, gameId) => jobs.cancel(tx, climbLadder, gameId),
  });
  jobs.register(climbLadderJob(recall));
  events.join(gameChanged, recall.follow);
  events.join(messageChanged, recall.followText);
}
