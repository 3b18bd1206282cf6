import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { afterAll, afterEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Game } from '../../../contract/games.ts';
import { PublicQueue } from '../../../contract/queue.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { aTestAppliance, type TestAppliance } from '../../testing/test-appliance.ts';
import { act, aGame } from '../../testing/test-games.ts';
import { createCarriers } from '../messaging/index.ts';
import { aTestCarrier, refused, taken, unknown } from '../messaging/testing/a-test-carrier.ts';

const clock = createFakeClock();
const twilio = aTestCarrier('twilio');
const venue = await aTestAppliance({ clock, carriers: [twilio.carrier] });
afterAll(venue.stop);
afterEach(() => {
  twilio.answers(taken());
  twilio.goes(null);
});

const reachable = { player: { phone: '+1 415 555 0123', consent: { sms: true } } };
/** The grace of an attraction unless staff change it: three minutes. */
const graceMs = 180_000;
const share = (part: number) => clock.advance(graceMs * part);

const read = async (id: string, at: Pick<TestAppliance, 'get'> = venue): Promise<Game> =>
  (await at.get(`/api/games/${id}`, { as: 'user' })).body;
const rungOf = async (id: string) => {
  const { recall } = await read(id);
  return recall === null ? null : `${recall.rung} ${recall.reason}`;
};
const calledOnBoard = async (ticket: string) =>
  PublicQueue.parse((await venue.get('/api/public/queue')).body)
    .attractions.flatMap(({ called }) => called)
    .find((entry) => entry.ticket === ticket);

