import { join } from 'node:path';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { readMigrations } from '../database/migrations.ts';
import { storageProblems } from '../database/storage-problems.ts';
import { Problem } from '../errors.ts';
import { createDiskCheck } from './disk-space.ts';
import { createHealth, NotReady } from './health.ts';
import { createPulse } from './pulse.ts';

const migrations = readMigrations(join(import.meta.dirname, '../../../migrations'));
let clock: FakeClock;
beforeEach(() => {
  clock = createFakeClock();
});

describe('readiness', () => {
  test('every check is asked, and one that fails is enough', async () => {
    const health = createHealth(clock);
    health.add({ name: 'broker', check: () => {} });
    health.add({
      name: 'disk',
      check: () => {
        throw new NotReady('it is full');
      },
    });
    expect(await health.readiness()).toEqual({
      ready: false,
      checks: { broker: { ok: true }, disk: { ok: false, reason: 'it is full' } },
    });
  });

  test('what is only reported is told, and keeps nobody from being sent work', async () => {
    const health = createHealth(clock);
    health.add({
      name: 'recordings',
      reportedOnly: true,
      check: () => Promise.reject(new NotReady('damaged')),
    });
    expect(await health.readiness()).toEqual({
      ready: true,
      checks: { recordings: { ok: false, reason: 'damaged' } },
    });
  });

  test('a check that does not answer in time has not passed, and keeps nobody waiting', async () => {
    const health = createHealth(clock);
    health.add({ name: 'disk', check: () => new Promise(() => {}) });
    const readiness = health.readiness();
    await clock.advance(2_000);
    expect(await readiness).toMatchObject({ checks: { disk: { reason: 'no answer within 2000 ms' } } });
  });

  test('tells of a problem what the catalogue says, and nothing of any other error', async () => {
    const health = createHealth(clock);
    health.add({ name: 'database', check: () => Promise.reject(new Problem(storageProblems.storage_full)) });
    health.add({ name: 'broker', check: () => Promise.reject(new Error('user ana, password hunter2')) });
    expect((await health.readiness()).checks).toEqual({
      database: { ok: false, reason: 'The disk is full.' },
      broker: { ok: false, reason: 'the check itself failed' },
    });
  });
});

describe('the pulse', () => {
  let database: Database;
  let commits: number;
  beforeEach(() => {
    commits = 0;
    database = openDatabase({
      directory: aTemporaryDirectory(),
      migrations,
      clock,
      onGroup: () => {
        commits += 1;
      },
    });
    onTestFinished(() => database.close());
  });

  test('is a row that is really written, and not more than once in three seconds', async () => {
    const pulse = createPulse(database, clock);
    expect(pulse.lastSeen()).toBe(undefined);
    for (let asked = 0; asked < 50; asked += 1) await pulse.check();
    expect(commits).toBe(1);
    expect(pulse.lastSeen()).toBe(clock.now());
    await clock.advance(3_000);
    await pulse.check();
    expect(commits).toBe(2);
  });

  test('fails with the store, and is back with it', async () => {
    let isFull = true;
    const pulse = createPulse(
      {
        now: database.now,
        write: (work) =>
          isFull ? Promise.reject(new Problem(storageProblems.storage_full)) : database.write(work),
      },
      clock,
    );
    await expect(pulse.check()).rejects.toThrow('full');
    isFull = false;
    await expect(pulse.check()).rejects.toThrow('full');
    await clock.advance(3_000);
    await pulse.check();
  });

  test('goes on by itself, so that the next start knows what time it was', async () => {
    const pulse = createPulse(database, clock);
    pulse.start();
    await clock.advance(10 * 60_000);
    expect(pulse.lastSeen()).toBe(clock.now());
    pulse.stop();
    await clock.advance(10 * 60_000);
    expect(pulse.lastSeen()).toBe(clock.now() - 10 * 60_000);
  });
});

describe('the disk', () => {
  test('has room', async () => {
    const metrics = new Registry();
    await createDiskCheck(aTemporaryDirectory(), metrics, 1).check();
    expect(await metrics.metrics()).toMatch(/^dugout_disk_free_bytes \d{6,}$/mu);
  });

  test('has less than is needed', async () => {
    const check = createDiskCheck(aTemporaryDirectory(), new Registry(), Number.MAX_SAFE_INTEGER);
    await expect(check.check()).rejects.toThrow(/^\d+ MB are free, \d+ MB are needed$/u);
  });
});
