import { describe, expect, test } from 'vitest';
import { type Placeholders, queriesOver } from '../../platform/database/query.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { act, aGame } from '../../testing/test-games.ts';
import type { HandOver } from './carrier.ts';
import { aTestCarrier, refused, taken, unknown } from './testing/a-test-carrier.ts';
import { aReachableGuest, aTextingVenue, noon, undoGraceMs } from './testing/a-texting-venue.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A promise that the test fulfils. */
function later<Value>() {
  return Promise.withResolvers<Value>();
}

describe('a text', () => {
  test('is given to the carrier once, with what it needs to know', async () => {
    const twilio = aTestCarrier('twilio');
    twilio.answers(taken('SM1'));
    const { clock, call, text, row } = await aTextingVenue([twilio]);
    const { id } = await call();
    await clock.advance(undoGraceMs);
    const { id: messageId, text: body } = await text();
    expect(twilio.given).toEqual([
      {
        id: messageId,
        to: expect.stringMatching(/^\+1415555\d{4}$/u),
        body,
        validForMs: 3 * minute - undoGraceMs,
      },
    ]);
    expect(await text()).toMatchObject({
      state: 'sent',
      carrier: 'twilio',
      attempts: 1,
      next_attempt_at: null,
    });
    expect(await row(id)).toEqual({ kind: 'recall', state: 'sent', reason: null });
    await clock.advance(hour);
    expect(twilio.given).toHaveLength(1);
  });

  test('says how long there still is to come, and how to answer, when it leaves', async () => {
    const [twilio, log] = [aTestCarrier('twilio'), aTestCarrier('log', { answerable: false })];
    const { clock, call, text } = await aTextingVenue([twilio, log]);
    twilio.goes('unreachable');
    log.goes('unreachable');
    await call();
    expect((await text()).text).toMatch(/within 3 min\. Reply 1 = coming/u);
    await clock.advance(2 * minute);
    log.goes(null);
    await clock.advance(1_000);
    expect(log.given[0]?.body).toMatch(/within 1 min\.$/u);
    expect((await text()).text).toBe(log.given[0]?.body);
  });

  test('waits for a carrier with the reason on the row, and leaves when it is there again', async () => {
    const twilio = aTestCarrier('twilio');
    const { clock, call, text, row } = await aTextingVenue([twilio]);
    twilio.goes('unreachable');
    const { id } = await call();
    await clock.advance(30_000);
    expect(await row(id)).toEqual({ kind: 'recall', state: 'pending', reason: 'unreachable' });
    expect(twilio.given).toEqual([]);
    twilio.goes(null);
    await clock.advance(1);
    expect(await text()).toMatchObject({ state: 'sent', reason: null });
  });
});

test('a text that cannot be made holds up no other', async () => {
  const twilio = aTestCarrier('twilio');
  const { clock, venue, call, row } = await aTextingVenue([twilio]);
  const broken = await call();
  const fine = await call();
  const spoil = queriesOver<{ messages: { game_id: string; language: string } }>()(
    (db, p: Placeholders<{ game_id: string }>) =>
      db.updateTable('messages').set({ language: 'xx' }).where('game_id', '=', p.game_id),
  );
  await venue.database.write((tx) => tx.run(spoil, { game_id: broken.id }));
  await clock.advance(undoGraceMs);
  expect(await row(fine.id)).toMatchObject({ state: 'sent' });
  expect(await row(broken.id)).toEqual({ kind: 'recall', state: 'failed', reason: 'internal_error' });
});

