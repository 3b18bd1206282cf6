import { pino } from 'pino';
import { Registry } from 'prom-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { createChangeLog, housekeeping } from './change-log.ts';
import { aCapturedDatabase } from './testing/a-captured-database.ts';
import { aReplica } from './testing/a-replica.ts';
import { aSyncFile } from './testing/a-sync-file.ts';
import { capturedTables } from './testing/captured-tables.ts';

const day = 24 * 3_600_000;
const gigabyte = 1024 ** 3;

interface World {
  directory?: string;
  applianceId?: string;
  isBusy?: () => boolean;
  limits?: { [Name in keyof typeof housekeeping]?: number };
}

/** A database whose log is looked after, on a disk of which the test says how much is free. */
function aKeptLog({
  directory = aTemporaryDirectory(),
  applianceId,
  isBusy = () => false,
  limits = {},
}: World = {}) {
  const clock = createFakeClock();
  const venue = aCapturedDatabase({ directory, clock });
  const room = { free: 100 * gigabyte, total: 200 * gigabyte };
  const said: { level: number; msg: string }[] = [];
  const metrics = new Registry();
  const log = createChangeLog({
    database: venue.database,
    capture: venue.capture,
    clock,
    logger: pino({ level: 'warn' }, { write: (line: string) => said.push(JSON.parse(line)) }),
    metrics,
    dataDirectory: directory,
    applianceId: applianceId ?? 'appliance-of-the-test',
    room: async () => room,
    isBusy,
    limits,
  });
  onTestFinished(() => log.stop());
  log.start();
  return {
    ...venue,
    clock,
    room,
    said,
    log: venue.log,
    stop: log.stop,
    beat: (beats = 1) => clock.advance(beats * housekeeping.beatMs),
    /** One write each. */
    async change(...numbers: number[]): Promise<void> {
      for (const n of numbers) await venue.write(`INSERT OR REPLACE INTO numbered VALUES (${n}, 0)`);
    },
    count: () => venue.log().length,
    async metric(name: string): Promise<number | undefined> {
      const found = await metrics.getSingleMetric(`dugout_change_log_${name}`)?.get();
      return found?.values[0]?.value;
    },
  };
}

const many = (count: number, keys: number) => Array.from({ length: count }, (_, n) => n % keys);

describe('folding', () => {
  const limits = { worthFolding: 20 };

  test('keeps the last entry of each key and the first mark of a row, and the replica misses nothing', async () => {
    const venue = aKeptLog({ limits });
    const replica = aReplica(venue.support, capturedTables);
    replica.follow();
    await venue.change(...many(100, 4));
    await venue.beat(3);
    // Four keys with their marks; before them the mark that says since when something waits.
    expect(
      venue
        .told()
        .filter((told) => told !== 'commit')
        .sort(),
    ).toEqual(['numbered 0', 'numbered 1', 'numbered 2', 'numbered 3']);
    expect(venue.count()).toBeLessThan(4 * 2 + 3);
    replica.follow();
    for (const { replica: copy, venue: rows } of Object.values(replica.compared()))
      expect(copy).toEqual(rows);
    expect(await venue.metric('entries')).toBe(venue.count());
    expect(await venue.metric('folded_total')).toBeGreaterThan(150);
  });

  test('keeps the oldest mark that has not been sent: it says how far the replica is behind', async () => {
    const venue = aKeptLog({ limits });
    const sync = aSyncFile(venue.directory);
    sync.makeTables();
    sync.send(venue.newest());
    const boundary = venue.newest();
    const since = venue.clock.now();
    await venue.change(0);
    await venue.clock.advance(100);
    await venue.change(...many(60, 1));
    await venue.beat(3);
    expect(venue.log(boundary).find(({ tbl }) => tbl === 0)?.pk).toBe(since);
  });

  test('keeps the newest entry, though it is a mark that ends nothing', async () => {
    const venue = aKeptLog({ limits });
    await venue.change(...many(50, 2));
    await venue.database.write(() => venue.capture.giveUp());
    await venue.database.write(() => venue.capture.resume());
    const newest = venue.newest();
    expect(venue.told().slice(-3)).toEqual(['commit', 'commit', 'commit']);
    await venue.beat(3);
    expect(venue.count()).toBeLessThan(10);
    expect(venue.newest()).toBe(newest);
    expect(await venue.metric('entries')).toBe(venue.count());
  });

  test('never touches what is in a batch that is under way', async () => {
    const venue = aKeptLog({ limits });
    const sync = aSyncFile(venue.directory);
    sync.makeTables();
    await venue.change(...many(50, 2));
    const boundary = venue.newest();
    sync.send(boundary);
    const sent = venue.log();
    await venue.change(...many(50, 2));
    await venue.beat(3);
    expect(venue.log().filter(({ seq }) => seq <= boundary)).toEqual(sent);
    expect(venue.told(boundary).filter((told) => told !== 'commit')).toHaveLength(2);
  });

  test('does nothing while it is not known what is under way, and when the loop is busy only now and then', async () => {
    const held = aKeptLog({ limits });
    const sync = aSyncFile(held.directory);
    sync.makeTables();
    sync.connection.pragma('locking_mode = EXCLUSIVE');
    sync.connection.exec('BEGIN EXCLUSIVE; INSERT INTO sent VALUES (1, 0, 1, 0)');
    await held.change(...many(50, 2));
    const before = held.count();
    await held.beat(5);
    expect(held.count()).toBe(before);

    const busy = aKeptLog({ limits: { ...limits, mostPutOff: 5 }, isBusy: () => true });
    await busy.change(...many(50, 2));
    await busy.beat(5);
    expect(busy.count()).toBe(before);
    await busy.beat(2);
    expect(busy.count()).toBeLessThan(before);
  });

  test('keeps a log small that nobody ever ships, however long', async () => {
    const venue = aKeptLog({ limits });
    let largest = 0;
    for (let round = 0; round < 30; round += 1) {
      await venue.change(...many(20, 5));
      await venue.beat();
      largest = Math.max(largest, venue.count());
    }
    expect(largest).toBeLessThan(3 * (20 + 2 * 5) + 40);
  });
});

