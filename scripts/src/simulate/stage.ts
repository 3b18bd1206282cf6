import type { Airwaves } from './carriers/airwaves.ts';
import type { Attempt } from './conduct.ts';
import type { Desk } from './desk.ts';
import type { GameWatch } from './game-watch.ts';
import type { Tally } from './tally.ts';
import type { VenueClock } from './venue-clock.ts';

/** What every actor has around them. */
export interface Stage {
  readonly clock: VenueClock;
  readonly stop: AbortSignal;
  readonly tally: Tally;
  readonly attempt: Attempt;
  readonly desk: Desk;
  readonly watch: GameWatch;
  readonly airwaves: Airwaves;
}
