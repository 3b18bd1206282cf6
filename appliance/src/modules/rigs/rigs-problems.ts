import { defineProblems } from '../../platform/errors.ts';

export const rigProblems = defineProblems({
  too_many_events: {
    status: 429,
    title: 'The rig tells more than is kept.',
    cause: 'A game has more events than are kept of one, or the rig sends them too fast for too long.',
    remedy: 'Send fewer of the game’s own events. What starts, ends or completes a game is always taken.',
  },
  seq_used_twice: {
    status: 409,
    title: 'The rig has used this number for another event.',
    cause:
      'An event came under a `run` and `seq` that stand for another game, type or data. It was not applied.',
    remedy: 'Staff see it among the conflicts. A rig that lost its spool begins a new `run`.',
  },
});
