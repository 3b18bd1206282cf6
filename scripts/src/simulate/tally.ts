/** What happened, counted while it happens. */
export interface Tally {
  arrived: number;
  walkedAway: number;
  turnedAway: number;
  signedUp: number;
  photos: number;
  pagesOpened: number;
  souvenirs: number;
  played: number;
  buttonsPressed: number;
  plugsPulled: number;
  wanCuts: number;
  modemUnplugs: number;
  batteriesOut: number;
  undone: number;
  /** Requests that were sent once more because nobody answered. */
  retries: number;
  /** Steps that came too late because somebody else was faster: no fault of anybody. */
  overtaken: number;
  /** What should not have happened, in the words of whom it happened to. */
  readonly faults: string[];
}

export const createTally = (): Tally => ({
  arrived: 0,
  walkedAway: 0,
  turnedAway: 0,
  signedUp: 0,
  photos: 0,
  pagesOpened: 0,
  souvenirs: 0,
  played: 0,
  buttonsPressed: 0,
  plugsPulled: 0,
  wanCuts: 0,
  modemUnplugs: 0,
  batteriesOut: 0,
  undone: 0,
  retries: 0,
  overtaken: 0,
  faults: [],
});
