import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { type Clock, sleep } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Reader } from '../database/transaction.ts';
import { describeError } from '../describe-error.ts';
import { type CronSlots, cronSlots } from './cron-slots.ts';
import { localTimeIn } from './local-time.ts';
import { type Course, createCourse } from './schedule-course.ts';
import { findSchedules, runFinished, runStarted } from './schedules-store.ts';
import type { ScheduleResult, ScheduleRow } from './schedules-tables.ts';

export interface Schedule {
  readonly name: string;
  /** Five fields, or six with seconds; names, steps, `L`, `W`, `#`, `@daily`. */
  readonly cron: string;
  /** IANA name; the venue's unless told. */
  readonly timezone?: string;
  /** What to do about slots that passed while the appliance was off, or that the clock leapt over: however many. */
  readonly missed: 'run_once' | 'skip';
  /** How long a run may take; then its signal is aborted and it counts as failed. One hour unless told. */
  readonly timeoutMs?: number;
  /** Never overlaps with itself: a slot that comes due during a run is dropped. */
  readonly run: (signal: AbortSignal) => void | Promise<void>;
}

export const defineSchedule = (schedule: Schedule): Schedule => schedule;

export interface SchedulesOptions {
  readonly database: Pick<Database, 'write' | 'now'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** The venue's. */
  readonly timezone: string;
}

interface Entry {
  readonly schedule: Schedule;
  readonly slots: CronSlots;
  readonly local: (epochMs: number) => number;
  course: Course;
  runStartedAt: number;
  run: { controller: AbortController; finished: Promise<void> } | undefined;
}

const beatMs = 1_000;
const usualTimeoutMs = 3_600_000;

export type Schedules = ReturnType<typeof createSchedules>;

/** Runs schedules by the wall clock, looks at it every second, and knows across restarts what has run. */
export function createSchedules({ database, clock, logger, metrics, timezone }: SchedulesOptions) {
  const entries = new Map<string, Entry>();
  const runs = new Counter({
    name: 'dugout_schedule_runs_total',
    help: 'Runs of schedules, by how they ended',
    labelNames: ['name', 'result'],
    registers: [metrics],
  });
  let lookedAt = Number.NEGATIVE_INFINITY;
  let stopBeating = () => {};

  function beat(): void {
    const now = clock.now();
    const sinceLookMs = now - lookedAt;
    lookedAt = now;
    for (const entry of entries.values()) look(entry, now, sinceLookMs);
  }

  function look(entry: Entry, now: number, sinceLookMs: number): void {
    const { schedule } = entry;
    const finding = entry.course.look({
      local: entry.local(now),
      sinceLookMs,
      sinceRunMs: clock.monotonic() - entry.runStartedAt,
    });
    if (finding === undefined) return;
    if (finding === 'missed')
      logger.info({ schedule: schedule.name, policy: schedule.missed }, 'a run was missed');
    if (finding === 'missed' && schedule.missed === 'skip') return;
    if (entry.run !== undefined) {
      logger.warn({ schedule: schedule.name }, 'still running: this run is dropped');
      return;
    }
    const controller = new AbortController();
    entry.runStartedAt = clock.monotonic();
    const finished = perform(schedule, controller).finally(() => {
      entry.run = undefined;
    });
    entry.run = { controller, finished };
  }

  async function perform(schedule: Schedule, controller: AbortController): Promise<void> {
    const { name } = schedule;
    await noted(name, () =>
      database.write((tx) => tx.run(runStarted, { name, last_started_at: clock.now() })),
    );
    const failure = await failureOf(schedule, controller);
    const last_result: ScheduleResult = failure === null ? 'done' : 'failed';
    if (failure !== null) logger.error({ schedule: name, failure }, 'a scheduled run failed');
    runs.inc({ name, result: last_result });
    await noted(name, () =>
      database.write((tx) =>
        tx.run(runFinished, { name, last_finished_at: clock.now(), last_result, last_error: failure }),
      ),
    );
  }

  /** What makes room on a full disk is a scheduled run, too: that its start cannot be noted must not stop it. */
  async function noted(name: string, write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      logger.error({ err: error, schedule: name }, 'a scheduled run could not be noted');
    }
  }

  async function failureOf(
    { run, timeoutMs = usualTimeoutMs }: Schedule,
    controller: AbortController,
  ): Promise<string | null> {
    const { signal } = controller;
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    const inTime = clock.after(timeoutMs, () =>
      controller.abort(new Error(`not done after ${timeoutMs} ms`)),
    );
    try {
      await Promise.race([(async () => run(signal))(), aborted]);
      return null;
    } catch (error) {
      return describeError(error);
    } finally {
      inTime();
    }
  }

  return {
    /** Throws when the expression is not one. Before `start`. */
    add(schedule: Schedule): void {
      if (entries.has(schedule.name)) throw new Error(`schedule ${schedule.name} is defined twice`);
      const slots = cronSlots(schedule.cron);
      const local = localTimeIn(schedule.timezone ?? timezone);
      entries.set(schedule.name, {
        schedule,
        slots,
        local,
        course: createCourse(slots, local(clock.now()), undefined),
        runStartedAt: Number.NEGATIVE_INFINITY,
        run: undefined,
      });
    },

    /** Decides what was missed while the appliance was off, and begins to look every second. */
    start(): void {
      const lastRuns = new Map(
        database.now.all(findSchedules, {}).map((row) => [row.name, row.last_started_at]),
      );
      for (const entry of entries.values()) {
        const last = lastRuns.get(entry.schedule.name);
        const lastLocal = last === undefined ? undefined : entry.local(last);
        entry.course = createCourse(entry.slots, entry.local(clock.now()), lastLocal);
      }
      stopBeating = clock.every(beatMs, beat);
      beat();
    },

    /** Begins nothing more and lets what runs end within `graceMs`; then it is told to stop. */
    async stop(graceMs = 2_500): Promise<void> {
      stopBeating();
      const running = [...entries.values()].flatMap(({ run }) => run ?? []);
      const finished = Promise.all(running.map((run) => run.finished));
      await Promise.race([finished, sleep(clock, graceMs)]);
      for (const { controller } of running) controller.abort(new Error('the appliance stopped'));
      await finished;
    },

    lastRuns: (reader: Reader): Promise<ScheduleRow[]> => reader.all(findSchedules, {}),
  };
}
