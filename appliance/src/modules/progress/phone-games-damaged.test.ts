import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { aPhoneGame, aPhonePlayer } from '../../testing/phone-games.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

test('a file of samples that is damaged while the appliance runs refuses a phone once, and is ready for it then', async () => {
  writeFileSync(join(venue.directory, 'streams.db'), 'this is no database '.repeat(500));
  const player = await aPhonePlayer(venue);
  const post = () => venue.post('/api/game', { as: player.as, body: aPhoneGame({ seconds: 2 }) });
  expect(await post()).toMatchObject({ status: 503, body: { code: 'storage_failed' } });
  expect((await post()).status).toBe(200);
  expect((await venue.get('/readyz')).body.checks.recordings).toEqual({ ok: true });
});
