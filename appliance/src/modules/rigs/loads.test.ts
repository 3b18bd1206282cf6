import { afterAll, describe, expect, test } from 'vitest';
import type { DeviceCommand } from '../../../contract/devices.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { until } from '../../testing/test-broker.ts';
import { act } from '../../testing/test-games.ts';
import {
  aRigAtStation,
  aSpool,
  type ConnectedDevice,
  confirmedAt,
  connectDevice,
  deviceNamed,
  type RigAtStation,
} from '../../testing/test-rigs.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

/** What a rig was asked, oldest first, and what became of it. */
async function askedOf({ username }: RigAtStation): Promise<string[]> {
  const { id } = await deviceNamed(venue, username);
  const { items } = (await venue.get(`/api/devices/${id}/commands`, { as: 'user' })).body;
  return (items as DeviceCommand[]).map(({ name, state }) => `${name} ${state}`).reverse();
}
const gameIdOf = async (device: ConnectedDevice, name: string, nth = 1) =>
  (await device.commanded(name, nth)).args['game_id'];

describe('a rig', () => {
  test('is told of its next guest when they are confirmed at its station', async () => {
    const rig = await aRigAtStation(venue);
    const device = await connectDevice(venue, rig);
    const game = await confirmedAt(venue, rig);
    const { args, command_id } = await device.commanded('load_game');
    expect(args).toEqual({
      game_id: game.id,
      ticket: game.ticket,
      attraction: 'derby',
      player_name: 'Ana Pérez',
      party_size: 1,
    });
    await device.reply(command_id);
    expect(await askedOf(rig)).toEqual(['load_game done']);
    const spool = aSpool(game.id);
    await device.tell(spool.started());
    await device.tell(spool.completed());
    expect(await askedOf(rig)).toEqual(['load_game done']);
  });

  test('that starts without an answer has answered', async () => {
    const rig = await aRigAtStation(venue);
    const device = await connectDevice(venue, rig);
    const game = await confirmedAt(venue, rig);
    await device.tell(aSpool(game.id).started());
    expect(await askedOf(rig)).toEqual(['load_game done']);
  });

  test('that is away is told when it is back, once it is', async () => {
    const rig = await aRigAtStation(venue);
    const before = await connectDevice(venue, rig);
    before.pullPlug();
    await until(async () => (await deviceNamed(venue, rig.username)).presence === 'offline');
    const game = await confirmedAt(venue, rig);
    expect(await askedOf(rig)).toEqual(['load_game pending']);
    const device = await connectDevice(venue, rig);
    expect(await gameIdOf(device, 'load_game')).toBe(game.id);
  });

  test('that was away is told again whom it has next: it may have forgotten', async () => {
    const rig = await aRigAtStation(venue);
    const before = await connectDevice(venue, rig);
    const game = await confirmedAt(venue, rig);
    await before.reply((await before.commanded('load_game')).command_id);
    before.pullPlug();
    await until(async () => (await deviceNamed(venue, rig.username)).presence === 'offline');
    const device = await connectDevice(venue, rig);
    expect(await gameIdOf(device, 'load_game')).toBe(game.id);
    expect(await askedOf(rig)).toEqual(['load_game done', 'load_game sent']);
  });

  test.each(['cancel', 'no-show', 'undo'] as const)('forgets a guest after %s', async (action) => {
    const rig = await aRigAtStation(venue);
    const device = await connectDevice(venue, rig);
    const game = await confirmedAt(venue, rig);
    await device.reply((await device.commanded('load_game')).command_id);
    await act(venue, game.id, action);
    expect(await gameIdOf(device, 'clear_game')).toBe(game.id);
  });

  test('that never heard of a guest is not told to forget them', async () => {
    const rig = await aRigAtStation(venue);
    const before = await connectDevice(venue, rig);
    before.pullPlug();
    await until(async () => (await deviceNamed(venue, rig.username)).presence === 'offline');
    const game = await confirmedAt(venue, rig);
    await act(venue, game.id, 'cancel');
    expect(await askedOf(rig)).toEqual(['load_game withdrawn']);
  });

  test('goes to the next guest when the first is gone', async () => {
    const rig = await aRigAtStation(venue);
    const device = await connectDevice(venue, rig);
    const first = await confirmedAt(venue, rig);
    const second = await confirmedAt(venue, rig);
    expect(await gameIdOf(device, 'load_game')).toBe(first.id);
    await act(venue, first.id, 'cancel');
    expect(await gameIdOf(device, 'load_game', 2)).toBe(second.id);
    expect(device.commands.map(({ name }) => name)).toEqual(['load_game', 'clear_game', 'load_game']);
  });

  test.each([
    ['cancels', 'cancel', ['load_game', 'clear_game']],
    ['completes by hand', 'complete', ['load_game', 'clear_game']],
    ['aborts', 'abort', ['load_game', 'clear_game', 'load_game']],
  ] as const)('stops a game that staff %s', async (_case, action, names) => {
    const rig = await aRigAtStation(venue);
    const device = await connectDevice(venue, rig);
    const game = await confirmedAt(venue, rig);
    await device.commanded('load_game');
    await device.tell(aSpool(game.id).started());
    await act(venue, game.id, action);
    await until(() => device.commands.length >= names.length);
    expect(device.commands.map(({ name }) => name)).toEqual(names);
  });

  test('takes the guest over when it is put at the station of another', async () => {
    const rig = await aRigAtStation(venue);
    const before = await connectDevice(venue, rig);
    const game = await confirmedAt(venue, rig);
    await before.commanded('load_game');
    const spare = await aRigAtStation(venue);
    const patch = (id: string, device: string | null) =>
      venue.patch(`/api/stations/${id}`, { as: 'user', body: { device } });
    await patch(spare.station.id, null);
    const device = await connectDevice(venue, spare);
    await patch(rig.station.id, spare.username);
    expect(await gameIdOf(device, 'load_game')).toBe(game.id);
    expect(await gameIdOf(before, 'clear_game')).toBe(game.id);
  });

  test('is asked by staff to stop, to blink and to start anew', async () => {
    const rig = await aRigAtStation(venue);
    const device = await connectDevice(venue, rig);
    const { id } = await deviceNamed(venue, rig.username);
    for (const name of ['abort_game', 'identify', 'restart']) {
      const body = { name, ttl_seconds: 20 };
      expect(await venue.post(`/api/devices/${id}/commands`, { as: 'user', body })).toMatchObject({
        status: 201,
      });
      await device.commanded(name);
    }
    const chime = await venue.post(`/api/devices/${id}/commands`, { as: 'user', body: { name: 'chime' } });
    expect(chime).toMatchObject({ status: 422, body: { code: 'unsuitable_command' } });
  });
});
