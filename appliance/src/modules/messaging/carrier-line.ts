import type { Clock } from '../../platform/clock.ts';
import type { Carrier } from './carrier.ts';
import type { Standing } from './carrier-choice.ts';
import { createPace } from './pace.ts';

/** How many texts a carrier is given at the same time unless it says otherwise. */
const atOnce = 4;

/** A carrier with what the dispatcher keeps of it: its pace, how busy it is, since when it is there. */
export function createCarrierLine(carrier: Carrier, clock: Clock) {
  const pace = createPace(clock, carrier.pace);
  const limit = carrier.atOnce ?? atOnce;
  let available = carrier.health().available;
  let since = clock.now();
  let busy = 0;
  let waiting = 0;

  function health() {
    const now = carrier.health();
    if (now.available !== available) since = clock.now();
    available = now.available;
    return now;
  }

  return {
    carrier,
    pace,
    health,
    /** Venue time since when it is available, or is not. */
    since: () => since,
    standing: (): Standing => ({
      name: carrier.name,
      ...health(),
      free: busy < limit && pace.readyInMs() === 0,
    }),
    /** Milliseconds until the pace lets the next text go; null while every hand is full: then one that ends tells. */
    readyInMs: (): number | null => (busy < limit ? pace.readyInMs() : null),
    /** A hand for a text that is given to it, or asked about. */
    hasHand: () => busy < limit,
    begin(): void {
      busy += 1;
    },
    end(): void {
      busy -= 1;
    },
    /** How many texts wait for it. */
    waiting: () => waiting,
    setWaiting(texts: number): void {
      waiting = texts;
    },
  };
}
export type CarrierLine = ReturnType<typeof createCarrierLine>;
