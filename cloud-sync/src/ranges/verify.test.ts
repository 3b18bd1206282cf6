import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { connect } from '../postgres/connection.ts';
import { aCloud } from '../testing/a-cloud.ts';
import { addPlayers, aShippedVenue, playerId, type ShippedVenue } from '../testing/shipped-venue.ts';
import { obstacleAt } from './known-boundaries.ts';
import { lockInStep, repairRows } from './repair.ts';
import { askOver, createReplicaSide } from './replica-side.ts';
import { openVenueSide, type VenueSide } from './venue-side.ts';
import { type VerifyParts, verify } from './verify.ts';

const site = 'north';
vi.setConfig({ testTimeout: 120_000 });
let cloud: Awaited<ReturnType<typeof aCloud>>;
let siteUrl: string;
beforeAll(async () => {
  cloud = await aCloud();
  siteUrl = await cloud.siteUrl(site);
}, 120_000);
afterAll(() => cloud.stop());

let venue: ShippedVenue;
beforeEach(async () => {
  for (const { name } of await cloud.sql<{ name: string }>('SELECT name FROM sync.replica_table'))
    await cloud.sql(`DELETE FROM public.${name}`);
  await cloud.sql('DELETE FROM sync.site; DELETE FROM sync.orphan; DELETE FROM sync.quarantine');
  venue = aShippedVenue(aTemporaryDirectory(), siteUrl, site);
});

/** Both sides, opened; `change` replaces what a negative control breaks. */
async function sides(change: (side: VenueSide) => VenueSide = (side) => side) {
  const connection = await connect(siteUrl);
  const opened = openVenueSide(venue.directory);
  onTestFinished(async () => {
    opened.close();
    await connection.close();
  });
  const ask = askOver(connection);
  const replica = createReplicaSide(ask, site);
  const parts: VerifyParts = {
    sides: { venue: change(opened), replica },
    obstacle: obstacleAt(venue.directory, opened),
    clock: systemClock,
    waitMs: 0,
    limit: 100,
  };
  const repair = {
    sides: parts.sides,
    lock: lockInStep(parts.sides, parts.obstacle),
    ask,
    site,
    why: 'a test',
    now: systemClock.now,
    logger: pino({ level: 'silent' }),
  };
  return { parts, repair, table: (name: string) => tableOf(opened, name) };
}
function tableOf(side: VenueSide, name: string) {
  const table = side.tables.get(name);
  if (table === undefined) throw new Error(`no table ${name}`);
  return table;
}

test('a replica that is in step is equal, row by row', async () => {
  addPlayers(venue, 0, 10_000);
  await venue.ship();
  const { parts } = await sides();
  const found = await verify(parts);
  expect(found).toMatchObject({ result: 'equal', reason: null, differenceCount: 0, undecided: 0 });
  expect(found.rows).toBeGreaterThanOrEqual(10_000);
});

test('rows that were changed, added and deleted by hand are named, and repaired with both images kept', async () => {
  addPlayers(venue, 0, 10_000);
  await venue.ship();
  await cloud.sql("UPDATE players SET name = 'Somebody' WHERE id = $1", [playerId(5_000)]);
  await cloud.sql('DELETE FROM players WHERE id = ANY ($1)', [[playerId(0), playerId(9_999)]]);
  await cloud.sql(
    `INSERT INTO players (site_id, id, name, language, created_at)
     VALUES ($1, 'zzz', 'Nobody', 'en', 1), ($1, 'player-0005000a', 'No one', 'en', 1)`,
    [site],
  );
  const { parts, repair, table } = await sides();
  const found = await verify(parts);
  expect(found).toMatchObject({ result: 'different', differenceCount: 5 });
  const named = new Map(found.differences.map(({ key, kind }) => [key[0], kind]));
  expect(named).toEqual(
    new Map([
      [playerId(0), 'only_venue'],
      [playerId(5_000), 'differs'],
      ['player-0005000a', 'only_replica'],
      [playerId(9_999), 'only_venue'],
      ['zzz', 'only_replica'],
    ]),
  );

  const repaired = await repairRows(
    repair,
    table('players'),
    found.differences.map(({ key }) => key),
  );
  expect(repaired).toEqual({ repaired: 5, onTheirWay: 0, quarantined: 0 });
  expect(await verify(parts)).toMatchObject({ result: 'equal' });
  const orphans = await cloud.sql<{
    key: string;
    row: { replica: { name: string } | null; venue: { name: string } | null };
  }>('SELECT key, "row" FROM sync.orphan ORDER BY key');
  expect(orphans.map(({ key, row }) => [key, row.replica?.name ?? null, row.venue?.name ?? null])).toEqual([
    [`["${playerId(0)}"]`, null, 'Player 0'],
    [`["${playerId(5_000)}"]`, 'Somebody', 'Player 5000'],
    ['["player-0005000a"]', 'No one', null],
    [`["${playerId(9_999)}"]`, null, 'Player 9999'],
    ['["zzz"]', 'Nobody', null],
  ]);
});

