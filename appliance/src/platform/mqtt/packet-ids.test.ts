import { expect, test } from 'vitest';
import { createPacketIds } from './packet-ids.ts';

test('ids go from 1 to 65535 and begin again, without 0 [MQTT-2.3.1-1]', () => {
  const { next } = createPacketIds();
  const ids = Array.from({ length: 65_537 }, next);
  expect([ids[0], ids[65_534], ids[65_535], ids[65_536]]).toEqual([1, 65_535, 1, 2]);
});
