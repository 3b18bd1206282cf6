import { afterAll, describe, expect, test } from 'vitest';
import type { PlayerEvent, PlayerSync } from '../../../contract/notifications.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { act, aGame } from '../../testing/test-games.ts';
import { aPlayer } from '../../testing/test-users.ts';

const clock = createFakeClock();
const venue = await aTestAppliance({ clock });
afterAll(venue.stop);

const tell = (playerId: string, number: number, uniqueKey = `occasion ${number}`) =>
  venue.database.write((tx) =>
    venue.notifications.tell(tx, { playerId, type: 'test', payload: { number }, uniqueKey }),
  );
const numbersOf = (items: PlayerEvent[]) => items.map((item) => item['number']);

type Player = Awaited<ReturnType<typeof aPlayer>>;
const events = async ({ credentials }: Player, query = '') =>
  (await venue.get(`/api/me/events${query}`, { as: credentials })).body;
const sync = async ({ credentials }: Player, query = ''): Promise<PlayerSync> =>
  (await venue.get(`/api/me/sync${query}`, { as: credentials })).body;

describe('what a player is told', () => {
  test('is read from the beginning or from behind a cursor, and reading takes nothing away', async () => {
    const ana = await aPlayer(venue);
    expect(await events(ana)).toMatchObject({ items: [], more: false, reset: false });
    const { next_cursor: atStart } = await events(ana);
    const ids = [await tell(ana.id, 1), await tell(ana.id, 2), await tell(ana.id, 3)];
    for (const query of ['', `?since=${atStart}`]) {
      const page = await events(ana, query);
      expect(page.items.map(({ id }: PlayerEvent) => id)).toEqual(ids);
      expect(page.items[0]).toMatchObject({ type: 'test', number: 1 });
    }
    const { next_cursor: end } = await events(ana);
    expect(await events(ana, `?since=${end}`)).toEqual({
      items: [],
      next_cursor: end,
      more: false,
      reset: false,
    });
  });

  test('comes in pages that lose and double nothing', async () => {
    const ana = await aPlayer(venue);
    for (let number = 0; number < 25; number += 1) await tell(ana.id, number);
    for (const limit of [1, 7, 24, 25, 200]) {
      const seen: unknown[] = [];
      let page = await events(ana, `?limit=${limit}`);
      seen.push(...numbersOf(page.items));
      while (page.more) {
        page = await events(ana, `?limit=${limit}&since=${page.next_cursor}`);
        seen.push(...numbersOf(page.items));
      }
      expect(seen).toEqual(Array.from({ length: 25 }, (_, number) => number));
    }
  });

  test('is told once for one occasion, and the first word counts', async () => {
    const [ana, ben] = [await aPlayer(venue), await aPlayer(venue)];
    const first = await tell(ana.id, 1, 'same');
    expect(await tell(ana.id, 2, 'same')).toBe(first);
    expect(await tell(ben.id, 3, 'same')).not.toBe(first);
    expect(numbersOf((await events(ana)).items)).toEqual([1]);
  });

  test('is not told when the write that told of it did not come about', async () => {
    const ana = await aPlayer(venue);
    const failed = venue.database.write((tx) => {
      venue.notifications.tell(tx, { playerId: ana.id, type: 'test', payload: {}, uniqueKey: 'x' });
      throw new Error('not today');
    });
    await expect(failed).rejects.toThrow('not today');
    expect((await events(ana)).items).toEqual([]);
  });

  test('can be withdrawn: that there was something stays', async () => {
    const ana = await aPlayer(venue);
    const id = await tell(ana.id, 1, 'gone');
    const withdraw = () => venue.database.write((tx) => venue.notifications.withdraw(tx, ana.id, 'gone'));
    expect(await withdraw()).toBe(true);
    expect(await withdraw()).toBe(false);
    const { items } = await events(ana);
    expect(items).toEqual([{ id, type: 'test', at: items[0].at, withdrawn: true }]);
  });

  test('cannot take the place of its own id, type and time', async () => {
    const ana = await aPlayer(venue);
    const payload = { id: 'mine', type: 'other', at: 'never', more: 1 };
    const id = await venue.database.write((tx) =>
      venue.notifications.tell(tx, { playerId: ana.id, type: 'test', payload, uniqueKey: 'x' }),
    );
    expect((await events(ana)).items).toMatchObject([{ id, type: 'test', more: 1 }]);
  });

  test('keeps its order when the clock is set back, for who follows by cursor, too', async () => {
    const ana = await aPlayer(venue);
    await tell(ana.id, 1);
    const { next_cursor } = await events(ana);
    clock.stepWall(-3 * 3_600_000);
    await tell(ana.id, 2);
    await tell(ana.id, 3);
    clock.stepWall(3 * 3_600_000);
    expect(numbersOf((await events(ana)).items)).toEqual([1, 2, 3]);
    expect(numbersOf((await events(ana, `?since=${next_cursor}`)).items)).toEqual([2, 3]);
  });
});

