import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Game } from '../../../contract/games.ts';
import type { QueuedGame } from '../../../contract/queue.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { act, aGame, aQueueOf } from '../../testing/test-games.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

const queueOf = async (attraction: string, as: 'user' | 'mlbtablet' | 'mlbvrgame' = 'user') =>
  (await venue.get(`/api/queue?attraction=${attraction}`, { as })).body.items as QueuedGame[];
const callNext = (attraction?: string) =>
  venue.post('/api/queue/call-next', {
    as: 'user',
    ...(attraction === undefined ? {} : { body: { attraction } }),
  });

/** A lane of its own for the tests of one group, with nobody in it. */
async function emptied(attraction: string): Promise<void> {
  for (const { id } of await queueOf(attraction)) await act(venue, id, 'cancel');
}

describe('who waits', () => {
  beforeAll(() => emptied('derby'));

  test('is told in order, with a position and a wait that grows', async () => {
    const guests = await aQueueOf(venue, 5);
    const waiting = await queueOf('derby');
    expect(waiting.map(({ id }) => id)).toEqual(guests.map(({ id }) => id));
    expect(waiting.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5]);
    const ends = waiting.map(({ estimate }) => [estimate.low_seconds ?? -1, estimate.high_seconds ?? -1]);
    for (const [low = 0, high = 0] of ends) expect(low).toBeLessThan(high);
    expect(ends).toEqual(ends.toSorted(([, a = 0], [, b = 0]) => a - b));
    expect(waiting[0]?.estimate.basis).toBe('assumed');
  });

  test('moves up when somebody leaves, and comes back to the old place when that is undone', async () => {
    const [first, second, third] = await queueOf('derby');
    const id = second?.id ?? '';
    await act(venue, id, 'cancel');
    expect((await queueOf('derby')).slice(0, 2).map((game) => game.id)).toEqual([first?.id, third?.id]);
    await act(venue, id, 'undo');
    expect((await queueOf('derby'))[1]).toMatchObject({ id, position: 2 });
  });

  test('goes to the back when queued again', async () => {
    const [first] = await queueOf('derby');
    await act(venue, first?.id ?? '', 'hold');
    await act(venue, first?.id ?? '', 'queue');
    expect((await queueOf('derby')).at(-1)?.id).toBe(first?.id);
  });

  test('waits in the lane of one attraction', async () => {
    await aGame(venue, 'queued', { attraction: 'pong' });
    expect(await queueOf('pong')).toMatchObject([{ attraction: 'pong', position: 1 }]);
    const all = (await venue.get('/api/queue', { as: 'mlbtablet' })).body;
    expect(new Set(all.items.map((game: Game) => game.attraction))).toEqual(new Set(['derby', 'pong']));
    expect(all.attractions).toHaveLength(3);
  });

  test('is shown to a rig by name alone', async () => {
    await aGame(venue, 'queued', { attraction: 'glove', player: { phone: '+1 415 555 0123' } });
    expect((await queueOf('glove'))[0]?.player.phone).toBe('+14155550123');
    expect((await queueOf('glove', 'mlbvrgame'))[0]?.player).toMatchObject({
      name: 'Ana Pérez',
      phone: null,
    });
    expect((await queueOf('glove', 'mlbtablet'))[0]?.player.phone).toBe('+14155550123');
  });

  test('for an attraction that is not here is nobody', async () => {
    expect(await queueOf('curling')).toEqual([]);
  });
});

