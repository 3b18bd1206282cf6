import { afterAll, describe, expect, test } from 'vitest';
import { createEvents } from '../../platform/events/events.ts';
import { createIds } from '../../platform/ids.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { createOptOutsService } from './opt-outs-service.ts';
import { optOutChanged } from './players-events.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

const clock = createFakeClock();
const events = createEvents((_event, error) => {
  throw error;
});
const ids = createIds(clock);
const { optedOut, optOut, optIn } = createOptOutsService({ clock, ids, events });
const told: object[] = [];
events.join(optOutChanged, (_tx, change) => told.push(change));

const { database } = venue;
const isOut = (phone: string) => optedOut(database.now, phone);
const stop = (phone: string) => database.write((tx) => optOut(tx, { phone, source: 'text', words: 'STOP' }));
const start = (phone: string) => database.write((tx) => optIn(tx, { phone, source: 'text', words: 'START' }));

describe('a phone', () => {
  test('may be texted until its owner says no', async () => {
    expect(isOut('+14155550101')).toBe(false);
    expect(await stop('+14155550101')).toBe(true);
    expect(isOut('+14155550101')).toBe(true);
    expect(isOut('+14155550102')).toBe(false);
  });

  test('may be texted again when its owner says so, and not when they say no once more', async () => {
    const phone = '+14155550103';
    expect([await stop(phone), await stop(phone)]).toEqual([true, false]);
    expect([await start(phone), await start(phone)]).toEqual([true, false]);
    expect(isOut(phone)).toBe(false);
    expect(await stop(phone)).toBe(true);
    expect(isOut(phone)).toBe(true);
    expect(told.filter((change) => 'phone' in change && change.phone === phone)).toEqual([
      { phone, opted_out: true },
      { phone, opted_out: false },
      { phone, opted_out: true },
    ]);
  });

  test('whose owner said no last stays silent when the clock is set back', async () => {
    const phone = '+14155550104';
    await start(phone);
    clock.stepWall(-3_600_000);
    await stop(phone);
    expect(isOut(phone)).toBe(true);
  });

  test('is not opened again by a sign-up with consent', async () => {
    const phone = '+14155550105';
    await stop(phone);
    const player = { name: 'Ana', phone, consent: { sms: true } };
    expect(await venue.post('/api/players', { body: player })).toMatchObject({ status: 201 });
    expect(isOut(phone)).toBe(true);
  });
});
