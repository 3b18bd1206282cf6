import { join } from 'node:path';
import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import { aTestAppliance } from '@dugout/appliance/testing/test-appliance.ts';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { connect } from '../postgres/connection.ts';
import { verifySite } from '../ranges/site-replica.ts';
import { aCloud } from '../testing/a-cloud.ts';
import { aShippedVenue, steps } from '../testing/shipped-venue.ts';
import { restoreFromCloud } from './restore.ts';

const site = 'north';
const environment = { DUGOUT_SITE_ID: site };

test('the appliance starts on what was rebuilt: the queue is as it was, who was called is still called, and it goes on', async () => {
  const cloud = await aCloud();
  const siteUrl = await cloud.siteUrl(site);
  const access = { configured: true, connect: (name: string) => connect(siteUrl, { name }) };
  const directory = aTemporaryDirectory();
  const first = await aTestAppliance({ directory, environment });
  const ids: string[] = [];
  for (const name of ['Ann', 'Ben', 'Cleo']) {
    const { body } = await first.post('/games', {
      as: 'user',
      body: { player: { name, phone: '+13125550123' } },
    });
    ids.push(body.id);
    await first.post(`/games/${body.id}/queue`, { as: 'user', body: {} });
  }
  expect((await first.post(`/games/${ids[0]}/recall`, { as: 'user', body: {} })).status).toBe(200);
  const before = await first.get('/api/queue', { as: 'user' });
  await first.stop();
  await aShippedVenue(directory, siteUrl, site).ship();

  const rebuilt = join(aTemporaryDirectory(), 'data');
  const parts = { site, dataDirectory: rebuilt, cloud: access, clock: systemClock };
  await restoreFromCloud({ ...parts, mediaUrl: undefined, migrations: steps(), onStep: () => {} });
  const second = await aTestAppliance({ directory: rebuilt, environment });
  const after = await second.get('/api/queue', { as: 'user' });
  const waiting = (answer: typeof after) =>
    answer.body.items.map(({ game_id, id }: { game_id?: string; id?: string }) => game_id ?? id);
  expect(waiting(after)).toEqual(waiting(before));
  expect((await second.get(`/games/${ids[0]}`, { as: 'user' })).body).toMatchObject({ state: 'recalled' });
  expect((await second.post(`/games/${ids[0]}/confirm`, { as: 'user', body: {} })).status).toBe(200);
  await second.stop();

  const revived = aShippedVenue(rebuilt, siteUrl, site);
  const sent = await revived.ship();
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThan(50);
  expect(
    await verifySite({ ...parts, logger: pino({ level: 'silent' }) }, { waitMs: 0, limit: 10 }),
  ).toMatchObject({ result: 'equal', differences: [] });
  await cloud.stop();
}, 120_000);
