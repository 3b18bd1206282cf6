import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type PostgresConnection } from '../postgres/connection.ts';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { applyBatch, shakeHands, start } from '../testing/batches.ts';
import { admitSite } from './migrate-cloud.ts';

let cloud: TestCloud;
let north: PostgresConnection;
let south: PostgresConnection;
let replica: PostgresConnection;

const counter = { name: 'tickets', value: 1 };
const tables = [{ table: 'counters', upserts: [counter] }];
const refused = { kind: 'refused', code: '42501' };
const aCommand = (siteId: string) =>
  `INSERT INTO sync.command (id, site_id, key, actor_id, actor_name, actor_role, method, path, summary, headers, body,
     created_at, expires_at) VALUES ('of ${siteId}', '${siteId}', 'k', 'u', 'Sam', 'staff', 'POST', '/p', 's', '{}', '', 1, 2)`;

beforeAll(async () => {
  cloud = await aCloud();
  north = await connect(await cloud.siteUrl('north'));
  south = await connect(await cloud.siteUrl('south'));
  replica = await connect(await cloud.replicaUrl());
  for (const [connection, siteId] of [
    [north, 'north'],
    [south, 'south'],
  ] as const) {
    await shakeHands(connection, siteId);
    await applyBatch(connection, siteId, { from: start, to: start, tables });
    await cloud.sql(aCommand(siteId));
    await cloud.sql('INSERT INTO sync.media VALUES ($1, $2, 1, 1, $3)', [siteId, 'a.jpg', 'postgres']);
    await cloud.sql(
      'INSERT INTO sync.orphan (site_id, epoch, table_name, key, why, at) VALUES ($1, 1, $2, $3, $4, 1)',
      [siteId, 'games', 'a', 'lost'],
    );
  }
});
afterAll(async () => {
  for (const connection of [north, south, replica]) await connection.close();
  await cloud.stop();
});

describe('a site', () => {
  test.each([
    'public.counters',
    'sync.site',
    'sync.command',
    'sync.command_state',
    'sync.media',
    'sync.orphan',
  ])('sees of %s what is its own', async (table) => {
    const seen = await north.query(`SELECT site_id FROM ${table}`);
    expect(seen.rows).toEqual([{ site_id: 'north' }]);
    const asked = await north.query(`SELECT * FROM ${table} WHERE site_id = 'south'`);
    expect(asked.rows).toEqual([]);
  });

  test.each([
    ['a row', "UPDATE counters SET value = 9 WHERE site_id = 'south'"],
    ['all rows', "DELETE FROM counters WHERE site_id = 'south'"],
    ['the place in its history', "UPDATE sync.site SET seq = 99 WHERE site_id = 'south'"],
    ['commands', "UPDATE sync.command SET fetched_at = 1 WHERE site_id = 'south'"],
    ['pictures', "DELETE FROM sync.media WHERE site_id = 'south'"],
  ])('does not reach %s of another one', async (_what, statement) => {
    expect((await north.query(statement)).rowCount).toBe(0);
  });

  test.each([
    ['insert for another one', "INSERT INTO counters (site_id, name, value) VALUES ('south', 'x', 1)"],
    ['give its rows to another one', "UPDATE counters SET site_id = 'south'"],
    ['shake hands', `SELECT sync.handshake('south', '{"epoch":1}')`],
    ['apply', `SELECT sync.apply('south', '{}')`],
    ['advance', `SELECT sync.advance('south', '{}')`],
    ['be heard', `SELECT sync.heartbeat('south', '{}')`],
    ['fetch commands', "SELECT * FROM sync.fetch_commands('south', 10)"],
    ['make a command', aCommand('north')],
    ['ask whose guest has a code', "SELECT sync.sites_of_code('32zpwj2m78')"],
    ['take its site away', 'DELETE FROM sync.site'],
    ['look at the logins', 'SELECT * FROM sync.login'],
    ['become another one', "UPDATE sync.login SET site_id = 'south'"],
    ['look at sessions', 'SELECT * FROM sync.session'],
    ['teach the replica tables', 'DELETE FROM sync.replica_table'],
    ['make a table', 'CREATE TABLE public.mine (id int)'],
    ['make a function', 'CREATE FUNCTION sync.mine() RETURNS int LANGUAGE sql RETURN 1'],
    ['make a schema', 'CREATE SCHEMA mine'],
    ['change a table', 'ALTER TABLE public.counters DISABLE ROW LEVEL SECURITY'],
    ['empty a table', 'TRUNCATE public.counters'],
    ['read what analysts read', 'SELECT * FROM analysis.games'],
    ['be the owner', 'SET ROLE dugout'],
    ['serve the replica', 'SET ROLE dugout_replica'],
  ])('may not %s', async (_what, statement) => {
    await expect(north.query(statement)).rejects.toMatchObject(refused);
  });

  test('copies through tables of its own that last as long as its session', async () => {
    await north.query('CREATE TEMPORARY TABLE staging (LIKE public.counters)');
    await north.copyIn('COPY pg_temp.staging (site_id, name, value) FROM STDIN', ['south\tx\t1\n']);
    await expect(north.query('INSERT INTO counters SELECT * FROM pg_temp.staging')).rejects.toMatchObject(
      refused,
    );
  });

  test('fetches its commands, oldest first', async () => {
    const { rows } = await north.query('SELECT id FROM sync.fetch_commands($1, 10)', ['north']);
    expect(rows).toEqual([{ id: 'of north' }]);
    expect(await cloud.sql('SELECT id FROM sync.command WHERE fetched_at IS NOT NULL')).toEqual(rows);
  });

  test('that is admitted again has a new password, and the old one opens nothing', async () => {
    const before = await cloud.siteUrl('east');
    const { url } = await admitSite(cloud.ownerUrl, 'east');
    await expect(connect(before)).rejects.toMatchObject({ kind: 'refused', code: '28P01' });
    const east = await connect(url);
    expect(await shakeHands(east, 'east')).toMatchObject({ seq: 0 });
    await east.close();
  });
});

