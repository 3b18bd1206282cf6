import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { QueuedGame } from '../contract/queue.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { aTemporaryDirectory } from './testing/temporary-directory.ts';
import { aTestAppliance, testPassword } from './testing/test-appliance.ts';
import { act, aGame, aQueueOf } from './testing/test-games.ts';

const minute = 60_000;
const graceMs = 30_000;

/** In the middle of an evening somebody sets the clock; nobody on the floor may notice. */
describe.each([
  ['back by three hours', -180 * minute],
  ['forward by three hours', 180 * minute],
  ['back by a second', -1_000],
  ['forward by a day and a half', 36 * 60 * minute],
])('when the wall clock is set %s', (_step, step) => {
  const clock = createFakeClock(Date.parse('2026-06-01T21:00:00-05:00'));
  let venue: Awaited<ReturnType<typeof aTestAppliance>>;
  const before = {
    first: '',
    second: '',
    called: '',
    texted: '',
    playing: '',
    token: '',
    ticket: '',
    keyed: '',
  };
  const read = async (id: string) => (await venue.get(`/api/games/${id}`, { as: 'user' })).body;
  const waiting = async () =>
    ((await venue.get('/api/queue?attraction=derby', { as: 'user' })).body.items as QueuedGame[]).map(
      ({ id }) => id,
    );
  const signUpOnce = () =>
    venue.post('/api/games', {
      as: 'user',
      body: { player: { name: 'Once' }, attraction: 'glove' },
      headers: { 'idempotency-key': 'once' },
    });

  beforeAll(async () => {
    venue = await aTestAppliance({ clock });
    const body = { grace_seconds: graceMs / 1_000 };
    for (const attraction of ['pong', 'glove'])
      await venue.patch(`/api/attractions/${attraction}`, { as: 'user', body });
    const [first, second] = await aQueueOf(venue, 2);
    before.called = (await aGame(venue, 'recalled', { attraction: 'pong' })).id;
    before.playing = (await aGame(venue, 'playing', { attraction: 'pong' })).id;
    before.first = first?.id ?? '';
    before.second = second?.id ?? '';
    before.ticket = second?.ticket ?? '';
    before.token = (
      await venue.post('/login', { body: { username: 'user', password: testPassword } })
    ).body.token;
    before.keyed = (await signUpOnce()).body.id;
    const reachable = { phone: '+1 415 555 0123', consent: { sms: true } };
    before.texted = (await aGame(venue, 'recalled', { attraction: 'glove', player: reachable })).id;
    await clock.advance(2_000);
    clock.stepWall(step);
  });
  afterAll(() => venue.stop());

  test('a text on its way leaves three seconds later, once, or is dropped as too late', async () => {
    const state = async () => (await read(before.texted)).message.state;
    await clock.advance(2_000);
    expect(await state()).toBe('pending');
    await clock.advance(2_000);
    expect(await state()).toBe(step > graceMs ? 'expired' : 'sent');
  });

  test('a called guest has the rest of the grace, no more and no less', async () => {
    await clock.advance(graceMs - 6_000 - 1_100);
    expect((await read(before.called)).state).toBe('recalled');
    await clock.advance(1_200);
    expect((await read(before.called)).state).toBe('no_show');
  });

  test('the queue keeps its order, and who comes now comes last', async () => {
    const { id } = await aGame(venue, 'queued');
    expect(await waiting()).toEqual([before.first, before.second, id]);
    const next = await venue.post('/api/queue/call-next', { as: 'user' });
    expect(next.body.id).toBe(before.first);
    await act(venue, before.first, 'undo');
    expect((await waiting())[0]).toBe(before.first);
  });

  test('games go on, and their history is in the order in which it happened', async () => {
    expect((await act(venue, before.playing, 'complete', { body: { score: 5 } })).status).toBe(200);
    const { items } = (await venue.get(`/api/games/${before.playing}/history`, { as: 'user' })).body;
    expect(items.map(({ to }: { to: string }) => to)).toEqual([
      'new',
      'queued',
      'recalled',
      'confirmed',
      'playing',
      'completed',
    ]);
    expect((await act(venue, before.playing, 'undo')).body.state).toBe('playing');
  });

  test('the list of games shows the new ones last', async () => {
    const { id } = await aGame(venue, 'new');
    const { items } = (await venue.get('/api/games?limit=200', { as: 'user' })).body;
    expect(items.at(-1).id).toBe(id);
  });

  test('a key has its first answer, also when it was given at a later hour than it is now', async () => {
    expect((await signUpOnce()).body.id).toBe(before.keyed);
  });

  test('tickets of the event day go on counting, and no two are alike', async () => {
    const [one, two] = [await aGame(venue, 'new'), await aGame(venue, 'new')];
    const number = (ticket: string) => Number(ticket.slice(1));
    expect(number(two.ticket)).toBe(number(one.ticket) + 1);
    if (step < 24 * 60 * minute) expect(number(one.ticket)).toBeGreaterThan(number(before.ticket));
  });

  test('who is signed in stays so, unless the clock says that the shift is long over', async () => {
    const headers = { authorization: `Bearer ${before.token}` };
    expect((await venue.get('/api/session', { headers })).status).toBe(step > 24 * 60 * minute ? 401 : 200);
    const again = await venue.post('/login', { body: { username: 'user', password: testPassword } });
    expect(again.status).toBe(200);
    const fresh = { authorization: `Bearer ${again.body.token}` };
    expect((await venue.get('/api/session', { headers: fresh })).status).toBe(200);
    clock.stepWall(-step);
    expect((await venue.get('/api/session', { headers })).status).toBe(200);
    clock.stepWall(step);
  });

  test('who failed to sign in waits fifteen minutes, not hours', async () => {
    const guess = (password: string) => venue.post('/login', { body: { username: 'mlbtablet', password } });
    for (let times = 0; times < 10; times += 1) await guess('wrong');
    expect((await guess(testPassword)).status).toBe(429);
    clock.stepWall(-180 * minute);
    expect((await guess(testPassword)).status).toBe(200);
    clock.stepWall(180 * minute);
  });

  test('waits are told as before', async () => {
    const { items } = (await venue.get('/api/attractions')).body;
    for (const { estimate } of items) {
      expect(estimate.low_seconds).toBeGreaterThanOrEqual(0);
      expect(estimate.high_seconds).toBeLessThan(4 * 3_600);
    }
  });
});

test('when the clock is back by three hours after a restart, what is said last still counts last', async () => {
  const clock = createFakeClock();
  const directory = aTemporaryDirectory();
  const before = await aTestAppliance({ clock, directory });
  const player = { phone: '+1 415 555 0123', consent: { sms: true } };
  const { id, player_id } = await aGame(before, 'queued', { player });
  await clock.advance(1_000);
  await before.stop();
  clock.stepWall(-180 * minute);

  const after = await aTestAppliance({ clock, directory });
  onTestFinished(after.stop);
  const consent = `/api/players/${player_id}/consent`;
  expect((await after.patch(consent, { as: 'user', body: { sms: false } })).body.sms).toBe(false);
  await act(after, id, 'recall');
  expect((await after.get(`/api/games/${id}`, { as: 'user' })).body.message.reason).toBe('no_consent');
  const { items } = (await after.get(`/api/games/${id}/history`, { as: 'user' })).body;
  expect(items.map(({ to }: { to: string }) => to)).toEqual(['new', 'queued', 'recalled']);
  const late = await aGame(after, 'new');
  const games = (await after.get('/api/games', { as: 'user' })).body.items;
  expect(games.at(-1).id).toBe(late.id);
});
