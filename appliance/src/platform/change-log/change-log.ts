import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { createNowAndThen } from '../now-and-then.ts';
import type { Capture } from './capture.ts';
import { createChangeLogMetrics } from './change-log-metrics.ts';
import { countEntries, findExtent, findFreeBytes, findLife } from './change-log-store.ts';
import { hardLimit, type LookAtRoom } from './disk-room.ts';
import { createFolding } from './folding.ts';
import { lastToGo, type Prunable, prune } from './pruning.ts';
import { readSyncProgress, type SyncProgress } from './sync-progress.ts';

export const housekeeping = {
  beatMs: 1_000,
  /** Of a beat, for folding and for pruning: what the loop may be held, a sync to disk apart. */
  sliceMs: 8,
  /** A beat in which the loop has other things to do is left out; so many in a row at most. */
  mostPutOff: 60,
  /** Entries that a pass of folding is worth. */
  worthFolding: 5_000,
  /** What the replica holds is kept for so long: it may itself be restored, or fail over, to an earlier moment. */
  keptMs: 7 * 24 * 3_600_000,
  /** Beyond so many entries, some 120 MB, what the replica holds goes sooner. */
  mostEntries: 2_000_000,
  /** With fewer entries that the replica has not, the log is not what fills a disk, and is not given up. */
  worthGivingUp: 20_000,
  roomEveryBeats: 10,
} as const;

export interface ChangeLogOptions {
  readonly database: Pick<Database, 'write' | 'now'>;
  readonly capture: Capture;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** Where the daemon keeps `sync.db`. */
  readonly dataDirectory: string;
  /** This machine, as `keys/appliance-id` has it. */
  readonly applianceId: string;
  readonly room: LookAtRoom;
  /** Whether the loop has had other things to do since this was last asked. */
  readonly isBusy?: () => boolean;
  readonly limits?: { readonly [Name in keyof typeof housekeeping]?: number };
}

/**
 * Keeps the change log small: folds what the replica does not have yet, prunes what it has, and gives the log up
 * before it takes the venue's last room. Everything is done in slices between other work.
 */
export function createChangeLog(options: ChangeLogOptions) {
  const { database, capture, clock, logger, dataDirectory, room } = options;
  const limits = { ...housekeeping, ...options.limits };
  const isBusy = options.isBusy ?? loopLoad();
  const mayComplain = createNowAndThen(clock);
  const folding = createFolding({ clock, sliceMs: limits.sliceMs, worthwhile: limits.worthFolding });
  const extent = () => {
    const found = database.now.get(findExtent, {});
    if (found === undefined) throw new Error('the change log has not begun: its database was opened without');
    return { ...found, newest: found.newest ?? 0 };
  };
  const entries = createEntryCount(() => database.now.get(countEntries, {})?.count ?? 0, extent);
  let progress: SyncProgress | undefined;
  const totals = createChangeLogMetrics(options.metrics, {
    entries: entries.count,
    extent,
    acked: () => progress?.acked ?? 0,
  });
  let stopBeating = () => {};
  let beats = 0;
  let putOff = 0;
  let isLow = false;
  let beating: Promise<void> | undefined;

  async function lookAtRoom(): Promise<void> {
    const measured = await room();
    const free = measured.free + (database.now.get(findFreeBytes, {})?.bytes ?? 0);
    const limit = hardLimit(measured);
    isLow = free < limit;
    const { capture: state, newest } = extent();
    const unsent = newest - (progress?.acked ?? 0);
    if (state === 'on' && isLow && unsent > limits.worthGivingUp) {
      await database.write(() => capture.giveUp());
      logger.error(
        { free, limit, unsent },
        'the change log is given up: the disk is full and the replica far behind',
      );
    } else if (state === 'given_up' && free >= 2 * limit) {
      await database.write(() => capture.resume());
      logger.warn({ free }, 'changes are logged again; the replica will compare everything');
    }
  }

  /** What may go now, if anything. */
  function prunable(): Prunable {
    const { capture: state, newest } = extent();
    if (state === 'given_up') return { before: newest, committedBefore: Number.POSITIVE_INFINITY };
    const isTooLarge = isLow || entries.count() > limits.mostEntries;
    const acked = progress?.acked ?? 0;
    return {
      // Beyond the newest change: the database was set back, and a person will have to choose between two histories.
      before: acked > newest ? 0 : acked,
      committedBefore: isTooLarge ? Number.POSITIVE_INFINITY : clock.now() - limits.keptMs,
    };
  }

  async function keepSmall(): Promise<void> {
    const may = prunable();
    if (lastToGo(database.now, 0, may) > 0) {
      const pruned = await database.write((tx) => prune(tx, may, { clock, sliceMs: limits.sliceMs }));
      entries.removed(pruned);
      totals.pruned.inc(pruned);
    }
    const { newest, capture: state } = extent();
    if (progress === undefined || state === 'given_up') return;
    const { sent, acked } = progress;
    const boundary = Math.max(sent, acked);
    if (!folding.isDue(newest, boundary)) return;
    const folded = await database
      .write((tx) => folding.slice(tx, newest, boundary))
      .catch((error: unknown) => {
        folding.undone();
        throw error;
      });
    entries.removed(folded);
    totals.folded.inc(folded);
  }

  async function beat(): Promise<void> {
    try {
      progress = readSyncProgress(dataDirectory, extent().epoch);
      if (beats % limits.roomEveryBeats === 0) await lookAtRoom();
      beats += 1;
      putOff = isBusy() && putOff < limits.mostPutOff ? putOff + 1 : 0;
      if (putOff === 0) await keepSmall();
    } catch (error) {
      if (mayComplain('beat')) logger.warn({ err: error }, 'the change log could not be looked after');
    }
  }

  return {
    start(): void {
      const life = database.now.get(findLife, {});
      if (life !== undefined && life.appliance_id !== options.applianceId)
        logger.error(
          { database: life.appliance_id, machine: options.applianceId },
          'this database came from another machine: the replica will not take its changes until that is resolved',
        );
      if (life?.capture === 'given_up') logger.error('changes are not logged: the log was given up earlier');
      stopBeating = clock.every(limits.beatMs, () => {
        beating ??= beat().finally(() => {
          beating = undefined;
        });
      });
    },
    /** Resolves when nothing is under way any more. */
    async stop(): Promise<void> {
      stopBeating();
      await beating;
    },
  };
}

/**
 * How many entries there are, without counting them each time: seqs are given without gaps, and only this process
 * removes entries.
 */
function createEntryCount(counted: () => number, extent: () => { newest: number }) {
  let known: { count: number; newest: number } | undefined;
  const count = (): number => {
    const { newest } = extent();
    known =
      known === undefined
        ? { count: counted(), newest }
        : { count: known.count + newest - known.newest, newest };
    return known.count;
  };
  return {
    count,
    removed(entries: number): void {
      if (known !== undefined && entries > 0) known.count -= entries;
    },
  };
}

const busyShare = 0.6;

function loopLoad(): () => boolean {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization > busyShare;
  };
}