describe('a cursor', () => {
  test('of another player, and what is none, is refused by both', async () => {
    const [ana, ben] = [await aPlayer(venue), await aPlayer(venue)];
    const { next_cursor } = await events(ana);
    for (const path of ['/api/me/events', '/api/me/sync']) {
      const asked = (cursor: string) => venue.get(`${path}?since=${cursor}`, { as: ben.credentials });
      expect(await asked(next_cursor)).toMatchObject({ status: 400, body: { code: 'foreign_cursor' } });
      for (const nonsense of ['', 'x', '17', '%00', 'x'.repeat(2_000)])
        expect(await asked(nonsense)).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
    }
    const headers = { accept: 'text/event-stream', 'last-event-id': 'x' };
    expect(await venue.get('/api/me/events', { as: ben.credentials, headers })).toMatchObject({
      status: 400,
      body: { code: 'invalid_cursor' },
    });
  });

  test('from a future that was lost is told so, and everything is told', async () => {
    const ana = await aPlayer(venue);
    await tell(ana.id, 1);
    const { next_cursor } = await events(ana);
    const [seq = '', mark = ''] = next_cursor.split('-');
    const future = `${Number(seq) + 86_400_000}-${mark}`;
    expect(await events(ana, `?since=${future}`)).toMatchObject({ reset: true, next_cursor });
    expect(numbersOf((await events(ana, `?since=${future}`)).items)).toEqual([1]);
    expect(await sync(ana, `?since=${future}`)).toMatchObject({ reset: true, player: { id: ana.id } });
  });

  test('from a future that was lost misses nothing once time has passed it', async () => {
    const ana = await aPlayer(venue);
    await tell(ana.id, 1);
    const [, mark = ''] = (await events(ana)).next_cursor.split('-');
    // Given out in the hour that was lost, to which the venue was put back.
    const lost = `${clock.now() + 60_000}-${mark}`;
    clock.stepWall(3_600_000);
    await tell(ana.id, 2);
    clock.stepWall(-3_600_000);
    expect(numbersOf((await events(ana, `?since=${lost}`)).items)).toEqual([2]);
  });
});

