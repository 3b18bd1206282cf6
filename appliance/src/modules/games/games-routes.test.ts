import { afterAll, describe, expect, test } from 'vitest';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { act, aGame } from '../../testing/test-games.ts';
import { aPlayer } from '../../testing/test-users.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

const create = (body: unknown) => venue.post('/api/games', { as: 'mlbtablet', body });

describe('signing a guest up', () => {
  test('makes a game and the guest with it', async () => {
    const player = {
      name: 'Zoë Durand',
      phone: '(415) 555-0123',
      email: 'zoe@example.com',
      consent: { sms: true },
    };
    const { status, body } = await create({ player, party_size: 3 });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: 'new',
      attraction: 'derby',
      party_size: 3,
      player: { name: 'Zoë Durand', phone: '+14155550123', email: 'zoe@example.com', has_photo: false },
      allowed: ['queue', 'confirm', 'cancel'],
      score: null,
      message: null,
    });
    expect(body.ticket).toMatch(/^A\d{3}$/u);
    expect(body.page_url).toMatch(/\/s\/[0-9a-z]{10}$/u);
    expect((await venue.get(`/api/players/${body.player_id}`, { as: 'user' })).body.consent.sms).toBe(true);
  });

  test('makes a game for a player who is known', async () => {
    const { id } = await aPlayer(venue);
    const { status, body } = await create({ player_id: id });
    expect(status).toBe(201);
    expect(body.player_id).toBe(id);
  });

  test('counts tickets for each attraction', async () => {
    const tickets = [];
    for (const attraction of ['pong', 'pong', 'glove'])
      tickets.push((await aGame(venue, 'new', { attraction })).ticket);
    expect(tickets).toEqual(['B001', 'B002', 'C001']);
  });

  test.each([
    ['nobody', {}, '/player'],
    [
      'somebody known and somebody new',
      { player_id: crypto.randomUUID(), player: { name: 'Ana' } },
      '/player',
    ],
    ['a guest without a name', { player: {} }, '/player/name'],
    ['a guest whose name is white space', { player: { name: ' \t ' } }, '/player/name'],
    ['a party of none', { player: { name: 'Ana' }, party_size: 0 }, '/party_size'],
    ['a party of a half', { player: { name: 'Ana' }, party_size: 0.5 }, '/party_size'],
    ['an identifier that is none', { player_id: '1' }, '/player_id'],
    ['a field that is not there', { player: { name: 'Ana' }, state: 'completed' }, '/'],
    ['a field of the guest that is not there', { player: { name: 'Ana', role: 'admin' } }, '/player'],
    ['an attraction that is no slug', { player: { name: 'Ana' }, attraction: 'Derby!' }, '/attraction'],
    ['a list', [], '/'],
  ])('refuses %s, and says where', async (_case, body, pointer) => {
    const refusal = await create(body);
    expect(refusal).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    expect(refusal.body.errors[0].pointer).toBe(pointer);
  });

  test.each([
    [
      'an attraction that is not here',
      { player: { name: 'Ana' }, attraction: 'curling' },
      'unknown_attraction',
    ],
    ['a player who is not known', { player_id: '01900000-0000-7000-8000-000000000000' }, 'unknown_player'],
    ['a phone number that is none', { player: { name: 'Ana', phone: '12' } }, 'invalid_phone'],
    ['a name that may not be shown', { player: { name: 'fuck' } }, 'unsuitable_name'],
  ])('refuses %s', async (_case, body, code) => {
    expect(await create(body)).toMatchObject({ status: 422, body: { code } });
  });

  test('a refused guest leaves nothing behind', async () => {
    const before = await venue.get('/api/games?limit=200', { as: 'user' });
    await create({ player: { name: 'Ana', phone: '+1 415 555 0123' }, attraction: 'curling' });
    const after = await venue.get('/api/games?limit=200', { as: 'user' });
    expect(after.body.items).toHaveLength(before.body.items.length);
  });
});

