import { afterAll, describe, expect, test } from 'vitest';
import type { Station } from '../../../contract/attractions.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { act, aGame, aQueueOf } from '../../testing/test-games.ts';
import { aUser } from '../../testing/test-users.ts';

const clock = createFakeClock();
const venue = await aTestAppliance({ clock });
afterAll(venue.stop);

const change = (attraction: string, body: unknown) =>
  venue.patch(`/api/attractions/${attraction}`, { as: 'user', body });
const attractionOf = async (id: string) =>
  (await venue.get('/api/attractions')).body.items.find((one: { id: string }) => one.id === id);
const stations = async (): Promise<Station[]> =>
  (await venue.get('/api/stations', { as: 'user' })).body.items;

describe('a new venue', () => {
  test('has its attractions, each with a station, and everybody may see them', async () => {
    const { body } = await venue.get('/api/attractions');
    expect(
      body.items.map(({ id, paused, capacity }: Record<string, unknown>) => [id, paused, capacity]),
    ).toEqual([
      ['derby', false, null],
      ['pong', false, null],
      ['glove', false, null],
    ]);
    expect((await stations()).map(({ attraction, device }) => [attraction, device])).toEqual([
      ['derby', 'mlbvrgame'],
      ['glove', null],
      ['pong', null],
    ]);
  });
});

describe('a paused attraction', () => {
  test('takes nobody in but by staff, and goes on when it is opened', async () => {
    const staff = await aUser(venue, 'staff');
    const early = await aGame(venue, 'new', { attraction: 'pong' });
    expect(await change('pong', { paused: true })).toMatchObject({ status: 200, body: { paused: true } });
    const body = { player: { name: 'Ana' }, attraction: 'pong' };
    const paused = { status: 409, body: { code: 'attraction_paused' } };
    expect(await venue.post('/games', { as: 'mlbtablet', body })).toMatchObject(paused);
    expect(await act(venue, early.id, 'queue', { as: 'mlbtablet' })).toMatchObject(paused);
    expect((await venue.post('/games', { as: staff, body })).status).toBe(201);
    expect((await attractionOf('pong')).paused).toBe(true);
    await change('pong', { paused: false });
    expect((await act(venue, early.id, 'queue', { as: 'mlbtablet' })).status).toBe(200);
  });

  test('calls nobody who is next, though staff may recall a guest they choose', async () => {
    const [first, second] = await aQueueOf(venue, 2, { attraction: 'glove' });
    await change('glove', { paused: true });
    const callNext = () => venue.post('/api/queue/call-next', { as: 'user', body: { attraction: 'glove' } });
    expect(await callNext()).toMatchObject({ status: 409, body: { code: 'attraction_paused' } });
    expect((await act(venue, second?.id ?? '', 'recall')).status).toBe(200);
    await change('glove', { paused: false });
    expect(await callNext()).toMatchObject({ status: 200, body: { id: first?.id } });
    for (const game of [first, second]) await act(venue, game?.id ?? '', 'cancel');
  });
});

