import { afterEach, beforeEach, expect, test } from 'vitest';
import { aTemporaryDirectory } from '../../../appliance/src/testing/temporary-directory.ts';
import {
  aTestAppliance,
  type TestAppliance,
  testPassword,
} from '../../../appliance/src/testing/test-appliance.ts';
import { connectDevice, type DeviceConnection } from './mqtt-device.ts';
import type { SeenGame } from './rig-rules.ts';

let directory: string;
let appliance: TestAppliance;
let device: DeviceConnection;
let connections: number;
const seen: SeenGame[] = [];
beforeEach(async () => {
  directory = aTemporaryDirectory();
  appliance = await aTestAppliance({ directory });
  connections = 0;
  seen.length = 0;
  device = await connectDevice(
    {
      broker: `mqtt://127.0.0.1:${appliance.ports.mqtt}`,
      site: 'labs',
      kind: 'rig',
      name: 'mlbvrgame',
      secret: testPassword,
      keepAliveSeconds: 10,
    },
    {
      onConnect: () => {
        connections += 1;
      },
      onGame: (game) => seen.push(game),
    },
    new AbortController().signal,
  );
});
afterEach(async () => {
  await device.pullPlug();
  await appliance.stop();
});

const presence = async () => {
  const { body } = await appliance.get('/api/stations', { as: 'user' });
  return body.items.find((station: { device: string }) => station.device === 'mlbvrgame').presence;
};
const becomes = (state: string) => expect.poll(presence, { timeout: 10_000 }).toBe(state);

test('is born idle, plays, and says goodbye', async () => {
  await becomes('idle');
  device.become('busy');
  await becomes('busy');
  await device.leave();
  await becomes('offline');
});

test('cannot say goodbye when its plug is pulled: the broker does, by the last will', async () => {
  device.become('busy');
  await becomes('busy');
  await device.pullPlug();
  await becomes('offline');
});

test('hears of games, and comes back by itself as what it is', async () => {
  const game = await appliance.post('/games', { as: 'mlbtablet', body: { player: { name: 'Ana' } } });
  await appliance.post(`/games/${game.body.id}/queue`, { as: 'mlbtablet', body: {} });
  await expect.poll(() => seen.at(-1)).toEqual({ id: game.body.id, state: 'queued', station_id: null });

  device.become('busy');
  const environment = { DUGOUT_MQTT_PORT: String(appliance.ports.mqtt) };
  await appliance.stop();
  appliance = await aTestAppliance({ directory, environment });
  await expect.poll(() => connections, { timeout: 10_000 }).toBe(2);
  await becomes('busy');
});
