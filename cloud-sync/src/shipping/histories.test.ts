import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { aSyncForEachTest, copyDirectory } from '../testing/a-sync.ts';
import { aGuest, type TestDaemon, until } from '../testing/a-venue.ts';
import { readStatus } from './status.ts';

const sync = aSyncForEachTest();

const stateOf = (daemon: TestDaemon) => daemon.bookkeeping.standing().state;
const comesTo = (daemon: TestDaemon, state: string) => until(() => stateOf(daemon) === state, state);
const cloudNames = () =>
  sync.cloud
    .sql<{ id: string }>('SELECT id FROM players WHERE site_id = $1 ORDER BY id', [sync.site])
    .then((rows) => rows.map(({ id }) => id));

/** The cloud's own backup: what it has of the site now. Answers the function that sets it back to that. */
async function cloudBackup() {
  const place = await sync.inCloud();
  const rows = await sync.cloud.sql<{ row: string }>(
    'SELECT row_to_json(p)::text AS row FROM players p WHERE site_id = $1',
    [sync.site],
  );
  return async () => {
    await sync.cloud.sql('DELETE FROM players WHERE site_id = $1', [sync.site]);
    for (const { row } of rows)
      await sync.cloud.sql('INSERT INTO players SELECT * FROM json_populate_record(NULL::players, $1)', [
        row,
      ]);
    await sync.cloud.sql('UPDATE sync.site SET seq = $2, tok = $3, consistent_seq = $4 WHERE site_id = $1', [
      sync.site,
      place.seq,
      place.tok,
      place.consistent_seq,
    ]);
  };
}

/** Somebody at the venue's database with a tool. */
function byHand(sql: string, directory = sync.venue.directory): void {
  const connection = new Sqlite(join(directory, 'dugout.db'), { timeout: 5_000 });
  connection.exec(sql);
  connection.close();
}

describe('the cloud went back', () => {
  test('what it lost is shipped again, and nobody has to write for that', async () => {
    const daemon = await sync.daemon();
    await sync.venue.guests('early', 5);
    await sync.caughtUp();
    const setBack = await cloudBackup();
    await sync.venue.guests('late', 5);
    await sync.venue.write(["DELETE FROM players WHERE id = 'early1'"]);
    await sync.caughtUp();
    await setBack();
    expect(await cloudNames()).toContain('early1');
    await sync.caughtUp();
    await sync.expectEqual();
    expect(daemon.shipper.figures()).toMatchObject({ fences_total: 0, resyncs_total: 1 });
  });

  test('to before the floor of the log: everything is copied, deletions too', async () => {
    const first = await sync.daemon();
    await sync.venue.guests('early', 5);
    await sync.caughtUp();
    const setBack = await cloudBackup();
    await sync.venue.write(["DELETE FROM players WHERE id = 'early1'"], aGuest('late'));
    await sync.caughtUp();
    await sync.stop(first);
    const head = sync.venue.head();
    byHand(`DELETE FROM change_log WHERE seq < ${head}; UPDATE change_log_life SET floor = ${head}`);
    await setBack();
    const second = await sync.daemon();
    await sync.caughtUp();
    await sync.expectEqual();
    expect(second.shipper.figures()).toMatchObject({ fences_total: 0, resyncs_total: 1 });
  });

  test('into the middle of a copy, at the place where that copy ended: it goes on, and nobody has to write', async () => {
    await sync.venue.guests('early', 5);
    await sync.daemon();
    await sync.caughtUp();
    await until(async () => (await sync.inCloud()).cursor === null);
    await sync.cloud.sql("DELETE FROM players WHERE site_id = $1 AND id > 'early2'", [sync.site]);
    await sync.cloud.sql('UPDATE sync.site SET cursor = $2 WHERE site_id = $1', [
      sync.site,
      '{"table": "players", "after": ["early2"]}',
    ]);
    await until(async () => (await sync.inCloud()).cursor === null, 'the end of the copy');
    await sync.expectEqual();
  });

  test('to nothing: it is copied anew', async () => {
    await sync.daemon();
    await sync.venue.guests('early', 5);
    await sync.caughtUp();
    await sync.cloud.sql('DELETE FROM sync.site WHERE site_id = $1', [sync.site]);
    await sync.cloud.sql('DELETE FROM players WHERE site_id = $1', [sync.site]);
    await sync.caughtUp();
    await sync.expectEqual();
  });
});

