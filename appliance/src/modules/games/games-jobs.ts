import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Events } from '../../platform/events/events.ts';
import { defineJob, defineJobKind } from '../../platform/jobs/job.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import { gameChanged } from './games-events.ts';
import { appliance, type GamesService } from './games-service.ts';
import type { GameRow } from './games-tables.ts';

const graceOver = defineJobKind('game.grace-over', z.object({ game_id: z.uuid() }));

/** Turns a called guest who does not come into a no-show. */
export const graceOverJob = (games: GamesService) =>
  defineJob({
    ...graceOver,
    maxAttempts: 5,
    priority: 'high',
    write(tx, { game_id }) {
      if (games.game(tx, game_id).state !== 'recalled') return;
      games.act(tx, game_id, 'no-show', { reason: 'grace is over' }, appliance);
    },
  });

/** Starts the grace with each call and stops it when the guest comes, in the transaction of the step. */
export function watchGrace(
  events: Events,
  jobs: Pick<Jobs, 'reschedule' | 'cancel'>,
  clock: Pick<Clock, 'now'>,
): void {
  events.join(gameChanged, (tx, { before, after }) => {
    const game_id = after.id;
    const graceUntil = graceOf(after);
    if (graceUntil !== null) {
      const delayMs = Math.max(0, graceUntil - clock.now());
      jobs.reschedule(tx, graceOver, { game_id }, { uniqueKey: game_id, delayMs });
    } else if (before !== null && graceOf(before) !== null) {
      jobs.cancel(tx, graceOver, game_id);
    }
  });
}

/** When a called guest's time is up; null when nobody waits for them. */
const graceOf = (game: GameRow): number | null => (game.state === 'recalled' ? game.grace_until : null);
