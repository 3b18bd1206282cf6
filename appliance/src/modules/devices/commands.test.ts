import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { DeviceCommand } from '../../../contract/devices.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance, type TestAppliance } from '../../testing/test-appliance.ts';
import { until } from '../../testing/test-broker.ts';
import { connectDevice, deviceNamed } from '../../testing/test-rigs.ts';
import { aUser } from '../../testing/test-users.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

const refusals = async (at: TestAppliance, reason: string): Promise<number> => {
  const values = (await at.metrics.getSingleMetric('dugout_mqtt_refused_total')?.get())?.values ?? [];
  return values
    .filter(({ labels }) => labels['reason'] === reason)
    .reduce((sum, { value }) => sum + value, 0);
};
const commandsOf = async (at: TestAppliance, id: string): Promise<DeviceCommand[]> =>
  (await at.get(`/api/devices/${id}/commands`, { as: 'user' })).body.items;
const ask = (at: TestAppliance, id: string, body: object) =>
  at.post(`/api/devices/${id}/commands`, { as: 'user', body });

/** A board that is enrolled; not connected yet. */
async function aBoard(at: TestAppliance = venue) {
  const credentials = await aUser(at, 'board');
  const { id } = await deviceNamed(at, credentials.username);
  const connect = () => connectDevice(at, credentials, { kind: 'board', birth: { state: 'online' } });
  const last = async () => (await commandsOf(at, id))[0];
  return { ...credentials, id, connect, last };
}

describe('a command', () => {
  test('reaches its device and is done when the device says so, once', async () => {
    const board = await aBoard();
    const device = await board.connect();
    const asked = await ask(venue, board.id, { name: 'chime', args: { ticket: 'A042', louder: true } });
    expect(asked).toMatchObject({ status: 201, body: { state: 'sent', created_by: 'user', ended_at: null } });
    const command = await device.commanded('chime');
    expect(command).toEqual({
      command_id: asked.body.id,
      name: 'chime',
      args: { ticket: 'A042', louder: true },
      expires_at: asked.body.expires_at,
    });
    await device.reply(command.command_id);
    expect(await board.last()).toMatchObject({ state: 'done', code: null });
    const done = await board.last();
    await device.reply(command.command_id, false, 'changed_my_mind');
    expect(await board.last()).toEqual(done);
  });

  test('can be refused, with a reason', async () => {
    const board = await aBoard();
    const device = await board.connect();
    const { body } = await ask(venue, board.id, { name: 'chime' });
    await device.reply(body.id, false, 'muted');
    expect(await board.last()).toMatchObject({ state: 'refused', code: 'muted' });
  });

  test('waits for a device that is away, and is sent again until it is answered', async () => {
    const board = await aBoard();
    const first = await board.connect();
    first.pullPlug();
    await until(async () => (await deviceNamed(venue, board.username)).presence === 'offline');
    const { body } = await ask(venue, board.id, { name: 'reload', ttl_seconds: 3_600 });
    expect(body).toMatchObject({ state: 'pending', sent_at: null });

    const second = await board.connect();
    expect(await second.commanded('reload')).toMatchObject({ command_id: body.id });
    expect(await board.last()).toMatchObject({ state: 'sent' });
    second.pullPlug();
    const third = await board.connect();
    expect(await third.commanded('reload')).toMatchObject({ command_id: body.id });
    await third.reply(body.id);
    await third.say({ state: 'online' });
    await ask(venue, board.id, { name: 'identify' });
    await third.commanded('identify');
    expect(third.commands.map(({ name }) => name)).toEqual(['reload', 'identify']);
  });

  test('of another device, or of nobody, cannot be answered, and that harms nobody', async () => {
    const board = await aBoard();
    const device = await board.connect();
    const other = await (await aBoard()).connect();
    const { body } = await ask(venue, board.id, { name: 'chime' });
    const before = await refusals(venue, 'unknown_command');
    await other.reply(body.id);
    await other.reply(crypto.randomUUID());
    expect(await refusals(venue, 'unknown_command')).toBe(before + 2);
    expect(await board.last()).toMatchObject({ state: 'sent' });
    expect(other.client.connected).toBe(true);
    await device.reply(body.id);
    expect(await board.last()).toMatchObject({ state: 'done' });
  });

  test('is withdrawn from a device that is revoked', async () => {
    const board = await aBoard();
    await ask(venue, board.id, { name: 'chime' });
    await venue.post(`/api/devices/${board.id}/revoke`, { as: 'user' });
    expect(await board.last()).toMatchObject({ state: 'withdrawn' });
    expect(await ask(venue, board.id, { name: 'chime' })).toMatchObject({
      status: 409,
      body: { code: 'device_is_revoked' },
    });
  });

  test.each([
    ['of a rig', { name: 'abort_game' }, 'unsuitable_command'],
    ['of the appliance', { name: 'load_game' }, 'invalid_request'],
    ['nobody knows', { name: 'dance' }, 'invalid_request'],
    ['that is never over', { name: 'chime', ttl_seconds: 1e9 }, 'invalid_request'],
    ['with a story', { name: 'chime', args: { text: 'x'.repeat(201) } }, 'invalid_request'],
    ['with depths', { name: 'chime', args: { deep: { er: 1 } } }, 'invalid_request'],
  ])('%s is refused to a board', async (_case, body, code) => {
    const board = await aBoard();
    expect(await ask(venue, board.id, body)).toMatchObject({ status: 422, body: { code } });
  });

  test('too many is told of a device that never answers', async () => {
    const board = await aBoard();
    for (let command = 0; command < 50; command += 1) await ask(venue, board.id, { name: 'chime' });
    expect(await ask(venue, board.id, { name: 'chime' })).toMatchObject({
      status: 409,
      body: { code: 'too_many_commands' },
    });
  });
});

describe('time', () => {
  test.each([
    ['goes on as ever', 0],
    ['is set back by three hours meanwhile', -10_800_000],
    ['is set forward by a day meanwhile', 86_400_000],
  ])(
    'ends a command after its seconds, when the clock %s; the answer comes too late',
    async (_case, step) => {
      const clock = createFakeClock();
      const at = await aTestAppliance({ clock });
      onTestFinished(at.stop);
      const board = await aBoard(at);
      const device = await board.connect();
      const { body } = await ask(at, board.id, { name: 'chime', ttl_seconds: 60 });
      await clock.advance(5_000);
      clock.stepWall(step);
      await clock.advance(53_000);
      expect(await board.last()).toMatchObject({ state: 'sent' });
      await clock.advance(3_500);
      expect(await board.last()).toMatchObject({ state: 'expired' });
      await device.reply(body.id);
      expect(await refusals(at, 'command_over')).toBe(1);
      expect(await board.last()).toMatchObject({ state: 'expired' });
      await device.say({ state: 'online' });
      expect(device.commands).toHaveLength(1);
    },
  );
});
