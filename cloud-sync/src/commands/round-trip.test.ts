import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import { aTestAppliance, type TestAppliance } from '@dugout/appliance/testing/test-appliance.ts';
import { aGame } from '@dugout/appliance/testing/test-games.ts';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { aDaemon, aVenue, type TestDaemon, type TestVenue, until } from '../testing/a-venue.ts';
import { ask, ring, statusOf } from '../testing/asked-in-the-cloud.ts';

const site = 'labs';
let cloud: TestCloud;
let venue: TestAppliance;
let daemon: TestDaemon;
let actorId: string;

beforeAll(async () => {
  cloud = await aCloud();
  venue = await aTestAppliance();
  actorId = (await venue.get('/api/session', { as: 'user' })).body.user.id;
  daemon = aDaemon(venue.directory, await cloud.siteUrl(site), { site, applianceUrl: venue.url });
  await daemon.lifecycle.start();
  await until(() => daemon.shipper.isFree());
});
afterAll(async () => {
  await daemon.lifecycle.stop();
  await venue.stop();
  await cloud.stop();
});

async function stateInCloud(id: string): Promise<string | undefined> {
  return (await cloud.sql<{ state: string }>('SELECT state FROM games WHERE id = $1', [id]))[0]?.state;
}

test('what is asked for in the cloud is done at the venue, and both are seen in the cloud at once', async () => {
  const game = await aGame(venue, 'queued');
  await until(async () => (await stateInCloud(game.id)) === 'queued');
  const id = await ask(cloud, { site, actorId, path: `/api/games/${game.id}/recall` });
  await ring(cloud, site);

  let seen: { status: string; state: string } | undefined;
  await until(async () => {
    [seen] = await cloud.sql<{ status: string; state: string }>(
      'SELECT c.status, g.state FROM sync.command_state c, games g WHERE c.id = $1 AND g.id = $2',
      [id, game.id],
    );
    // Never the one without the other.
    expect(seen?.status === 'applied').toBe(seen?.state === 'recalled');
    return seen?.status === 'applied';
  });
  const [command] = await cloud.sql<{ answer: string; body: Buffer }>(
    'SELECT answer, body FROM sync.command_state WHERE id = $1',
    [id],
  );
  expect(JSON.parse(command?.answer ?? '')).toMatchObject({
    status: 200,
    body: { id: game.id, state: 'recalled' },
  });
  expect(command?.body).toHaveLength(0);
});

test('many at once are each done once, in the order in which they were asked', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `Far ${index}`);
  const ids: string[] = [];
  for (const [index, name] of names.entries())
    ids.push(
      await ask(cloud, {
        site,
        actorId,
        path: '/api/games',
        json: { player: { name } },
        createdAt: 1_000 + index,
      }),
    );
  await ring(cloud, site);
  await until(async () => (await statusOf(cloud, ids.at(-1) ?? '')) === 'applied');
  const rows = await cloud.sql<{ name: string }>(
    "SELECT p.name FROM games g JOIN players p ON p.site_id = g.site_id AND p.id = g.player_id WHERE p.name LIKE 'Far %' ORDER BY g.id",
  );
  expect(rows.map(({ name }) => name)).toEqual(names);
});

test('is done when the venue is back, and is expired when that is too late', async () => {
  const game = await aGame(venue, 'queued');
  await daemon.lifecycle.stop();
  const patient = await ask(cloud, { site, actorId, path: `/api/games/${game.id}/hold` });
  const hasty = await ask(cloud, { site, actorId, path: `/api/games/${game.id}/cancel`, expiresAfterMs: 1 });
  expect(await statusOf(cloud, patient)).toBe('queued');
  daemon = aDaemon(venue.directory, await cloud.siteUrl(site), { site, applianceUrl: venue.url });
  await daemon.lifecycle.start();
  await until(async () => (await statusOf(cloud, patient)) === 'applied');
  await until(async () => (await statusOf(cloud, hasty)) === 'expired');
  await until(async () => (await stateInCloud(game.id)) === 'held');
});

test('a twin of the venue, which the cloud does not take for it, is brought nothing', async () => {
  const twins = 'twins-1';
  const url = await cloud.siteUrl(twins);
  const daemonOf = async (one: TestVenue) => {
    onTestFinished(() => one.close());
    const its = aDaemon(one.directory, url, { site: twins });
    onTestFinished(async () => void (await its.lifecycle.stop()));
    await its.lifecycle.start();
    return its;
  };
  const first = await daemonOf(aVenue(aTemporaryDirectory()));
  await until(() => first.shipper.isRecognised());
  await first.lifecycle.stop();
  const id = await ask(cloud, { site: twins, actorId, path: '/api/games' });
  const second = await daemonOf(aVenue(aTemporaryDirectory()));
  await until(() => second.shipper.figures().fences_total === 1);
  await until(() => second.shipper.figures().connections_total >= 2);
  expect(await statusOf(cloud, id)).toBe('queued');
});