describe('a called guest', () => {
  test('who does not answer is looked for more loudly, until the grace is over', async () => {
    const { id } = await aGame(venue, 'recalled', reachable);
    expect(await rungOf(id)).toBe('text null');
    await share(1 / 4);
    expect(await rungOf(id)).toBe('board unanswered');
    await share(1 / 4);
    expect(await rungOf(id)).toBe('tablet unanswered');
    await share(1 / 4);
    expect(await rungOf(id)).toBe('staff unanswered');
    await share(1 / 4);
    expect(await read(id)).toMatchObject({ state: 'no_show', recall: null });
  });

  test.each([
    ['without a phone', { player: {} }, 'no_phone'],
    ['without consent', { player: { phone: '+1 415 555 0124' } }, 'no_consent'],
  ])('%s is on the board at once, and staff know to the end why', async (_case, details, reason) => {
    const { id } = await aGame(venue, 'recalled', details);
    expect(await rungOf(id)).toBe(`board ${reason}`);
    await share(1 / 4);
    expect(await rungOf(id)).toBe(`board ${reason}`);
    await share(1 / 4);
    expect(await rungOf(id)).toBe(`tablet ${reason}`);
    await share(1 / 4);
    expect(await rungOf(id)).toBe(`staff ${reason}`);
    await act(venue, id, 'cancel');
  });

  test.each([
    ['is refused', () => twilio.answers(refused('invalid_number')), 'board invalid_number'],
    ['may or may not have left', () => twilio.answers(unknown('timed_out')), 'board timed_out'],
    ['waits for a carrier that is away', () => twilio.goes('unreachable'), 'board unreachable'],
  ])('whose text %s is on the board at once', async (_case, happens, rung) => {
    happens();
    const { id } = await aGame(venue, 'recalled', reachable);
    expect(await rungOf(id)).toBe('text null');
    await clock.advance(6_000);
    expect(await rungOf(id)).toBe(rung);
    await share(1 / 2);
    expect(await rungOf(id)).toBe(rung.replace('board', 'tablet'));
    await act(venue, id, 'cancel');
  });

  test('who is reached after all is then looked for because they do not answer', async () => {
    twilio.goes('unreachable');
    const { id } = await aGame(venue, 'recalled', reachable);
    await clock.advance(6_000);
    expect(await rungOf(id)).toBe('board unreachable');
    twilio.goes(null);
    await share(1 / 2);
    expect(await rungOf(id)).toBe('tablet unanswered');
    await act(venue, id, 'cancel');
  });

  test('whose text is reported as undelivered later is on the board then', async () => {
    twilio.answers(taken('SM-ladder'));
    const { id } = await aGame(venue, 'recalled', reachable);
    await clock.advance(6_000);
    expect(await rungOf(id)).toBe('text null');
    await twilio.events().delivery({ reference: 'SM-ladder', state: 'failed', reason: 'unreachable_phone' });
    expect(await rungOf(id)).toBe('board unreachable_phone');
    await act(venue, id, 'cancel');
  });

  test('never goes down the ladder', async () => {
    twilio.answers(taken('SM-late'));
    const { id } = await aGame(venue, 'recalled', reachable);
    await share(1 / 2);
    await twilio.events().delivery({ reference: 'SM-late', state: 'failed', reason: 'unreachable_phone' });
    expect(await rungOf(id)).toBe('tablet unanswered');
    await share(1 / 4);
    expect(await rungOf(id)).toBe('staff unreachable_phone');
    await act(venue, id, 'cancel');
  });

  test.each(['confirm', 'hold', 'cancel', 'no-show', 'queue', 'undo'] as const)(
    'is looked for no more after %s',
    async (action) => {
      const { id } = await aGame(venue, 'recalled', reachable);
      await share(1 / 4);
      const { state } = (await act(venue, id, action)).body;
      expect(await read(id)).toMatchObject({ recall: null });
      const { items } = (await venue.get('/api/job-kinds', { as: 'user' })).body;
      expect(items.find(({ kind }: { kind: string }) => kind === 'recall.climb')).toMatchObject({
        waiting: 0,
      });
      await share(1 / 2);
      expect(await read(id)).toMatchObject({ state, recall: null });
      if (state !== 'cancelled') await act(venue, id, 'cancel');
    },
  );

  test('is looked for from the beginning after a reminder', async () => {
    const { id } = await aGame(venue, 'recalled', reachable);
    await share(3 / 4);
    await act(venue, id, 'remind');
    expect(await rungOf(id)).toBe('text null');
    await share(1 / 4);
    expect(await rungOf(id)).toBe('board unanswered');
    await share(1 / 4);
    expect(await rungOf(id)).toBe('tablet unanswered');
    await act(venue, id, 'cancel');
  });

  test('is looked for again when the step that ended it was a mistake', async () => {
    const { id } = await aGame(venue, 'recalled', reachable);
    await share(1 / 2);
    await act(venue, id, 'confirm');
    await act(venue, id, 'undo');
    expect(await rungOf(id)).toBe('text null');
    await share(1 / 4);
    expect(await rungOf(id)).toBe('board unanswered');
    await act(venue, id, 'cancel');
  });

  test('is looked for as quickly when the clock is set', async () => {
    const { id } = await aGame(venue, 'recalled', { player: {} });
    clock.stepWall(3_600_000);
    await share(1 / 4);
    expect(await rungOf(id)).toBe('board no_phone');
    clock.stepWall(-7_200_000);
    await share(1 / 4);
    expect(await rungOf(id)).toBe('tablet no_phone');
    await act(venue, id, 'cancel');
    clock.stepWall(3_600_000);
  });

  test('is looked for within the grace that the venue set', async () => {
    await venue.patch('/api/attractions/pong', { as: 'user', body: { grace_seconds: 40 } });
    const { id } = await aGame(venue, 'recalled', { ...reachable, attraction: 'pong' });
    await clock.advance(10_000);
    expect(await rungOf(id)).toBe('board unanswered');
    await clock.advance(20_000);
    expect(await rungOf(id)).toBe('staff unanswered');
    await act(venue, id, 'cancel');
  });
});

