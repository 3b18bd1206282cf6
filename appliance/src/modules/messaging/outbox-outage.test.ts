import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Message } from '../../../contract/messaging.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { aGame } from '../../testing/test-games.ts';
import { startTwilioStandIn } from '../../testing/twilio-stand-in.ts';
import { aReachableGuest, noon } from './testing/a-texting-venue.ts';

const minute = 60_000;

test('the internet is gone for an hour with 200 calls pending: 0 stale texts, and each has its reason', async () => {
  const clock = createFakeClock(noon);
  const standIn = await startTwilioStandIn({ clock, course: [] });
  onTestFinished(standIn.stop);
  const { accountSid, authToken, numbers } = standIn.account;
  const venue = await aTestAppliance({
    clock,
    environment: {
      DUGOUT_SMS: 'twilio',
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: authToken,
      TWILIO_FROM: numbers[0],
      TWILIO_API_URL: standIn.url,
      DUGOUT_CLOSE_TEXT_AT: '0',
    },
  });
  onTestFinished(venue.stop);
  const as = 'user';
  const carrier = async () => (await venue.get('/api/messages/carriers', { as })).body.items[0];
  const inState = async (state: string): Promise<Message[]> => {
    const { body } = await venue.get(`/api/messages?limit=200&state=${state}`, { as });
    return body.items;
  };
  /** Lets the venue's time pass, and the network its own. */
  async function pass(stepMs: number, isEnough: () => Promise<boolean>): Promise<void> {
    for (let steps = 0; !(await isEnough()); steps += 1) {
      expect(steps, 'it takes too long').toBeLessThan(1_000);
      await clock.advance(stepMs);
      await delay(10);
    }
  }

  await standIn.goOffline();
  for (let batch = 0; batch < 10; batch += 1)
    await Promise.all(
      Array.from({ length: 20 }, () => aGame(venue, 'recalled', { player: aReachableGuest() })),
    );
  await pass(1_000, async () => (await carrier()).available === false);
  expect((await carrier()).reason).toBe('unreachable');
  expect(await inState('pending')).toHaveLength(200);
  for (let passed = 0; passed < 60; passed += 1) await clock.advance(minute);
  await standIn.comeBack();
  await pass(10_000, async () => (await carrier()).available === true);

  const { id } = await aGame(venue, 'recalled', { player: aReachableGuest() });
  await pass(1_000, async () => (await inState('sent')).length > 0);
  expect(await inState('sent')).toMatchObject([{ game_id: id, carrier: 'twilio' }]);
  expect(standIn.accepted()).toHaveLength(1);
  const late = await inState('expired');
  expect(late).toHaveLength(200);
  for (const { reason, sent_at } of late) expect([reason, sent_at]).toEqual(['too_late', null]);
}, 120_000);