describe('the replica', () => {
  const serve = (siteId: string) => replica.query("SELECT set_config('dugout.site', $1, false)", [siteId]);

  test('reads the site that it serves, and none when it serves none', async () => {
    await serve('south');
    expect((await replica.query('SELECT site_id FROM counters')).rows).toEqual([{ site_id: 'south' }]);
    expect((await replica.query('SELECT site_id FROM sync.command_state')).rows).toEqual([
      { site_id: 'south' },
    ]);
    await serve('');
    expect((await replica.query('SELECT site_id FROM counters')).rows).toEqual([]);
  });

  test('knows all sites', async () => {
    const { rows } = await replica.query('SELECT site_id FROM sync.site ORDER BY site_id');
    expect(rows.slice(-2)).toEqual([{ site_id: 'north' }, { site_id: 'south' }]);
  });

  test('asks for things in the name of the site that it serves', async () => {
    await serve('south');
    const another = (siteId: string) =>
      aCommand(siteId).replaceAll("'of ", "'another of ").replace("'k'", "'l'");
    await replica.query(another('south'));
    await expect(replica.query(another('north'))).rejects.toMatchObject(refused);
  });

  test.each([
    ['write a row of a venue', 'UPDATE counters SET value = 2'],
    ['move a site', 'UPDATE sync.site SET seq = 1'],
    ['say that a command was fetched', 'UPDATE sync.command SET fetched_at = 1'],
    ['take a command away', 'DELETE FROM sync.command'],
    ['apply', `SELECT sync.apply('south', '{}')`],
    ['look at the logins', 'SELECT * FROM sync.login'],
    ['make a table', 'CREATE TABLE public.mine (id int)'],
  ])('may not %s', async (_what, statement) => {
    await serve('south');
    await expect(replica.query(statement)).rejects.toMatchObject(refused);
  });
});

test('every table is closed to whoever has no policy', async () => {
  const open = await cloud.sql(
    `SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT c.relrowsecurity`,
  );
  expect(open).toEqual([]);
});