describe('when a carrier refuses', () => {
  test('for good, the next one has it; and when all have, it has failed with the reason', async () => {
    const [twilio, modem] = [aTestCarrier('twilio'), aTestCarrier('modem')];
    twilio.answers(refused('landline'));
    const { clock, call, texts, row } = await aTextingVenue([twilio, modem]);
    await call();
    await clock.advance(undoGraceMs);
    expect(await texts()).toMatchObject([{ state: 'sent', carrier: 'modem', attempts: 2 }]);
    modem.answers(refused('barred'));
    const { id } = await call();
    await clock.advance(minute);
    expect(await row(id)).toEqual({ kind: 'recall', state: 'failed', reason: 'barred' });
    expect(twilio.given).toHaveLength(2);
    expect(modem.given).toHaveLength(2);
  });

  test('for now, it is asked again with growing waits, until it is too late', async () => {
    const twilio = aTestCarrier('twilio');
    twilio.answers(refused('server_error', { retry: true }));
    const { clock, call, text } = await aTextingVenue([twilio]);
    await call();
    await clock.advance(undoGraceMs);
    const waiting = await text();
    expect(waiting).toMatchObject({ state: 'pending', reason: 'server_error', attempts: 1, carrier: null });
    expect(Date.parse(waiting.next_attempt_at ?? '')).toBeGreaterThan(clock.now());
    await clock.advance(20_000);
    const soon = twilio.given.length;
    expect(soon).toBeGreaterThan(2);
    await clock.advance(5 * minute);
    expect(twilio.given.length - soon).toBeLessThan(soon + 2);
    expect(await text()).toMatchObject({ state: 'expired', reason: 'too_late' });
  });

  test('and says when to come back, nobody bothers it before', async () => {
    const twilio = aTestCarrier('twilio');
    twilio.answers(taken(), refused('rate_limited', { retry: true, retryAfterMs: 40_000 }));
    const { clock, call, texts } = await aTextingVenue([twilio]);
    await call();
    await clock.advance(undoGraceMs);
    await call();
    await clock.advance(39_000);
    expect(twilio.given).toHaveLength(1);
    await clock.advance(10_000);
    expect((await texts()).map(({ state }) => state)).toEqual(['sent', 'sent']);
  });

  test('because the guest wants no texts, there are no more to this number', async () => {
    const twilio = aTestCarrier('twilio');
    twilio.answers(taken(), refused('opted_out', { optedOut: true }));
    const { clock, venue, texts } = await aTextingVenue([twilio]);
    const player = aReachableGuest();
    await aGame(venue, 'recalled', { player });
    await clock.advance(undoGraceMs);
    await aGame(venue, 'recalled', { player });
    await clock.advance(minute);
    expect((await texts()).map(({ state, reason }) => [state, reason])).toEqual([
      ['dropped', 'opted_out'],
      ['dropped', 'opted_out'],
    ]);
    expect(twilio.given).toHaveLength(1);
  });
});

