import type { Account } from './accounts.ts';
import { untilNextArrival } from './arrivals.ts';
import type { GloveSeats } from './gloves/glove-seats.ts';
import { asRegular, type Crowd, type Guest, makeGuest } from './guests.ts';
import type { Phone } from './phone.ts';
import type { Randomness } from './randomness.ts';
import type { Stage } from './stage.ts';
import { visit } from './visit.ts';

export interface Door {
  readonly crowd: Crowd;
  /** How many can play at once: a larger venue draws a larger crowd. */
  readonly stations: number;
  /** It closes after so many guests, or seconds. */
  readonly guests: number;
  readonly seconds: number;
  readonly tablet: Account;
  readonly phone: Phone;
  readonly random: Randomness;
  readonly stage: Stage;
  /** Undefined where there are no gloves. */
  readonly seats: GloveSeats | undefined;
}

/** One guest comes, walks and plays in about this many seconds of a station's time. */
const stationSecondsPerGuest = 290;
/** How much of that time quiet hours fill. The rush asks for more than there is, and so queues grow. */
const quietLoad = 0.8;

/** Lets guests in until the door closes or the simulation stops; resolves when the last of them has left. */
export async function letGuestsIn(door: Door): Promise<void> {
  const { stage, tablet, phone } = door;
  const { clock, attempt, stop, tally } = stage;
  const perSecond = (quietLoad * door.stations) / stationSecondsPerGuest;
  const arrivals = door.random.fork();
  const isOpen = () => !stop.aborted && tally.arrived < door.guests && clock.now() < door.seconds;

  const visits: Promise<unknown>[] = [];
  for (let number = 1; isOpen(); number += 1) {
    await attempt('door', () => clock.sleep(untilNextArrival(clock.now(), perSecond, arrivals)));
    if (!isOpen()) break;
    const random = door.random.fork();
    const guest = withAccount(makeGuest(number, door.crowd, random), door.seats, random);
    const { account } = guest;
    if (account !== null) account.isHere = true;
    const done = attempt(`guest ${number}`, () => visit({ guest, tablet, phone, random, stage }));
    visits.push(
      done.finally(() => {
        if (account !== null) account.isHere = false;
      }),
    );
  }
  await Promise.all(visits);
}

/** Of those who come for the gloves, so many come again. */
const comeAgain = 0.6;

function withAccount(guest: Guest, seats: GloveSeats | undefined, random: Randomness): Guest {
  if (seats === undefined || guest.attraction !== 'glove' || !random.chance(comeAgain)) return guest;
  const regular = seats.regulars.next();
  return regular === null ? guest : asRegular(guest, regular);
}