describe('a screen', () => {
  test('knows by the number when to chime, and for whom how loudly', async () => {
    const numbers: number[] = [];
    const number = async (ticket: string) => {
      const entry = await calledOnBoard(ticket);
      if (entry !== undefined) numbers.push(entry.call);
      return entry?.rung;
    };
    const first = await aGame(venue, 'recalled', reachable);
    expect(await number(first.ticket)).toBe('text');
    const second = await aGame(venue, 'recalled', { player: {} });
    expect(await number(second.ticket)).toBe('board');
    await act(venue, first.id, 'remind');
    expect(await number(first.ticket)).toBe('text');
    await share(1 / 4);
    expect(await number(first.ticket)).toBe('board');
    await act(venue, second.id, 'hold');
    await act(venue, second.id, 'queue');
    await act(venue, second.id, 'recall');
    expect(await number(second.ticket)).toBe('board');
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(JSON.stringify(await calledOnBoard(second.ticket))).not.toContain('no_phone');
    await act(venue, first.id, 'cancel');
    await act(venue, second.id, 'cancel');
  });

  test('hears of each rung over MQTT, and staff on the floor', async () => {
    const board = await connectAsync(`mqtt://127.0.0.1:${venue.ports.mqtt}`, {
      username: 'mlbtablet',
      password: 'in-labs-only',
      clientId: 'mlbtablet-recall',
    });
    const heard: string[] = [];
    const until = (rung: string, ticket: string) =>
      new Promise<void>((resolve) => {
        const look = (_topic: string, payload: Buffer) => {
          const queue = PublicQueue.parse(JSON.parse(payload.toString()));
          const entry = queue.attractions
            .flatMap(({ called }) => called)
            .find((one) => one.ticket === ticket);
          if (entry?.rung !== rung) return;
          heard.push(rung);
          board.off('message', look);
          resolve();
        };
        board.on('message', look);
      });
    const { id, ticket } = await aGame(venue, 'queued', { player: {} });
    const onBoard = until('board', ticket);
    await board.subscribeAsync('dugout/v1/labs/public/queue', { qos: 1 });
    await act(venue, id, 'recall');
    await clock.advance(1_000);
    await onBoard;
    const onTablet = until('tablet', ticket);
    await share(1 / 2);
    await onTablet;
    expect(heard).toEqual(['board', 'tablet']);
    const { called } = (await venue.get('/api/floor', { as: 'user' })).body;
    expect(called.find((game: Game) => game.id === id)).toMatchObject({
      recall: { rung: 'tablet', reason: 'no_phone' },
    });
    await board.endAsync();
    await act(venue, id, 'cancel');
  });
});

describe('where staff alone have the text', () => {
  const [log] = createCarriers([{ name: 'log' }], {
    clock,
    logger: pino({ level: 'silent' }),
    publicUrl: undefined,
  }).carriers;

  test.each([
    ['because no other way out is set up', log === undefined ? [] : [log]],
    ['because the other is away', log === undefined ? [] : [twilio.carrier, log]],
  ])('%s, a guest is on the board at once', async (_case, carriers) => {
    twilio.goes('unreachable');
    const time = createFakeClock();
    const floor = await aTestAppliance({ clock: time, carriers });
    onTestFinished(floor.stop);
    const { id } = await aGame(floor, 'recalled', reachable);
    await time.advance(6_000);
    expect(await read(id, floor)).toMatchObject({
      message: { kind: 'recall', state: 'sent', reason: 'staff_tell' },
      recall: { rung: 'board', reason: 'staff_tell' },
    });
    await time.advance(graceMs / 2);
    expect(await read(id, floor)).toMatchObject({ recall: { rung: 'tablet', reason: 'staff_tell' } });
  });
});

test('a ladder outlives the appliance', async () => {
  const directory = aTemporaryDirectory();
  const time = createFakeClock();
  const before = await aTestAppliance({ clock: time, directory });
  const { id } = await aGame(before, 'recalled', { player: {} });
  await time.advance(graceMs / 4);
  await before.stop();
  const after = await aTestAppliance({ clock: time, directory });
  await time.advance(graceMs / 4);
  expect(await read(id, after)).toMatchObject({ recall: { rung: 'tablet', reason: 'no_phone' } });
  await after.stop();
});
