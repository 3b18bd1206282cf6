import { describe, expect, test } from 'vitest';
import type { Game } from '../../../contract/games.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { act, aGame, aQueueOf } from '../../testing/test-games.ts';
import { aTestCarrier, refused, type TestCarrier, taken } from './testing/a-test-carrier.ts';
import {
  aReachableGuest,
  aTextingVenue,
  noon,
  type TextingVenue,
  undoGraceMs,
} from './testing/a-texting-venue.ts';

const minute = 60_000;
const hour = 60 * minute;
const evening = Date.parse('2026-06-01T22:00:00-05:00');

const kindsOf = async ({ texts }: TextingVenue, game: Game) =>
  (await texts())
    .filter(({ game_id }) => game_id === game.id)
    .map(({ kind, state, reason }) => [kind, state, reason]);

describe('a guest who is close', () => {
  async function aLine(carrier: TestCarrier, environment = {}) {
    const venue = await aTextingVenue([carrier], { environment });
    const [first, second] = await aQueueOf(venue.venue, 2);
    const third = await aGame(venue.venue, 'queued', { player: aReachableGuest() });
    if (first === undefined || second === undefined) throw new Error('nobody waits');
    return {
      ...venue,
      first,
      second,
      third,
      step: (game: Game, action: 'recall' | 'cancel' | 'undo' | 'hold' | 'queue') =>
        act(venue.venue, game.id, action),
    };
  }

  test('is told once, having joined further back', async () => {
    const twilio = aTestCarrier('twilio');
    const line = await aLine(twilio);
    await line.clock.advance(minute);
    expect(await kindsOf(line, line.third)).toEqual([]);
    await line.step(line.first, 'recall');
    expect(await line.row(line.third.id)).toEqual({ kind: 'close', state: 'pending', reason: null });
    await line.clock.advance(undoGraceMs);
    expect(await kindsOf(line, line.third)).toEqual([['close', 'sent', null]]);
    expect(twilio.given.at(-1)?.body).toMatch(/you are next soon at Home Run Derby/u);
    await line.step(line.second, 'cancel');
    await line.clock.advance(minute);
    expect(await kindsOf(line, line.third)).toHaveLength(1);
  });

  test('is not told who joined within the first places', async () => {
    const line = await aLine(aTestCarrier('twilio'), { DUGOUT_CLOSE_TEXT_AT: '3' });
    await line.step(line.first, 'recall');
    await line.clock.advance(minute);
    expect(await line.texts()).toEqual([]);
  });

  test('is not told where the venue does not want it', async () => {
    const line = await aLine(aTestCarrier('twilio'), { DUGOUT_CLOSE_TEXT_AT: '0' });
    await line.step(line.first, 'recall');
    await line.step(line.second, 'recall');
    await line.clock.advance(minute);
    expect(await line.texts()).toEqual([]);
  });

  test.each(['recall', 'hold', 'cancel'] as const)('is not told any more after a %s', async (action) => {
    const line = await aLine(aTestCarrier('twilio'));
    await line.step(line.first, 'recall');
    await line.step(line.third, action);
    await line.clock.advance(undoGraceMs);
    const told = await kindsOf(line, line.third);
    expect(told).toContainEqual(['close', 'dropped', 'not_needed']);
    if (action === 'recall')
      expect(await line.row(line.third.id)).toMatchObject({ kind: 'recall', state: 'sent' });
  });

  test('is told anew in a new turn at the back', async () => {
    const line = await aLine(aTestCarrier('twilio'));
    await line.step(line.first, 'recall');
    await line.clock.advance(minute);
    await line.step(line.third, 'hold');
    await aQueueOf(line.venue, 1);
    await line.step(line.third, 'queue');
    await line.step(line.second, 'recall');
    await line.clock.advance(minute);
    expect(await kindsOf(line, line.third)).toEqual([
      ['close', 'sent', null],
      ['close', 'sent', null],
    ]);
  });

  test.each([
    ['has no number', {}],
    ['did not agree', { phone: '+1 415 555 9999' }],
  ])('who %s is not even written about', async (_who, player) => {
    const { venue, texts, row } = await aTextingVenue([aTestCarrier('twilio')]);
    const [first] = await aQueueOf(venue, 2);
    const third = await aGame(venue, 'queued', { player });
    await act(venue, first?.id ?? '', 'recall');
    expect(await texts()).toEqual([]);
    expect(await row(third.id)).toBeNull();
  });
});