describe('the log was given up', () => {
  test('and taken up again: what was missed is found by a copy', async () => {
    const first = await sync.daemon();
    await sync.venue.guests('early', 5);
    await sync.caughtUp();
    byHand("UPDATE change_log_life SET capture = 'given_up'");
    await comesTo(first, 'catching_up');
    expect(first.bookkeeping.standing().detail).toMatch(/disk is full/u);
    byHand(`DROP TRIGGER capture_players_delete; DELETE FROM players WHERE id = 'early3';
      INSERT INTO change_log (tbl, pk) VALUES (0, 1);
      UPDATE change_log_life SET capture = 'on', floor = (SELECT max(seq) FROM change_log)`);
    await sync.caughtUp();
    await comesTo(first, 'live');
    await sync.expectEqual();
  });
});

describe('two histories', () => {
  test('a database that was restored from a backup, and written to, is fenced and stays it', async () => {
    const first = await sync.daemon();
    await sync.venue.guests('early', 5);
    await sync.caughtUp();
    await sync.stop(first);
    sync.venue.checkpoint();
    const old = sync.twin(sync.venue.directory);
    const second = await sync.daemon();
    await sync.venue.guests('lost', 5);
    await sync.caughtUp();
    await sync.stop(second);
    const before = await cloudNames();

    await old.guests('other', 50);
    const third = await sync.daemon({}, old.directory);
    await comesTo(third, 'fenced');
    await old.guests('more', 5);
    const looks = third.shipper.figures().connections_total;
    await until(() => third.shipper.figures().connections_total > looks + 1, 'another look');
    expect(third.bookkeeping.standing()).toMatchObject({
      state: 'fenced',
      detail: expect.stringMatching(/set back/u),
    });
    expect(await cloudNames()).toEqual(before);
    expect(readStatus(old.directory)).toMatchObject({ state: 'fenced' });
    expect(await sync.inCloud()).toMatchObject({ state: 'fenced' });
    const failures = third.shipper.figures().failures_total;
    sync.proxy.cut();
    await until(() => third.shipper.figures().failures_total > failures, 'a failure');
    expect(stateOf(third)).toBe('fenced');
  });

  test('one that was restored under a running daemon is noticed', async () => {
    const first = await sync.daemon();
    await sync.venue.guests('early', 5);
    await sync.caughtUp();
    sync.venue.checkpoint();
    const backup = aTemporaryDirectory();
    copyDirectory(sync.venue.directory, backup);
    await sync.venue.guests('lost', 5);
    await sync.caughtUp();
    sync.venue.close();
    copyDirectory(backup, `${sync.venue.directory}/restored`);
    for (const end of ['-wal', '-shm'])
      rmSync(join(sync.venue.directory, `dugout.db${end}`), { force: true });
    renameSync(join(sync.venue.directory, 'restored/dugout.db'), join(sync.venue.directory, 'dugout.db'));
    sync.venue.open();
    await comesTo(first, 'fenced');
  });

  test('two with one identity: one of them wins, and the other is fenced', async () => {
    const first = await sync.daemon();
    await sync.venue.guests('early', 5);
    await sync.caughtUp();
    sync.venue.checkpoint();
    const twin = sync.twin(sync.venue.directory);
    const second = await sync.daemon({}, twin.directory);
    await Promise.all([sync.venue.guests('one', 5), twin.guests('two', 5)]);
    await until(() => [first, second].some((daemon) => stateOf(daemon) === 'fenced'));
    const winner = stateOf(first) === 'fenced' ? twin : sync.venue;
    await winner.guests('on', 5);
    await until(async () => (await sync.inCloud()).consistent_seq === winner.head());
    await sync.expectEqual(winner.directory);
    expect([stateOf(first), stateOf(second)]).toContain('fenced');
  });

  test('an appliance that was replaced is told so', async () => {
    const daemon = await sync.daemon();
    await sync.caughtUp();
    await sync.cloud.sql("UPDATE sync.site SET epoch = 2, appliance_id = 'another' WHERE site_id = $1", [
      sync.site,
    ]);
    await comesTo(daemon, 'fenced');
    expect(daemon.bookkeeping.standing().detail).toMatch(/replaced/u);
    await sync.venue.guests('unheard', 3);
    expect(await cloudNames()).toEqual([]);
  });

  test('the venue’s side of two is copied, and what only the cloud had is kept as orphans', async () => {
    const first = await sync.daemon();
    await sync.venue.guests('early', 5);
    await sync.caughtUp();
    await sync.stop(first);
    await sync.cloud.sql(
      "INSERT INTO players (site_id, id, name, language, created_at) VALUES ($1, 'cloudy', 'Bo', 'en', 1)",
      [sync.site],
    );
    await sync.cloud.sql(
      `UPDATE sync.site SET cursor = '{"table": "", "after": null, "orphans": "keep"}' WHERE site_id = $1`,
      [sync.site],
    );
    await sync.daemon();
    await until(async () => (await sync.inCloud()).cursor === null);
    await sync.expectEqual();
    expect(
      await sync.cloud.sql(
        'SELECT table_name, key, why, "row" ->> \'name\' AS name FROM sync.orphan WHERE site_id = $1',
        [sync.site],
      ),
    ).toEqual([{ table_name: 'players', key: '["cloudy"]', why: 'venue_wins', name: 'Bo' }]);
  });
});