describe('pruning', () => {
  test('removes what the replica holds and is older than a week, and says so with the floor', async () => {
    const venue = aKeptLog();
    const sync = aSyncFile(venue.directory);
    sync.makeTables();
    await venue.change(1, 2, 3);
    const old = venue.newest();
    venue.clock.stepWall(8 * day);
    await venue.change(4, 5);
    const acked = venue.newest();
    await venue.beat(2);
    expect(venue.log()[0]?.seq).toBe(1);
    sync.acknowledge(acked);
    await venue.beat(2);
    expect(venue.log()[0]?.seq).toBe(old + 1);
    expect(venue.life()?.floor).toBe(old);
    expect(await venue.metric('floor')).toBe(old);
    expect(await venue.metric('entries')).toBe(venue.count());
    expect(await venue.metric('pruned_total')).toBe(old);
  });

  test('keeps what the replica does not hold, however old it is', async () => {
    const venue = aKeptLog();
    const sync = aSyncFile(venue.directory);
    sync.makeTables();
    await venue.change(1, 2);
    const acked = venue.newest();
    await venue.change(3);
    sync.acknowledge(acked);
    venue.clock.stepWall(30 * day);
    await venue.beat(2);
    expect(venue.told(acked)).toEqual(['numbered 3', 'commit']);
    expect(venue.life()?.floor).toBeLessThan(acked);
  });

  test('removes sooner what is beyond the size, of a transaction larger than a slice as well', async () => {
    const venue = aKeptLog({ limits: { mostEntries: 100 } });
    const sync = aSyncFile(venue.directory);
    sync.makeTables();
    await venue.write(`INSERT INTO numbered WITH RECURSIVE n (i) AS
      (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i, 0 FROM n`);
    sync.acknowledge(venue.newest());
    await venue.beat(3);
    expect(venue.count()).toBe(1);
    const young = aKeptLog();
    const youngSync = aSyncFile(young.directory);
    youngSync.makeTables();
    await young.write(`INSERT INTO numbered WITH RECURSIVE n (i) AS
      (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i, 0 FROM n`);
    await young.change(5_000);
    youngSync.acknowledge(young.newest());
    await young.beat(3);
    expect(young.count()).toBeGreaterThan(3_000);
    young.clock.stepWall(8 * day);
    await young.beat(3);
    expect(young.count()).toBe(1);
  });

  test('keeps the newest entry, so that numbers go on where they were, across a restart too', async () => {
    const venue = aKeptLog({ limits: { mostEntries: 0 } });
    const sync = aSyncFile(venue.directory);
    sync.makeTables();
    await venue.change(1, 2, 3);
    const newest = venue.newest();
    sync.acknowledge(newest);
    await venue.beat(3);
    expect(venue.log().map(({ seq }) => seq)).toEqual([newest]);
    await venue.stop();
    venue.close();
    const again = aCapturedDatabase({ directory: venue.directory });
    await again.write('INSERT INTO numbered VALUES (9, 0)');
    expect(again.log(newest).map(({ seq }) => seq)).toEqual([newest + 1, newest + 2]);
  });

  test('believes nobody who acknowledged more than there is', async () => {
    const venue = aKeptLog({ limits: { mostEntries: 0 } });
    const sync = aSyncFile(venue.directory);
    sync.makeTables();
    await venue.change(1, 2, 3);
    sync.acknowledge(venue.newest() + 1);
    const before = venue.count();
    await venue.beat(3);
    expect(venue.count()).toBe(before);
  });
});

