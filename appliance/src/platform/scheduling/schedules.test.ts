import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { readMigrations } from '../database/migrations.ts';
import { createSchedules, type Schedule, type Schedules } from './schedules.ts';

const migrations = readMigrations(join(import.meta.dirname, '../../../migrations'));
const minute = 60_000;
const hour = 60 * minute;

let clock: FakeClock;
let database: Database;
let metrics: Registry;
let ran: string[];

const hourly = (schedule: Partial<Schedule> = {}): Schedule => ({
  name: 'tidy',
  cron: '0 * * * *',
  missed: 'run_once',
  run: () => {
    ran.push(new Date(clock.now()).toISOString().slice(11, 16));
  },
  ...schedule,
});

async function started(...all: Schedule[]): Promise<Schedules> {
  metrics = new Registry();
  const logger = pino({ level: 'silent' });
  const schedules = createSchedules({ database, clock, logger, metrics, timezone: 'UTC' });
  for (const schedule of all) schedules.add(schedule);
  schedules.start();
  onTestFinished(() => schedules.stop(0));
  await clock.advance(0);
  return schedules;
}

beforeEach(() => {
  clock = createFakeClock(Date.parse('2026-06-01T12:30:00Z'));
  database = openDatabase({ directory: aTemporaryDirectory(), migrations, clock });
  onTestFinished(() => database.close());
  ran = [];
});

test('runs when the time comes, and remembers', async () => {
  const schedules = await started(hourly());
  await clock.advance(2 * hour);
  expect(ran).toEqual(['13:00', '14:00']);
  expect(await schedules.lastRuns(database.reader)).toEqual([
    {
      name: 'tidy',
      last_started_at: Date.parse('2026-06-01T14:00:00Z'),
      last_finished_at: Date.parse('2026-06-01T14:00:00Z'),
      last_result: 'done',
      last_error: null,
    },
  ]);
  expect(await metrics.metrics()).toContain('dugout_schedule_runs_total{name="tidy",result="done"} 2');
});

describe('runs that were missed while the appliance was off', () => {
  async function afterThreeHoursOff(schedule: Schedule): Promise<void> {
    const schedules = await started(schedule);
    await clock.advance(hour);
    await schedules.stop();
    await clock.advance(3 * hour);
    expect(ran).toEqual(['13:00']);
    await started(schedule);
    await clock.advance(minute);
  }
  test('are made up for by one', async () => {
    await afterThreeHoursOff(hourly());
    expect(ran).toEqual(['13:00', '16:30']);
  });
  test('or are left out', async () => {
    await afterThreeHoursOff(hourly({ missed: 'skip' }));
    expect(ran).toEqual(['13:00']);
    await clock.advance(hour);
    expect(ran).toEqual(['13:00', '17:00']);
  });
});

test('goes on when the clock is set back three hours', async () => {
  await started(hourly());
  await clock.advance(hour);
  clock.stepWall(-3 * hour);
  await clock.advance(hour);
  expect(ran).toEqual(['13:00', '11:00']);
});

test('uses the time zone it is given', async () => {
  await started(hourly({ cron: '0 15 * * *', timezone: 'Europe/Berlin' }));
  await clock.advance(hour);
  expect(ran).toEqual(['13:00']);
});

test('a run does not overlap with itself', async () => {
  let atOnce = 0;
  let finish = () => {};
  await started(
    hourly({
      run: () => {
        atOnce += 1;
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
      timeoutMs: 24 * hour,
    }),
  );
  await clock.advance(3 * hour);
  expect(atOnce).toBe(1);
  finish();
  await clock.advance(hour);
  expect(atOnce).toBe(2);
  finish();
});

test('a run that fails is remembered, and runs again next time', async () => {
  const schedules = await started(
    hourly({
      run: () => {
        ran.push('tried');
        throw new TypeError('no such shelf');
      },
    }),
  );
  await clock.advance(2 * hour);
  expect(ran).toEqual(['tried', 'tried']);
  expect(await schedules.lastRuns(database.reader)).toMatchObject([
    { last_result: 'failed', last_error: 'TypeError: no such shelf' },
  ]);
});

test('a run that hangs is given up after its time, and told so', async () => {
  const signals: AbortSignal[] = [];
  const schedules = await started(
    hourly({
      run: (signal) => {
        signals.push(signal);
        return new Promise(() => {});
      },
      timeoutMs: 10 * minute,
    }),
  );
  await clock.advance(hour);
  expect(signals[0]?.aborted).toBe(true);
  expect(await schedules.lastRuns(database.reader)).toMatchObject([{ last_result: 'failed' }]);
  await clock.advance(hour);
  expect(signals).toHaveLength(2);
});

test('a run goes ahead when its start cannot be stored', async () => {
  await started(hourly());
  database.close();
  await clock.advance(hour);
  expect(ran).toEqual(['13:00']);
});

test('stopping lets a run end, and stops one that does not', async () => {
  const ended: string[] = [];
  const schedules = await started(
    hourly({
      name: 'long',
      run: (signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            ended.push('told to stop');
            resolve();
          });
        }),
    }),
  );
  await clock.advance(40 * minute);
  const stopped = schedules.stop(1_000);
  await nextTurn();
  expect(ended).toEqual([]);
  await clock.advance(2_000);
  await stopped;
  expect(ended).toEqual(['told to stop']);
});

test('a name is used once, and an expression is one', async () => {
  const schedules = await started(hourly());
  expect(() => schedules.add(hourly())).toThrow('defined twice');
  expect(() => schedules.add(hourly({ name: 'other', cron: 'at noon' }))).toThrow();
});
