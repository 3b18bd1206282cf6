import { describe, expect, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { defineTable, text } from '../database/table.ts';
import { aCapturedDatabase, logExists } from './testing/a-captured-database.ts';
import { aReplica } from './testing/a-replica.ts';
import { capturedTables, declared, parents, tablesExist } from './testing/captured-tables.ts';

/** What the triggers are, whoever installed them. */
const triggersOf = ({ rows }: ReturnType<typeof aCapturedDatabase>) =>
  rows("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name");

/** A venue with some rows and a replica that has them all, then a release that adds `sql` to the schema. */
async function migrated(sql: string, tables = declared) {
  const directory = aTemporaryDirectory();
  const before = aCapturedDatabase({ directory });
  await before.write(
    "INSERT INTO parents (id, name, value) VALUES ('p', 'one', 1), ('q', 'two', 2), ('r', 'three', 3)",
    "INSERT INTO children (parent, place) VALUES ('p', 1)",
  );
  const triggers = triggersOf(before);
  const newest = before.newest();
  before.close();
  const after = aCapturedDatabase({ directory, steps: [{ name: '0018-the-next-release', sql }], tables });
  return { ...after, before: { newest, triggers } };
}

/** A replica that had everything before, and follows once after. */
async function replicaAcross(sql: string) {
  const directory = aTemporaryDirectory();
  const before = aCapturedDatabase({ directory });
  await before.write("INSERT INTO parents (id, name, value) VALUES ('p', 'one', 1), ('q', 'two', 2)");
  const copy = aReplica(before.support, capturedTables);
  copy.follow();
  const position = copy.position();
  before.close();
  const after = aCapturedDatabase({ directory, steps: [{ name: '0018-the-next-release', sql }] });
  const resumed = aReplica(after.support, capturedTables, copy);
  resumed.follow();
  return { compared: resumed.compared(), wasBehindFloor: position < (after.life()?.floor ?? 0) };
}

const rebuild = `CREATE TABLE parents_new (id TEXT NOT NULL PRIMARY KEY, name TEXT UNIQUE, value INTEGER) STRICT;
  INSERT INTO parents_new SELECT id, upper(name), value FROM parents WHERE id <> 'q';
  DROP TABLE parents;
  ALTER TABLE parents_new RENAME TO parents;`;

describe('a migration', () => {
  test('that builds a table anew gets the triggers back, and puts what it did behind the floor', async () => {
    const venue = await migrated(`PRAGMA defer_foreign_keys = ON; ${rebuild}`);
    expect(triggersOf(venue)).toEqual(venue.before.triggers);
    expect(venue.life()?.floor).toBeGreaterThan(venue.before.newest);
    const newest = venue.newest();
    await venue.write("DELETE FROM parents WHERE id = 'r'");
    expect(venue.told(newest)).toEqual(['parents r', 'commit']);
    const { compared, wasBehindFloor } = await replicaAcross(rebuild);
    for (const { replica, venue: rows } of Object.values(compared)) expect(replica).toEqual(rows);
    expect(wasBehindFloor).toBe(true);
  });

  test('that builds it anew the other way round is found as well', async () => {
    const venue = await migrated(`PRAGMA legacy_alter_table = ON; ALTER TABLE parents RENAME TO parents_old;
      CREATE TABLE parents (id TEXT NOT NULL PRIMARY KEY, name TEXT UNIQUE, value INTEGER) STRICT;
      INSERT INTO parents SELECT * FROM parents_old; DROP TABLE parents_old; PRAGMA legacy_alter_table = OFF;`);
    expect(triggersOf(venue)).toEqual(venue.before.triggers);
    expect(venue.life()?.floor).toBeGreaterThan(venue.before.newest);
  });

  test('that changes rows is captured like any other write', async () => {
    const venue = await migrated("UPDATE parents SET value = 9 WHERE id = 'q'; DELETE FROM children;");
    expect(venue.told(venue.before.newest)).toEqual(['parents q', 'children ["p",1]', 'commit']);
    expect(venue.life()?.floor).toBeLessThan(venue.before.newest);
  });

  test('that adds a column logs every row when the column has a value of its own, and none when it has not', async () => {
    const silent = await migrated('ALTER TABLE parents ADD COLUMN shoe_size INTEGER DEFAULT NULL');
    expect(silent.told(silent.before.newest)).toEqual([]);
    const giving = await migrated("ALTER TABLE parents ADD COLUMN language TEXT NOT NULL DEFAULT 'en'");
    expect(giving.told(giving.before.newest).sort()).toEqual([
      'commit',
      'parents p',
      'parents q',
      'parents r',
    ]);
    expect(triggersOf(giving)).toEqual(giving.before.triggers);
  });

  test('that adds a table logs the rows it begins with', async () => {
    const toys = defineTable('toys', {
      replication: 'replicated',
      key: ['id'],
      columns: { id: text('none') },
    });
    const venue = await migrated(
      "CREATE TABLE toys (id TEXT NOT NULL PRIMARY KEY) STRICT; INSERT INTO toys VALUES ('ball')",
      [...declared, toys],
    );
    expect(venue.told(venue.before.newest)).toEqual(['toys ball', 'commit']);
    expect(venue.life()?.floor).toBeLessThan(venue.before.newest);
  });

  test('that fails leaves the triggers and the log as they were', async () => {
    const directory = aTemporaryDirectory();
    const before = aCapturedDatabase({ directory });
    await before.write("INSERT INTO parents (id) VALUES ('p')");
    const was = { triggers: triggersOf(before), log: before.log(), life: before.life() };
    before.close();
    const steps = [{ name: '0018-half-a-step', sql: `${rebuild} INSERT INTO nowhere VALUES (1)` }];
    expect(() => aCapturedDatabase({ directory, steps })).toThrow('no such table: nowhere');
    const after = aCapturedDatabase({ directory });
    expect({ triggers: triggersOf(after), log: after.log(), life: after.life() }).toEqual(was);
  });
});

describe('a release', () => {
  const local = { ...parents, replication: 'local' as const };
  const withoutParents = declared.map((table) => (table === parents ? local : table));

  test('that makes a table local captures it no more; the one that takes it back puts the time between behind the floor', async () => {
    const directory = aTemporaryDirectory();
    const first = aCapturedDatabase({ directory });
    await first.write("INSERT INTO parents (id) VALUES ('p')");
    const { number } = first.rows<{ number: number }>(
      "SELECT number FROM change_log_tables WHERE name = 'parents'",
    )[0] ?? { number: 0 };
    first.close();
    const second = aCapturedDatabase({ directory, tables: withoutParents });
    const newest = second.newest();
    await second.write("DELETE FROM parents WHERE id = 'p'");
    expect(second.told(newest)).toEqual([]);
    second.close();
    const third = aCapturedDatabase({ directory });
    expect(third.life()?.floor).toBeGreaterThan(newest);
    await third.write("INSERT INTO parents (id) VALUES ('q')");
    expect(third.log().filter(({ tbl }) => tbl === number)).toHaveLength(2);
  });

  test('whose triggers read differently installs its own, and has missed nothing', async () => {
    const directory = aTemporaryDirectory();
    const first = aCapturedDatabase({ directory });
    const { newest, life } = { newest: first.newest(), life: first.life() };
    first.close();
    // As if the key were written in another way: what an older release had installed is intact, but not ours.
    const reordered = declared.map((table) =>
      table.name === 'children' ? { ...table, key: ['place', 'parent'] as const } : table,
    );
    const second = aCapturedDatabase({ directory, tables: reordered });
    expect(second.life()).toEqual(life);
    await second.write(
      "INSERT INTO parents (id) VALUES ('p')",
      "INSERT INTO children (parent, place) VALUES ('p', 1)",
    );
    expect(second.told(newest)).toEqual(['parents p', 'children [1,"p"]', 'commit']);
  });

  test('starts on a database that had no log: what was there before is behind the floor', async () => {
    const directory = aTemporaryDirectory();
    const old = { ...tablesExist, name: '0015-tables-exist' };
    const first = aCapturedDatabase({ directory, migrations: [old, logExists] });
    await first.write("INSERT INTO parents (id) VALUES ('p')");
    expect(first.told()).toEqual(['commit', 'parents p', 'commit']);
    expect(first.life()).toMatchObject({ epoch: 1, capture: 'on', floor: 1, given_up_at: null });
  });
});

describe('triggers that somebody changed', () => {
  test.each([
    ['one that was dropped', 'DROP TRIGGER capture_parents_delete'],
    [
      'one that was edited',
      `DROP TRIGGER capture_parents_delete;
       CREATE TRIGGER capture_parents_delete AFTER DELETE ON parents BEGIN SELECT 1; END`,
    ],
    ['all that went with a table built anew by hand', `PRAGMA foreign_keys = OFF; ${rebuild}`],
  ])('keep the appliance from starting: %s', async (_case, sql) => {
    const directory = aTemporaryDirectory();
    const first = aCapturedDatabase({ directory });
    first.support.exec(sql);
    first.close();
    expect(() => aCapturedDatabase({ directory })).toThrow(/log changes of parents were dropped or edited/u);
  });

  test('are mended as the refusal says, and everything is compared', async () => {
    const directory = aTemporaryDirectory();
    const first = aCapturedDatabase({ directory });
    const triggers = triggersOf(first);
    first.support.exec('DROP TRIGGER capture_parents_delete');
    first.support.exec("UPDATE change_log_life SET capture = 'given_up'");
    const newest = first.newest();
    first.close();
    const second = aCapturedDatabase({ directory });
    expect(triggersOf(second)).toEqual([]);
    await second.database.write(() => second.capture.resume());
    expect(triggersOf(second)).toEqual(triggers);
    expect(second.life()).toMatchObject({ capture: 'on', given_up_at: null });
    expect(second.life()?.floor).toBeGreaterThan(newest);
  });
});
