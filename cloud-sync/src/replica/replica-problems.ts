import { defineProblems } from '@dugout/appliance/platform/errors.ts';

export const replicaProblems = defineProblems({
  site_required: {
    status: 400,
    title: 'Say which venue is meant.',
    cause: 'This replica holds several venues, and neither the address nor the sign-in names one.',
    remedy: 'Put `/sites/<site>` before the path; `GET /api/sites` lists the venues of a sign-in.',
  },
  unknown_site: {
    status: 404,
    title: 'There is no such venue here.',
    cause: 'The address names a venue that has never replicated to this cloud.',
    remedy: 'Check the identifier of the venue.',
  },
  venue_only: {
    status: 403,
    title: 'This can only be done at the venue.',
    cause: 'It is about a thing that stands there, or makes no sense from afar.',
    remedy: 'Use the venue’s own screens.',
  },
  replica_unavailable: {
    status: 503,
    title: 'The copy of the venue’s data cannot be reached just now.',
    cause: 'The cloud’s database is away or has too much to do. The venue itself goes on.',
    remedy: 'Try again as `Retry-After` says; at the venue its own screens work.',
  },
  catching_up: {
    status: 503,
    title: 'What is new comes in from the venue, and only a part of it is here.',
    cause: 'The venue was out of reach for a while. Told in parts, something would be skipped.',
    remedy: 'Ask again, from where you are, as `Retry-After` says.',
  },
  too_many_remote_actions: {
    status: 503,
    title: 'Too many actions wait for the venue.',
    cause: 'The venue has been away for long, and more was asked of it from afar than may wait.',
    remedy: 'Wait until it is back.',
  },
  action_expired: {
    status: 409,
    title: 'The venue heard of it too late.',
    cause: 'It was out of reach until the action had become pointless. Nothing was done.',
    remedy: 'Look how things stand, and ask again if it still makes sense.',
  },
  action_cancelled: {
    status: 409,
    title: 'The action was taken back.',
    cause: 'Whoever asked for it took it back before the venue did it.',
    remedy: 'Ask again if it is wanted after all.',
  },
  action_failed: {
    status: 502,
    title: 'The venue could not do it.',
    cause: 'It tried several times, and something at the venue failed each time. Nothing was done.',
    remedy: 'Tell the engineer the command’s id.',
  },
  action_needs_review: {
    status: 409,
    title: 'It is not certain whether this was done.',
    cause: 'The venue’s data went back to an earlier state after it had answered.',
    remedy: 'Look how things stand at the venue, and decide there.',
  },
  action_over: {
    status: 409,
    title: 'It is too late to take this back.',
    cause: 'The venue has answered already.',
    remedy: 'Look at its answer.',
  },
});