describe('when nobody can say whether a text has left', () => {
  test('it is looked up, and given to nobody, until the carrier can tell', async () => {
    const [twilio, modem] = [aTestCarrier('twilio'), aTestCarrier('modem')];
    twilio.answers(unknown('timed_out', 'SM9'));
    const { clock, call, text, row } = await aTextingVenue([twilio, modem]);
    const { id } = await call();
    await clock.advance(undoGraceMs + 30_000);
    expect(await row(id)).toEqual({ kind: 'recall', state: 'unknown', reason: 'timed_out' });
    const looks = twilio.asked.length;
    expect(looks).toBeGreaterThan(2);
    expect(looks).toBeLessThan(10);
    expect(twilio.asked[0]).toMatchObject({ reference: 'SM9', at: noon + undoGraceMs });
    twilio.finds(taken('SM9'));
    await clock.advance(minute);
    expect(await text()).toMatchObject({ state: 'sent', carrier: 'twilio', attempts: 1, reason: null });
    expect([twilio.given.length, modem.given.length]).toEqual([1, 0]);
  });

  test('and it surely has not, the next carrier has it', async () => {
    const [twilio, modem] = [aTestCarrier('twilio'), aTestCarrier('modem')];
    twilio.answers(unknown());
    twilio.finds(refused('not_found'));
    const { clock, call, text } = await aTextingVenue([twilio, modem]);
    await call();
    await clock.advance(undoGraceMs + 10_000);
    expect(await text()).toMatchObject({ state: 'sent', carrier: 'modem' });
    expect([twilio.given.length, modem.given.length]).toEqual([1, 1]);
  });

  test('and that is found out too late, it is not sent any more', async () => {
    const twilio = aTestCarrier('twilio');
    twilio.answers(unknown());
    const { clock, call, text, row } = await aTextingVenue([twilio]);
    const { id } = await call();
    await clock.advance(3 * minute + 1_000);
    expect(await row(id)).toEqual({ kind: 'recall', state: 'unknown', reason: 'unresolved' });
    twilio.finds(refused('not_found', { retry: true }));
    await clock.advance(10 * minute);
    expect(await text()).toMatchObject({ state: 'expired', reason: 'too_late' });
    expect(twilio.given).toHaveLength(1);
  });

  test('ever, it stays so, and the carrier is left alone after a day', async () => {
    const twilio = aTestCarrier('twilio');
    twilio.answers(unknown());
    const { clock, call, text } = await aTextingVenue([twilio]);
    await call();
    await clock.advance(10 * minute);
    clock.stepWall(25 * hour);
    await clock.advance(10 * minute);
    const looks = twilio.asked.length;
    await clock.advance(hour);
    expect(twilio.asked).toHaveLength(looks);
    expect(await text()).toMatchObject({ state: 'unknown', reason: 'unresolved', next_attempt_at: null });
    expect(twilio.given).toHaveLength(1);
  });

  test('it is not looked up while the carrier that could tell is away', async () => {
    const twilio = aTestCarrier('twilio');
    twilio.answers(() => {
      twilio.goes('unreachable');
      return unknown('timed_out');
    });
    const { clock, call, text } = await aTextingVenue([twilio]);
    await call();
    await clock.advance(10 * minute);
    expect(twilio.asked).toEqual([]);
    expect(await text()).toMatchObject({ state: 'unknown', reason: 'unresolved' });
    twilio.finds(taken());
    twilio.goes(null);
    await clock.advance(6 * minute);
    expect(await text()).toMatchObject({ state: 'sent' });
  });

  test('because the carrier has thrown, that is so, too', async () => {
    const twilio = aTestCarrier('twilio');
    twilio.answers(() => Promise.reject(new Error('a bug')));
    const { clock, call, text } = await aTextingVenue([twilio]);
    await call();
    await clock.advance(undoGraceMs);
    expect(await text()).toMatchObject({ state: 'unknown', reason: 'carrier_failed' });
  });
});

