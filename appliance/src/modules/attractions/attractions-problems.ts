import { defineProblems } from '../../platform/errors.ts';

export const attractionProblems = defineProblems({
  unknown_attraction: {
    status: 422,
    title: 'There is no such attraction.',
    cause: 'The request names an attraction that this venue does not have.',
    remedy: 'Use one of those that `GET /api/attractions` lists.',
  },
  unknown_station: {
    status: 422,
    title: 'There is no such station.',
    cause: 'The request names a station that does not exist, or that belongs to another attraction.',
    remedy: 'Use one of those that `GET /api/stations` lists for the attraction.',
  },
  device_has_station: {
    status: 409,
    title: 'That device stands at another station.',
    cause: 'A device can be at one station at a time.',
    remedy: 'Take it away from the other station first.',
  },
});
