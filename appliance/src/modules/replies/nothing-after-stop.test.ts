import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Message } from '../../../contract/messaging.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { act, aGame } from '../../testing/test-games.ts';
import { aTestCarrier, taken } from '../messaging/testing/a-test-carrier.ts';

const clock = createFakeClock();
const carrier = aTestCarrier('twilio');
const venue = await aTestAppliance({ clock, carriers: [carrier.carrier] });
afterAll(venue.stop);

const happenings = [
  'sign up',
  'recall',
  'remind',
  'undo',
  'time passes',
  'carrier away',
  'carrier back',
  'STOP',
  'please stop texting me',
  'START',
  'YES',
  'HELP',
  '1',
  '2',
  '9',
] as const;
type Happening = (typeof happenings)[number];

let phones = 0;
let references = 0;

/** Lets it all happen to one phone; tells what was handed to the carrier while the phone was out, and how often it went out. */
async function play(course: readonly Happening[]): Promise<{ whileOut: string[]; wentOut: number }> {
  phones += 1;
  const phone = `+1415556${String(phones).padStart(4, '0')}`;
  let isOut = false;
  let wentOut = 0;
  const sent: string[] = [];
  carrier.answers(({ id, to }) => {
    if (isOut && to === phone) sent.push(id);
    return taken();
  });
  let game = await aGame(venue, 'queued', { player: { phone, consent: { sms: true } } });

  async function text(body: string): Promise<void> {
    references += 1;
    await carrier.events().incoming({ reference: `SM${references}`, from: phone, body });
    if (/stop/iu.test(body)) {
      if (!isOut) wentOut += 1;
      isOut = true;
    }
    if (body === 'START' || body === 'YES') isOut = false;
  }
  async function happen(happening: Happening): Promise<void> {
    switch (happening) {
      case 'sign up':
        game = await aGame(venue, 'queued', { player: { phone, consent: { sms: true } } });
        return;
      case 'recall':
      case 'remind':
      case 'undo':
        await act(venue, game.id, happening);
        return;
      case 'time passes':
        return clock.advance(6_000);
      case 'carrier away':
        return carrier.goes('unreachable');
      case 'carrier back':
        return carrier.goes(null);
      default:
        return text(happening);
    }
  }
  for (const happening of course) await happen(happening);
  carrier.goes(null);
  await clock.advance(20_000);
  const { items } = (await venue.get('/api/messages?limit=200', { as: 'user' })).body;
  const kinds = new Map(items.map(({ id, kind }: Message) => [id, kind]));
  return { whileOut: sent.map((id) => String(kinds.get(id))), wentOut };
}

test('whatever happens, a phone that has opted out is sent the confirmation once, the help it asks for, and nothing else', async () => {
  const course = fc.array(fc.constantFrom(...happenings), { minLength: 5, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(course, async (happened) => {
      const { whileOut, wentOut } = await play(happened);
      expect(whileOut.filter((kind) => kind !== 'help' && kind !== 'opted_out')).toEqual([]);
      expect(whileOut.filter((kind) => kind === 'opted_out').length).toBeLessThanOrEqual(wentOut);
    }),
    { numRuns: 15 },
  );
});

test('a call that waits for the carrier is not sent when the stop comes first', async () => {
  const { whileOut } = await play([
    'carrier away',
    'recall',
    'time passes',
    'STOP',
    'carrier back',
    'time passes',
  ]);
  expect(whileOut).toEqual(['opted_out']);
});
