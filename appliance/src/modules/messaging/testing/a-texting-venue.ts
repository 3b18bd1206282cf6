import { onTestFinished } from 'vitest';
import type { Message, MessageCarrier } from '../../../../contract/messaging.ts';
import { createFakeClock, type FakeClock } from '../../../testing/fake-clock.ts';
import { aTestAppliance } from '../../../testing/test-appliance.ts';
import { aGame } from '../../../testing/test-games.ts';
import type { TestCarrier } from './a-test-carrier.ts';

export const undoGraceMs = 5_000;

/** Noon in Chicago, where test venues are: no quiet hours. */
export const noon = Date.parse('2026-06-01T12:00:00-05:00');

interface Options {
  readonly clock?: FakeClock;
  readonly environment?: Record<string, string>;
  readonly directory?: string;
}

let phones = 0;
/** A guest who may be texted, with a number of their own. */
export function aReachableGuest(details: object = {}) {
  phones += 1;
  return { phone: `+1 415 555 ${String(phones).padStart(4, '0')}`, consent: { sms: true }, ...details };
}

/** A venue whose texts go to these carriers, in this order; it stops with the test. */
export async function aTextingVenue(carriers: readonly TestCarrier[], options: Options = {}) {
  const { clock = createFakeClock(noon), ...rest } = options;
  const venue = await aTestAppliance({ clock, carriers: carriers.map(({ carrier }) => carrier), ...rest });
  onTestFinished(venue.stop);
  const as = 'user';
  const texts = async (query = ''): Promise<Message[]> =>
    (await venue.get(`/api/messages?limit=200${query}`, { as })).body.items;
  return {
    venue,
    clock,
    /** Calls a guest who can be texted; the text is written, and its undo grace has begun. */
    call: (details: object = {}) => aGame(venue, 'recalled', { player: aReachableGuest(details) }),
    /** The outbox, newest first. */
    texts,
    /** The only text there is. */
    async text(): Promise<Message> {
      const [message, ...more] = await texts();
      if (message === undefined || more.length > 0) throw new Error(`there are ${more.length + 1} texts`);
      return message;
    },
    /** What staff see of the last text on the row of the guest. */
    row: async (id: string) => (await venue.get(`/api/games/${id}`, { as })).body.message,
    carriers: async (): Promise<MessageCarrier[]> =>
      (await venue.get('/api/messages/carriers', { as })).body.items,
    metric: async (name: string): Promise<string[]> =>
      ((await venue.get('/metrics')).body.toString() as string)
        .split('\n')
        .filter((line) => line.startsWith(name)),
  };
}
export type TextingVenue = Awaited<ReturnType<typeof aTextingVenue>>;