describe('delivery reports', () => {
  const reports = ['sent', 'delivered', 'sent', 'delivered'] as const;
  const report = (state: 'sent' | 'delivered' | 'failed', reason: string | null = null) => ({
    reference: 'SM1',
    state,
    reason,
  });

  test.each([
    ['in order', [0, 1]],
    ['the other way round', [1, 0]],
    ['each twice', [0, 1, 2, 3]],
    ['mixed', [1, 2, 3, 0]],
  ])('%s say the same', async (_case, order) => {
    const twilio = aTestCarrier('twilio');
    twilio.answers(taken('SM1'));
    const { clock, call, text, row } = await aTextingVenue([twilio]);
    const { id } = await call();
    await clock.advance(undoGraceMs);
    for (const index of order) await twilio.events().delivery(report(reports[index] ?? 'sent'));
    const { delivered_at, ...rest } = await text();
    expect(rest).toMatchObject({ state: 'delivered', reason: null });
    expect(Date.parse(delivered_at ?? '')).toBe(clock.now());
    expect(await row(id)).toMatchObject({ state: 'delivered' });
  });

  test('before the carrier has even answered are kept, and count then', async () => {
    const twilio = aTestCarrier('twilio');
    const answer = later<HandOver>();
    twilio.answers(() => answer.promise);
    const { clock, call, text } = await aTextingVenue([twilio]);
    await call();
    await clock.advance(undoGraceMs);
    expect(await text()).toMatchObject({ state: 'sending', carrier: 'twilio' });
    await twilio.events().delivery(report('delivered'));
    await twilio.events().delivery(report('sent'));
    expect(await text()).toMatchObject({ state: 'sending' });
    answer.resolve(taken('SM1'));
    await clock.advance(1);
    expect(await text()).toMatchObject({ state: 'delivered' });
  });

  test('of a failure show why, and a delivery after all is believed', async () => {
    const twilio = aTestCarrier('twilio');
    twilio.answers(taken('SM1'));
    const { clock, call, text } = await aTextingVenue([twilio]);
    await call();
    await clock.advance(undoGraceMs);
    await twilio.events().delivery(report('failed', 'carrier_filtered'));
    expect(await text()).toMatchObject({ state: 'failed', reason: 'carrier_filtered' });
    await twilio.events().delivery(report('sent'));
    expect(await text()).toMatchObject({ state: 'failed' });
    await twilio.events().delivery(report('delivered'));
    expect(await text()).toMatchObject({ state: 'delivered', reason: null });
  });

  test('settle what nobody could say', async () => {
    const modem = aTestCarrier('modem');
    modem.answers(unknown('no_answer'));
    const { clock, call, text } = await aTextingVenue([modem]);
    await call();
    await clock.advance(undoGraceMs);
    const to = modem.given[0]?.to ?? '';
    await modem.events().delivery({ reference: '17', state: 'delivered', reason: null, to });
    expect(await text()).toMatchObject({ state: 'delivered' });
    await clock.advance(hour);
    expect(modem.given).toHaveLength(1);
  });

  test('of a reference that has come round are for the phone they name, and for its last text', async () => {
    const modem = aTestCarrier('modem');
    modem.answers(taken('255'));
    const { clock, venue, call, texts } = await aTextingVenue([modem]);
    const player = aReachableGuest();
    await aGame(venue, 'recalled', { player });
    await clock.advance(undoGraceMs);
    await modem
      .events()
      .delivery({ reference: '255', state: 'delivered', reason: null, to: modem.given[0]?.to ?? '' });
    await call();
    await clock.advance(undoGraceMs);
    await aGame(venue, 'recalled', { player });
    await clock.advance(undoGraceMs);
    const [last, other, first] = modem.given.toReversed();
    expect(last?.to).toBe(first?.to);
    await modem
      .events()
      .delivery({ reference: '255', state: 'failed', reason: 'expired', to: last?.to ?? '' });
    expect((await texts()).map(({ state }) => state)).toEqual(['failed', 'sent', 'delivered']);
    await modem
      .events()
      .delivery({ reference: '255', state: 'delivered', reason: null, to: other?.to ?? '' });
    expect((await texts()).map(({ state }) => state)).toEqual(['failed', 'delivered', 'delivered']);
  });

  test('of nothing we know are no harm', async () => {
    const twilio = aTestCarrier('twilio');
    await aTextingVenue([twilio]);
    await twilio.events().delivery(report('delivered'));
  });
});