describe('what the cloud cannot hold', () => {
  test.each([
    ['among few rows', 10],
    ['among many rows', 1_500],
  ])('a row is put in quarantine, %s, and those beside it go; mended, it goes too', async (_name, rows) => {
    const daemon = await sync.daemon();
    await sync.caughtUp();
    await sync.venue.write(
      ...Array.from({ length: rows }, (_, index) => aGuest(`g${index}`)),
      ["UPDATE players SET email = ? WHERE id IN ('g3', 'g7')", 'a\0b'],
      ["UPDATE players SET email = CAST(x'61ff62' AS TEXT) WHERE id = 'g5'"],
    );
    await sync.caughtUp();
    const held = () =>
      sync.cloud.sql<{ key: string; error: string; image: string }>(
        `SELECT key, error, convert_from(row_bytes, 'UTF8')::json -> 'email' ->> 'hex' AS image
         FROM sync.quarantine WHERE site_id = $1 ORDER BY key`,
        [sync.site],
      );
    expect(await held()).toEqual([
      { key: '["g3"]', error: expect.stringMatching(/\S/u), image: '610062' },
      { key: '["g5"]', error: expect.stringMatching(/UTF-8/u), image: '61ff62' },
      { key: '["g7"]', error: expect.stringMatching(/\S/u), image: '610062' },
    ]);
    expect((await cloudNames()).length).toBe(rows - 3);
    expect(stateOf(daemon)).toBe('live');
    expect(daemon.shipper.figures()).toMatchObject({ quarantine_rows: 3, failures_total: 0 });
    await sync.venue.write(["UPDATE players SET email = 'mended' WHERE id IN ('g3', 'g5')"]);
    await sync.venue.write(["DELETE FROM players WHERE id = 'g7'"]);
    await sync.caughtUp();
    expect(await held()).toEqual([]);
    await sync.expectEqual();
  });

  test('a copy of everything does not stop at it', async () => {
    await sync.venue.guests('g', 20);
    await sync.venue.write(["UPDATE players SET email = ? WHERE id = 'g3'", '\0']);
    await sync.daemon({ limits: { batch: { keys: 9, bytes: 1e6 }, chunk: { keys: 5, bytes: 1e6 } } });
    await sync.caughtUp();
    expect((await cloudNames()).length).toBe(19);
  });
});

