import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Game, type GameAction, type GameState, gameActions, gameStates } from '../../../contract/games.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { act, aGame } from '../../testing/test-games.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

/** PRODUCT's table, action by action: from where, to where. Every other pair is refused. */
const table: Record<Exclude<GameAction, 'undo'>, { from: readonly GameState[]; to: GameState }> = {
  queue: { from: ['new', 'recalled', 'held', 'no_show'], to: 'queued' },
  recall: { from: ['queued'], to: 'recalled' },
  confirm: { from: ['new', 'recalled'], to: 'confirmed' },
  play: { from: ['confirmed'], to: 'playing' },
  complete: { from: ['playing'], to: 'completed' },
  hold: { from: ['queued', 'recalled'], to: 'held' },
  'no-show': { from: ['recalled', 'confirmed'], to: 'no_show' },
  cancel: { from: ['new', 'queued', 'recalled', 'confirmed', 'playing', 'held', 'no_show'], to: 'cancelled' },
  abort: { from: ['playing'], to: 'confirmed' },
  remind: { from: ['recalled'], to: 'recalled' },
};
const steps = Object.entries(table) as [Exclude<GameAction, 'undo'>, (typeof table)['queue']][];

const read = async (id: string): Promise<Game> => (await venue.get(`/api/games/${id}`, { as: 'user' })).body;
const historyOf = async (id: string) =>
  (await venue.get(`/api/games/${id}/history`, { as: 'user' })).body.items;
/** What an undo puts back: all but the moment of the last step, the grace, the call anew, and what was told to the guest. */
const untimed = (game: unknown) =>
  Game.omit({ state_at: true, grace_until: true, message: true, recall: true, allowed: true }).parse(game);
/** Confirming a new guest while others wait takes an override, which is no part of the table. */
const bodyOf = (action: GameAction) => (action === 'confirm' ? { body: { override: true } } : {});

describe.each(gameStates)('a game that is %s', (state) => {
  const allowed = steps.filter(([, { from }]) => from.includes(state));
  const refused = gameActions.filter((action) => action !== 'undo' && !table[action].from.includes(state));
  let game: Game;
  beforeAll(async () => {
    game = await aGame(venue, state);
  });

  test.each(refused)('cannot %s: 409, with what it can, and nothing changes', async (action) => {
    const steps = await historyOf(game.id);
    const refusal = await act(venue, game.id, action);
    expect(refusal).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition', state, action, allowed: game.allowed },
    });
    expect(await read(game.id)).toEqual(game);
    expect(await historyOf(game.id)).toEqual(steps);
  });

  test.each(allowed)('can %s, and be as it was before by undo, once', async (action, { to }) => {
    const before = await aGame(venue, state);
    const after = await act(venue, before.id, action, bodyOf(action));
    expect(after).toMatchObject({ status: 200, body: { state: to } });
    expect((await historyOf(before.id)).at(-1)).toMatchObject({ action, from: state, to, undone: false });

    const undone = await act(venue, before.id, 'undo');
    expect(undone.status).toBe(200);
    expect(untimed(undone.body)).toEqual(untimed(before));
    expect(undone.body.allowed).not.toContain('undo');
    expect(await act(venue, before.id, 'undo')).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition', state, action: 'undo' },
    });
  });

  test('says itself what it can do', () => {
    const actions = allowed.map(([action]) => action);
    expect(game.allowed.filter((action) => action !== 'undo').toSorted()).toEqual(actions.toSorted());
  });
});

describe('confirming a guest who has just arrived', () => {
  const attraction = 'glove';
  test('is possible where nobody waits, refused where somebody does, and staff can insist', async () => {
    const first = await aGame(venue, 'new', { attraction });
    expect((await act(venue, first.id, 'confirm', { as: 'mlbtablet' })).status).toBe(200);

    await aGame(venue, 'queued', { attraction });
    const second = await aGame(venue, 'new', { attraction });
    const refused = { status: 409, body: { code: 'queue_not_empty' } };
    expect(await act(venue, second.id, 'confirm', { as: 'mlbtablet' })).toMatchObject(refused);
    expect(await act(venue, second.id, 'confirm')).toMatchObject(refused);
    const body = { override: true };
    expect(await act(venue, second.id, 'confirm', { as: 'mlbtablet', body })).toMatchObject(refused);
    expect((await act(venue, second.id, 'confirm', { body })).status).toBe(200);
  });

  test('does not ask who waits for another attraction', async () => {
    const guest = await aGame(venue, 'new', { attraction: 'pong' });
    expect((await act(venue, guest.id, 'confirm', { as: 'mlbtablet' })).status).toBe(200);
  });
});

describe('where a guest plays', () => {
  const attraction = 'pong';
  const stationsOf = async (name: string) =>
    (await venue.get('/api/stations', { as: 'user' })).body.items.filter(
      (station: { attraction: string }) => station.attraction === name,
    );

  test('the first free station, the next one after it, and none when all are taken', async () => {
    const body = { name: 'Table 2', attraction };
    const second = (await venue.post('/api/stations', { as: 'user', body })).body;
    for (const { game_id } of await stationsOf(attraction))
      if (game_id !== null) await act(venue, game_id, 'cancel');
    const [one] = await stationsOf(attraction);
    const taken = [];
    for (let guest = 0; guest < 3; guest += 1)
      taken.push((await aGame(venue, 'confirmed', { attraction })).station_id);
    expect(taken).toEqual([one.id, second.id, null]);
  });

  test('a rig takes the guest to its own station', async () => {
    const { id } = await aGame(venue, 'confirmed');
    const [rig] = (await stationsOf('derby')).filter((one: { device: string }) => one.device === 'mlbvrgame');
    expect((await act(venue, id, 'play', { as: 'mlbvrgame' })).body.station_id).toBe(rig.id);
  });

  test('a station that was asked for must be one of the attraction', async () => {
    const [table] = await stationsOf('pong');
    const { id } = await aGame(venue, 'recalled');
    for (const station_id of [table.id, crypto.randomUUID()]) {
      expect(await act(venue, id, 'confirm', { body: { station_id } })).toMatchObject({
        status: 422,
        body: { code: 'unknown_station' },
      });
    }
    expect((await read(id)).state).toBe('recalled');
  });
});