describe('many texts', () => {
  test('go by what matters most, then by what ends first, and by the carrier’s pace', async () => {
    const modem = aTestCarrier('modem', { pace: { burst: 1, perMinute: 60 } });
    modem.goes('no_network');
    const { clock, venue, call, texts } = await aTextingVenue([modem], {
      environment: { DUGOUT_CLOSE_TEXT_AT: '1', DUGOUT_PUBLIC_URL: 'https://play.example' },
    });
    const queued = [
      await aGame(venue, 'queued'),
      await aGame(venue, 'queued', { player: aReachableGuest() }),
    ];
    const reminded = await call();
    await clock.advance(10_000);
    await act(venue, reminded.id, 'remind');
    await clock.advance(10_000);
    await act(venue, queued[0]?.id ?? '', 'recall');
    await call();
    await clock.advance(10_000);
    modem.goes(null);
    for (let count = 1; count <= 3; count += 1) {
      await clock.advance(count === 1 ? 1 : 1_000);
      expect(modem.given).toHaveLength(count);
    }
    const kinds = new Map((await texts()).map(({ id, kind }) => [id, kind]));
    expect(modem.given.map(({ id }) => kinds.get(id))).toEqual(['recall', 'reminder', 'close']);
  });

  test('are given to a carrier a few at a time', async () => {
    const answer = later<HandOver>();
    const twilio = aTestCarrier('twilio', { atOnce: 3 });
    twilio.answers(() => answer.promise);
    const { clock, call, row } = await aTextingVenue([twilio]);
    const called = [];
    for (let guest = 0; guest < 5; guest += 1) called.push(await call());
    await clock.advance(undoGraceMs + 20_000);
    expect(twilio.given).toHaveLength(3);
    expect(await row(called[4]?.id ?? '')).toMatchObject({ state: 'pending', reason: 'busy' });
    answer.resolve(taken());
    await clock.advance(1);
    expect(twilio.given).toHaveLength(5);
  });

  test('do not wait for a busy carrier in their last minute while another is free', async () => {
    const [twilio, modem] = [
      aTestCarrier('twilio', { pace: { burst: 1, perMinute: 0.1 } }),
      aTestCarrier('modem'),
    ];
    const { clock, call } = await aTextingVenue([twilio, modem]);
    await call();
    await call();
    await clock.advance(2 * minute - 1_000);
    expect([twilio.given.length, modem.given.length]).toEqual([1, 0]);
    await clock.advance(3_000);
    expect([twilio.given.length, modem.given.length]).toEqual([1, 1]);
  });
});

test('an hour without a way out and 200 calls: none goes late, and each is listed with its reason', async () => {
  const twilio = aTestCarrier('twilio');
  twilio.goes('unreachable');
  const { clock, venue, call, texts, carriers } = await aTextingVenue([twilio]);
  await venue.patch('/api/attractions/derby', { as: 'user', body: { grace_seconds: 600 } });
  for (let guest = 0; guest < 200; guest += 1) await call();
  await clock.advance(undoGraceMs + 1_000);
  expect(await carriers()).toMatchObject([
    { name: 'twilio', available: false, reason: 'unreachable', waiting: 200, sent_today: 0 },
  ]);
  for (let passed = 0; passed < 60; passed += 1) await clock.advance(minute);
  twilio.goes(null);
  const { id } = await call();
  await clock.advance(minute);
  expect(twilio.given.map(({ id: messageId }) => messageId)).toEqual([(await texts())[0]?.id]);
  expect((await texts())[0]).toMatchObject({ game_id: id, state: 'sent' });
  const late = await texts('&state=expired');
  expect(late).toHaveLength(200);
  for (const { reason, sent_at } of late) expect([reason, sent_at]).toEqual(['too_late', null]);
  expect(await carriers()).toMatchObject([{ available: true, reason: null, waiting: 0, sent_today: 1 }]);
}, 60_000);