describe('a cloud of another release', () => {
  test('a table that it does not know holds everything, until it does', async () => {
    const daemon = await sync.daemon();
    await sync.caughtUp();
    const before = await sync.inCloud();
    const [known] = await sync.cloud.sql<{ row: string }>(
      "DELETE FROM sync.replica_table WHERE name = 'players' RETURNING row_to_json(replica_table)::text AS row",
    );
    await sync.cloud.sql('UPDATE sync.catalogue SET version = version + 1');
    await sync.venue.write(aGuest('waits'));
    await sync.venue.write(["INSERT INTO counters (name, value) VALUES ('waits too', 1)"]);
    await comesTo(daemon, 'schema_behind');
    expect(daemon.bookkeeping.standing().detail).toMatch(/players/u);
    await until(async () => (await sync.inCloud()).state === 'schema_behind');
    expect((await sync.inCloud()).seq).toBe(before.seq);
    await sync.cloud.sql(
      'INSERT INTO sync.replica_table SELECT * FROM json_populate_record(NULL::sync.replica_table, $1)',
      [known?.row ?? null],
    );
    await sync.cloud.sql('UPDATE sync.catalogue SET version = version + 1');
    await sync.caughtUp();
    await sync.expectEqual();
  });

  test('a column that it does not know waits beside its row', async () => {
    const [known] = await sync.cloud.sql<{ columns: string }>(
      "SELECT columns::text FROM sync.replica_table WHERE name = 'players'",
    );
    const columns = JSON.parse(known?.columns ?? '[]') as { name: string }[];
    await sync.cloud.sql("UPDATE sync.replica_table SET columns = $1 WHERE name = 'players'", [
      JSON.stringify(columns.filter(({ name }) => name !== 'email' && name !== 'birth_year')),
    ]);
    await sync.cloud.sql('UPDATE sync.catalogue SET version = version + 1');
    await sync.venue.guests('g', 2);
    await sync.venue.write([
      "UPDATE players SET email = 'a\"b', birth_year = ? WHERE id = 'g1'",
      9_007_199_254_740_993n,
    ]);
    await sync.daemon();
    await sync.caughtUp();
    const extras = await sync.cloud.sql(
      'SELECT id, _extra AS extra FROM players WHERE site_id = $1 ORDER BY id',
      [sync.site],
    );
    await sync.cloud.sql("UPDATE sync.replica_table SET columns = $1 WHERE name = 'players'", [
      known?.columns ?? null,
    ]);
    await sync.cloud.sql('UPDATE sync.catalogue SET version = version + 1');
    expect(extras).toEqual([
      { id: 'g0', extra: { email: null, birth_year: null } },
      { id: 'g1', extra: { email: 'a"b', birth_year: '9007199254740993' } },
    ]);
  });
});

describe('an outage', () => {
  test('is written down with what it took to catch up', async () => {
    let passed = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + passed };
    const daemon = await sync.daemon({ clock });
    await sync.caughtUp();
    await comesTo(daemon, 'live');
    sync.proxy.cut();
    await comesTo(daemon, 'offline');
    await sync.venue.guests('alone', 20);
    await sync.venue.write(["UPDATE players SET name = 'B' WHERE id = 'alone1'"]);
    passed = 3_600_000;
    sync.proxy.heal();
    await sync.caughtUp();
    await until(() => daemon.bookkeeping.outageToTell() !== null);
    const outage = daemon.bookkeeping.outageToTell();
    expect(outage).toMatchObject({ changes: 21, rows: 20 });
    expect((outage?.ended_at ?? 0) - (outage?.began_at ?? 0)).toBeGreaterThan(3_500_000);
  });
});
