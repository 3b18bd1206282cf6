import { defineProblems } from '../errors.ts';

export const jobProblems = defineProblems({
  job_not_found: {
    status: 404,
    title: 'There is no such job.',
    cause: 'It was done, discarded, or never existed. Jobs that are done are not kept.',
    remedy: 'Look at the list again.',
  },
  job_running: {
    status: 409,
    title: 'The job is running.',
    cause: 'It was started before the request came.',
    remedy: 'Wait for its end.',
  },
  job_superseded: {
    status: 409,
    title: 'A newer job does the same already.',
    cause: 'Since this job died, the same work was asked for again and waits or runs.',
    remedy: 'Discard this one.',
  },
  job_kind_not_found: {
    status: 404,
    title: 'There is no such kind of job.',
    cause: 'This release does not know it.',
    remedy: 'Look at the list of kinds.',
  },
});
