import { defineProblems } from '../../platform/errors.ts';

export const gameProblems = defineProblems({
  invalid_transition: {
    status: 409,
    title: 'The game cannot do that now.',
    cause:
      'The action does not fit the state of the game; `allowed` lists those that do. Often somebody was faster. `undo` takes back the last step only, and only once.',
    remedy: 'Look at the game again and choose one of `allowed`.',
  },
  not_at_this_rig: {
    status: 409,
    title: 'The game is at another rig.',
    cause:
      'A rig plays, completes and aborts what is at its own station; `device` is the rig of the station. It may also take over a guest who is ready while that rig is offline or was never heard of.',
    remedy: 'Let the rig of the station say it, or staff, who may do it for any rig.',
  },
  queue_not_empty: {
    status: 409,
    title: 'Others are waiting.',
    cause: 'A new guest can be confirmed directly only while nobody waits for the attraction.',
    remedy: 'Queue the guest; staff can confirm all the same with `override`.',
  },
  attraction_paused: {
    status: 409,
    title: 'The attraction is paused.',
    cause: 'Staff have paused sign-up and call-next. They can still sign up or recall one guest by name.',
    remedy: 'Ask staff, or try again when it is open.',
  },
  attraction_full: {
    status: 409,
    title: 'The queue is full.',
    cause: 'As many guests wait as the attraction takes.',
    remedy: 'Try again later, or raise the capacity.',
  },
  result_incomplete: {
    status: 422,
    title: 'The result is not complete.',
    cause: '`derby` needs `score`, `distance` and `homeruns`.',
    remedy: 'Send all three.',
  },
});
