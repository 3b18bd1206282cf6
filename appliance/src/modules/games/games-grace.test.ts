import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { act, aGame } from '../../testing/test-games.ts';

const graceMs = 180_000;
const clock = createFakeClock();
const venue = await aTestAppliance({ clock });
afterAll(venue.stop);

const read = async (id: string) => (await venue.get(`/api/games/${id}`, { as: 'user' })).body;
const stateOf = async (id: string) => (await read(id)).state;

describe('a guest who was called', () => {
  test('is a no-show when the grace is over, and not a moment before', async () => {
    const { id, grace_until } = await aGame(venue, 'recalled');
    expect(Date.parse(grace_until ?? '')).toBe(clock.now() + graceMs);
    await clock.advance(graceMs - 1);
    expect(await stateOf(id)).toBe('recalled');
    await clock.advance(1);
    expect(await stateOf(id)).toBe('no_show');
    const { items } = (await venue.get(`/api/games/${id}/history`, { as: 'user' })).body;
    expect(items.at(-1)).toMatchObject({
      action: 'no-show',
      actor: 'appliance',
      actor_role: 'appliance',
      reason: 'grace is over',
    });
  });

  test.each(['confirm', 'hold', 'cancel', 'queue'] as const)('is none after %s', async (action) => {
    const { id } = await aGame(venue, 'recalled');
    const { state } = (await act(venue, id, action)).body;
    await clock.advance(10 * graceMs);
    expect(await stateOf(id)).toBe(state);
  });

  test('has the whole grace again after a reminder, to the moment that is shown', async () => {
    const { id } = await aGame(venue, 'recalled');
    await clock.advance(100_000);
    const { grace_until } = (await act(venue, id, 'remind')).body;
    await clock.advance(Date.parse(grace_until) - clock.now() - 1);
    expect(await stateOf(id)).toBe('recalled');
    await clock.advance(1);
    expect(await stateOf(id)).toBe('no_show');
  });

  test('has the grace of the attraction at the call', async () => {
    await venue.patch('/api/attractions/pong', { as: 'user', body: { grace_seconds: 30 } });
    const { id } = await aGame(venue, 'recalled', { attraction: 'pong' });
    await clock.advance(30_000);
    expect(await stateOf(id)).toBe('no_show');
  });

  test('who was missed is called again by undo, with the whole grace', async () => {
    const { id } = await aGame(venue, 'recalled');
    await clock.advance(graceMs);
    expect((await act(venue, id, 'undo')).body).toMatchObject({ state: 'recalled', recall_count: 1 });
    await clock.advance(graceMs - 1);
    expect(await stateOf(id)).toBe('recalled');
    await clock.advance(1);
    expect(await stateOf(id)).toBe('no_show');
  });

  test('and confirmed, and not confirmed after all, has the whole grace', async () => {
    const { id } = await aGame(venue, 'recalled');
    await clock.advance(graceMs - 1_000);
    await act(venue, id, 'confirm');
    await clock.advance(60_000);
    await act(venue, id, 'undo');
    await clock.advance(graceMs - 1);
    expect(await stateOf(id)).toBe('recalled');
    await clock.advance(1);
    expect(await stateOf(id)).toBe('no_show');
  });

  test('whose call was undone waits as before', async () => {
    const { id } = await aGame(venue, 'recalled');
    await act(venue, id, 'undo');
    await clock.advance(10 * graceMs);
    expect(await stateOf(id)).toBe('queued');
  });

  test('is a no-show also when the appliance was off in between', async () => {
    const directory = aTemporaryDirectory();
    const before = await aTestAppliance({ clock, directory });
    const { id } = await aGame(before, 'recalled');
    await before.stop();
    const after = await aTestAppliance({ clock, directory });
    onTestFinished(after.stop);
    const stateNow = async () => (await after.get(`/api/games/${id}`, { as: 'user' })).body.state;
    expect(await stateNow()).toBe('recalled');
    await clock.advance(graceMs);
    expect(await stateNow()).toBe('no_show');
  });
});
