import {
  defineTable,
  flag,
  integer,
  moment,
  nullable,
  type Table,
  text,
} from '@dugout/appliance/platform/database/table.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect, withConnection } from '../postgres/connection.ts';
import { aCloud, anEmptyDatabase, type TestCloud } from '../testing/a-cloud.ts';
import { applyBatch, shakeHands, start } from '../testing/batches.ts';
import { admitSite, migrateCloud, RolesNotAllowed } from './migrate-cloud.ts';
import { type Release, thisRelease } from './release.ts';

const releaseOf = (tables: readonly Table[], changes: Partial<Release['venueSchema']> = {}): Release => ({
  tables,
  venueSchema: { indexes: [], defaults: new Map(), ...changes },
});
const shoes = (columns: Table['columns']) =>
  defineTable('shoes', { replication: 'replicated', key: ['id'], columns: { id: text('none'), ...columns } });
const older = shoes({ size: integer('none') });
const newer = shoes({ size: integer('none'), colour: text('none'), worn: nullable(integer('none')) });

let cloud: TestCloud;
const sql: TestCloud['sql'] = (text, values) => cloud.sql(text, values);
beforeEach(async () => {
  cloud = await aCloud();
});
afterEach(() => cloud.stop());

describe('a cloud', () => {
  test('has every replicated table and column of the appliance, and once it has them nothing is done', async () => {
    expect(await migrateCloud(cloud.ownerUrl)).toEqual({ applied: [], roles: true });
    const there = await sql<{ table: string; columns: string[] }>(
      `SELECT table_name AS table, array_agg(column_name::text ORDER BY column_name COLLATE "C") AS columns
       FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1 ORDER BY 1`,
    );
    const wanted = thisRelease().tables.map(({ name, columns }) => ({
      table: name,
      columns: [...Object.keys(columns), 'site_id', '_extra'].sort(),
    }));
    expect(there).toEqual(wanted.sort((a, b) => (a.table < b.table ? -1 : 1)));
  });

  test('compares texts by their bytes', async () => {
    const others = await sql(
      `SELECT table_name, column_name FROM information_schema.columns
       WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'`,
    );
    expect(others).toEqual([]);
  });

  test('finds rows by what the venue finds them by, and forbids nothing that the venue allows', async () => {
    const indexes = await sql<{ definition: string }>(
      `SELECT indexdef AS definition FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey'`,
    );
    const definitions = indexes.map(({ definition }) => definition);
    expect(definitions.length).toBeGreaterThan(20);
    for (const definition of definitions) {
      expect(definition).not.toContain('UNIQUE');
      expect(definition).toContain('(site_id, ');
    }
    expect(definitions).toContain(
      "CREATE INDEX games_ranked ON public.games USING btree (site_id, attraction, score DESC, played_at) WHERE (state = 'completed'::text)",
    );
    // `code IS NOT 'seq_used_twice'` is SQLite's own; users.username_key was an unnamed UNIQUE.
    expect(definitions).toContain(
      'CREATE INDEX rig_events_once ON public.rig_events USING btree (site_id, device, run, seq)',
    );
    expect(definitions).toContain(
      'CREATE INDEX users_by_username_key ON public.users USING btree (site_id, username_key)',
    );
  });

  test('shows analysts moments and flags, and no secrets', async () => {
    const columns = await sql<{ name: string; type: string }>(
      `SELECT table_name || '.' || column_name AS name, data_type AS type FROM information_schema.columns
       WHERE table_schema = 'analysis'`,
    );
    const typeOf = new Map(columns.map(({ name, type }) => [name, type]));
    expect(typeOf.get('games.created_at')).toBe('timestamp with time zone');
    expect(typeOf.get('attractions.paused')).toBe('boolean');
    expect(typeOf.get('games.score')).toBe('bigint');
    const secrets = thisRelease().tables.flatMap(({ name, columns }) =>
      Object.entries(columns)
        .filter(([, { privacy }]) => privacy === 'secret')
        .map(([column]) => `${name}.${column}`),
    );
    expect(secrets.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(typeOf.has(secret)).toBe(false);
  });
});

describe('a newer release', () => {
  test('brings columns, and lifts into them what venues have sent of them', async () => {
    await migrateCloud(cloud.ownerUrl, releaseOf([older]));
    const site = await connect(await cloud.siteUrl('north'));
    const { catalogue } = await shakeHands(site, 'north');
    const rows = [
      { id: 'a', size: 38, _extra: '{"colour":"blue","worn":9007199254740993,"lace":"long"}' },
      { id: 'b', size: 39, _extra: '{"colour":"red"}' },
      { id: 'c', size: 40, _extra: 'null' },
    ];
    await applyBatch(site, 'north', { from: start, to: start, tables: [{ table: 'shoes', upserts: rows }] });
    const defaults = new Map([['shoes', new Map([['colour', "'grey'"]])]]);
    const { applied } = await migrateCloud(cloud.ownerUrl, releaseOf([newer], { defaults }));
    expect(applied).toEqual(['column shoes.colour', 'column shoes.worn']);
    expect(await sql('SELECT id, colour, worn, _extra FROM shoes ORDER BY id')).toEqual([
      { id: 'a', colour: 'blue', worn: 9007199254740993n, _extra: { lace: 'long' } },
      { id: 'b', colour: 'red', worn: null, _extra: null },
      { id: 'c', colour: 'grey', worn: null, _extra: null },
    ]);
    const another = { catalogue, from: start, to: start };
    await expect(applyBatch(site, 'north', another)).rejects.toMatchObject({ kind: 'schema' });
    expect((await shakeHands(site, 'north')).catalogue).toBe(catalogue + 1);
    await site.close();
  });

  test('lets no batch pass half-way: what is sent of a new column is never left beside it', async () => {
    await migrateCloud(cloud.ownerUrl, releaseOf([older]));
    const site = await connect(await cloud.siteUrl('north'));
    const { catalogue } = await shakeHands(site, 'north');
    // Its last step is to count the catalogue up: held there, it has made the column, and nobody can see it yet.
    const holder = await connect(cloud.ownerUrl);
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM sync.catalogue FOR UPDATE');
    const migrated = migrateCloud(cloud.ownerUrl, releaseOf([newer]));
    await untilWaiting(1);
    const upserts = [{ id: 'a', size: 38, _extra: '{"colour":"blue"}' }];
    const tables = [{ table: 'shoes', upserts }];
    const applied = applyBatch(site, 'north', { catalogue, from: start, to: start, tables });
    const outcome = expect(applied).rejects.toMatchObject({ kind: 'schema', code: 'DG002' });
    await untilWaiting(2);
    await holder.close();
    await migrated;
    await outcome;
    expect(await sql('SELECT id FROM shoes')).toEqual([]);
    await site.close();
  });

  test('is left alone by an older one', async () => {
    await migrateCloud(cloud.ownerUrl, releaseOf([newer]));
    await sql(
      "UPDATE sync.migration SET name = replace(name, 'edition 1', 'edition 2'), checksum = 'of later'",
    );
    await sql('CREATE OR REPLACE FUNCTION sync.now_ms() RETURNS bigint LANGUAGE sql RETURN 5');
    expect(await migrateCloud(cloud.ownerUrl, releaseOf([older]))).toEqual({ applied: [], roles: true });
    expect(await sql('SELECT sync.now_ms()')).toEqual([{ now_ms: 5 }]);
    expect(
      await sql(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'analysis' AND table_name = 'shoes'",
      ),
    ).toHaveLength(5);
  });

  test('that means another type by a column is refused', async () => {
    await migrateCloud(cloud.ownerUrl, releaseOf([older]));
    const changed = migrateCloud(cloud.ownerUrl, releaseOf([shoes({ size: text('none') })]));
    await expect(changed).rejects.toThrow(
      'the cloud knows column shoes.size as bigint, this release as text',
    );
  });

  test('that is stopped half-way has done nothing', async () => {
    const also = defineTable('hats', {
      replication: 'replicated',
      key: ['id'],
      columns: { id: moment('none'), on: flag('none') },
    });
    await migrateCloud(cloud.ownerUrl, releaseOf([older]));
    const failing = migrateCloud(cloud.ownerUrl, releaseOf([also, shoes({ size: text('none') })]));
    await expect(failing).rejects.toThrow('shoes.size');
    expect(await sql("SELECT to_regclass('public.hats') AS hats")).toEqual([{ hats: null }]);
  });
});

describe('an empty database', () => {
  let empty: Awaited<ReturnType<typeof anEmptyDatabase>>;
  const run = (text: string) => withConnection(empty.ownerUrl, {}, (connection) => connection.query(text));
  beforeEach(async () => {
    empty = await anEmptyDatabase();
  });
  afterEach(() => empty.drop());

  test('is set up once by two who come at a time', async () => {
    const both = await Promise.all([migrateCloud(empty.ownerUrl), migrateCloud(empty.ownerUrl)]);
    expect(both.map(({ applied }) => applied.length > 0).sort()).toEqual([false, true]);
  });

  describe('of an owner without special rights', () => {
    let name: string;
    let url: string;
    beforeEach(async () => {
      name = `owner_${new URL(empty.ownerUrl).pathname.slice(1)}`;
      await run(`CREATE ROLE ${name} LOGIN PASSWORD 'secret'`);
      await run(`ALTER DATABASE ${new URL(empty.ownerUrl).pathname.slice(1)} OWNER TO ${name}`);
      url = Object.assign(new URL(empty.ownerUrl), { username: name, password: 'secret' }).href;
    });
    afterEach(async () => {
      await run(`REASSIGN OWNED BY ${name} TO CURRENT_USER`);
      await run(`DROP OWNED BY ${name}`);
      await run(`DROP ROLE ${name}`);
    });

    test('takes a site in when somebody has made the roles', async () => {
      // They belong to the server, where other tests have had them made.
      expect(await migrateCloud(url)).toMatchObject({ roles: true });
      const admitted = admitSite(url, 'north');
      await expect(admitted).rejects.toThrow(RolesNotAllowed);
      await expect(admitted).rejects.toThrow('may not create roles');
    });

    test('serves the owner itself as a site', async () => {
      await migrateCloud(url);
      await withConnection(url, {}, async (site) => {
        await shakeHands(site, 'north');
        const upserts = [{ name: 'a', value: 1 }];
        await applyBatch(site, 'north', {
          from: start,
          to: { seq: 1, tok: 1 },
          tables: [{ table: 'counters', upserts }],
        });
        expect(await shakeHands(site, 'north')).toMatchObject({ seq: 1, tok: 1 });
      });
    });
  });
});

/** Until so many sessions wait for a lock. */
async function untilWaiting(sessions: number): Promise<void> {
  for (;;) {
    const [row] = await sql<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (row !== undefined && row.waiting >= sessions) return;
  }
}