describe('a disk without room', () => {
  const limits = { worthGivingUp: 10, roomEveryBeats: 1 };
  const low = 150 * 1024 * 1024;

  test('makes the venue give its log up, aloud, and play on', async () => {
    const venue = aKeptLog({ limits });
    await venue.change(1, 2, 3, 4, 5, 6, 7);
    const newest = venue.newest();
    venue.room.free = low;
    await venue.beat(3);
    expect(venue.said.filter(({ level }) => level === 50).map(({ msg }) => msg)).toEqual([
      'the change log is given up: the disk is full and the replica far behind',
    ]);
    expect(venue.life()).toMatchObject({ capture: 'given_up', given_up_at: expect.any(Number) });
    expect(venue.life()?.floor).toBeGreaterThan(newest);
    expect(await venue.metric('capturing')).toBe(0);
    expect(venue.count()).toBe(1);
    await venue.change(8, 9);
    expect(venue.count()).toBe(1);
  });

  test('is over only when there is twice the room; then the replica has to compare everything, and misses nothing', async () => {
    const venue = aKeptLog({ limits });
    const replica = aReplica(venue.support, capturedTables);
    await venue.change(1, 2, 3, 4, 5, 6, 7);
    replica.follow();
    venue.room.free = low;
    await venue.beat(3);
    await venue.change(8);
    await venue.write('DELETE FROM numbered WHERE number = 1');
    venue.room.free = 2 * low;
    await venue.beat(3);
    expect(venue.life()?.capture).toBe('given_up');
    const shipped = replica.position();
    venue.room.free = 3 * low;
    await venue.beat(3);
    expect(venue.life()).toMatchObject({ capture: 'on', given_up_at: null, floor: venue.newest() });
    expect(venue.life()?.floor).toBeGreaterThan(shipped);
    await venue.change(9);
    replica.follow();
    for (const { replica: copy, venue: rows } of Object.values(replica.compared()))
      expect(copy).toEqual(rows);
    expect(await venue.metric('capturing')).toBe(1);
  });

  test('is not the log’s doing while the replica keeps up, and then it goes on', async () => {
    const venue = aKeptLog({ limits });
    const sync = aSyncFile(venue.directory);
    sync.makeTables();
    await venue.change(1, 2, 3, 4, 5, 6, 7);
    sync.acknowledge(venue.newest());
    venue.room.free = low;
    await venue.beat(3);
    expect(venue.life()?.capture).toBe('on');
    // What the replica holds goes at once, though it is young.
    expect(venue.count()).toBe(1);
  });

  test('counts what is free inside of the database: the venue can write there', async () => {
    const venue = aKeptLog({ limits });
    await venue.write(`INSERT INTO parents (id, name) WITH RECURSIVE n (i) AS
      (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, hex(randomblob(2000)) FROM n`);
    await venue.write('DELETE FROM parents');
    venue.room.total = 200 * 1024 * 1024;
    venue.room.free = 0;
    await venue.beat(3);
    expect(venue.life()?.capture).toBe('on');
  });

  test('is still in force after a restart, and said again', async () => {
    const venue = aKeptLog({ limits });
    await venue.change(1, 2, 3, 4, 5, 6, 7);
    venue.room.free = low;
    await venue.beat(3);
    await venue.stop();
    venue.close();
    const again = aKeptLog({ directory: venue.directory, limits });
    again.room.free = low;
    expect(again.said.map(({ msg }) => msg)).toEqual([
      'changes are not logged: the log was given up earlier',
    ]);
    await again.change(1);
    expect(again.count()).toBe(1);
  });
});

test('a database from another machine is told aloud, and served', async () => {
  const venue = aKeptLog({ applianceId: 'another machine' });
  expect(venue.said).toMatchObject([
    { level: 50, database: 'appliance-of-the-test', machine: 'another machine' },
  ]);
  await venue.change(1);
  expect(venue.told().slice(-2)).toEqual(['numbered 1', 'commit']);
});
