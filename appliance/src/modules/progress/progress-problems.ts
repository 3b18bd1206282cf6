import { defineProblems } from '../../platform/errors.ts';

export const progressProblems = defineProblems({
  no_sensor_data: {
    status: 404,
    title: 'Nothing was measured in this game.',
    cause: 'No glove recorded it: there was none, it is not over, or the player has not agreed to that.',
    remedy: 'Nothing to do.',
  },
  malformed_sensor_data: {
    status: 422,
    title: 'The sensor data is not as it must be.',
    cause: 'A row is missing numbers, a number is none, or a channel is there twice; `errors` says where.',
    remedy: 'Correct what `errors` names, and send the game again.',
  },
  too_many_samples: {
    status: 413,
    title: 'That is more than a game can have.',
    cause: 'There are more samples or more numbers than this address takes; `limit` says how many.',
    remedy: 'Send one game at a time.',
  },
  analysis_busy: {
    status: 503,
    title: 'Too many games arrive at the same time.',
    cause: 'As many as can wait for a thread wait already.',
    remedy: 'Send it again in a moment, under the same `Idempotency-Key`.',
  },
});