describe('calling the next guest', () => {
  beforeAll(async () => {
    for (const attraction of ['derby', 'pong', 'glove']) await emptied(attraction);
  });

  test('calls who waits longest, for the derby unless told', async () => {
    const [first, second] = await aQueueOf(venue, 2);
    const [other] = await aQueueOf(venue, 1, { attraction: 'pong' });
    expect(await callNext()).toMatchObject({
      status: 200,
      body: { id: first?.id, state: 'recalled', recall_count: 1 },
    });
    expect((await callNext('pong')).body.id).toBe(other?.id);
    expect((await callNext()).body.id).toBe(second?.id);
  });

  test('says so when nobody waits, and when the attraction is not here', async () => {
    expect(await callNext('glove')).toMatchObject({ status: 404, body: { code: 'queue_empty' } });
    expect(await callNext('curling')).toMatchObject({ status: 422, body: { code: 'unknown_attraction' } });
    expect(await callNext('Derby!')).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });

  test('by two at once, a hundred times: each guest once, in order, and then nobody', async () => {
    const guests = await aQueueOf(venue, 100);
    const called: string[] = [];
    const press = async () => {
      for (let times = 0; times < 100; times += 1) {
        const { status, body } = await callNext();
        if (status === 200) called.push(body.id);
        else expect(body).toMatchObject({ code: 'queue_empty' });
      }
    };
    await Promise.all([press(), press()]);
    expect(called.toSorted()).toEqual(guests.map(({ id }) => id).toSorted());
    expect(await queueOf('derby')).toEqual([]);
  });

  test('by fifty in the same moment: fifty guests', async () => {
    const guests = await aQueueOf(venue, 50, { attraction: 'glove' });
    const answers = await Promise.all(guests.map(() => callNext('glove')));
    expect(answers.map(({ status }) => status)).toEqual(guests.map(() => 200));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(50);
  });
});

describe('the public board', () => {
  test('shows tickets and initials, never a name or a number', async () => {
    const player = { name: 'Élodie Durand-Secret', phone: '+1 415 555 0199', email: 'secret@example.com' };
    for (const state of ['queued', 'recalled', 'confirmed', 'playing'] as const)
      await aGame(venue, state, { attraction: 'pong', player });
    const board = await venue.get('/api/public/queue');
    expect(board.status).toBe(200);
    expect(JSON.stringify(board.body)).not.toMatch(/secret|Durand|5550199|player/iu);
    const pong = board.body.attractions.find(({ id }: { id: string }) => id === 'pong');
    expect(pong.next).toMatchObject([{ initials: 'É. D.', position: 1 }]);
    expect(pong.called.at(-1)).toMatchObject({ initials: 'É. D.' });
    expect(pong.playing).toHaveLength(2);
  });

  test('has a version that grows with every change', async () => {
    const before = (await venue.get('/api/public/queue')).body.version;
    await aGame(venue, 'queued');
    expect((await venue.get('/api/public/queue')).body.version).toBeGreaterThan(before);
  });

  test('shows no more than the next eight', async () => {
    await aQueueOf(venue, 10, { attraction: 'glove' });
    const { attractions } = (await venue.get('/api/public/queue')).body;
    const glove = attractions.find(({ id }: { id: string }) => id === 'glove');
    expect(glove.next).toHaveLength(8);
    expect(glove.waiting).toBe(10);
  });
});

describe('the floor', () => {
  test('is one answer with everybody on it', async () => {
    const missed = await aGame(venue, 'no_show', { attraction: 'pong' });
    const held = await aGame(venue, 'held', { attraction: 'pong' });
    const completed = await aGame(venue, 'completed', { attraction: 'pong' });
    const floor = (await venue.get('/api/floor', { as: 'user' })).body;
    const ids = (games: Game[]) => games.map(({ id }) => id);
    expect(ids(floor.missed)[0]).toBe(missed.id);
    expect(ids(floor.held)).toContain(held.id);
    expect(ids(floor.completed)[0]).toBe(completed.id);
    expect(floor.counts).toMatchObject({ served_today: 1, no_shows_today: 1, messages_pending: 0 });
    expect(floor.waiting.length).toBeGreaterThan(0);
    expect(floor.stations).toHaveLength(3);
  });

  test('is what was just written, for whoever asks after it', async () => {
    for (let times = 0; times < 20; times += 1) {
      const { id } = await aGame(venue, 'queued', { attraction: 'pong' });
      expect((await queueOf('pong')).at(-1)?.id).toBe(id);
      const floor = await venue.get('/api/floor', { as: 'user' });
      expect(floor.body.waiting.map((game: Game) => game.id)).toContain(id);
    }
  });
});