describe('when the appliance stops', () => {
  test('what is under way is waited for, and its end is stored', async () => {
    const directory = aTemporaryDirectory();
    const clock = createFakeClock(noon);
    const twilio = aTestCarrier('twilio');
    const answer = later<HandOver>();
    twilio.answers(() => answer.promise);
    const before = await aTextingVenue([twilio], { clock, directory });
    await before.call();
    await clock.advance(undoGraceMs);
    const stopped = before.venue.stop();
    answer.resolve(taken('SM1'));
    await stopped;
    const after = await aTextingVenue([twilio], { clock, directory });
    expect(await after.text()).toMatchObject({ state: 'sent' });
    expect(twilio.given).toHaveLength(1);
  });

  test('what does not end in time is looked up after the start, and not sent again', async () => {
    const directory = aTemporaryDirectory();
    const clock = createFakeClock(noon);
    const twilio = aTestCarrier('twilio');
    twilio.answers(() => new Promise(() => {}));
    const before = await aTextingVenue([twilio], { clock, directory });
    await before.call();
    await clock.advance(undoGraceMs);
    const stopped = before.venue.stop();
    await clock.advance(10_000);
    await stopped;
    const after = await aTextingVenue([twilio], { clock, directory });
    expect(await after.text()).toMatchObject({ state: 'unknown', reason: 'interrupted' });
    twilio.finds(taken('SM1'));
    await clock.advance(10_000);
    expect(await after.text()).toMatchObject({ state: 'sent' });
    expect(twilio.given).toHaveLength(1);
  });

  test('what is looked up after the start is told which references other texts have', async () => {
    const directory = aTemporaryDirectory();
    const clock = createFakeClock(noon);
    const twilio = aTestCarrier('twilio');
    twilio.answers(unknown(), taken('SM1'));
    twilio.finds(() => (twilio.asked.at(-1)?.isTaken('SM1') === true ? unknown() : taken('SM1')));
    const before = await aTextingVenue([twilio], { clock, directory });
    await before.call();
    await before.call();
    await clock.advance(undoGraceMs);
    await before.venue.stop();
    const after = await aTextingVenue([twilio], { clock, directory });
    await clock.advance(30_000);
    expect((await after.texts()).map(({ state }) => state).sort()).toEqual(['sent', 'unknown']);
    expect(twilio.asked.map(({ isTaken }) => isTaken('SM2'))).not.toContain(true);
    expect(twilio.given).toHaveLength(2);
  });

  test('and the clock goes back by three hours while it is off, waits and lives are no longer for it', async () => {
    const directory = aTemporaryDirectory();
    const clock = createFakeClock(noon);
    const twilio = aTestCarrier('twilio');
    const before = await aTextingVenue([twilio], { clock, directory });
    await before.call();
    twilio.goes('unreachable');
    await before.call();
    await before.venue.stop();
    clock.stepWall(-3 * hour);
    twilio.goes(null);
    const after = await aTextingVenue([twilio], { clock, directory });
    await clock.advance(5 * minute);
    expect((await after.texts()).every(({ state }) => state !== 'pending')).toBe(true);
    for (const { expires_at } of await after.texts())
      expect(Date.parse(expires_at)).toBeLessThan(clock.now());
  });
});

test('when the clock goes back by three hours, staff still read in how many minutes a text is pointless', async () => {
  const twilio = aTestCarrier('twilio');
  twilio.goes('unreachable');
  const { clock, call, text } = await aTextingVenue([twilio]);
  await call();
  await clock.advance(minute);
  clock.stepWall(-3 * hour);
  await clock.advance(minute);
  expect(Date.parse((await text()).expires_at) - clock.now()).toBe(minute);
});

describe('what is measured', () => {
  test('counts texts by kind and state, what waits and for how long, and what carriers said', async () => {
    const twilio = aTestCarrier('twilio');
    const { clock, call, metric } = await aTextingVenue([twilio]);
    await call();
    await clock.advance(undoGraceMs);
    twilio.goes('unreachable');
    await call();
    await clock.advance(undoGraceMs + 30_000);
    expect(await metric('dugout_messages_total')).toEqual([
      'dugout_messages_total{kind="recall",state="pending"} 2',
      'dugout_messages_total{kind="recall",state="sending"} 1',
      'dugout_messages_total{kind="recall",state="sent"} 1',
    ]);
    expect(await metric('dugout_messages_waiting')).toEqual(['dugout_messages_waiting 1']);
    expect(await metric('dugout_messages_oldest')).toEqual(['dugout_messages_oldest_waiting_seconds 30']);
    expect(await metric('dugout_handovers_total')).toEqual([
      'dugout_handovers_total{carrier="twilio",result="taken"} 1',
    ]);
  });

  test('does not make the appliance unready when no text can leave', async () => {
    const twilio = aTestCarrier('twilio');
    twilio.goes('unreachable');
    const { venue } = await aTextingVenue([twilio]);
    expect((await venue.get('/readyz')).body.checks).not.toHaveProperty('messaging');
    expect((await venue.get('/readyz')).status).toBe(200);
  });
});