describe('a souvenir', () => {
  const publicly = { DUGOUT_PUBLIC_URL: 'https://play.example.com' };
  const ready = async ({ clock, venue }: TextingVenue, game: Game) => {
    const isReady = async () =>
      (await venue.get(`/games/${game.id}/souvenir`, { as: 'user' })).status === 200;
    for (let tries = 0; !(await isReady()); tries += 1) {
      expect(tries, 'the souvenir is not made').toBeLessThan(600);
      await clock.advance(10);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  test('that can be seen from everywhere is told of once, with its link', async () => {
    const twilio = aTestCarrier('twilio');
    const venue = await aTextingVenue([twilio], { environment: publicly });
    const game = await aGame(venue.venue, 'completed', { player: aReachableGuest() });
    await ready(venue, game);
    await venue.clock.advance(undoGraceMs);
    const souvenirs = (await venue.texts()).filter(({ kind }) => kind === 'souvenir');
    expect(souvenirs).toMatchObject([{ game_id: game.id, state: 'sent' }]);
    expect(souvenirs[0]?.text).toContain(`https://play.example.com/s/${game.page_url.split('/').at(-1)}`);
    await act(venue.venue, game.id, 'undo');
    await act(venue.venue, game.id, 'complete');
    await ready(venue, game);
    await venue.clock.advance(minute);
    expect((await venue.texts()).filter(({ kind }) => kind === 'souvenir')).toHaveLength(1);
  }, 60_000);

  test('waits for the end of the night, and is gone after two days', async () => {
    const twilio = aTestCarrier('twilio');
    const clock = createFakeClock(Date.parse('2026-06-01T07:30:00-05:00'));
    const venue = await aTextingVenue([twilio], { environment: publicly, clock });
    const games = [
      await aGame(venue.venue, 'completed', { player: aReachableGuest() }),
      await aGame(venue.venue, 'completed', { player: aReachableGuest() }),
    ];
    for (const game of games) await ready(venue, game);
    await clock.advance(undoGraceMs);
    const souvenirs = async () => (await venue.texts()).filter(({ kind }) => kind === 'souvenir');
    expect((await souvenirs())[0]).toMatchObject({
      state: 'pending',
      reason: 'quiet_hours',
      next_attempt_at: '2026-06-01T13:00:00.000Z',
    });
    // It is eight when the clock shows eight, also when somebody sets it back by ten minutes.
    clock.stepWall(-10 * minute);
    await clock.advance(39 * minute);
    expect((await souvenirs()).map(({ state }) => state)).toEqual(['pending', 'pending']);
    twilio.answers(taken(), refused('server_error', { retry: true, retryAfterMs: hour }));
    twilio.goes(null);
    await clock.advance(minute);
    expect((await souvenirs()).map(({ state }) => state)).toContain('sent');
    twilio.goes('unreachable');
    clock.stepWall(48 * hour);
    await clock.advance(minute);
    expect((await souvenirs()).map(({ reason }) => reason).toSorted()).toEqual([null, 'too_late']);
  }, 60_000);

  test('that is seen in the venue’s own network alone is not texted of', async () => {
    const venue = await aTextingVenue([aTestCarrier('twilio')]);
    const game = await aGame(venue.venue, 'completed', { player: aReachableGuest() });
    await ready(venue, game);
    await venue.clock.advance(minute);
    expect((await venue.texts()).map(({ kind }) => kind)).toEqual(['recall']);
  }, 60_000);
});

describe('in quiet hours', () => {
  test('a call goes: the guest asked for it minutes ago', async () => {
    const { clock, call, text } = await aTextingVenue([aTestCarrier('twilio')], {
      clock: createFakeClock(evening),
    });
    await call();
    await clock.advance(undoGraceMs);
    expect(await text()).toMatchObject({ state: 'sent' });
  });

  const held = { DUGOUT_QUIET_CALLS: 'hold' };
  test('a call is dropped at once where the venue says so, and the row says why', async () => {
    const venue = await aTextingVenue([aTestCarrier('twilio')], {
      clock: createFakeClock(evening),
      environment: held,
    });
    const { id } = await venue.call();
    expect(await venue.row(id)).toEqual({ kind: 'recall', state: 'dropped', reason: 'quiet_hours' });
  });

  test.each([
    ['begins before it leaves', -1 * hour - 2_000, 'dropped', 'quiet_hours'],
    ['is set back before it leaves', 0, 'sent', null],
  ] as const)(
    'what counts is the hour at which a text leaves: the night %s',
    async (_when, ms, state, reason) => {
      const twilio = aTestCarrier('twilio');
      const clock = createFakeClock(evening + ms);
      const venue = await aTextingVenue([twilio], {
        clock,
        environment: { ...held, DUGOUT_TIMEZONE: 'America/Chicago' },
      });
      if (state === 'sent') clock.stepWall(-1 * hour - minute);
      await venue.call();
      await clock.advance(undoGraceMs);
      expect(await venue.text()).toMatchObject({ state, reason });
    },
  );

  test('the hours are those of the venue, wherever that is', async () => {
    const clock = createFakeClock(noon);
    const environment = { ...held, DUGOUT_TIMEZONE: 'Asia/Tokyo' };
    const { call, text } = await aTextingVenue([aTestCarrier('twilio')], { clock, environment });
    await call();
    expect(await text()).toMatchObject({ state: 'dropped', reason: 'quiet_hours' });
  });

  test('there are none where they are off', async () => {
    const environment = { ...held, DUGOUT_QUIET_HOURS: 'off' };
    const { call, text } = await aTextingVenue([aTestCarrier('twilio')], {
      clock: createFakeClock(evening),
      environment,
    });
    await call();
    expect(await text()).toMatchObject({ state: 'pending' });
  });
});

test.each([
  ['es', '¡te toca en'],
  ['ja', '順番です'],
  ['ar', 'حان دورك'],
])('a guest is called in their own language: %s', async (language, words) => {
  const { call, text } = await aTextingVenue([aTestCarrier('twilio')]);
  await call({ language });
  expect(await text()).toMatchObject({ language, segments: 1, text: expect.stringContaining(words) });
});

test('who opts out while texts wait gets none of them', async () => {
  const twilio = aTestCarrier('twilio');
  const { clock, call, texts } = await aTextingVenue([twilio]);
  const phone = '+14155550555';
  await call({ phone });
  await call();
  await twilio.events().incoming({ reference: 'IN1', from: phone, body: 'STOP' });
  await clock.advance(minute);
  const told = (await texts()).map(({ kind, state, reason }) => [kind, state, reason]);
  expect(told).toContainEqual(['recall', 'dropped', 'opted_out']);
  expect(told).toContainEqual(['recall', 'sent', null]);
  expect(twilio.given.filter(({ to }) => to === phone).every(({ body }) => /no more texts/u.test(body))).toBe(
    true,
  );
});

test('who answers is answered, at once and once', async () => {
  const twilio = aTestCarrier('twilio');
  const { clock, call, texts, row } = await aTextingVenue([twilio]);
  const phone = '+14155550556';
  const { id } = await call({ phone });
  await clock.advance(minute);
  for (let times = 0; times < 3; times += 1)
    await twilio.events().incoming({ reference: 'IN2', from: phone, body: '1' });
  await clock.advance(1);
  expect((await texts()).map(({ kind, state }) => [kind, state])).toEqual([
    ['confirmed', 'sent'],
    ['recall', 'sent'],
  ]);
  expect(await row(id)).toEqual({ kind: 'confirmed', state: 'sent', reason: null });
  // What becomes of the call's own text later is in the outbox; the row shows the last text.
  await twilio.events().delivery({ reference: 'none', state: 'delivered', reason: null });
  expect(await row(id)).toMatchObject({ kind: 'confirmed' });
});

test('staff alone see the outbox and the carriers', async () => {
  const { venue } = await aTextingVenue([aTestCarrier('twilio'), aTestCarrier('modem')]);
  for (const path of ['/api/messages', '/api/messages/carriers']) {
    expect((await venue.get(path)).status).toBe(401);
    for (const as of ['mlbtablet', 'mlbvrgame'] as const)
      expect((await venue.get(path, { as })).status).toBe(403);
  }
});

test('staff see each carrier in order: whether it is there, why not, and since when', async () => {
  const [twilio, modem] = [aTestCarrier('twilio'), aTestCarrier('modem')];
  const { clock, call, carriers } = await aTextingVenue([twilio, modem]);
  await clock.advance(minute);
  modem.goes('sim_pin');
  await call();
  await clock.advance(undoGraceMs);
  expect(await carriers()).toEqual([
    {
      name: 'twilio',
      available: true,
      reason: null,
      since: '2026-06-01T17:00:00.000Z',
      waiting: 0,
      sent_today: 1,
    },
    {
      name: 'modem',
      available: false,
      reason: 'sim_pin',
      since: '2026-06-01T17:01:00.000Z',
      waiting: 0,
      sent_today: 0,
    },
  ]);
});