describe('a bounded queue', () => {
  test('takes as many as it holds, and one more when somebody leaves it', async () => {
    await change('glove', { capacity: 2 });
    const spare = await aGame(venue, 'new', { attraction: 'glove' });
    const [first] = await aQueueOf(venue, 2, { attraction: 'glove' });
    const full = { status: 409, body: { code: 'attraction_full', waiting: 2 } };
    const body = { player: { name: 'Ana' }, attraction: 'glove' };
    expect(await venue.post('/games', { as: 'mlbtablet', body })).toMatchObject(full);
    expect(await act(venue, spare.id, 'queue', { as: 'mlbtablet' })).toMatchObject(full);
    expect(await act(venue, spare.id, 'queue')).toMatchObject(full);
    await act(venue, first?.id ?? '', 'recall');
    expect((await act(venue, spare.id, 'queue', { as: 'mlbtablet' })).status).toBe(200);
  });

  test('can be overridden by staff who say so, and not by a tablet', async () => {
    await change('glove', { capacity: null });
    const spare = await aGame(venue, 'new', { attraction: 'glove' });
    await change('glove', { capacity: 1 });
    const body = { override: true };
    expect((await act(venue, spare.id, 'queue', { as: 'mlbtablet', body })).status).toBe(409);
    expect((await act(venue, spare.id, 'queue', { body })).status).toBe(200);
    await change('glove', { capacity: null });
    expect(await attractionOf('glove')).toMatchObject({ capacity: null, waiting: 3 });
  });

  test('is not overfilled by tablets that press in the same moment', async () => {
    await change('pong', { capacity: 5 });
    const games = await Promise.all(
      Array.from({ length: 5 }, () => aGame(venue, 'new', { attraction: 'pong' })),
    );
    const already = (await attractionOf('pong')).waiting;
    const answers = await Promise.all(games.map(({ id }) => act(venue, id, 'queue', { as: 'mlbtablet' })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5 - already);
    expect((await attractionOf('pong')).waiting).toBe(5);
  });
});

describe('“five minutes later for all”', () => {
  test('moves both ends of every wait, adds up, and is over after its time', async () => {
    const wait = async () => (await attractionOf('derby')).estimate;
    const before = await wait();
    const delay = () => venue.post('/api/attractions/derby/delay', { as: 'user', body: { minutes: 5 } });
    expect((await delay()).status).toBe(200);
    expect(await wait()).toMatchObject({ low_seconds: before.low_seconds + 300 });
    const { body } = await delay();
    expect(Date.parse(body.delayed_until) - clock.now()).toBe(600_000);
    expect((await wait()).low_seconds).toBe(before.low_seconds + 600);
    await clock.advance(600_000);
    expect(await wait()).toEqual(before);
  });

  test.each([0, -5, 2.5, 121, '5', null])('is not %s minutes', async (minutes) => {
    const refusal = await venue.post('/api/attractions/derby/delay', { as: 'user', body: { minutes } });
    expect(refusal).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });
});

describe('settings', () => {
  test.each([
    ['a capacity of none', { capacity: 0 }, '/capacity'],
    ['a grace of a moment', { grace_seconds: 1 }, '/grace_seconds'],
    ['a pause in words', { paused: 'yes' }, '/paused'],
    ['another name', { name: 'x' }, '/'],
  ])('refuse %s', async (_case, body, pointer) => {
    const refusal = await change('derby', body);
    expect(refusal).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    expect(refusal.body.errors[0].pointer).toBe(pointer);
  });

  test('stay as they are when nothing is asked', async () => {
    const before = await attractionOf('derby');
    expect((await change('derby', {})).status).toBe(200);
    expect(await attractionOf('derby')).toEqual(before);
  });

  test('are those of an attraction that is here', async () => {
    expect(await change('curling', { paused: true })).toMatchObject({ body: { code: 'unknown_attraction' } });
  });
});

describe('stations', () => {
  const add = (body: unknown) => venue.post('/api/stations', { as: 'user', body });
  const alter = (id: string, body: unknown) => venue.patch(`/api/stations/${id}`, { as: 'user', body });

  test('are set up, renamed, given a device, and taken out of service', async () => {
    const { status, body } = await add({ name: 'Rig 2', attraction: 'derby', device: 'rig-2' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'Rig 2', device: 'rig-2', in_service: true });
    expect((await alter(body.id, { name: 'Rig II', device: null, in_service: false })).body).toMatchObject({
      name: 'Rig II',
      device: null,
      in_service: false,
    });
    expect((await stations()).find(({ id }) => id === body.id)).toMatchObject({ in_service: false });
  });

  test('out of service count for no wait, and the last one leaves none to tell', async () => {
    const derby = (await stations()).filter(({ attraction }) => attraction === 'derby');
    for (const { id } of derby) await alter(id, { in_service: false });
    const nobodyKnows = { low_seconds: null, high_seconds: null, basis: 'no_station' };
    expect((await attractionOf('derby')).estimate).toEqual(nobodyKnows);
    for (const { id } of derby) await alter(id, { in_service: true });
    expect((await attractionOf('derby')).estimate.basis).toBe('assumed');
  });

  test('a device stands at one station', async () => {
    const taken = { status: 409, body: { code: 'device_has_station', station: 'Rig 1' } };
    expect(await add({ name: 'Rig 9', attraction: 'derby', device: 'mlbvrgame' })).toMatchObject(taken);
    const other = (await add({ name: 'Table 9', attraction: 'pong' })).body;
    expect(await alter(other.id, { device: 'mlbvrgame' })).toMatchObject(taken);
    const rig = (await stations()).find(({ device }) => device === 'mlbvrgame');
    expect((await alter(rig?.id ?? '', { device: 'mlbvrgame' })).status).toBe(200);
  });

  test.each([
    ['no name', { attraction: 'derby' }, 'invalid_request'],
    ['a name of nothing', { name: ' ', attraction: 'derby' }, 'invalid_request'],
    [
      'a device that cannot be one',
      { name: 'Rig', attraction: 'derby', device: 'a\u0000b' },
      'invalid_request',
    ],
    ['an attraction that is not here', { name: 'Rig', attraction: 'curling' }, 'unknown_attraction'],
  ])('have not %s', async (_case, body, code) => {
    expect(await add(body)).toMatchObject({ status: 422, body: { code } });
  });

  test('that nobody set up cannot be changed', async () => {
    expect(await alter(crypto.randomUUID(), { name: 'x' })).toMatchObject({
      body: { code: 'unknown_station' },
    });
    expect(await alter('x', { name: 'x' })).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