describe('the player’s changed data', () => {
  test('is all of it at first, and then what is new', async () => {
    const ana = await aPlayer(venue, { consent: { sensor: true } });
    const first = await sync(ana);
    expect(first).toMatchObject({
      player: { id: ana.id, consent: { sensor: true } },
      games: [],
      deleted: [],
    });
    const since = `?since=${first.next_cursor}`;
    expect(await sync(ana, since)).toMatchObject({
      player: null,
      games: [],
      events: [],
      next_cursor: first.next_cursor,
    });

    const made = await venue.post('/api/games', { as: 'user', body: { player_id: ana.id } });
    expect(await sync(ana, since)).toMatchObject({
      player: null,
      games: [{ id: made.body.id, state: 'new' }],
    });
    await act(venue, made.body.id, 'queue');
    await tell(ana.id, 1);
    const both = await sync(ana, since);
    expect(both).toMatchObject({ games: [{ state: 'queued' }], events: [{ number: 1 }] });
    expect(await sync(ana, `?since=${both.next_cursor}`)).toMatchObject({ games: [], events: [] });

    await venue.patch(`/api/players/${ana.id}/consent`, { as: ana.credentials, body: { sensor: false } });
    expect(await sync(ana, `?since=${both.next_cursor}`)).toMatchObject({
      player: { consent: { sensor: false } },
      games: [],
    });
  });

  test('is nobody else’s', async () => {
    const [ana, ben] = [await aPlayer(venue), await aPlayer(venue)];
    await venue.post('/api/games', { as: 'user', body: { player_id: ana.id } });
    await tell(ana.id, 1);
    await aGame(venue, 'queued');
    expect(await sync(ben)).toMatchObject({ player: { id: ben.id }, games: [], events: [] });
  });

  test('tells what is deleted, and what progress there is from whoever knows it', async () => {
    const ana = await aPlayer(venue);
    const made = await venue.post('/api/games', { as: 'user', body: { player_id: ana.id } });
    const id: string = made.body.id;
    const changed = (gone: boolean) =>
      venue.database.write((tx) =>
        venue.notifications.changed(tx, { playerId: ana.id, kind: 'progress', id, gone }),
      );
    venue.notifications.progressFrom(async (_reader, playerId, gameIds) =>
      gameIds.map((game_id) => ({ game_id, playerId })),
    );
    const { next_cursor: before } = await sync(ana);
    await changed(false);
    expect(await sync(ana, `?since=${before}`)).toMatchObject({
      progress: [{ game_id: id, playerId: ana.id }],
      deleted: [],
    });
    await changed(true);
    const { progress, deleted } = await sync(ana, `?since=${before}`);
    expect([progress, deleted]).toEqual([[], [{ kind: 'progress', id }]]);
  });

  test('comes in pages: each thing and event once, whatever changes meanwhile is told again', async () => {
    const ana = await aPlayer(venue);
    const games: string[] = [];
    for (let number = 0; number < 6; number += 1) {
      games.push((await venue.post('/api/games', { as: 'user', body: { player_id: ana.id } })).body.id);
      await tell(ana.id, number);
    }
    let page = await sync(ana, '?limit=2');
    const seen = [page];
    await act(venue, games[0] ?? '', 'queue');
    while (page.more) {
      page = await sync(ana, `?limit=2&since=${page.next_cursor}`);
      seen.push(page);
    }
    expect(seen.flatMap((one) => numbersOf(one.events))).toEqual([0, 1, 2, 3, 4, 5]);
    const told = seen.flatMap((one) => one.games);
    expect(new Set(told.map(({ id }) => id))).toEqual(new Set(games));
    expect(told.findLast(({ id }) => id === games[0])?.state).toBe('queued');
  });

  test('loses nothing that is committed while it is read', async () => {
    const ana = await aPlayer(venue);
    const { reader } = venue.database;
    const { next_cursor: since } = await sync(ana);
    let hasPlayed = false;
    const interrupted: Reader = {
      get: reader.get,
      async all(query, params) {
        const rows = await reader.all(query, params);
        if (!hasPlayed) {
          hasPlayed = true;
          await venue.post('/api/games', { as: 'user', body: { player_id: ana.id } });
          await tell(ana.id, 1);
        }
        return rows;
      },
    };
    const route = venue.routes.find(({ path }) => path === '/api/me/sync');
    const request = {
      params: {},
      query: { since, limit: 50 },
      body: undefined,
      principal: { userId: '', username: '', role: 'player', playerId: ana.id, sessionId: null },
      at: 0,
      address: '',
      headers: {},
    } as const;
    const first = (await route?.read?.(request, interrupted))?.body as PlayerSync;
    const second = await sync(ana, `?since=${first.next_cursor}`);
    expect([...first.games, ...second.games]).toHaveLength(1);
    expect(numbersOf([...first.events, ...second.events])).toEqual([1]);
  });

  test('keeps its order when the clock is set back', async () => {
    const ana = await aPlayer(venue);
    const made = await venue.post('/api/games', { as: 'user', body: { player_id: ana.id } });
    const { next_cursor } = await sync(ana);
    clock.stepWall(-3_600_000);
    await act(venue, made.body.id, 'queue');
    clock.stepWall(3_600_000);
    expect((await sync(ana, `?since=${next_cursor}`)).games).toMatchObject([{ state: 'queued' }]);
  });
});

test('a player reads who they are', async () => {
  const ana = await aPlayer(venue);
  expect(await venue.get('/api/me', { as: ana.credentials })).toMatchObject({
    status: 200,
    body: { id: ana.id, username: ana.credentials.username },
  });
});
