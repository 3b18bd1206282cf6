import { defineProblems } from '../../platform/errors.ts';

export const playerProblems = defineProblems({
  invalid_phone: {
    status: 422,
    title: 'That is not a phone number we can text.',
    cause: 'The number has too few or too many digits for its country, or is a premium number.',
    remedy: 'Check the digits; add the country code for a foreign number; or leave the phone out.',
  },
  guardian_required: {
    status: 422,
    title: 'A guardian has to agree.',
    cause:
      'The player is a minor, and phone, e-mail, photo or recordings were given without a guardian’s consent.',
    remedy: 'Have a guardian agree (`consent.guardian`), or leave those fields out.',
  },
  unsuitable_name: {
    status: 422,
    title: 'That name cannot be shown here.',
    cause: 'Names reach public screens, and this one holds a word that may not.',
    remedy: 'Choose another name.',
  },
  incomplete_account: {
    status: 422,
    title: 'An account needs both a user name and a password.',
    cause: 'Only one of `username` and `password` was given.',
    remedy: 'Give both, or neither for a guest.',
  },
  unknown_player: {
    status: 422,
    title: 'There is no such player.',
    cause: 'The request names a player that does not exist.',
    remedy: 'Sign the guest up first.',
  },
  consent_required: {
    status: 403,
    title: 'The player has not agreed to that.',
    cause: 'This needs a consent that the player has not given; `consent` says which.',
    remedy: 'Ask the player, and record the answer.',
  },
});