test('rows on their way are no difference; what was changed by hand beside them is', async () => {
  addPlayers(venue, 0, 100);
  await venue.ship();
  venue.run("UPDATE players SET name = 'Renamed' WHERE id < ?", playerId(10));
  venue.run('DELETE FROM players WHERE id = ?', playerId(50));
  addPlayers(venue, 100, 10);
  const { parts, repair, table } = await sides();
  expect(await verify(parts)).toMatchObject({ result: 'unknown', undecided: 21, differenceCount: 0 });

  await cloud.sql("UPDATE players SET name = 'Somebody' WHERE id = ANY ($1)", [[playerId(3), playerId(60)]]);
  const found = await verify(parts);
  expect(found).toMatchObject({ result: 'different', differenceCount: 1 });
  expect(found.differences).toEqual([{ table: 'players', key: [playerId(60)], kind: 'differs' }]);
  expect(await repairRows(repair, table('players'), [[playerId(3)], [playerId(60)]])).toEqual({
    repaired: 1,
    onTheirWay: 1,
    quarantined: 0,
  });
  await venue.ship();
  expect(await verify(parts)).toMatchObject({ result: 'equal' });
});

test('a row that never rests gives no alarm, and is settled as soon as a look finds it shipped', async () => {
  addPlayers(venue, 0, 5_000);
  await venue.ship();
  let beats = 0;
  const beat = () => {
    beats += 1;
    venue.run('UPDATE players SET birth_year = ? WHERE id = ?', 1900 + (beats % 100), playerId(7));
  };
  /** The venue writes between the two snapshots of each look, and ships between the looks. */
  const restless = (side: VenueSide): VenueSide => ({
    ...side,
    begin() {
      if (beats < 3) beat();
      return side.begin();
    },
    postponedCount() {
      return side.postponedCount();
    },
  });
  const { parts } = await sides(restless);
  const shipping = {
    ...systemClock,
    after: (_ms: number, task: () => void) => {
      void venue.ship().then(task);
      return () => {};
    },
  };
  const found = await verify({ ...parts, clock: shipping, waitMs: 60_000 });
  expect(found).toMatchObject({ result: 'equal', differenceCount: 0, undecided: 0 });
  expect(beats).toBe(3);
});

test('negative control: without leaving out what has changed since, the same row is a false alarm', async () => {
  addPlayers(venue, 0, 100);
  await venue.ship();
  venue.run("UPDATE players SET name = 'Renamed' WHERE id = ?", playerId(7));
  const { parts } = await sides((side) => ({ ...side, leaveOutSince: () => {} }));
  expect(await verify(parts)).toMatchObject({ result: 'different', differenceCount: 1 });
});

test('two histories are not compared, and neither is a copy that is not finished', async () => {
  addPlayers(venue, 0, 10);
  const { parts } = await sides();
  expect(await verify(parts)).toMatchObject({
    result: 'unknown',
    reason: 'the replica has nothing of this site',
  });
  await venue.ship();
  await cloud.sql(`UPDATE sync.site SET cursor = '{"table": "players", "after": null}'`);
  expect((await verify(parts)).reason).toContain('a copy of everything');
  await cloud.sql('UPDATE sync.site SET cursor = NULL, epoch = epoch + 1');
  expect((await verify(parts)).reason).toContain('fenced');
});

test('what was not compared when the limit of names is reached is counted all the same', async () => {
  addPlayers(venue, 0, 9_000);
  await venue.ship();
  await cloud.sql('DELETE FROM players WHERE id > $1', [playerId(999)]);
  const { parts } = await sides();
  const found = await verify({ ...parts, limit: 5 });
  expect(found).toMatchObject({ result: 'different', differenceCount: 8_000 });
  expect(found.differences).toHaveLength(5);
});

test('a table that only one side has is a difference once there is something in it', async () => {
  await venue.ship();
  await cloud.sql("DELETE FROM sync.replica_table WHERE name = 'counters'");
  onTestFinished(async () => {
    await cloud.sql(
      `INSERT INTO sync.replica_table (name, key, columns) VALUES ('counters', '{name}', '[]') ON CONFLICT DO NOTHING`,
    );
  });
  const { parts } = await sides();
  expect(await verify(parts)).toMatchObject({ result: 'equal' });
  venue.run("INSERT INTO counters (name, value) VALUES ('a', 1)");
  expect((await verify(parts)).oneSided).toEqual([{ table: 'counters', on: 'venue', rows: 1 }]);
});
