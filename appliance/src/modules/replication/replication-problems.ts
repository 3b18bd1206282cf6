import { defineProblems } from '../../platform/errors.ts';

export const replicationProblems = defineProblems({
  changed_meanwhile: {
    status: 409,
    title: 'It was changed in the meantime.',
    cause:
      'An action from afar was decided on by what its sender saw, and that is no longer so at the venue. `expected` is what they saw, `current` what is true, `changed_by` and `changed_at` who changed it and when. Nothing was done.',
    remedy: 'Look at it again, and decide anew.',
  },
  not_from_afar: {
    status: 403,
    title: 'This can be done at the venue alone.',
    cause:
      'Signing in and out, enrolling a device with its secret, and what programs of the appliance’s machine tell it make no sense from afar.',
    remedy: 'Do it on the venue’s own network.',
  },
  actor_unknown: {
    status: 403,
    title: 'Whoever asked for this may no longer act.',
    cause: 'An action from afar came in the name of a user who is disabled, or whom the venue does not know.',
    remedy: 'Ask somebody of the staff who may.',
  },
});
