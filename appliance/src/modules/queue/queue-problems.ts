import { defineProblems } from '../../platform/errors.ts';

export const queueProblems = defineProblems({
  queue_empty: {
    status: 404,
    title: 'Nobody is waiting.',
    cause: 'The queue of this attraction is empty; perhaps somebody else has just called the last guest.',
    remedy: 'Nothing to do.',
  },
});
