import { afterAll, describe, expect, test } from 'vitest';
import { aTestAppliance } from './testing/test-appliance.ts';
import { until } from './testing/test-broker.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

const tablet = { as: 'mlbtablet' } as const;
const rig = { as: 'mlbvrgame' } as const;
const admin = { as: 'user' } as const;

describe('the endpoints of the game that came first, and nothing else, with HTTP Basic', () => {
  test('take a guest from sign-up to a souvenir', async () => {
    const player = { name: 'Ana Pérez', phone: '+1 415 555 0123', consent: { sms: true } };
    const made = await venue.post('/games/', { ...tablet, body: { player } });
    expect(made).toMatchObject({ status: 201, body: { state: 'new' } });
    const game = `/games/${made.body.id}`;

    expect(await venue.post(`${game}/queue/`, tablet)).toMatchObject({
      status: 200,
      body: { state: 'queued' },
    });
    const waiting = await venue.get('/games/?state=queued', tablet);
    expect(waiting.body.items.map(({ id }: { id: string }) => id)).toEqual([made.body.id]);

    expect(await venue.post(`${game}/recall/`, admin)).toMatchObject({
      status: 200,
      body: { state: 'recalled' },
    });
    expect(await venue.post(`${game}/confirm/`, tablet)).toMatchObject({
      status: 200,
      body: { state: 'confirmed' },
    });
    expect((await venue.get('/games/?state=confirmed', rig)).body.items).toMatchObject([
      { id: made.body.id },
    ]);
    expect(await venue.post(`${game}/play/`, rig)).toMatchObject({ status: 200, body: { state: 'playing' } });

    const result = { score: 1200, distance: 131.5, homeruns: 3 };
    const completed = await venue.post(`${game}/complete/`, { ...rig, body: result });
    expect(completed).toMatchObject({ status: 200, body: { state: 'completed', ...result } });
    expect((await venue.get(`${game}/`, tablet)).body).toMatchObject({ state: 'completed', ...result });

    await until(async () => (await venue.get(`${game}/souvenir/`, tablet)).status !== 202);
    const souvenir = await venue.get(`${game}/souvenir`, tablet);
    expect(souvenir.status).toBe(200);
    expect(souvenir.headers.get('content-type')).toMatch(/^image\//u);
    expect(souvenir.body.length).toBeGreaterThan(10_000);
  });

  test('let who has just arrived at an empty queue play at once', async () => {
    const { body } = await venue.post('/games', { ...tablet, body: { player: { name: 'Zoë' } } });
    expect((await venue.post(`/games/${body.id}/confirm`, tablet)).body.state).toBe('confirmed');
  });

  test('let a called guest be queued again', async () => {
    const { body } = await venue.post('/games', { ...tablet, body: { player: { name: 'Zoë' } } });
    for (const [action, state, who] of [
      ['queue', 'queued', tablet],
      ['recall', 'recalled', admin],
      ['queue', 'queued', tablet],
    ] as const)
      expect((await venue.post(`/games/${body.id}/${action}/`, who)).body.state).toBe(state);
  });

  test('take a body of {}, or none at all, with or without a content type', async () => {
    const { body } = await venue.post('/games', { ...tablet, body: { player: { name: 'Zoë' } } });
    const path = `/games/${body.id}`;
    expect(
      (await venue.post(`${path}/queue/`, { ...tablet, headers: { 'content-type': 'application/json' } }))
        .status,
    ).toBe(200);
    expect((await venue.post(`${path}/recall/`, { ...admin, body: {} })).status).toBe(200);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await venue.post(`${path}/confirm/`, { ...tablet, headers: form })).status).toBe(200);
  });

  test.each([
    ['recall', tablet],
    ['play', tablet],
    ['complete', tablet],
    ['queue', rig],
    ['confirm', rig],
    ['cancel', rig],
  ] as const)('do not let everybody %s', async (action, who) => {
    const { body } = await venue.post('/games', { ...tablet, body: { player: { name: 'Zoë' } } });
    const refused = { status: 403, body: { code: 'forbidden' } };
    expect(await venue.post(`/games/${body.id}/${action}/`, who)).toMatchObject(refused);
  });
});
