/** The screens there are, as `npm start` introduces them: those of the venue, and that which only the replica fills. */
export const screens = [
  { path: '/', name: 'All screens', who: 'start here' },
  { path: '/sign-up', name: 'Sign-up', who: 'the tablet where guests join' },
  { path: '/board', name: 'Queue board', who: 'a big screen for those who wait' },
  { path: '/leaderboard', name: 'Leaderboard', who: 'a big screen for those who played' },
  { path: '/staff', name: 'Staff console', who: 'the whole floor; sign in' },
  { path: '/rig', name: 'Rig panel', who: 'beside a station; sign in' },
  { path: '/glove', name: 'Gloves', who: 'what they measure, fitting one to a hand; sign in' },
  { path: '/progress', name: 'Progress', who: 'what a player’s games came to; sign in' },
  { path: '/sites', name: 'Venues', who: 'every venue, and how the link to it is', at: 'replica' },
  { path: '/sign-in', name: 'Sign-in', who: 'for staff and devices' },
] as const;