describe('the list of games', () => {
  test('has every game once, page by page', async () => {
    const made = [];
    for (let guest = 0; guest < 7; guest += 1)
      made.push((await aGame(venue, 'held', { attraction: 'glove' })).id);
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 10; pages += 1) {
      const query = `state=held&attraction=glove&limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page = await venue.get(`/games?${query}`, { as: 'mlbtablet' });
      expect(page.body.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.body.items.map((game: { id: string }) => game.id));
      cursor = page.body.next_cursor;
    }
    expect(seen).toEqual(made);
  });

  test('is narrowed to a player', async () => {
    const { id } = await aPlayer(venue);
    const mine = (await create({ player_id: id })).body;
    const page = await venue.get(`/api/games?player_id=${id}`, { as: 'mlbvrgame' });
    expect(page.body.items.map((game: { id: string }) => game.id)).toEqual([mine.id]);
  });

  test.each([
    'limit=0',
    'limit=-1',
    'limit=201',
    'limit=1e9',
    'limit=1.5',
    'limit=ten',
    'limit=',
    'limit=5&limit=6',
    'state=asleep',
    'state=',
    'attraction=DROP%20TABLE',
    'player_id=1',
    `cursor=${'x'.repeat(201)}`,
  ])('refuses ?%s', async (query) => {
    const refusal = await venue.get(`/api/games?${query}`, { as: 'user' });
    expect(refusal).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    expect(refusal.body.errors[0].pointer).toBe(`?${query.split('=')[0]}`);
  });

  test.each(['%00', '%27%20OR%201%3D1--', '%F0%9F%98%80', 'zzzz', '../..', '%25'])(
    'a cursor that was made up, %s, is a place in the list and no more',
    async (cursor) => {
      const page = await venue.get(`/api/games?limit=2&cursor=${cursor}`, { as: 'user' });
      expect(page.status).toBe(200);
      expect(page.body.items.length).toBeLessThanOrEqual(2);
    },
  );
});

describe('one game', () => {
  test('is seen by the floor; a rig sees no phone number', async () => {
    const player = { phone: '+1 415 555 0123', email: 'ana@example.com' };
    const { id } = await aGame(venue, 'queued', { player });
    const seenBy = async (as: 'user' | 'mlbtablet' | 'mlbvrgame') =>
      (await venue.get(`/games/${id}/`, { as })).body.player;
    expect(await seenBy('user')).toMatchObject({ phone: '+14155550123', email: 'ana@example.com' });
    expect(await seenBy('mlbtablet')).toMatchObject({ phone: '+14155550123' });
    expect(await seenBy('mlbvrgame')).toMatchObject({ name: 'Ana Pérez', phone: null, email: null });
    const listed = await venue.get('/api/games?state=queued', { as: 'mlbvrgame' });
    expect(JSON.stringify(listed.body)).not.toContain('5550123');
  });

  test('is seen by the player it belongs to; for others it does not exist', async () => {
    const owner = await aPlayer(venue);
    const stranger = await aPlayer(venue);
    const game = (await create({ player_id: owner.id })).body;
    expect(await venue.get(`/api/games/${game.id}`, { as: owner.credentials })).toMatchObject({
      status: 200,
    });
    const hidden = await venue.get(`/api/games/${game.id}`, { as: stranger.credentials });
    const missing = await venue.get(`/api/games/${crypto.randomUUID()}`, { as: stranger.credentials });
    const told = ({ status, body }: typeof hidden) => ({ status, ...body, request_id: '' });
    expect(hidden.status).toBe(404);
    expect(told(hidden)).toEqual(told(missing));
  });

  test.each([
    '1',
    'undefined',
    '%00',
    '01900000-0000-7000-8000-00000000000',
    '..%2F..%2Fetc%2Fpasswd',
    "'--",
  ])('%s names none', async (id) => {
    expect(await venue.get(`/api/games/${id}`, { as: 'user' })).toMatchObject({ status: 404 });
    expect(await act(venue, id, 'queue')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await venue.get(`/api/games/${id}/history`, { as: 'user' })).toMatchObject({ status: 404 });
  });
});

describe('the history of a game', () => {
  test('says who, when, from, to and why, and what was taken back', async () => {
    const { id } = await aGame(venue, 'new', { attraction: 'pong' });
    await act(venue, id, 'queue', { as: 'mlbtablet' });
    await act(venue, id, 'hold', { body: { reason: 'getting food' } });
    await act(venue, id, 'undo', { body: { reason: 'wrong guest' } });
    const { body } = await venue.get(`/api/games/${id}/history`, { as: 'user' });
    const row = ({ action, from, to, actor, actor_role, reason, undone }: Record<string, unknown>) => [
      action,
      from,
      to,
      actor,
      actor_role,
      reason,
      undone,
    ];
    expect(body.items.map(row)).toEqual([
      ['create', null, 'new', 'user', 'admin', null, false],
      ['queue', 'new', 'queued', 'mlbtablet', 'tablet', null, false],
      ['hold', 'queued', 'held', 'user', 'admin', 'getting food', true],
      ['undo', 'held', 'queued', 'user', 'admin', 'wrong guest', false],
    ]);
  });
});

describe('a result', () => {
  test.each([
    ['nothing', {}],
    ['a score alone', { score: 5 }],
    ['no home runs', { score: 5, distance: 10 }],
    ['no distance', { score: 5, homeruns: 1 }],
    ['a negative score', { score: -1, distance: 1, homeruns: 1 }],
    ['half a home run', { score: 1, distance: 1, homeruns: 0.5 }],
    ['a score in words', { score: '5', distance: 1, homeruns: 1 }],
    ['a score of nothing', { score: null, distance: 1, homeruns: 1 }],
    ['a score that no table holds', { score: 2 ** 53 + 2, distance: 1, homeruns: 1 }],
    ['a distance beyond measure', { score: 1, distance: 1e7, homeruns: 1 }],
    ['something else besides', { score: 1, distance: 1, homeruns: 1, state: 'completed' }],
  ])('of the derby is not %s', async (_case, body) => {
    const { id } = await aGame(venue, 'playing');
    expect((await act(venue, id, 'complete', { body })).status).toBe(422);
    const still = await venue.get(`/api/games/${id}`, { as: 'user' });
    expect(still.body).toMatchObject({ state: 'playing', score: null });
  });

  test.each([
    ['{"score":1,"distance":1e999,"homeruns":1}', 422],
    ['{"score":1,"distance":NaN,"homeruns":1}', 400],
    ['{"score":1,"distance":Infinity,"homeruns":1}', 400],
    ['{"score":1,"distance":-0.0,"homeruns":1}', 200],
    ['{"score":1e2,"distance":0,"homeruns":0}', 200],
  ])('written as %s is answered %i', async (json, status) => {
    const { id } = await aGame(venue, 'playing');
    const headers = { 'content-type': 'application/json' };
    expect((await act(venue, id, 'complete', { body: Buffer.from(json), headers })).status).toBe(status);
  });

  test('of other attractions is a score', async () => {
    const { id } = await aGame(venue, 'playing', { attraction: 'pong' });
    const { status, body } = await act(venue, id, 'complete', { body: { score: 11 }, as: 'mlbvrgame' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'completed', score: 11, distance: null, homeruns: null });
  });
});
