import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DeviceList } from '../../../../appliance/contract/devices.ts';
import { freePort } from '../../../../appliance/src/free-port.ts';
import {
  aTestAppliance,
  type TestAppliance,
  testPassword,
} from '../../../../appliance/src/testing/test-appliance.ts';
import { type GloveLoadOptions, loadWithGloves } from './glove-load.ts';

// Gloves live in real time, in a process of their own.
vi.setConfig({ testTimeout: 120_000 });

let appliance: TestAppliance;
let tcpPort: number;
beforeAll(async () => {
  tcpPort = await freePort();
  appliance = await aTestAppliance({ environment: { DUGOUT_GLOVE_TCP_PORT: String(tcpPort) } });
});
afterAll(() => appliance.stop());

const play = (more: Partial<GloveLoadOptions>) =>
  loadWithGloves(
    {
      ...{ url: appliance.url, broker: `mqtt://127.0.0.1:${appliance.ports.mqtt}`, site: 'labs' },
      ...{ password: testPassword, gloves: 3, rate: 100, batch: 5, format: 'frame', qos: 0 },
      ...{ calibrated: false, faults: '', seed: 1, seconds: 1 },
      ...more,
    },
    new AbortController().signal,
  );

test('every sample of gloves over MQTT is taken in, once, and no glove stays signed in', async () => {
  const load = await play({});
  expect(load).toMatchObject({ gloves: 3, consistent: true, lost: 0, disagreements: [] });
  expect(load.measured).toBeGreaterThan(100);
  expect(load.accepted).toBe(load.measured);
  const { body } = await appliance.get('/api/devices', { as: 'user' });
  const left = DeviceList.parse(body).items.filter(({ name }) => name.startsWith('sim-glove-'));
  expect(left).toHaveLength(3);
  expect(left.every(({ revoked }) => revoked)).toBe(true);
});

test('what frames lose on their way the appliance knows, and what came twice it counts once', async () => {
  const faults = 'lostRate=0.1,duplicatedRate=0.1,reorderedRate=0.05,jitterMs=20';
  const load = await play({ faults, seconds: 2 });
  expect(load).toMatchObject({ consistent: true, disagreements: [] });
  expect(load.faults['lost']).toBeGreaterThan(0);
  expect(load.accepted).toBe(load.measured - (load.faults['lost'] ?? 0));
  expect(load.lost).toBeLessThanOrEqual(load.faults['lost'] ?? 0);
});

test('gloves that call in are answered and understood, each by its own name', async () => {
  const load = await play({ format: 'alpha', tcpPort, faults: 'bootLogLines=4', seconds: 3 });
  expect(load).toMatchObject({ gloves: 3, consistent: true, disagreements: [] });
  expect(load.accepted).toBeGreaterThan(100);
});

test('says in a sentence what is missing', async () => {
  await expect(play({ format: 'csv15', tcpPort: undefined })).rejects.toThrow(/DUGOUT_GLOVE_TCP_PORT/u);
  await expect(play({ faults: 'weather=1' })).rejects.toThrow(/weather is no fault/u);
});
