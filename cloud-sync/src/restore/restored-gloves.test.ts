import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { aPhoneGame, progressOfGame } from '@dugout/appliance/testing/phone-games.ts';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import { aTestAppliance, type TestAppliance } from '@dugout/appliance/testing/test-appliance.ts';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { connect } from '../postgres/connection.ts';
import { verifySite } from '../ranges/site-replica.ts';
import { aCloud } from '../testing/a-cloud.ts';
import { until } from '../testing/a-venue.ts';
import { aMeasuredPlayer } from '../testing/measured-player.ts';
import { aShippedVenue, steps } from '../testing/shipped-venue.ts';
import { restoreFromCloud } from './restore.ts';

const site = 'north';
const environment = { DUGOUT_SITE_ID: site };
const staff = { as: 'user' } as const;

/** Jobs that staff are told of. */
const dead = async (venue: TestAppliance) =>
  (await venue.get('/api/jobs?state=dead', staff)).body.items.map(
    ({ kind, last_error }: { kind: string; last_error: string }) => ({ kind, last_error }),
  );

test('a venue that is rebuilt has its players’ results and not their recordings, says so, and goes on', async () => {
  const cloud = await aCloud();
  const siteUrl = await cloud.siteUrl(site);
  const access = { configured: true, connect: (name: string) => connect(siteUrl, { name }) };
  const directory = aTemporaryDirectory();
  const first = await aTestAppliance({ directory, environment });
  const player = await aMeasuredPlayer(first, [0.9]);
  const { as } = player;
  await first.post('/api/job-kinds/progress.analyse/pause', staff);
  const waiting = await first.post('/game', { as, body: aPhoneGame({ seconds: 2 }) });
  expect(waiting.status).toBe(200);
  const at = async (venue: TestAppliance) => ({
    events: (await venue.get('/api/me/events', { as })).body,
    progress: (await venue.get('/api/me/progress', { as })).body,
    calibrations: (await venue.get(`/api/players/${player.id}/calibrations`, { as })).body,
  });
  const before = await at(first);
  expect(before.events.items).toHaveLength(1);
  await first.stop();
  await aShippedVenue(directory, siteUrl, site).ship();

  const rebuilt = join(aTemporaryDirectory(), 'data');
  const parts = { site, dataDirectory: rebuilt, cloud: access, clock: systemClock };
  await restoreFromCloud({ ...parts, mediaUrl: undefined, migrations: steps(), onStep: () => {} });
  expect(existsSync(join(rebuilt, 'streams.db'))).toBe(false);

  let second = await aTestAppliance({ directory: rebuilt, environment });
  const sessions = (await second.get(`/api/sessions?player_id=${player.id}`, { as })).body.items;
  expect(sessions.map(({ kept, samples }: { kept: string; samples: number }) => [kept, samples])).toEqual([
    ['none', 200],
    ['none', 500],
  ]);
  await second.post('/api/job-kinds/progress.analyse/resume', staff);
  const unmeasured = () => second.get(`/api/games/${waiting.body.game_id}/progress`, { as });
  await until(async () => (await unmeasured()).status === 200, 'the end of what waited');
  expect((await unmeasured()).body).toMatchObject({ state: 'failed', code: 'recording_gone' });
  const told = [
    { kind: 'progress.analyse', last_error: expect.stringContaining('recording_gone') as string },
  ];
  expect(await dead(second)).toEqual(told);
  expect(await at(second)).toEqual(before);

  await second.stop();
  second = await aTestAppliance({ directory: rebuilt, environment });
  expect(await dead(second)).toEqual(told);
  const next = await second.post('/game', { as, body: aPhoneGame({ seconds: 2 }) });
  await progressOfGame(second, player, next.body.game_id);
  const since = `/api/me/events?since=${before.events.next_cursor}`;
  expect((await second.get(since, { as })).body).toMatchObject({
    items: [{ type: 'reconciliation', game_id: next.body.game_id }],
    reset: false,
  });
  expect((await second.get('/api/sessions?game_id='.concat(next.body.game_id), { as })).body).toMatchObject({
    items: [{ kept: 'raw', samples: 200 }],
  });
  expect(await dead(second)).toEqual(told);
  await second.stop();

  await aShippedVenue(rebuilt, siteUrl, site).ship();
  expect(
    await verifySite({ ...parts, logger: pino({ level: 'silent' }) }, { waitMs: 0, limit: 10 }),
  ).toMatchObject({ result: 'equal', differences: [] });
  await cloud.stop();
}, 120_000);
